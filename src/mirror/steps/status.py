"""How the lake and the service stand: what is new, calls left, who is how old, who is late."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import median, quantiles
from threading import Thread

from mirror.comtrade import LIMITS, Limits
from mirror.errors import MirrorError, QuotaExceeded, SourceError
from mirror.lake import Condition, Lake, Release, is_believed
from mirror.settings import Settings
from mirror.steps.asking import Asker, Clock, utc_now
from mirror.steps.planning import FetchRequest, looks, missing
from mirror.steps.reporters import reporter_codes
from mirror.steps.working import Working

log = logging.getLogger(__name__)
HABIT_PERIODS = 6
"""A reporter with fewer published periods than this has no habit that it could be late against."""


@dataclass(frozen=True)
class ReporterAge:
    """A reporter's newest published period. `age_days`: from its end to today; `usual_lag_days`:
    the median time to first release, null without a habit; `due`: the day by which the next
    period is published nine times in ten; `is_late`: that day is past.
    """

    reporter_code: int
    newest_period: str
    age_days: int
    usual_lag_days: int | None
    due: date | None
    is_late: bool


@dataclass(frozen=True)
class StatusReport:
    """`new_upstream`: published (period, reporter) that the lake lacks in their newest release;
    null if availability was never looked at. `open_calls`: left by a fetch that was stopped.
    `calls_left` and `resume_at`: of the key's calls, of keyless ones without a key. `lake`: whether
    what lies in the lake and its manifest agree; `unreachable`: why the service could not be asked,
    `rest`: that it was not, as the calls are used up; each empty if it was or need not be.
    `is_refused`: it was reached, and gives this account no availability.
    """

    new_upstream: tuple[tuple[str, int], ...] | None
    open_calls: int
    calls_left: int
    resume_at: datetime | None
    looked_at: datetime | None
    reporters: tuple[ReporterAge, ...]
    lake: Condition
    unreachable: str = ""
    rest: str = ""
    is_refused: bool = False

    @property
    def late(self) -> tuple[ReporterAge, ...]:
        """Reporters that are late against their habit."""
        return tuple(reporter for reporter in self.reporters if reporter.is_late)


def status(
    request: FetchRequest,
    settings: Settings,
    *,
    ask_upstream: bool = False,
    clock: Clock = utc_now,
    limits: Limits = LIMITS,
) -> StatusReport:
    """State of the lake for a request; with `ask_upstream` availability is asked first.

    Writes nothing: what is asked is not kept. A used-up quota only stops the asking.
    """
    folder = settings.out / "lake"
    allowed = settings.comtrade_calls_a_day, settings.comtrade_bytes_a_day
    with Lake.reading(folder, *allowed) as lake:
        condition = lake.condition()
    with Lake.rehearsing(folder, *allowed) as lake:
        asker = Asker(lake, settings, clock, limits)
        failure, rest = _look(asker, request) if ask_upstream else ("", "")
        looked = lake.looked(request.frequency)
        return StatusReport(
            new_upstream=_new(asker, request) if looked else None,
            open_calls=len(lake.queue.open(request.key())),
            calls_left=asker.calls_left(),
            resume_at=lake.ledger.rest(asker.accounts[0], clock()),
            looked_at=max((at for at in looked.values() if is_believed(at, clock())), default=None),
            reporters=ages(lake.releases(request.frequency).values(), clock().date()),
            lake=condition,
            unreachable=failure,
            rest=rest,
            is_refused=bool(failure) and asker.surfaces.open_way("availability") is None,
        )


def status_upstream(
    known: StatusReport, request: FetchRequest, settings: Settings, clock: Clock = utc_now
) -> StatusReport:
    """Ask the service what is new, for `settings.status_seconds` at most; else what is known.

    A name that is not resolved, and a service that sends a byte now and then, heed no time-out of
    a request: so the asking is left alone when its time is up.
    """
    asked: Future[StatusReport] = Future()
    seconds = settings.status_seconds
    brief = settings.model_copy(update={
        "comtrade_connect_seconds": seconds, "comtrade_read_seconds": seconds,
        "comtrade_reply_seconds": seconds, "comtrade_retries": 0,
    })  # fmt: skip

    def ask() -> None:
        try:
            asked.set_result(status(request, brief, ask_upstream=True, clock=clock))
        except MirrorError as error:
            asked.set_exception(error)

    Thread(target=ask, daemon=True).start()
    try:
        return asked.result(seconds)
    except TimeoutError:
        said = f"{settings.comtrade_url} did not answer within {seconds:g} seconds."
        return replace(known, unreachable=said)
    except SourceError as error:
        return replace(known, unreachable=str(error))


def ages(releases: Iterable[Release], today: date) -> tuple[ReporterAge, ...]:
    """Newest period and lateness of each reporter, by code."""
    by_reporter: dict[int, list[Release]] = defaultdict(list)
    for release in releases:
        by_reporter[release.reporter_code].append(release)
    return tuple(_age(code, of, today) for code, of in sorted(by_reporter.items()))


def _age(code: int, releases: list[Release], today: date) -> ReporterAge:
    newest = max(release.period for release in releases)
    lags = sorted(_lags(releases))
    age = (today - period_end(newest)).days
    if len(lags) < HABIT_PERIODS:
        return ReporterAge(code, newest, age, None, None, False)
    slow = quantiles(lags, n=10, method="inclusive")[-1]
    due = period_end(_next(newest)) + timedelta(days=round(slow))
    return ReporterAge(code, newest, age, round(median(lags)), due, due < today)


def _lags(releases: Iterable[Release]) -> list[int]:
    """Days from the end of a period to its first release, of the newest 24 periods."""
    newest = sorted(releases, key=lambda release: release.period)[-24:]
    first = [(r.period, r.first_released) for r in newest if r.first_released]
    return [(date.fromisoformat(at[:10]) - period_end(period)).days for period, at in first]


def period_end(period: str) -> date:
    """The last day of a year or a month."""
    following = _next(period)
    return date(int(following[:4]), int(following[4:] or 1), 1) - timedelta(days=1)


def _next(period: str) -> str:
    if len(period) == 4:
        return str(int(period) + 1)
    year, month = int(period[:4]), int(period[4:])
    return f"{year + month // 12:04d}{month % 12 + 1:02d}"


def _look(asker: Asker, request: FetchRequest) -> tuple[str, str]:
    """Ask what is published; returns why the service could not be asked, and why it was not: empty
    if it was.
    """
    working = Working(asker, request.key(), patience=1)
    rest = ""
    try:
        working.look(looks(asker.lake, request, asker.clock()))
    except QuotaExceeded as stop:
        rest = str(stop)
    return next(iter(working.failures.said.values()), ""), rest


def _new(asker: Asker, request: FetchRequest) -> tuple[tuple[str, int], ...]:
    codes = reporter_codes(asker, request.reporters, may_ask=False)
    return tuple((need.period, need.reporter) for need in missing(asker.lake, request, codes))
