"""What an account was found to be allowed: learned from calls, kept in the lake, planned by."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from mirror.comtrade import FILL, SMALL_ROWS, Kind, Limits
from mirror.lake import Lake
from mirror.lake.learned import Fact

log = logging.getLogger(__name__)
BELIEVED = timedelta(days=30)
"""An account may be allowed more one day: what was learned longer ago is found out again."""
SMALLER = 0.55
"""Of a size that failed: two parts that are not quite alike."""
MUCH_SMALLER = 0.25
RECORDS: tuple[Kind, ...] = ("records", "preview")
ANY = "any"
"""The kind of facts that hold for all calls of an account."""


class Allowance:
    """The limits of an account, with what calls taught about it. What a failed call suggests is
    remembered when a call within it succeeds: the service may be down.
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
        self._proven = dict.fromkeys(RECORDS, 0)
        self.limits = self._known(limits)
        self._sure = self.limits

    def found(self, account: str, kind: str, fact: Fact) -> float | None:
        """A number that was learned lately; null if it was not."""
        value = self._learned.get(account, kind, fact, self._clock() - BELIEVED)
        return None if value is None else float(value)

    def remember(self, account: str, kind: str, fact: Fact, value: float) -> None:
        """Keep a fact for the next plan and the next run."""
        self._learned.set(account, kind, fact, value, self._clock())

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

    def too_large(self, kind: Kind, rows: float, is_up: bool) -> bool:
        """A call for so many rows failed where a smaller one may not; whether calls are planned
        smaller now.

        `is_up`: something else succeeded, so that the size is at fault. Where nothing did it is no
        more than a sign, and the next size is much smaller; it grows again with what succeeds.
        """
        room = int(self.limits.room(kind))
        smaller = max(SMALL_ROWS, int(rows * (SMALLER if is_up else MUCH_SMALLER)))
        if kind not in RECORDS:
            return False
        if is_up and rows < self._too_slow(kind):
            self._keep(kind, "rows_too_slow", int(rows))
        if smaller >= room or rows > 1.1 * room:
            return False
        log.info(
            "a call for %d rows failed: calls now are for %d at most",
            rows,
            smaller,
        )
        self.limits = self.limits.with_rows_in_time(kind, smaller)
        return True

    def worked(self, kind: Kind, rows: int) -> None:
        """A call for so many rows succeeded: what was supposed for its kind is so, and if it was
        of the largest size, twice as much is tried, up to what was too slow.
        """
        now = self.limits.in_time.get(kind)
        if now is None:
            return
        if now != self._sure.in_time.get(kind):
            self._keep(kind, "rows_in_time", now)
            self._sure = self.limits
        if rows >= now / 2 and 2 * now < 0.9 * self._too_slow(kind):
            self.limits = self.limits.with_rows_in_time(kind, 2 * now)

    def discard(self) -> bool:
        """Suppose nothing any more; whether anything was."""
        was = self.limits != self._sure
        self.limits = self._sure
        return was

    def _too_slow(self, kind: Kind) -> float:
        """Rows of the smallest call that failed for its size; more than all if none did."""
        found = self.found(self._account_of(kind), kind, "rows_too_slow")
        return 1.2 * FILL * self.limits.rows(kind) if found is None else found

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
