"""The service behind a port of this machine, which can be closed and opened again."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

from benchmarks.life.service import KEY_HEADER, Service


class _Server(ThreadingHTTPServer):
    allow_reuse_address = True
    daemon_threads = True


class Loopback:
    """A service that listens on one port from `open` to `close`, as often as wanted."""

    def __init__(self, service: Service) -> None:
        self._handler = _handler(service)
        self._server: _Server | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """Base address."""
        return f"http://127.0.0.1:{self._port}"

    def open(self) -> None:
        """Listen, on the same port as before."""
        if self._server is None:
            self._server = _Server(("127.0.0.1", self._port), self._handler)
            self._port = self._server.server_port
            Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        """Refuse every connection from now on."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


@contextmanager
def listening(service: Service) -> Iterator[Loopback]:
    """A service that listens, until the block ends."""
    loopback = Loopback(service)
    loopback.open()
    try:
        yield loopback
    finally:
        loopback.close()


def _handler(service: Service) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            query = dict(parse_qsl(address.query, keep_blank_values=True))
            key = self.headers.get(KEY_HEADER)
            if "subscription-key" in {name.lower() for name in query}:
                service.refused.append("the key stands in the address")
            reply = service.answer(address.path, query, key, len(self.path))
            self.send_response(reply.status)
            self.send_header("Content-Length", str(len(reply.body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body[: len(reply.body) // 2] if reply.is_cut else reply.body)
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the referee keeps its own account."""

    return Handler
