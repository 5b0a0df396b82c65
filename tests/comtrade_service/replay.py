"""Serves on loopback what `mirror fetch --record` kept: each address answers as it did, in turn.

`python -m comtrade_service.replay FOLDER` (with tests/ on the path) serves until it is stopped.
"""

import gzip
import json
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from comtrade_service.service import HEADER

_OF_THE_WIRE = {"content-length", "transfer-encoding", "content-encoding", "connection", "date"}


class Replay:
    """A recorded folder. An address that was asked more often than recorded gives its last answer;
    `missed` are requests that were never recorded, or with a key in the place of none.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.missed: list[str] = []
        self.url = ""
        self._left: dict[tuple[str, bool], list[dict[str, Any]]] = defaultdict(list)
        for line in (folder / "exchanges.jsonl").read_text(encoding="utf-8").splitlines():
            one = json.loads(line)
            self._left[one["address"], one["is_keyed"]].append(one)

    @contextmanager
    def running(self) -> Iterator["Replay"]:
        """Serve on a free port of loopback."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        server.replay = self
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()

    def next(self, address: str, is_keyed: bool) -> dict[str, Any] | None:
        """What was answered next; null for what was never asked."""
        found = self._left.get((address, is_keyed))
        if not found:
            self.missed.append(address)
            return None
        return found.pop(0) if len(found) > 1 else found[0]

    def body(self, exchange: dict[str, Any]) -> bytes:
        """What came, unpacked."""
        name = exchange["body"]
        return gzip.decompress((self.folder / name).read_bytes()) if name else b""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        replay: Replay = self.server.replay
        exchange = replay.next(self.path, HEADER in self.headers)
        if exchange is None:
            return self._send(404, {}, b'{"statusCode":404,"message":"was not recorded"}', False)
        if exchange["status"] is None:
            self.close_connection = True
            return None
        is_broken = exchange["error"] is not None
        return self._send(exchange["status"], exchange["headers"], replay.body(exchange), is_broken)

    def _send(self, status: int, headers: dict[str, str], body: bytes, is_broken: bool) -> None:
        """Send a reply; one that broke off is shorter than it says, and was unpacked before."""
        said = {name.lower(): value for name, value in headers.items()}
        is_packed = said.get("content-encoding") == "gzip" and not is_broken
        sent = gzip.compress(body, 1, mtime=0) if is_packed else body
        self.send_response(status)
        for name, value in said.items():
            if name not in _OF_THE_WIRE:
                self.send_header(name, value)
        if is_packed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(sent) + is_broken))
        self.end_headers()
        self.wfile.write(sent)
        self.close_connection = is_broken

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


if __name__ == "__main__":
    with Replay(Path(sys.argv[1])).running() as serving:
        sys.stdout.write(f"MIRROR_COMTRADE_URL={serving.url}\n")
        sys.stdout.flush()
        threading.Event().wait()
