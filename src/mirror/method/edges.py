"""Which gaps could be the same gold under two names: the edges of the network of routes."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mirror.method.agreement import same_gold
from mirror.method.pairs import Array, PairYears, medians
from mirror.method.spreads import Spreads

KINDS = ("exporter", "importer", "chain", "double")
PRIORS = np.array([0.2, 0.2, 0.07, 0.05])
"""Prior of an edge by kind, before it is divided by the number of its rivals."""
NEAREST = 12
"""Candidates looked at for each gap and kind, those nearest in size: keeps the cost linear."""
DRIFT = 0.45
"""How far two streams of gold that have nothing to do with each other drift apart a year, ln."""


@dataclass(frozen=True)
class State:
    """What is left of each gap (pairs by years, USD, signed), with yearly and lasting errors."""

    tables: PairYears
    left: Array
    error: Array
    lasting: Array
    least_usd: float

    @classmethod
    def of(cls, tables: PairYears, spreads: Spreads, least_usd: float) -> "State":
        """Start with the whole gaps."""
        fuller = tables.fuller
        error, lasting = spreads.yearly * fuller, spreads.level[:, None] * fuller
        return cls(tables, np.where(tables.seen, tables.gap, 0.0), error, lasting, least_usd)

    def swapped(self) -> "State":
        """The same, seen from the other side."""
        return State(self.tables.swapped(), -self.left, self.error, self.lasting, self.least_usd)

    def significant(self, sign: int) -> Array:
        """Pair-years whose gap of that sign stands out of its own errors."""
        out = 2 * np.hypot(self.error, 0.7 * self.lasting)
        return (sign * self.left > out) & (sign * self.left > self.least_usd)

    def lasting_ratio(self, rows: Array, amounts: Array) -> Array:
        """Lasting error of amounts as a share of them, by row; a half where nothing stands out."""
        share = np.where(
            amounts > self.error[rows], self.lasting[rows] / np.maximum(amounts, 1.0), np.nan
        )
        return np.nan_to_num(medians(share, 1), nan=0.5)


@dataclass
class Edges:
    """Candidates, one element each. `gap` and `other` are pairs; for a double booking `other` is
    the flow on which both agree and `third` the pair that shows the gold missing (-1: none).
    """

    gap: Array
    other: Array
    kind: Array
    third: Array
    factor: Array

    def __len__(self) -> int:
        return len(self.gap)

    def turned(self) -> "Edges":
        """The same from the other gap; with the roles swapped a shared exporter is an importer."""
        kind = np.array([1, 0, 2, 3])[self.kind]
        return Edges(self.other, self.gap, kind, self.third, self.factor)


def joined_edges(one: Edges, two: Edges) -> Edges:
    """Two sets of candidates as one."""
    names = ("gap", "other", "kind", "third", "factor")
    return Edges(*(np.concatenate([getattr(one, n), getattr(two, n)]) for n in names))


def joined(left: Array, right: Array, keys: int) -> tuple[Array, Array]:
    """All couples of places in `left` and `right` with the same key."""
    order = np.argsort(right, kind="stable")
    starts = np.searchsorted(right[order], np.arange(keys + 1))
    counts = starts[left + 1] - starts[left]
    of_left = np.repeat(np.arange(len(left)), counts)
    offset = np.arange(len(of_left)) - np.repeat(np.cumsum(counts) - counts, counts)
    return of_left, order[starts[left[of_left]] + offset]


def opposite_edges(state: State) -> Edges:
    """Positive and negative gaps that share an exporter, an importer or a hub between them."""
    tables, countries = state.tables, len(state.tables.countries)
    seen = np.flatnonzero(state.significant(1).any(1))
    unseen = np.flatnonzero(state.significant(-1).any(1))
    size = np.maximum(state.left[seen], 0).sum(1), np.maximum(-state.left[unseen], 0).sum(1)
    ends = tables.exporter, tables.importer
    found = []
    for number, one, two in ((0, 0, 0), (1, 1, 1), (2, 0, 1), (2, 1, 0)):
        couple = joined(ends[one][seen], ends[two][unseen], countries)
        couple = _nearest(couple, *size)
        gap, other = seen[couple[0]], unseen[couple[1]]
        kept = gap != other
        found.append((gap[kept], other[kept], np.full(int(kept.sum()), number)))
    gap, other, kind = (np.concatenate(part) for part in zip(*found, strict=True))
    edges = Edges(gap, other, kind, np.full(len(gap), -1), np.full(len(gap), -9.0))
    weigh_opposite(state, edges, np.arange(len(edges)))
    return edges


def _nearest(couple: tuple[Array, Array], one: Array, two: Array) -> tuple[Array, Array]:
    """Keep, for each left and for each right place, the couples nearest in size."""
    first, second = couple
    apart = np.abs(np.log(np.maximum(one[first], 1.0) / np.maximum(two[second], 1.0)))
    kept = np.zeros(len(first), bool)
    for place in (first, second):
        order = np.lexsort((apart, place))
        starts = np.searchsorted(place[order], place[order])
        kept[order[np.arange(len(order)) - starts < NEAREST]] = True
    return first[kept], second[kept]


def weigh_opposite(state: State, edges: Edges, which: Array) -> None:
    """Fill the Bayes factors of some edges between opposite gaps."""
    gap, other = edges.gap[which], edges.other[which]
    tables, left = state.tables, state.left
    seen, unseen = left[gap], -left[other]
    lasting = np.hypot(state.lasting_ratio(gap, seen), state.lasting_ratio(other, unseen))
    edges.factor[which] = same_gold(
        seen, unseen, (state.error[gap], state.error[other]), lasting,
        tables.known[gap] & tables.known[other], DRIFT, may_hold_more=False,
    )[0]  # fmt: skip


def double_edges(state: State, drift: float) -> Edges:
    """Gaps that repeat a flow of the same exporter on which both sides agree, booked once more.

    Gold that the exporter rightly books to h, and that j credits to the exporter as well.
    """
    tables = state.tables
    seen = np.flatnonzero(state.significant(1).sum(1) >= 3)
    agreed = np.minimum(tables.imported, tables.exported)
    flows = np.flatnonzero(agreed.any(1))
    size = np.maximum(state.left[seen], 0).sum(1), agreed[flows].sum(1)
    countries = len(tables.countries)
    couple = joined(tables.exporter[seen], tables.exporter[flows], countries)
    gap, other = (
        places[part] for places, part in zip((seen, flows), _nearest(couple, *size), strict=True)
    )
    amount = np.maximum(state.left[gap], 0)
    enough = (agreed[other] > 0.6 * amount) & (amount > 0)
    kept = (gap != other) & (enough.sum(1) >= 0.7 * (amount > 0).sum(1))
    gap, other = gap[kept], other[kept]
    edges = Edges(gap, other, np.full(len(gap), 3), np.full(len(gap), -1), np.full(len(gap), -9.0))
    weigh_double(state, edges, np.arange(len(edges)), drift)
    return edges


def weigh_double(state: State, edges: Edges, which: Array, drift: float) -> None:
    """Fill the Bayes factors of some double bookings, and the pair that bears each out best."""
    if not len(which):
        return
    tables = state.tables
    gap, other = edges.gap[which], edges.other[which]
    agreed = np.minimum(tables.imported, tables.exported)[other]
    amount = state.left[gap]
    usable = tables.known[gap] & tables.known[other] & (agreed > 0)
    spread = np.where(tables.fuller[other] > 0, state.error[other], 0.0)
    factor, _ = same_gold(
        amount, agreed, (state.error[gap], spread), state.lasting_ratio(gap, amount),
        usable, min(drift, DRIFT), may_hold_more=True,
    )  # fmt: skip
    wanted = np.where(usable & (amount > 0), amount, 0.0)
    at = _places(tables)
    hub, end = tables.importer[other], tables.importer[gap]
    legs = at(hub, end), at(end, hub)
    odds = [_leg_odds(state, leg, wanted) + np.log(0.4) for leg in legs]
    odds.append(_column_odds(state, end, wanted) + np.log(0.2))
    stacked = np.stack(odds)
    best = stacked.argmax(0)
    edges.third[which] = np.select([best == 0, best == 1], legs, -1)
    edges.factor[which] = factor + np.logaddexp.reduce(stacked, axis=0)


def _places(tables: PairYears) -> Callable[[Array, Array], Array]:
    """A function from exporter and importer to their pair; -1 where there is none."""
    codes = tables.exporter * len(tables.countries) + tables.importer

    def at(exporter: Array, importer: Array) -> Array:
        wanted = exporter * len(tables.countries) + importer
        place = np.minimum(np.searchsorted(codes, wanted), len(codes) - 1)
        return np.where(codes[place] == wanted, place, -1)

    return at


def _leg_odds(state: State, leg: Array, wanted: Array) -> Array:
    """ln odds that a leg shows the gold missing: slope of its gap on the wanted amounts, 1 or 0."""
    there = (leg >= 0)[:, None]
    gap = np.where(there, state.left[leg], 0.0)
    variance = np.where(there, state.error[leg] ** 2, 0.0) + (0.15 * wanted) ** 2 + 1e8
    lasting = np.where(there, state.lasting[leg], 0.0)
    return _slope_odds(-gap, wanted, variance, lasting, 0.05, 0.05)


def _column_odds(state: State, end: Array, wanted: Array) -> Array:
    """The same for all that the importer records from everybody, its large surpluses left out."""
    tables = state.tables
    shape = len(tables.countries), wanted.shape[1]
    large = state.left > 2 * np.hypot(state.error, state.lasting)
    column, variance = np.zeros(shape), np.zeros(shape)
    np.add.at(column, tables.importer, np.where(large, 0.0, state.left))
    np.add.at(variance, tables.importer, np.where(large, 0.0, state.error**2 + state.lasting**2))
    noise = variance[end] + (0.15 * wanted) ** 2 + 1e8
    return _slope_odds(-column[end], wanted, noise, np.zeros(wanted.shape), 0.1, 0.1)


def _slope_odds(
    shown: Array, wanted: Array, variance: Array, lasting: Array, least: float, odd: float
) -> Array:
    """ln of the density at slope 1 (or more) over that at slope 0, with a share of odd ones."""
    power = np.maximum((wanted**2 / variance).sum(1), 1e-9)
    slope = (shown * wanted / variance).sum(1) / power
    error = np.sqrt(1 / power + ((lasting * wanted / variance).sum(1) / power) ** 2 + least**2)

    def density(distance: Array) -> Array:
        normal = np.exp(-0.5 * (distance / error) ** 2) / error
        stray = np.exp(-0.5 * np.minimum((distance / 5) ** 2, 600.0)) / 5
        return np.log((1 - odd) * normal + odd * stray)

    return density(np.minimum(slope - 1, 0)) - density(slope)
