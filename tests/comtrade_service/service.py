"""UN Comtrade on loopback, as strict as the live service is known to be, with its limits as knobs.

Which rule comes from where stands beside each rule, in `endpoints`, `asked`, `answers`, `access`.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from comtrade_service.access import HEADER, KEY, Account, refusal
from comtrade_service.answers import body, rows_sent
from comtrade_service.asked import HOST, URL_LENGTH, Asked, NotUnderstood
from comtrade_service.faults import Faults
from comtrade_service.server import HTML, TOO_LONG, Call, served
from comtrade_service.world import World

__all__ = ["HEADER", "KEY", "Call", "Service"]


class Answer(NamedTuple):
    status: int
    body: bytes
    outcome: str


@dataclass
class Service:
    """What the server knows. None: no limit."""

    world: World = field(default_factory=World)
    faults: Faults = field(default_factory=Faults)
    preview_cap: int = 500  # [N] Limits
    keyed_cap: int = 100_000  # [N] Limits: 500, 100,000, 200,000 or 250,000, by the source
    quota: int | None = None  # keyed calls that are left, whatever the day
    redirect: str = ""
    zipped: bool = True

    public_counts_all: bool = True  # False: keyless countOnly ends at the cap, as the README says
    default_rows: int | None = None  # rows sent when maxRecords is not; None: the cap
    counts: bool = True  # False: countOnly is a 504
    slow_rows: int | None = None  # more rows than these are a 504,
    slow_status: int = 504  # or another refusal,
    slow_seconds: float = 0  # or, if this is set, come after so long ([N] Limits: Speed)
    calls_a_day: int | None = None  # with the key; [N] Limits: 500
    public_calls_a_day: int | None = None
    bytes_a_day: int | None = None  # with the key; [N] Limits: 411.82 MB
    counts_packed: bool = True  # bytes count as they travel; False: as they are once unpacked
    seconds_between: float = 0  # from call to call, with and without the key apart
    says_wait: bool = True  # 429 with Retry-After
    day_starts_at_second: int = 0  # of the day in UTC
    clock: Callable[[], float] = field(default=time.time, repr=False)
    key_lacks: frozenset[str] = frozenset()  # kinds of `endpoints` that the key has no product for
    keyless_refused: frozenset[str] = frozenset()  # kinds that are refused by policy without key
    whole_addresses: bool = True  # of bulk files; False: reporter and hash

    calls: list[Call] = field(default_factory=list)
    accounts: dict[bool, Account] = field(
        default_factory=lambda: {True: Account(), False: Account()}, repr=False
    )
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
        with served(self):
            yield self

    def answer(self, path: str, headers: dict[str, str]) -> tuple[int, bytes, str]:
        """Status, body and outcome of a call that no fault befalls."""
        if len(HOST + path) > URL_LENGTH:
            return Answer(414, TOO_LONG, "too long")
        asked = Asked.of(path)
        if asked is None:
            return _said(404, "Resource not found", "no such path")
        if refused := refusal(self, asked, headers):
            return _said(refused.status, refused.message, refused.outcome)
        try:
            asked.check()
            found = body(self, asked)
        except NotUnderstood as reason:
            return _not_understood(str(reason))
        if not found:
            return _said(404, "Resource not found", "no file")
        return self._in_time(found, bool(asked.truth("countOnly")))

    def _in_time(self, found: bytes, is_count: bool) -> Answer:
        is_slow = self.slow_rows is not None and rows_sent(found) > self.slow_rows
        if not is_slow and (self.counts or not is_count):
            return Answer(200, found, "ok")
        if self.slow_seconds:
            return Answer(200, found, "late")
        if self.slow_status == 400:
            return _not_understood("The query is too large.")
        return Answer(self.slow_status, HTML, "slow")  # [N] Replies: outages answer in HTML


def _said(status: int, message: str, outcome: str) -> Answer:
    return Answer(status, json.dumps({"statusCode": status, "message": message}).encode(), outcome)


def _not_understood(reason: str) -> Answer:
    said = json.dumps({"errorObject": {"errorMessage": reason}})  # [N] Replies
    return Answer(400, said.encode(), "not understood")
