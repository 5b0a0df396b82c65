"""Fetch what is wanted and not at hand from UN Comtrade into the lake, in the fewest calls."""

import json
import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from mirror.comtrade import LIMITS, Limits, Planned, Query, pieces
from mirror.errors import QuotaExceeded
from mirror.lake import Lake
from mirror.machine import refusals_said
from mirror.settings import Settings
from mirror.steps.asking import Asker, Clock, utc_now
from mirror.steps.days import Outlook, outlook
from mirror.steps.planning import FetchRequest, calls, guess, looks
from mirror.steps.progress import Progress
from mirror.steps.reporters import reporter_codes
from mirror.steps.working import Working

__all__ = ["FetchPlan", "FetchReport", "FetchRequest", "Progress", "collect", "fetch", "plan"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FetchPlan:
    """Calls to come. `is_guess`: availability was never asked for part of it; `outlook`: how many
    days it takes.
    """

    looks: tuple[Query, ...]
    calls: tuple[Planned, ...]
    keyed_calls: int
    public_calls: int
    rows: int
    calls_left: int
    is_guess: bool
    outlook: Outlook


@dataclass(frozen=True)
class FetchReport:
    """What a fetch did; `rows` are of records. `resume_at` (UTC): the calls are used up, a rest
    and no failure; `failures`: one sentence for each call that failed and is still open;
    `remaining`: calls that what is open is likely to take; `outlook`: how many days that is.
    """

    keyed_calls: int
    public_calls: int
    replies: int
    rows: int
    remaining: int
    failures: tuple[str, ...]
    new_fields: tuple[str, ...]
    calls_left: int
    resume_at: datetime | None = None
    rest: str = ""
    outlook: Outlook | None = None

    @property
    def is_complete(self) -> bool:
        """Whether everything wanted is in the lake."""
        return not self.remaining and not self.failures and self.resume_at is None


def fetch(
    request: FetchRequest,
    settings: Settings,
    *,
    watch: Callable[[Progress], None] = lambda progress: None,
    clock: Clock = utc_now,
    limits: Limits = LIMITS,
) -> FetchReport:
    """Bring the lake up to date with the request; what is at hand is not asked again.

    Goes on where an earlier fetch of the same request stopped. Raises AuthError, SchemaDrift, or
    LakeError if another fetch writes; failed calls and a used-up quota are in the report.
    """
    with _writing(settings) as lake:
        asker = Asker(lake, settings, clock, limits)
        working = Working(asker, request.key(), watch)
        if ahead := lake.ahead_sentence(clock()):
            log.warning("%s", ahead)
        begun = lake.fetches.begin(request.frequency, request.periods, request.reporters, clock())
        try:
            codes = reporter_codes(asker, request.reporters)
            working.replan = lambda: calls(asker, request, codes)
            working.run()
            working.look(looks(lake, request, clock()))
            working.plan(calls(asker, request, codes))
            working.run()
            report = _report(asker, working)
        except QuotaExceeded as stop:
            report = _report(asker, working, stop)
        lake.fetches.end(begun, _unfinished(report, asker.doubted))
        return report


def _unfinished(report: FetchReport, doubted: Collection[str]) -> str:
    """Why a fetch did not bring everything, as a clause; empty if it did."""
    if report.resume_at:
        return f"the calls are used up until {report.resume_at:%Y-%m-%d %H:%M} UTC"
    if open_ := max(len(report.failures), report.remaining):
        return f"{open_:,} {'call' if open_ == 1 else 'calls'} of the last fetch failed"
    if doubted:
        spelled = ", ".join(sorted(doubted))
        return f"availability of {spelled} was taken for an outage"
    return ""


def collect(
    queries: Iterable[Query],
    settings: Settings,
    *,
    clock: Clock = utc_now,
    limits: Limits = LIMITS,
) -> FetchReport:
    """Ask these queries as they are and keep the replies: bilateral, metadata, unit values."""
    wanted = [(query.to_json(), 0.0) for query in queries]
    with _writing(settings) as lake:
        asker = Asker(lake, settings, clock, limits)
        working = Working(asker, json.dumps(wanted))
        try:
            working.plan(Planned(Query.from_json(query), rows) for query, rows in wanted)
            working.run()
        except QuotaExceeded as stop:
            return _report(asker, working, stop)
        return _report(asker, working)


def plan(
    request: FetchRequest, settings: Settings, *, clock: Clock = utc_now, limits: Limits = LIMITS
) -> FetchPlan:
    """What `fetch` would do, from what the lake knows; makes no call."""
    allowed = settings.comtrade_calls_a_day, settings.comtrade_bytes_a_day
    with Lake.reading(settings.out / "lake", *allowed) as lake:
        lake.demand_named()
        asker = Asker(lake, settings, clock, limits)
        way = asker.surfaces.open_way("availability") or "availability"
        to_look = tuple(looks(lake, request, clock(), way))
        left = lake.queue.open(request.key())
        todo = [Planned(Query.from_json(work.query), work.rows) for work in left]
        unseen = [p for p in request.periods if p not in lake.looked(request.frequency)]
        if not todo:
            codes = reporter_codes(asker, request.reporters, may_ask=False)
            todo = [*calls(asker, request, codes), *guess(asker, request, unseen, codes)]
        keyed = sum(pieces(call, asker.limits) for call in todo if call.query.keyed)
        keyed += sum(query.keyed for query in to_look)
        return FetchPlan(
            to_look,
            tuple(todo),
            keyed_calls=keyed,
            public_calls=len(to_look) + sum(pieces(call, asker.limits) for call in todo) - keyed,
            rows=round(sum(call.rows for call in todo)),
            calls_left=asker.calls_left(),
            is_guess=bool(unseen),
            outlook=outlook(asker, todo, to_look),
        )


@contextmanager
def _writing(settings: Settings) -> Iterator[Lake]:
    """Open the lake to write; what the disk refuses is said of it."""
    folder = settings.out / "lake"
    allowed = settings.comtrade_calls_a_day, settings.comtrade_bytes_a_day
    with refusals_said(folder), Lake.writing(folder, *allowed) as lake:
        yield lake


def _report(asker: Asker, working: Working, stop: QuotaExceeded | None = None) -> FetchReport:
    public = asker.attempts["public"]
    report = FetchReport(
        keyed_calls=asker.attempts.total() - public,
        public_calls=public,
        replies=asker.replies,
        rows=asker.rows,
        remaining=working.open_calls(),
        failures=tuple(working.failures.said.values()),
        new_fields=tuple(sorted(asker.new_fields)),
        calls_left=asker.calls_left(),
        resume_at=stop.until if stop else None,
        rest=str(stop) if stop else "",
        outlook=outlook(asker, working.planned()),
    )
    log.info(
        "fetched %d rows in %d keyed and %d keyless calls; %d calls open, %d left today",
        report.rows, report.keyed_calls, report.public_calls, report.remaining, report.calls_left,
    )  # fmt: skip
    return report
