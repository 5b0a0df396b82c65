"""The fewest calls that bring what is needed and nothing else."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from typing import TypeVar

from mirror.comtrade.limits import LIMITS, Limits
from mirror.comtrade.query import Query
from mirror.comtrade.service import Frequency, Kind
from mirror.comtrade.split import Sizes, expected_rows, split_to_fit

COUNT_FIRST = 20
"""A query that may need more calls than this asks for its size first."""
_NAMES_A_CALL = 400
"""Reporters that fit into one address with room to spare."""

Cells = frozenset[tuple[str, str]]
K = TypeVar("K", str, int)
V = TypeVar("V", str, int)


@dataclass(frozen=True)
class Need:
    """A reporter and period of which some flows and products are not at hand."""

    period: str
    reporter: int
    cells: Cells


@dataclass(frozen=True)
class Planned:
    """A call to make and the rows it should return."""

    query: Query
    rows: float


def plan_calls(
    kind: Kind,
    frequency: Frequency,
    needs: Iterable[Need],
    everyone: Mapping[str, frozenset[int]],
    sizes: Sizes,
    limits: Limits = LIMITS,
) -> list[Planned]:
    """Calls that bring all needs and nothing else, in the order of their periods.

    `everyone`: the reporters that published each period; where all are needed none is named.
    """
    calls: list[Planned] = []
    for cells, periods in _by_cells(needs).items():
        for flows, products in rectangles(cells):
            for group, reporters in _groups(periods, everyone):
                base = Query(kind, frequency, group, reporters, (), products, flows)
                calls += _fitted(base, sizes, limits)
    return sorted(calls, key=lambda call: (call.query.periods, call.query.to_json()))


def pieces(call: Planned, limits: Limits = LIMITS) -> int:
    """How many calls a planned call is likely to become."""
    return max(1, ceil(call.rows / max(1.0, limits.room(call.query.kind))))


def rectangles(cells: Cells) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Write (flow, product) pairs as few blocks of flows × products that do not overlap."""
    by_product: dict[str, set[str]] = defaultdict(set)
    for flow, product in cells:
        by_product[product].add(flow)
    blocks: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for product in sorted(by_product):
        blocks[tuple(sorted(by_product[product]))].append(product)
    return [(flows, tuple(products)) for flows, products in sorted(blocks.items())]


def _by_cells(needs: Iterable[Need]) -> dict[Cells, dict[str, set[int]]]:
    found: dict[Cells, dict[str, set[int]]] = {}
    for need in needs:
        found.setdefault(need.cells, {}).setdefault(need.period, set()).add(need.reporter)
    return dict(sorted(found.items(), key=lambda item: sorted(item[0])))


def _groups(
    periods: Mapping[str, set[int]], everyone: Mapping[str, frozenset[int]]
) -> Iterator[tuple[tuple[str, ...], tuple[int, ...]]]:
    """Periods × reporters that cover the needs exactly; reporters () where all are needed."""
    whole = tuple(p for p in sorted(periods) if periods[p] >= everyone.get(p, frozenset()))
    if whole:
        yield whole, ()
    rest = {p: frozenset(r) for p, r in periods.items() if p not in whole}
    by_period = _alike(rest)
    turned: dict[int, set[str]] = defaultdict(set)
    for period, reporters in rest.items():
        for reporter in reporters:
            turned[reporter].add(period)
    by_reporter = _alike({r: frozenset(p) for r, p in turned.items()})
    if len(by_period) <= len(by_reporter):
        yield from ((tuple(names), tuple(sorted(group))) for group, names in by_period)
    else:
        yield from ((tuple(sorted(group)), tuple(names)) for group, names in by_reporter)


def _alike(having: Mapping[K, frozenset[V]]) -> list[tuple[frozenset[V], list[K]]]:
    """Keys that have the same set, together."""
    found: dict[frozenset[V], list[K]] = {}
    for key in sorted(having):
        found.setdefault(having[key], []).append(key)
    return list(found.items())


def _fitted(base: Query, sizes: Sizes, limits: Limits) -> Iterator[Planned]:
    """Cut a query into calls that fit, taking neighbouring periods together."""
    room, most = limits.room(base.kind), limits.periods(base.kind)
    for names in _named(base.reporters):
        batch: tuple[str, ...] = ()
        for period in base.periods:
            wider = _with(base, (*batch, period), names)
            full = len(wider.periods) > most or expected_rows(wider, sizes) > room
            if batch and full:
                yield from _sized(_with(base, batch, names), sizes, room)
                batch = ()
            batch = (*batch, period)
        yield from _sized(_with(base, batch, names), sizes, room)


def _sized(query: Query, sizes: Sizes, room: float) -> list[Planned]:
    """The query as it is where it is hopelessly large (its size is asked first), else in pieces."""
    rows = expected_rows(query, sizes)
    if rows > COUNT_FIRST * room:
        return [Planned(query, rows)]
    return [Planned(q, expected_rows(q, sizes)) for q in split_to_fit(query, sizes, room)]


def _named(reporters: tuple[int, ...]) -> list[tuple[int, ...]]:
    starts = range(0, len(reporters), _NAMES_A_CALL)
    return [reporters[start : start + _NAMES_A_CALL] for start in starts] or [()]


def _with(base: Query, periods: tuple[str, ...], reporters: tuple[int, ...]) -> Query:
    return Query(base.kind, base.frequency, periods, reporters, (), base.products, base.flows)
