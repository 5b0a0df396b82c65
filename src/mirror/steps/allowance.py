"""What an account was found to be allowed: learned from calls, kept in the lake, planned by."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from mirror.comtrade import SMALL_ROWS, Kind, Limits
from mirror.lake import Lake
from mirror.lake.learned import Fact

log = logging.getLogger(__name__)
BELIEVED = timedelta(days=30)
"""An account may be allowed more one day: what was learned longer ago is found out again."""
RECORDS: tuple[Kind, ...] = ("records", "preview")
ANY = "any"
"""The kind of facts that hold for all calls of an account."""


class Allowance:
    """The limits of an account, with what calls taught about it. What a failed call suggests is
    supposed until a call within it succeeds, and only then remembered: the service may be down.
    """

    def __init__(
        self,
        lake: Lake,
        limits: Limits,
        account_of: Callable[[Kind], str],
        clock: Callable[[], datetime],
    ) -> None:
        self._learned = lake.learned
        self._account_of = account_of
        self._clock = clock
        self._supposed: dict[Kind, int] = {}
        self._failed: set[Kind] = set()
        self._proven = dict.fromkeys(RECORDS, 0)
        self.limits = self._known(limits)
        self._sure = self.limits

    def found(self, account: str, kind: str, fact: Fact) -> float | None:
        """A number that was learned lately; null if it was not."""
        value = self._learned.get(account, kind, fact, self._clock() - BELIEVED)
        return None if value is None else float(value)

    def remember(self, account: str, kind: str, fact: Fact, value: float) -> None:
        """Keep a fact for the next plan and the next run."""
        self._learned.set(account, kind, fact, f"{value:g}", self._clock())

    def cap(self, kind: Kind, rows: int) -> None:
        """Replies of this kind end at so many rows."""
        if self.limits.rows(kind) != rows:
            log.info("replies to %s end at %d rows: calls are planned by that", kind, rows)
            self.limits = self.limits.with_cap(kind, rows)
            self._sure = self._sure.with_cap(kind, rows)
            self._keep(kind, "rows_a_call", rows)

    def proven(self, kind: Kind) -> int:
        """Rows of the largest reply that a count confirmed."""
        return self._proven.get(kind, 0)

    def whole(self, kind: Kind, rows: int) -> None:
        """A count confirmed a reply of so many rows."""
        if rows > self.proven(kind):
            self._proven[kind] = rows
            self._keep(kind, "rows_whole", rows)

    def suppose_smaller(self, kind: Kind, rows: float, is_up: bool) -> bool:
        """A call for so many rows failed where a smaller one may not; whether there is one.

        `is_up`: something else did succeed. Where it did not, the first failure of a run is no
        more than a sign: it changes this run and no later one.
        """
        room = int(self.limits.room(kind))
        smaller = max(SMALL_ROWS, int(min(rows, room) / 2))
        if kind not in RECORDS or smaller >= room:
            return False
        log.info("a call for %d rows failed: calls are planned for %d at most", rows, smaller)
        self.limits = self.limits.with_rows_in_time(kind, smaller)
        if is_up or kind in self._failed:
            self._supposed[kind] = smaller
        self._failed.add(kind)
        return True

    def worked(self, kind: Kind) -> None:
        """A call succeeded: what was supposed for its kind is so."""
        if kind in self._supposed:
            self._keep(kind, "rows_in_time", self._supposed.pop(kind))
        if kind in self._failed:
            self._failed.discard(kind)
            self._sure = self.limits

    def discard(self) -> bool:
        """Suppose nothing any more; whether anything was."""
        was = self.limits != self._sure
        self._supposed.clear()
        self._failed.clear()
        self.limits = self._sure
        return was

    def _keep(self, kind: Kind, fact: Fact, value: float) -> None:
        self.remember(self._account_of(kind), kind, fact, value)

    def _known(self, limits: Limits) -> Limits:
        for kind in RECORDS:
            account = self._account_of(kind)
            if cap := self.found(account, kind, "rows_a_call"):
                limits = limits.with_cap(kind, int(cap))
            if rows := self.found(account, kind, "rows_in_time"):
                limits = limits.with_rows_in_time(kind, int(rows))
            self._proven[kind] = int(self.found(account, kind, "rows_whole") or 0)
        return limits
