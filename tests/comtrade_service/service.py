"""The HTTP server: endpoints, caps, keys, quota, pace and faults of UN Comtrade."""

import gzip
import json
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from comtrade_service.faults import Faults
from comtrade_service.world import World

KEY = "0123456789abcdef0123456789abcdef"
HEADER = "Ocp-Apim-Subscription-Key"
NO_KEY = (
    "Access denied due to invalid subscription key. Make sure to provide a valid key for an"
    " active subscription."
)
HTML = b"<html><head><title>Service unavailable</title></head><body>Try later.</body></html>"


@dataclass
class Call:
    """A request that came in and what it was answered with."""

    path: str
    headers: dict[str, str]
    outcome: str

    @property
    def is_keyed(self) -> bool:
        return self.path.startswith(("/data/", "/tools/", "/bulk/"))

    def asks(self, what: str) -> bool:
        return f"/{what}" in self.path.split("?")[0]


@dataclass
class Service:
    """What the server knows. `quota`: keyed calls before 403; null: no end."""

    world: World = field(default_factory=World)
    faults: Faults = field(default_factory=Faults)
    preview_cap: int = 500
    keyed_cap: int = 100_000
    quota: int | None = None
    redirect: str = ""
    zipped: bool = True
    calls: list[Call] = field(default_factory=list)
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def count(self, *whats: str, keyed: bool | None = None) -> int:
        """Calls that came in, of these endpoints, and keyed or not."""
        return sum(
            (not whats or any(call.asks(what) for what in whats))
            and (keyed is None or call.is_keyed == keyed)
            for call in self.calls
        )

    @contextmanager
    def running(self) -> Iterator["Service"]:
        """Serve on a free port of loopback."""
        server = Server(("127.0.0.1", 0), Handler)
        server.service = self
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()

    def answer(self, path: str, headers: dict[str, str]) -> tuple[int, bytes, str]:
        """Status, body and outcome of a call that no fault befalls."""
        parts = urlsplit(path)
        asked = {name.lower(): v[0] for name, v in parse_qs(parts.query).items()}
        call = Call(path, headers, "")
        if len(path) > 4096:
            return 414, b"<html><body>Request-URI Too Long</body></html>", "too long"
        if call.is_keyed and headers.get(HEADER.lower()) != KEY:
            return 401, _said(401, NO_KEY), "key"
        if call.is_keyed and self.quota is not None:
            if self.quota <= 0:
                return 403, _said(403, "Out of call volume quota. Quota will be replenished in"
                                  " 03:14:17."), "quota"  # fmt: skip
            self.quota -= 1
        if len(asked.get("period", "").split(",")) > 12:
            return 400, b'{"errorObject":{"errorMessage":"Too many periods."}}', "periods"
        return 200, self._body(parts.path, asked), "ok"

    def _body(self, path: str, asked: dict[str, str]) -> bytes:
        periods, reporters = _list(asked, "period"), [int(r) for r in _list(asked, "reportercode")]
        if "/getda/" in path.lower():
            return _reply([json.dumps(r) for r in self.world.availability(periods, reporters)])
        if "/reference/Reporters" in path:
            listed = [{"id": code, "reporterCode": code, "reporterCodeIsoAlpha3": iso}
                      for iso, code in self.world.codes.items()]  # fmt: skip
            return b"\xef\xbb\xbf" + json.dumps({"results": listed}).encode()
        if "/bulk/v1/file/" in path:
            return gzip.compress(b"typeCode\tfreqCode\nC\tA\n", mtime=0)
        if "/getBilateralData/" in path:
            return _reply(self.world.bilateral(periods, reporters, _list(asked, "flowcode")))
        if "/data/v1/get/" not in path and "/preview/" not in path:
            return _reply([json.dumps({"of": path, **asked})])
        rows = self.world.rows(
            periods, reporters, _list(asked, "flowcode"), _list(asked, "cmdcode")
        )
        if asked.get("countonly") == "true":
            return json.dumps(
                {"elapsedTime": "0", "count": len(rows), "data": [], "error": ""}
            ).encode()
        return _reply(rows[: self.preview_cap if "/preview/" in path else self.keyed_cap])


def _list(asked: dict[str, str], name: str) -> list[str]:
    return [part for part in asked.get(name, "").split(",") if part]


def _reply(rows: list[str]) -> bytes:
    data = ",".join(rows)
    return f'{{"elapsedTime":"0.2 secs","count":{len(rows)},"data":[{data}],"error":""}}'.encode()


def _said(status: int, message: str) -> bytes:
    return json.dumps({"statusCode": status, "message": message}).encode()


class Server(ThreadingHTTPServer):
    """A server that does not mind clients that are killed."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of broken connections."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """Takes a call, lets a fault befall it or not, and sends what comes of it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    @property
    def service(self) -> Service:
        return self.server.service

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        with self.service.lock:
            fault = self.service.faults.draw()
            if self.service.redirect:
                status, body, outcome = 302, b"", "redirect"
            elif fault in _STATUSES:
                status, body, outcome = *_STATUSES[fault], fault
            else:
                status, body, outcome = self.service.answer(self.path, headers)
            if fault and outcome == "ok":
                outcome = fault
            self.service.calls.append(Call(self.path, headers, outcome))
        try:
            self._send(status, body, fault)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _send(self, status: int, body: bytes, fault: str) -> None:
        if fault == "reset":
            return self._reset()
        if fault == "stall":
            self.rfile.read(1)  # nothing more comes before the client has gone
        if fault == "empty_body":
            body = b""
        if fault == "wrong_count":
            body = body.replace(b'"count":', b'"count":1', 1)
        packs = self.service.zipped and "gzip" in self.headers.get("Accept-Encoding", "")
        if fault == "cut_gzip" or (packs and status == 200 and not fault and len(body) < 1 << 20):
            body, encoding = gzip.compress(body, 1), "gzip"
        else:
            encoding = ""
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        if encoding:
            self.send_header("Content-Encoding", encoding)
        if self.service.redirect:
            self.send_header("Location", self.service.redirect + self.path)
        if fault == "busy_with_time":
            self.send_header("Retry-After", "7200")
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


_STATUSES: dict[str, tuple[int, bytes]] = {
    "busy": (429, _said(429, "Rate limit is exceeded. Try again in 2 seconds.")),
    "busy_with_time": (429, _said(429, "Rate limit is exceeded. Try again in 2 seconds.")),
    "error_500": (500, b'{"statusCode":500,"message":"Internal server error"}'),
    "error_503": (503, HTML),
    "policy": (403, _said(403, "All calls are rejected by policy.")),
    "html_200": (200, HTML),
    "html_502": (502, HTML),
    "too_long": (414, b"<html><body>Request-URI Too Long</body></html>"),
}
