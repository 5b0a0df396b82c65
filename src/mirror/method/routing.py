"""Transit: gold that two reports book under different partners, found by agreement over the years.

Edges of weight 0.7 or more are taken out, best first, each end once a round; what is left of the
weights is one of the lawful causes (see `causes`).
"""

from dataclasses import dataclass, replace

import numpy as np

from mirror.method.edges import (
    KINDS,
    PRIORS,
    Edges,
    State,
    double_edges,
    joined_edges,
    opposite_edges,
    weigh_double,
    weigh_opposite,
)
from mirror.method.pairs import Array, PairYears, medians
from mirror.method.spreads import Spreads

ROUNDS = 6
ACCEPTED = 0.7


@dataclass(frozen=True)
class Taken:
    """One edge that was taken out: its two gaps, kind, weight and the amounts by year, USD."""

    gap: int
    other: int
    third: int
    kind: str
    weight: float
    ln_bayes_factor: float
    amounts: Array


@dataclass(frozen=True)
class Routes:
    """What routing leaves, pairs by years, USD. By pair: `kept` is the probability that what was
    taken out was no route after all. `exports`, `imports`: the edges that are left, seen
    from positive and from negative gaps.
    """

    left: Array
    is_matched: Array
    kept: Array
    exports: Edges
    imports: Edges
    taken: list[Taken]


def routes(tables: PairYears, spreads: Spreads, least_usd: float) -> Routes:
    """Find routes among the gaps of all years at once."""
    state = State.of(tables, spreads, least_usd)
    drift = _drift(tables)
    pieces = (
        opposite_edges(state),
        double_edges(state, drift),
        double_edges(state.swapped(), _drift(tables.swapped())),
    )
    kept, matched = np.zeros(tables.number), np.zeros(tables.number, bool)
    taken: list[Taken] = []
    for _ in range(ROUNDS):
        weights = _posteriors(pieces, tables.number)
        state, changed, found = _take(state, pieces, weights)
        if not found:
            break
        for edge in found:
            ends = (edge.gap,) if edge.kind == "double" else (edge.gap, edge.other)
            for end in ends:
                before = kept[end] if matched[end] else 0.0
                kept[end] = 1 - (1 - before) * edge.weight if matched[end] else 1 - edge.weight
                matched[end] = True
        taken += found
        _reweigh(state, pieces, changed, drift)
    opposite, of_exports, of_imports = pieces
    exports = joined_edges(opposite, of_exports)
    imports = joined_edges(opposite.turned(), of_imports)
    return Routes(state.left, matched, kept, exports, imports, taken)


def _drift(tables: PairYears) -> float:
    """How far apart two flows of one exporter move from year to year (sd of ln of their ratio)."""
    value = np.where(tables.imported > 1e5, np.log(np.maximum(tables.imported, 1)), np.nan)
    apart = []
    for code in np.unique(tables.exporter):
        rows = value[tables.exporter == code]
        rows = rows[np.isfinite(rows).sum(1) >= 4][:12]
        if len(rows) < 2:
            continue
        one, two = np.triu_indices(len(rows), 1)
        ratio = rows[one] - rows[two]
        distance = np.abs(ratio - medians(ratio, 1)[:, None])
        apart.append(distance[np.isfinite(distance)])
    found = np.concatenate(apart) if apart else np.zeros(0)
    return float(np.clip(1.6 * np.median(found), 0.15, 0.8)) if len(found) > 30 else 0.4


def _posteriors(pieces: tuple[Edges, ...], pairs: int) -> list[Array]:
    """Weight of each edge against its rivals and against no edge at all.

    Opposite gaps that agree explain each other at both ends; a double booking is looked at where
    there are none, so that it is no rival of theirs.
    """
    opposite = pieces[0]
    odds = []
    for edges in pieces:
        rivals = np.bincount(edges.gap, minlength=pairs)[edges.gap]
        if edges is opposite:
            rivals = np.maximum(rivals, np.bincount(edges.other, minlength=pairs)[edges.other])
        prior = np.log(PRIORS[edges.kind]) - np.log(np.maximum(rivals, 1))
        odds.append(np.exp(np.clip(edges.factor + prior, -30, 30)))
    at_end = [np.bincount(end, odds[0], pairs) for end in (opposite.gap, opposite.other)]
    total = at_end[0] + at_end[1]
    weights = [odds[0] / (1 + total[opposite.gap] + total[opposite.other] - odds[0])]
    for edges, own in zip(pieces[1:], odds[1:], strict=True):
        rivals = total + np.bincount(edges.gap, own, pairs)
        weights.append(own / (1 + rivals[edges.gap]))
    return weights


def _take(
    state: State, pieces: tuple[Edges, ...], weights: list[Array]
) -> tuple[State, Array, list[Taken]]:
    """Take out one round of edges; say which pairs changed."""
    left = state.left.copy()
    used = np.zeros(state.tables.number, bool)
    found = []
    size = np.abs(left).sum(1)
    order = [
        (weight, edges.factor[n], size[edges.gap[n]], number, n)
        for number, (edges, own) in enumerate(zip(pieces, weights, strict=True))
        for n, weight in enumerate(own)
        if weight >= ACCEPTED
    ]
    for weight, factor, _, number, n in sorted(order, key=lambda entry: entry[:3], reverse=True):
        edges = pieces[number]
        gap, other, third = int(edges.gap[n]), int(edges.other[n]), int(edges.third[n])
        is_double = number > 0
        if used[gap] or (not is_double and used[other]):
            continue
        amounts = _taken_out(state, left, gap, other, third, -1 if number == 2 else 1, is_double)
        used[[gap] if is_double else [gap, other]] = True
        if third >= 0:
            used[third] = True
        kind = KINDS[edges.kind[n]]
        found.append(Taken(gap, other, third, kind, float(weight), float(factor), amounts))
    return replace(state, left=left), used, found


def _taken_out(
    state: State, left: Array, gap: int, other: int, third: int, sign: int, is_double: bool
) -> Array:
    """Move the amounts of one edge in `left`; return them by year, USD, positive."""
    wanted = np.maximum(sign * left[gap], 0)
    if not is_double:
        amounts = np.minimum(wanted, np.maximum(-sign * left[other], 0))
        left[other] += sign * amounts
    else:
        tables = state.tables
        agreed = np.minimum(tables.imported, tables.exported)[other]
        amounts = np.minimum(wanted, 1.3 * agreed)
        if third >= 0:
            left[third] += sign * np.minimum(amounts, np.maximum(-sign * left[third], 0))
    left[gap] -= sign * amounts
    return amounts


def _reweigh(state: State, pieces: tuple[Edges, ...], changed: Array, drift: float) -> None:
    """Weigh anew what touches a pair that changed."""
    for number, edges in enumerate(pieces):
        third = np.where(edges.third >= 0, changed[edges.third], False)
        which = np.flatnonzero(changed[edges.gap] | changed[edges.other] | third)
        if not len(which):
            continue
        if number == 0:
            weigh_opposite(state, edges, which)
        else:
            weigh_double(state if number == 1 else state.swapped(), edges, which, drift)
