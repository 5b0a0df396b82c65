"""What to fetch: the request, the availability to look at, the calls that bring what is missing."""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mirror.comtrade import (
    FLOWS,
    GOLD,
    Frequency,
    Kind,
    Need,
    Planned,
    Query,
    plan_calls,
    span,
    windows,
)
from mirror.errors import SettingsError
from mirror.lake import Lake, is_believed
from mirror.steps.asking import Asker
from mirror.steps.sizes import Sizes, published, sizes_of

USUAL_REPORTERS = 150
USUAL_ROWS: dict[Frequency, int] = {"A": 400, "M": 200}
"""Rows of gold of a reporter and period, where the lake knows none."""


@dataclass(frozen=True)
class FetchRequest:
    """What is wanted. Reporters are ISO alpha-3 or Comtrade codes; none: all.

    Availability of the two newest windows of 12 periods is looked at each time, of older ones in
    turn, `looks` windows in all, and of any that was never looked at; a window looked at in the
    last `fresh_hours` is not asked again.
    """

    frequency: Frequency
    periods: tuple[str, ...]
    reporters: tuple[str, ...] = ()
    products: tuple[str, ...] = GOLD
    flows: tuple[str, ...] = FLOWS
    looks: int = 3
    fresh_hours: float = 12.0

    @classmethod
    def of_span(
        cls, frequency: Frequency, first: str, last: str, reporters: tuple[str, ...] = ()
    ) -> "FetchRequest":
        """All years, or months (YYYY-MM or YYYYMM), from first to last."""
        periods = span(frequency, first, last)
        if not periods:
            raise SettingsError(f"No period lies between {first} and {last}: give the older first.")
        return cls(frequency, periods, reporters)

    @property
    def cells(self) -> frozenset[tuple[str, str]]:
        """Flows and products that are wanted."""
        return frozenset((flow, product) for flow in self.flows for product in self.products)

    def key(self) -> str:
        """The name under which the queue keeps this request's plan."""
        said = (self.frequency, self.periods, self.reporters, self.products, self.flows)
        return json.dumps(said)


def looks(
    lake: Lake, request: FetchRequest, now: datetime, kind: Kind = "availability"
) -> list[Query]:
    """Availability to ask for: what was never looked at, the newest, the stalest of the rest.

    What was looked at ahead of the clock counts as never looked at.
    """
    looked = {p: at for p, at in lake.looked(request.frequency).items() if is_believed(at, now)}
    known: list[tuple[str, ...]] = []
    chosen: list[tuple[str, ...]] = []
    for window in windows(request.frequency, request.periods):
        (known if all(period in looked for period in window) else chosen).append(window)
    newest = sorted([*known, *chosen])[-2:]
    stale = [window for window in known if window not in newest]
    stale.sort(key=lambda window: min(looked[period] for period in window))
    again = [w for w in known if w in newest] + stale[: max(0, request.looks - 2)]
    since = now - timedelta(hours=request.fresh_hours)
    chosen += [window for window in again if min(looked[period] for period in window) <= since]
    return [Query(kind, request.frequency, window) for window in sorted(chosen)]


def calls(asker: Asker, request: FetchRequest, codes: frozenset[int]) -> list[Planned]:
    """Calls for each published reporter and period whose newest release is not at hand."""
    lake, frequency, periods = asker.lake, request.frequency, set(request.periods)
    everyone: dict[str, set[int]] = defaultdict(set)
    for period, reporter in lake.releases(frequency):
        if period in periods:
            everyone[period].add(reporter)
    named = {period: frozenset(reporters) for period, reporters in everyone.items()}
    needs = missing(lake, request, codes)
    sizes = sizes_of(lake, frequency, named, _usual(asker, frequency))
    return plan_calls(asker.kind, frequency, needs, named, sizes, asker.limits)


def missing(
    lake: Lake, request: FetchRequest, codes: frozenset[int], as_of: date | None = None
) -> list[Need]:
    """What is published and not in the lake in its newest release, by period and reporter."""
    have: dict[tuple[str, int], set[tuple[str, str]]] = defaultdict(set)
    releases, wanted = lake.releases(request.frequency, as_of), request.cells
    for word in lake.covered(request.frequency, as_of):
        key = word.cover.period, word.cover.reporter_code
        if key in releases and word.vintage == releases[key].vintage:
            have[key] |= word.live
    periods = set(request.periods)
    return [
        Need(*key, wanted - have[key])
        for key in sorted(releases)
        if key[0] in periods and (not codes or key[1] in codes) and wanted - have[key]
    ]


def sizes_of_query(asker: Asker, query: Query) -> Sizes:
    """Rows to expect of each period and reporter that a query asks for and that published."""
    frequency = query.frequency
    return sizes_of(asker.lake, frequency, published(asker.lake, query), _usual(asker, frequency))


def _usual(asker: Asker, frequency: Frequency) -> float:
    return USUAL_ROWS[frequency] * asker.usual_factor


def guess(
    asker: Asker, request: FetchRequest, periods: list[str], codes: frozenset[int]
) -> list[Planned]:
    """Calls for periods whose availability is not known: as if those had published that did in the
    nearest period that is known, else the usual number.
    """
    frequency = request.frequency
    known: dict[str, set[int]] = defaultdict(set)
    for period, reporter in asker.lake.releases(frequency):
        known[period].add(reporter)
    named: dict[str, frozenset[int]] = {}
    for period in periods:
        near = min(known, key=lambda one: abs(int(one) - int(period)), default="")
        named[period] = frozenset(known.get(near, range(1, USUAL_REPORTERS + 1)))
    needs = [
        Need(period, reporter, request.cells)
        for period, of in named.items()
        for reporter in (codes or of)
    ]
    everyone = {period: of | {0} if codes else of for period, of in named.items()}
    wanted = {period: codes or of for period, of in named.items()}
    sizes = sizes_of(asker.lake, frequency, wanted, _usual(asker, frequency))
    return plan_calls(asker.kind, frequency, needs, everyone, sizes, asker.limits)
