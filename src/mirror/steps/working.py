"""Work through the queue of calls: split what is cut, leave what fails for the next round."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from mirror.comtrade import Planned, Query, expected_rows, pieces, rows, split, split_to_fit
from mirror.comtrade.plan import COUNT_FIRST, FILL
from mirror.errors import (
    AuthError,
    QuotaExceeded,
    Refused,
    SettingsError,
    SourceError,
    TruncatedReply,
)
from mirror.lake import StoredReply, Work, verify
from mirror.steps.asking import Asker

log = logging.getLogger(__name__)
ROUNDS = 3
FAILURES_IN_A_ROW = 6
"""After so many the service is taken to be down, and the quota is kept for later."""


@dataclass(frozen=True)
class Progress:
    """How far a fetch is: replies kept, rows in them, calls that are planned and open."""

    replies: int
    rows: int
    open: int
    doing: str


class Working:
    """Runs one request's plan. `failures`: the last word of each call that is still open;
    `patience`: so many failures in a row mean that the service is down.
    """

    def __init__(
        self,
        asker: Asker,
        request: str,
        watch: Callable[[Progress], None] = lambda progress: None,
        patience: int = FAILURES_IN_A_ROW,
    ) -> None:
        self.request = request
        self.failures: dict[str, str] = {}
        self._asker = asker
        self._queue = asker.lake.queue
        self._watch = watch
        self._patience = patience
        self._in_a_row = 0

    def look(self, queries: Iterable[Query]) -> None:
        """Ask availability; a window that is cut is asked in halves."""
        waiting = list(queries)
        for _ in range(ROUNDS):
            waiting = [part for query in waiting for part in self._look(query)]

    def plan(self, calls: Iterable[Planned]) -> None:
        """Put calls into the queue, unless some of this request are still open."""
        if not self._queue.open(self.request):
            self._queue.plan(self.request, ((c.query.to_json(), c.rows) for c in calls))

    def run(self) -> None:
        """Make the calls of the queue, each until it succeeds, is split, or fails three rounds."""
        for _ in range(ROUNDS):
            number = 0
            while not self._is_down() and (work := self._queue.after(self.request, number)):
                number = work.id
                self._do(work)

    def _is_down(self) -> bool:
        return self._in_a_row >= self._patience

    def _look(self, query: Query) -> list[Query]:
        """What is left to look at after one more try."""
        if self._is_down():
            return [query]
        try:
            self._asker.ask(query)
        except TruncatedReply as cut:
            parts = self._parts(query)
            self._succeeded(query) if parts else self._failed(query, cut)
            return parts or [query]
        except (QuotaExceeded, AuthError):
            raise
        except Refused as error:
            return self._closed(query, error)
        except SourceError as error:
            return self._failed(query, error)
        self._succeeded(query)
        return []

    def _do(self, work: Work) -> None:
        query = Query.from_json(work.query)
        self._tell(query)
        try:
            if pieces(Planned(query, work.rows), self._asker.client.limits) > COUNT_FIRST:
                self._size(work, query)
            else:
                self._asker.ask(query, work)
        except TruncatedReply as cut:
            parts = self._parts(query)
            self._replace(work, parts) if parts else self._failed(query, cut)
            return
        except (QuotaExceeded, AuthError):
            raise
        except Refused as error:
            self._by_another_way(work, query, error)
            return
        except SourceError as error:
            self._failed(query, error)
            return
        self._succeeded(query)

    def _size(self, work: Work, query: Query) -> None:
        """Ask how many rows there are, and cut the query into parts of the right size."""
        count = self._asker.count(query)
        sizes = self._sizes(query)
        known = expected_rows(query, sizes) or 1.0
        factor = (work.rows if count is None else count) / known
        scaled = {p: {r: n * factor for r, n in of.items()} for p, of in sizes.items()}
        limits = self._asker.client.limits
        parts = split_to_fit(query, scaled, FILL * limits.rows(query.kind))
        calls = [(p.to_json(), expected_rows(p, scaled)) for p in parts if p != query]
        self._queue.split(self.request, work, calls or [(work.query, 0.0)])

    def _sizes(self, query: Query) -> dict[str, dict[int, float]]:
        """Equal sizes for all that published."""
        sizes: dict[str, dict[int, float]] = {}
        for period, reporter in self._asker.lake.releases(query.frequency):
            if period in query.periods and (not query.reporters or reporter in query.reporters):
                sizes.setdefault(period, {})[reporter] = 1.0
        return sizes

    def _parts(self, query: Query) -> list[Query]:
        if query.kind.startswith("availability"):
            return split(query, ()) if len(query.periods) > 1 else []
        published = self._asker.lake.releases(query.frequency)
        return split(query, [reporter for period, reporter in published if period in query.periods])

    def _replace(self, work: Work, parts: list[Query]) -> None:
        log.info("a reply was cut: asking in %d parts", len(parts))
        self._succeeded(Query.from_json(work.query))
        self._queue.split(
            self.request, work, [(p.to_json(), work.rows / len(parts)) for p in parts]
        )

    def _succeeded(self, query: Query) -> None:
        self._in_a_row = 0
        self.failures.pop(query.to_json(), None)

    def _failed(self, query: Query, error: SourceError) -> list[Query]:
        log.warning("%s", error)
        self._in_a_row += 1
        self.failures[query.to_json()] = str(error)
        return [query]

    def _by_another_way(self, work: Work, query: Query, error: Refused) -> None:
        """Ask without the key for what a key lacks, and the other way round."""
        way = self._asker.surfaces.open_way(query.kind)
        if way is None:
            self._closed(query, error)
            return
        self._asker.surfaces.warn(error, way)
        self._queue.split(self.request, work, [(replace(query, kind=way).to_json(), work.rows)])

    def _closed(self, query: Query, error: Refused) -> list[Query]:
        """A call that the service refuses says nothing of whether it is up."""
        if str(error) not in self.failures.values():
            log.warning("%s", error)
        self.failures[query.to_json()] = str(error)
        return [query]

    def _tell(self, query: Query) -> None:
        left = len(self._queue.open(self.request))
        doing = ", ".join(query.periods) or query.name
        self._watch(Progress(self._asker.replies, self._asker.rows, left, doing))


def reporter_codes(asker: Asker, names: Iterable[str], may_ask: bool = True) -> frozenset[int]:
    """Comtrade's codes of ISO alpha-3 names, from the service's own list, kept in the lake.

    Raises SettingsError for a name it does not hold. Without leave to ask and without the list,
    names stand for themselves as numbers below zero: enough to count calls.
    """
    wanted = [name.strip().upper() for name in names if name.strip()]
    codes = {int(name) for name in wanted if name.isdigit()}
    letters = [name for name in wanted if not name.isdigit()]
    if not letters:
        return frozenset(codes)
    known = _reporter_list(asker, may_ask)
    if not known:
        return frozenset(codes | {-number for number, _ in enumerate(letters, 1)})
    missing = sorted(set(letters) - known.keys())
    if missing:
        raise SettingsError(f"UN Comtrade knows no reporter {', '.join(missing)}: use alpha-3.")
    return frozenset(codes.union(*(known[name] for name in letters)))


def _reporter_list(asker: Asker, may_ask: bool) -> dict[str, set[int]]:
    query = Query("reference", name="Reporters")
    kept = _kept(asker, query)
    if kept:
        verify(kept[-1].path, kept[-1].sha256)
    if not kept and may_ask:
        asker.ask(query)
        kept = _kept(asker, query)
    found: dict[str, set[int]] = {}
    for row in rows(kept[-1].path) if kept else ():
        iso = str(row.get("reportercodeisoalpha3") or "").strip()
        found.setdefault(iso, set()).add(int(row["reportercode"]))
    return found


def _kept(asker: Asker, query: Query) -> list[StoredReply]:
    asked = (reply for reply in asker.lake.replies() if reply.query == query.to_json())
    return [reply for reply in asked if reply.path.is_file()]
