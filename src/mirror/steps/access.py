"""What the service lets an account do, found out in few calls: what is run first with a key."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from time import monotonic

from mirror.comtrade import FLOWS, GOLD, Frequency, Kind, Query, span
from mirror.errors import (
    AuthError,
    QuotaExceeded,
    Refused,
    SchemaDrift,
    SourceError,
    TruncatedReply,
)
from mirror.lake import Lake
from mirror.lake.learned import Fact
from mirror.machine import refusals_said
from mirror.settings import Settings
from mirror.steps.asking import Asker, Clock, utc_now

MOST_CALLS = 8
PUBLISHED = 0.8
"""A year is complete enough if so large a share of the reporters of the best year is in it."""
YEARS = 12
"""Availability of so many years comes with one call."""
ANY_REPORTER = 842
"""Asked for where nobody is known to have published: the United States, which always do."""


@dataclass(frozen=True)
class Tried:
    """What came of a call: rows (of a cut reply as well), the time that it took, its bytes as they
    came over the wire, and what was raised in the place of a whole reply.
    """

    rows: int | None
    seconds: float
    wire_bytes: int
    error: SourceError | SchemaDrift | None = None

    @property
    def is_cut(self) -> bool:
        """Whether a reply came that ends too early."""
        return isinstance(self.error, TruncatedReply)

    @property
    def is_answered(self) -> bool:
        """Whether the service gives this, however much of it."""
        return self.error is None or self.is_cut

    @property
    def has_failed(self) -> bool:
        """Whether the call was too much for the service, or the service is down."""
        is_said = isinstance(self.error, Refused | QuotaExceeded | TruncatedReply)
        return self.error is not None and not is_said


@dataclass(frozen=True)
class Access:
    """What came of each call by its kind, `count` and `smaller` beside; what was not asked for is
    not in it. `records_of_year`: all of gold in that year, null where it is not known.
    """

    has_key: bool
    year: str
    calls: int
    tried: Mapping[str, Tried]

    @property
    def records_of_year(self) -> int | None:
        """Rows of gold of the whole world in `year`."""
        known = [self.tried[name].rows for name in ("count", "records") if name in self.tried]
        return next((rows for rows in known if rows), None)

    @property
    def rows_a_call(self) -> int | None:
        """Where replies of records end; null where the largest that was asked for came whole."""
        return ends_at(self.tried.get("records"), self.records_of_year)

    @property
    def trouble(self) -> SourceError | SchemaDrift | None:
        """What keeps a fetch from working; null if it can."""
        if not self.is_open("availability_keyed", "availability"):
            return self._first_error("availability_keyed", "availability")
        ways = ("records", "smaller") if self.has_key else ("preview",)
        if self.is_open(*ways) or (self.lacks("records") and self.is_open("preview")):
            return None
        return self._first_error(*ways)

    def is_open(self, *ways: str) -> bool:
        """Whether one of these calls was answered."""
        return any(way in self.tried and self.tried[way].is_answered for way in ways)

    def lacks(self, name: str) -> bool:
        """Whether a key that is good is refused this."""
        error = self.tried[name].error if name in self.tried else None
        return isinstance(error, Refused) and not isinstance(error, AuthError)

    def _first_error(self, *ways: str) -> SourceError | SchemaDrift | None:
        return next((self.tried[way].error for way in ways if way in self.tried), None)


def ends_at(tried: Tried | None, total: int | None) -> int | None:
    """Where a reply ended that has fewer rows than there are."""
    if tried is None or not tried.rows or not tried.is_answered:
        return None
    is_short = total is not None and tried.rows < total
    return tried.rows if tried.is_cut or is_short else None


def find_access(settings: Settings, *, clock: Clock = utc_now) -> Access:
    """Ask the service what this account may do, in eight calls at most, and remember it.

    What was refused before is asked anew. Of the replies availability alone is kept.
    """
    brief = settings.model_copy(update={"comtrade_retries": min(1, settings.comtrade_retries)})
    folder = settings.out / "lake"
    allowed = settings.comtrade_calls_a_day, settings.comtrade_bytes_a_day
    with refusals_said(folder), Lake.writing(folder, *allowed) as lake:
        probe = _Probe(lake, brief, clock)
        probe.surfaces.forget()
        year = _ask_all(probe)
        found = Access(probe.client.has_key, year, probe.attempts.total(), probe.settled())
        _remember(probe, found)
        return found


class _Probe(Asker):
    """An asker that goes on whatever comes, and makes few calls."""

    def __init__(self, lake: Lake, settings: Settings, clock: Clock) -> None:
        super().__init__(lake, settings, clock)
        self._wire_bytes = 0
        self._tried: dict[str, tuple[Kind, Tried]] = {}

    def attempt(
        self, name: str, query: Query, ask: Callable[[Query], int | None] | None = None
    ) -> Tried:
        """Make a call; by default its reply is looked at and not kept."""
        began, bytes_before = monotonic(), self._wire_bytes
        rows: int | None = None
        error: SourceError | SchemaDrift | None = None
        try:
            rows = (ask or self._look_at)(query)
        except (SourceError, SchemaDrift) as raised:
            error = raised
            rows = raised.rows if isinstance(raised, TruncatedReply) else None
        came = self._wire_bytes - bytes_before
        tried = Tried(rows, monotonic() - began, came, error)
        self._tried[name] = query.kind, tried
        return tried

    def settled(self) -> dict[str, Tried]:
        """What came of each call; a key that was answered later is good, and lacks what it was
        refused before.
        """
        return {name: self._settle(kind, tried) for name, (kind, tried) in self._tried.items()}

    def _settle(self, kind: Kind, tried: Tried) -> Tried:
        error = tried.error
        if (
            isinstance(error, Refused)
            and error.status
            and not self.surfaces.is_doubtful(kind, error)
        ):
            return replace(tried, error=self.surfaces.note_refusal(Query(kind), error))
        return tried

    def _look_at(self, query: Query) -> int:
        with self.surfaces.noted(query), self.lake.draft() as draft:
            return self.client.ask(query, draft, attempts=1).tally.rows

    def _receive(self, query: Query, size: int, rows: int) -> None:
        self._wire_bytes += size
        super()._receive(query, size, rows)

    def _spend(self, query: Query) -> None:
        if self.attempts.total() >= MOST_CALLS:
            raise SourceError(f"It was not asked, as {MOST_CALLS} calls were made: run it again.")
        super()._spend(query)


def _ask_all(probe: _Probe) -> str:
    """Ask one thing after the other; returns the year that was asked for."""
    this_year = probe.clock().year
    years = span("A", str(this_year - YEARS + 1), str(this_year))
    looks = [probe.attempt(way, Query(way, "A", years), probe.ask_as)
             for way in probe.surfaces.ways("availability")]  # fmt: skip
    year, reporter = _published(probe, "A", str(this_year - 2))
    if all(look.has_failed for look in looks):
        return year
    world = Query("records", "A", (year,), (), (), GOLD, FLOWS)
    imports = replace(world, flows=("M",), products=("7108",))
    probe.attempt("preview", replace(imports, kind="preview"))
    if probe.client.has_key:
        probe.attempt("bilateral", replace(imports, kind="bilateral", reporters=(reporter,)))
        probe.attempt("count", world, probe.count)
        if probe.attempt("records", world).has_failed:
            probe.attempt("smaller", imports)
    return year


def _published(probe: _Probe, frequency: Frequency, otherwise: str) -> tuple[str, int]:
    """The newest year in which nearly all have published, and a reporter of it."""
    listed = sorted(probe.lake.releases(frequency))
    reporters = Counter(period for period, _ in listed)
    enough = PUBLISHED * max(reporters.values(), default=0)
    year = max((year for year, count in reporters.items() if count >= enough), default=otherwise)
    return year, next((code for period, code in listed if period == year), ANY_REPORTER)


def _remember(probe: _Probe, found: Access) -> None:
    """Keep for the next plan where replies end, and how much came in time."""
    _set(probe, "records", "rows_a_call", found.tried.get("records"), found.rows_a_call)
    preview = found.tried.get("preview")
    _set(probe, "preview", "rows_a_call", preview, ends_at(preview, None))
    records, total = found.tried.get("records"), found.records_of_year
    if records and records.has_failed and found.tried["smaller"].is_answered and total:
        _set(probe, "records", "rows_in_time", found.tried["smaller"], total // 2)
        _set(probe, "records", "rows_too_slow", found.tried["smaller"], total)
    else:
        _set(probe, "records", "rows_in_time", records, None)
        _set(probe, "records", "rows_too_slow", records, None)
    if records and records.error is None and records.rows == total and total:
        probe.allowance.whole("records", total)


def _set(probe: _Probe, kind: Kind, fact: Fact, tried: Tried | None, rows: int | None) -> None:
    """Learn a number of rows, or forget one that a larger reply has shown to be too small."""
    account, learned = probe.surfaces.account_of(kind), probe.lake.learned
    if rows is not None:
        learned.set(account, kind, fact, rows, probe.clock())
    elif tried and tried.error is None:
        known = learned.get(account, kind, fact)
        if known and (tried.rows or 0) >= float(known):
            learned.forget(account, kind, fact)
