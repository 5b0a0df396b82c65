"""Work through the queue of calls: split what is cut or too large, leave what fails for later."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace

from mirror.comtrade import COUNT_FIRST, Planned, Query, pieces, split
from mirror.errors import (
    AuthError,
    CallTooLarge,
    QuotaExceeded,
    Refused,
    SourceError,
    TruncatedReply,
)
from mirror.lake import Work
from mirror.steps.allowance import RECORDS
from mirror.steps.asking import Asker
from mirror.steps.failures import FAILURES_IN_A_ROW, Failures
from mirror.steps.parts import correct, may_be_too_large, parts_of, sized_parts
from mirror.steps.progress import Progress

log = logging.getLogger(__name__)
ROUNDS = 3
FEW_ATTEMPTS = 2
"""Where the service gives no reply in time or a 5xx: of a call that can be asked in parts, and of
one after another that failed.
"""
Replan = Callable[[], Iterable[Planned]]


class Working:
    """Runs one request's plan. `failures`: what is still open; `replan`: the calls that
    are still needed, by what is known of the account now (null: the plan is kept as it is).
    """

    def __init__(
        self,
        asker: Asker,
        request: str,
        watch: Callable[[Progress], None] = lambda progress: None,
        patience: int = FAILURES_IN_A_ROW,
    ) -> None:
        self.request = request
        self.failures = Failures(patience)
        self.replan: Replan | None = None
        self._asker = asker
        self._queue = asker.lake.queue
        self._watch = watch
        self._keyed_rest: QuotaExceeded | None = None

    def look(self, queries: Iterable[Query]) -> None:
        """Ask availability; a window that is cut, or too large, is asked in halves."""
        waiting = [(query, query) for query in queries]
        asked = {query.to_json() for query, _ in waiting}
        for _ in range(ROUNDS):
            waiting = [
                (part, whole) for query, whole in waiting for part in self._look(query, whole)
            ]
        for done in asked - {whole.to_json() for _, whole in waiting}:
            self.failures.said.pop(done, None)

    def plan(self, calls: Iterable[Planned]) -> None:
        """Put calls into the queue, unless some of this request are still open."""
        if not self._queue.open(self.request):
            self._put(calls)

    def run(self) -> None:
        """Make the calls of the queue, each until it succeeds, is split, or fails three rounds.

        Raises QuotaExceeded; where keyless calls bring as much as the key's, when both are used up.
        """
        if not self._suits():
            self._plan_anew()
        for _ in range(ROUNDS):
            number = 0
            while not self.failures.is_down and (work := self._queue.after(self.request, number)):
                number = work.id
                try:
                    self._do(work)
                except QuotaExceeded as stop:
                    self._go_on_keyless(stop)
        if self.failures.is_down:
            if self._asker.allowance.discard():
                self._plan_anew()
            self.failures.name_the_last()
        if self._keyed_rest and self._queue.open(self.request):
            self.failures.said.clear()
            raise self._keyed_rest

    def open_calls(self) -> int:
        """Calls that the queue is likely to take."""
        return sum(pieces(call, self._asker.limits) for call in self.planned())

    def planned(self) -> list[Planned]:
        """The calls of the queue."""
        left = self._queue.open(self.request)
        return [Planned(Query.from_json(work.query), work.rows) for work in left]

    def _suits(self) -> bool:
        """Whether the queue, as an earlier run left it, is one for this account as it is now."""
        limits, kind = self._asker.limits, self._asker.kind
        return all(
            call.query.kind == kind
            and len(call.query.periods) <= limits.periods(kind)
            and not 1 < pieces(call, limits) <= COUNT_FIRST
            for call in self.planned()
            if call.query.kind in RECORDS
        )

    def _plan_anew(self) -> bool:
        """Put a new plan in the place of what is left; whether there is one."""
        if self.replan is None:
            return False
        self.failures.said.clear()
        self._put(self.replan())
        return True

    def _put(self, calls: Iterable[Planned]) -> None:
        self._queue.plan(self.request, ((c.query.to_json(), c.rows) for c in calls))

    def _go_on_keyless(self, stop: QuotaExceeded) -> None:
        """Use the quota of keyless calls as well, where it is of use."""
        if self._keyed_rest:
            raise min(stop, self._keyed_rest, key=lambda one: one.until)
        if self.replan is None or not self._asker.turn_keyless():
            raise stop
        log.info("%s Keyless calls go on.", stop)
        self._keyed_rest = stop
        self._plan_anew()

    def _attempts(self, is_large: bool) -> int | None:
        return FEW_ATTEMPTS if is_large or self.failures.in_a_row else None

    def _look(self, query: Query, whole: Query) -> list[Query]:
        """What is left to look at of a window, or of a part of one, after one more try."""
        if self.failures.is_down:
            return [query]
        parts = split(query, ()) if len(query.periods) > 1 else []
        try:
            self._asker.ask(query, attempts=self._attempts(bool(parts)))
        except (QuotaExceeded, AuthError):
            raise
        except Refused as error:
            self.failures.closed(whole, error)
            return [query]
        except (TruncatedReply, CallTooLarge) as error:
            self.failures.failed(whole, error)
            if isinstance(error, TruncatedReply) and parts:
                self.failures.in_a_row = 0
            return parts or [query]
        except SourceError as error:
            self.failures.failed(whole, error)
            return [query]
        self.failures.in_a_row = 0
        return []

    def _do(self, work: Work) -> None:
        query, limits = Query.from_json(work.query), self._asker.limits
        self._tell(query)
        try:
            if pieces(Planned(query, work.rows), limits) > COUNT_FIRST:
                self._size(work, query)
            else:
                is_large = may_be_too_large(query, work.rows)
                self._asker.ask(query, work, self._attempts(is_large))
        except TruncatedReply as cut:
            self.failures.succeeded(query)
            correct(self._asker, query, cut.total)
            is_news = self._asker.limits != limits
            rows = cut.total or max(work.rows, 1.5 * cut.rows)
            if not (is_news and self._plan_anew()) and not self._replace(work, query, rows):
                self.failures.failed(query, cut)
        except (QuotaExceeded, AuthError):
            raise
        except Refused as error:
            self._by_another_way(work, query, error)
        except CallTooLarge as error:
            self._too_large(work, query, error)
        except SourceError as error:
            self.failures.failed(query, error)
        else:
            self.failures.succeeded(query)
            if self._asker.limits != limits:
                self._plan_anew()

    def _too_large(self, work: Work, query: Query, error: CallTooLarge) -> None:
        """Ask for less at a time, now and later; nothing is remembered if nothing else succeeds.

        A count tells whether the service is up, and takes the query as such.
        """
        self.failures.failed(query, error, logging.INFO)
        is_joined = error.status == 400 and len(query.periods) > 1
        is_known = len(query.periods) > self._asker.limits.periods(query.kind)
        is_first = self.failures.in_a_row == 1
        is_asked = is_first and not is_known and query.kind in RECORDS
        total = self._asker.count_if_told(query) if is_asked else None
        rows = work.rows if total is None else total
        if not is_joined and not may_be_too_large(query, rows):
            log.warning("%s", error)
            return
        if total is not None or error.status != 400:
            is_up = is_first or total is not None
            is_news = self._asker.allowance.too_large(query.kind, rows, is_up)
            if total is not None and is_news:
                self.failures.in_a_row = 0
            correct(self._asker, query, total)
            if is_news and self._plan_anew():
                return
        self._replace(work, query, rows)

    def _size(self, work: Work, query: Query) -> None:
        """Ask how many rows there are, and cut the query into parts of the right size."""
        rows = self._asker.count(query)
        calls = sized_parts(self._asker, query, work.rows if rows is None else rows)
        self._queue.split(self.request, work, ((c.query.to_json(), c.rows) for c in calls))

    def _replace(self, work: Work, query: Query, rows: float) -> bool:
        """Put the parts of a call for so many rows in its place; whether there are any."""
        if not (parts := parts_of(self._asker, query, rows)):
            return False
        log.info("it is requested in %d smaller calls", len(parts))
        self.failures.forget(query)
        self._queue.split(self.request, work, ((p.query.to_json(), p.rows) for p in parts))
        return True

    def _by_another_way(self, work: Work, query: Query, error: Refused) -> None:
        """Ask without the key for what a key lacks, and the other way round."""
        way = self._asker.surfaces.open_way(query.kind)
        if way is None:
            self.failures.closed(query, error)
            return
        self._asker.surfaces.warn(error, way)
        if not self._plan_anew():
            self._queue.split(self.request, work, [(replace(query, kind=way).to_json(), work.rows)])

    def _tell(self, query: Query) -> None:
        left = len(self._queue.open(self.request))
        doing = ", ".join(query.periods) or query.name
        self._watch(Progress(self._asker.replies, self._asker.rows, left, doing))
