"""UN Comtrade on loopback, in a process of its own: caps, quota, outages, a log of deliveries."""

import gzip
import hashlib
import json
import os
import signal
import sys
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from benchmarks.faults.world import REPORTERS, World, reply

KEY = "0123456789abcdef0123456789abcdef"
HEADER = "Ocp-Apim-Subscription-Key"
PREVIEW_CAP = 500
SPENT = "Out of call volume quota. Quota will be replenished in 03:14:17."
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Service:
    """A forked server; what it does is changed, and what it delivered is read, by HTTP."""

    def __init__(self) -> None:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.pid = os.fork()
        if self.pid == 0:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            try:
                self._server.serve_forever(0.05)
            finally:
                os._exit(0)
        self._server.socket.close()

    def set(self, **state: object) -> None:
        """Change its state: `revise` and `withdraw` (lists of year and code), `quota`, `is_down`,
        `seconds` that each reply takes."""
        body = json.dumps(state).encode()
        DIRECT.open(urllib.request.Request(f"{self.url}/state", data=body, method="POST")).close()

    def log(self) -> list[dict[str, Any]]:
        """Calls in order: path, status, hash of the body before packing, delivered whole or not."""
        with DIRECT.open(f"{self.url}/log") as answer:
            return cast("list[dict[str, Any]]", json.load(answer))

    def stop(self) -> None:
        """End the server."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


class _Server(HTTPServer):
    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.world = World()
        self.calls: list[dict[str, object]] = []
        self.quota: int | None = None
        self.is_down = False
        self.seconds = 0.0

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that were killed."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""

    def do_POST(self) -> None:
        state = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        for year, code in state.pop("revise", []):
            self.server.world.revise(year, code)
        for year, code in state.pop("withdraw", []):
            self.server.world.withdrawn.add((year, code))
        vars(self.server).update(state)
        self._send(200, b"{}")

    def do_GET(self) -> None:
        if self.path == "/log":
            self._send(200, json.dumps(self.server.calls).encode())
            return
        time.sleep(self.server.seconds)
        status, body = self._answer()
        call = {
            "path": self.path, "status": status, "sha256": hashlib.sha256(body).hexdigest(),
            "is_whole": False,
        }  # fmt: skip
        self.server.calls.append(call)
        self._send(status, body)
        call["is_whole"] = True

    def _answer(self) -> tuple[int, bytes]:
        server, parts = self.server, urlsplit(self.path)
        asked = {name.lower(): v[0].split(",") for name, v in parse_qs(parts.query).items()}
        is_keyed = parts.path.startswith(("/data/", "/tools/", "/bulk/"))
        if server.is_down:
            return 503, b"<html><body>Service unavailable</body></html>"
        if is_keyed and self.headers.get(HEADER) != KEY:
            return 401, b'{"statusCode":401,"message":"Access denied due to invalid key."}'
        if is_keyed and server.quota is not None:
            if server.quota <= 0:
                return 403, json.dumps({"statusCode": 403, "message": SPENT}).encode()
            server.quota -= 1
        return 200, self._body(parts.path, asked)

    def _body(self, path: str, asked: dict[str, list[str]]) -> bytes:
        world, years = self.server.world, asked.get("period", [])
        codes = [int(code) for code in asked.get("reportercode", []) if code]
        if "/getda/" in path.lower():
            return reply(world.availability(years, codes))
        if path.endswith("/Reporters.json"):
            listed = [
                {"id": code, "reporterCode": code, "reporterCodeIsoAlpha3": iso}
                for iso, code in REPORTERS.items()
            ]
            return b"\xef\xbb\xbf" + json.dumps({"results": listed}).encode()
        if "/data/v1/get/" not in path and "/preview/" not in path:
            return reply([])
        rows = world.rows(years, codes, asked.get("flowcode", []), asked.get("cmdcode", []))
        if asked.get("countonly") == ["true"]:
            head = {"elapsedTime": "0", "count": len(rows), "data": [], "error": ""}
            return json.dumps(head).encode()
        return reply(rows[:PREVIEW_CAP] if "/preview/" in path else rows)

    def _send(self, status: int, body: bytes) -> None:
        is_packed = "gzip" in self.headers.get("Accept-Encoding", "") and status == 200
        body = gzip.compress(body, 1, mtime=0) if is_packed else body
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if is_packed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
