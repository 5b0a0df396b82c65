"""The HTTP server around a service: takes a call, lets a fault befall it or not, and sends."""

import gzip
import json
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from comtrade_service.access import HEADER, POLICY
from comtrade_service.asked import KEY_PARAMETER

if TYPE_CHECKING:
    from comtrade_service.service import Service

HTML = b"<html><head><title>Service unavailable</title></head><body>Try later.</body></html>"
TOO_LONG = b"<html><body>Request-URI Too Long</body></html>"
BUSY = b'{"statusCode": 429, "message": "Rate limit is exceeded. Try again in 2 seconds."}'
PACKED_BYTES = 1 << 20  # larger replies are packed only where their bytes are counted: it is slow
STATUSES: dict[str, tuple[int, bytes]] = {
    "busy": (429, BUSY),
    "busy_with_time": (429, BUSY),
    "error_500": (500, b'{"statusCode":500,"message":"Internal server error"}'),
    "error_503": (503, HTML),
    "policy": (403, json.dumps({"statusCode": 403, "message": POLICY}).encode()),
    "html_200": (200, HTML),
    "html_502": (502, HTML),
    "too_long": (414, TOO_LONG),
}


KEYED = ("/data/", "/tools/", "/bulk/")


@dataclass
class Call:
    """A request that came in and what it was answered with; `bytes` of the body as it was sent."""

    path: str
    headers: dict[str, str]
    outcome: str
    status: int = 200
    bytes: int = 0

    @property
    def is_keyed(self) -> bool:
        return self.path.startswith(KEYED)

    @property
    def has_key_in_address(self) -> bool:
        return KEY_PARAMETER in self.path

    def asks(self, what: str) -> bool:
        """Whether it went to this endpoint: getDA and getDa are one."""
        return f"/{what}".lower() in self.path.split("?")[0].lower()


@contextmanager
def served(service: "Service") -> Iterator[None]:
    """Serve on a free port of loopback."""
    server = Server(("127.0.0.1", 0), Handler)
    server.service = service
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


class Server(ThreadingHTTPServer):
    """A server that does not mind clients that are killed."""

    daemon_threads = True
    service: "Service"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of broken connections."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    @property
    def service(self) -> "Service":
        return self.server.service

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        with self.service.lock:
            fault, call, body = self._answered(headers)
            packed = self._packs(call, body, fault)
            sent = gzip.compress(body, 1) if packed else body
            call.bytes = len(sent)
            if call.is_keyed and call.status == 200:
                account = self.service.accounts[True]
                account.bytes += len(sent if self.service.counts_packed else body)
        if call.outcome == "late":
            time.sleep(self.service.slow_seconds)
        try:
            self._send(call, sent, fault, "gzip" if packed else "")
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _answered(self, headers: dict[str, str]) -> tuple[str, Call, bytes]:
        """The fault that befalls this call, the call as it is noted, and the body of its reply."""
        fault = self.service.faults.draw()
        if self.service.redirect:
            status, body, outcome = 302, b"", "redirect"
        elif fault in STATUSES:
            status, body, outcome = *STATUSES[fault], fault
        else:
            status, body, outcome = self.service.answer(self.path, headers)
        if fault and outcome == "ok":
            outcome = fault
        if fault == "empty_body":
            body = b""
        if fault == "wrong_count":
            body = body.replace(b'"count":', b'"count":1', 1)
        call = Call(self.path, headers, outcome, status)
        self.service.calls.append(call)
        return fault, call, body

    def _packs(self, call: Call, body: bytes, fault: str) -> bool:
        accepts = self.service.zipped and "gzip" in self.headers.get("Accept-Encoding", "")
        is_small = len(body) < PACKED_BYTES or self.service.bytes_a_day is not None
        is_file = body[:2] == b"\x1f\x8b"
        return fault == "cut_gzip" or (
            accepts and call.status == 200 and not fault and is_small and not is_file
        )

    def _send(self, call: Call, body: bytes, fault: str, encoding: str) -> None:
        if fault == "reset":
            return self._reset()
        if fault == "stall":
            self.rfile.read(1)  # nothing more comes before the client has gone
        self.send_response(call.status)
        kind = "text/html" if body.startswith(b"<html") else "application/json; charset=utf-8"
        self.send_header("Content-Type", kind)
        if encoding:
            self.send_header("Content-Encoding", encoding)
        if self.service.redirect:
            self.send_header("Location", self.service.redirect + self.path)
        if fault == "busy_with_time":
            self.send_header("Retry-After", "7200")
        if call.outcome == "pace" and self.service.says_wait:
            self.send_header("Retry-After", body.split(b" in ")[1].split()[0].decode())
        if call.status == 401:
            self.send_header("WWW-Authenticate", f'AzureApiManagementKey name="{HEADER}"')
        if fault == "cut_open_body":
            self.send_header("Connection", "close")
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self._write(body, fault)

    def _write(self, body: bytes, fault: str) -> None:
        if fault in ("cut_body", "cut_open_body", "cut_gzip", "reset_in_body"):
            self.wfile.write(body[: len(body) * 2 // 3])
            self.wfile.flush()
            self.close_connection = True
            if fault == "reset_in_body":
                self._reset()
        elif fault == "slow_body":
            for start in range(0, len(body), max(1, len(body) // 4)):
                self.wfile.write(body[start : start + max(1, len(body) // 4)])
                time.sleep(0.002)
        else:
            self.wfile.write(body)

    def _reset(self) -> None:
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""
