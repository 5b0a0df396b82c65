"""Whether a reply is whole: held against caps, round numbers, and the service's own count."""

import logging
from dataclasses import replace

from mirror.comtrade import SMALLEST_CAP, Client, Query, Tally, is_round
from mirror.errors import AuthError, QuotaExceeded, SourceError, TruncatedReply
from mirror.lake import Lake
from mirror.lake.bodies import Draft
from mirror.steps.allowance import RECORDS, Allowance
from mirror.steps.sizes import published

log = logging.getLogger(__name__)
MANY_ENOUGH = 5
"""Of fewer reporters and periods a cut reply may well show all, and end within the last of them."""


class WholeReplies:
    """Asks for replies and lets only whole ones pass; what a cut one teaches is remembered."""

    def __init__(self, client: Client, lake: Lake, allowance: Allowance) -> None:
        self._client = client
        self._lake = lake
        self._allowance = allowance
        self._counts: dict[Query, int | None] = {}

    def ask(self, query: Query, draft: Draft, attempts: int | None) -> Tally:
        """The tally of a reply that is not cut, as far as its size and a count can tell.

        Raises TruncatedReply where it is, and what the client raises.
        """
        self._client.limits = self._allowance.limits
        try:
            tally = self._client.ask(query, draft, attempts).tally
        except TruncatedReply as cut:
            self._learn_of(query, cut)
            raise
        if query.kind in RECORDS and self._is_doubtful(query, tally):
            self._confirm(query, tally.rows)
        return tally

    def count(self, query: Query) -> int | None:
        """Rows that a query would return; null where the service does not tell."""
        if query not in self._counts:
            with self._lake.draft() as draft:
                asked = replace(query, count_only=True)
                tally = self._client.ask(asked, draft, attempts=1).tally
            is_ignored = tally.rows > 0 or tally.declared in self._allowance.limits.suspect
            self._counts[query] = None if is_ignored else tally.declared
        return self._counts[query]

    def count_if_told(self, query: Query) -> int | None:
        """The same; null as well where the call fails."""
        try:
            return self.count(query)
        except (QuotaExceeded, AuthError):
            raise
        except SourceError as error:
            log.info("no count came: %s", error)
            return None

    def _is_doubtful(self, query: Query, tally: Tally) -> bool:
        limits, kind = self._allowance.limits, query.kind
        proven = self._allowance.proven(kind)
        if not limits.is_doubtful(kind, tally.rows, proven, may_lack=True):
            return False
        asked = [
            (period, reporter)
            for period, reporters in published(self._lake, query).items()
            for reporter in reporters
        ]
        lacks_somebody = any(not tally.by_reporter[key] for key in asked)
        may_lack = lacks_somebody or len(asked) < MANY_ENOUGH
        return limits.is_doubtful(kind, tally.rows, proven, may_lack)

    def _learn_of(self, query: Query, cut: TruncatedReply) -> None:
        """A reply ended at a cap that is smaller than the one planned by: ask how many rows there
        are, and remember the cap.
        """
        limits, kind = self._allowance.limits, query.kind
        if kind not in RECORDS or not SMALLEST_CAP <= cut.rows < limits.rows(kind):
            return
        if not (cut.rows in limits.suspect or is_round(cut.rows)):
            return
        try:
            cut.total = self.count_if_told(query)
        except QuotaExceeded:
            self._allowance.cap(kind, cut.rows)
            raise
        if cut.total is None or cut.total > cut.rows:
            self._allowance.cap(kind, cut.rows)

    def _confirm(self, query: Query, rows: int) -> None:
        """Raise TruncatedReply unless a count confirms a reply of a doubtful size."""
        total = self.count_if_told(query)
        if total is not None and total <= rows:
            self._allowance.whole(query.kind, rows)
            return
        if total is None and (rows < SMALLEST_CAP or not is_round(rows)):
            return
        if total is not None:
            self._allowance.cap(query.kind, rows)
        raise TruncatedReply(
            f"A reply to {query.kind} stands at {rows} rows of {total or 'more'}:"
            " it is cut, and must be asked in parts.",
            rows,
            total,
        )
