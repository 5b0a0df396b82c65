"""What an account may do: a service on loopback with the limits that one or another was given."""

import json
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from comtrade_service.service import Service

BANDWIDTH = (
    b'{"statusCode":403,"message":"Out of bandwidth quota. Quota will be replenished in 03:14:17."}'
)
VOLUME = (
    b'{"statusCode":403,"message":"Out of call volume quota. Quota will be replenished in'
    b' 03:14:17."}'
)


@dataclass
class Regime(Service):
    """`slow_above`: replies of more rows end in 504; `bytes_left`: of bodies with the key, null: no
    end; `keyless_quota`: keyless calls before 403; `is_down`: every call ends in 504, or with
    `down_for_data` all but availability; `counts`: whether countOnly is answered;
    `one_period_keyless`: several periods of preview are a 400; `refuses_above`: replies of more
    rows are a 400, and so is, with `refuses_count`, their count. `sent`: rows of each reply.
    """

    slow_above: int | None = None
    bytes_left: int | None = None
    keyless_quota: int | None = None
    is_down: bool = False
    down_for_data: bool = False
    counts: bool = True
    one_period_keyless: bool = True
    refuses_above: int | None = None
    refuses_count: bool = False
    sent: list[int] = field(default_factory=list)

    def answer(self, path: str, headers: dict[str, str]) -> tuple[int, bytes, str]:
        parts = urlsplit(path)
        asked = {name.lower(): v[0] for name, v in parse_qs(parts.query).items()}
        is_keyed = parts.path.startswith(("/data/", "/tools/"))
        if refused := self._refused(parts.path, asked, is_keyed):
            return refused
        status, body, outcome = super().answer(path, headers)
        if status == 200 and ("/preview/" in parts.path or "/data/v1/get/" in parts.path):
            status, body, outcome = self._sized(asked, body)
        if is_keyed and self.bytes_left is not None:
            self.bytes_left -= len(body)
        return status, body, outcome

    def _refused(
        self, path: str, asked: dict[str, str], is_keyed: bool
    ) -> tuple[int, bytes, str] | None:
        if self.is_down or (self.down_for_data and "/getda/" not in path.lower()):
            return 504, b"<html><body>Gateway Time-out</body></html>", "down"
        if is_keyed and self.bytes_left is not None and self.bytes_left <= 0:
            return 403, BANDWIDTH, "bytes"
        if not is_keyed and self.keyless_quota is not None:
            if self.keyless_quota <= 0:
                return 403, VOLUME, "quota"
            self.keyless_quota -= 1
        several = "/preview/" in path and "," in asked.get("period", "")
        if several and self.one_period_keyless:
            return 400, b'{"errorObject":{"errorMessage":"One period at a time."}}', "periods"
        return None

    def _sized(self, asked: dict[str, str], body: bytes) -> tuple[int, bytes, str]:
        reply = json.loads(body)
        if asked.get("countonly") == "true":
            if self.refuses_count:
                return 400, b'{"errorObject":{"errorMessage":"Bad parameter."}}', "refused"
            return (200, body, "count") if self.counts else (504, b"slow", "slow count")
        most = int(asked.get("maxrecords", 1_000_000))
        reply["data"] = reply["data"][:most]
        reply["count"] = len(reply["data"])
        if self.slow_above is not None and reply["count"] > self.slow_above:
            return 504, b"<html><body>Gateway Time-out</body></html>", "slow"
        if self.refuses_above is not None and reply["count"] > self.refuses_above:
            return 400, b'{"errorObject":{"errorMessage":"Too much."}}', "refused"
        self.sent.append(reply["count"])
        return 200, json.dumps(reply).encode(), "ok"
