"""How sure one is that a pair hides gold, and how much: routing, mixture and caps together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mirror.method.bounds import Bounds
from mirror.method.causes import Kinds, Standing, strengths_of
from mirror.method.edges import Edges, State
from mirror.method.mixture import Hiding, hiding
from mirror.method.pairs import Array, PairYears, log_gaps
from mirror.method.routing import Routes
from mirror.method.spreads import Spreads

LEAST_PAIRS = 50
"""Pairs below which the prior of hiding is not estimated."""
LEAST_EVIDENCE = -4.0
"""ln Bayes factor below which the ends of pool and margin cannot make a pair suspect."""
POOLED_BLUNDERS = 0.5
"""Rate of blunders in a year whose gap a pool could hold."""
OPEN = 0.05
"""Share of the trade that the ends must leave open for a gap that a pool covers to be looked at."""


@dataclass(frozen=True)
class Knobs:
    """Numbers of the method that parameters.csv holds."""

    prior: float
    certain: float
    material_fine_kg: float
    material_share: float

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> "Knobs":
        """Read them from the one-row table of parameters."""
        return cls(
            prior=float(parameters["hiding_prior"]),
            certain=float(parameters["probability_high"]),
            material_fine_kg=float(parameters["material_fine_kg"]),
            material_share=float(parameters["material_share"]),
        )


@dataclass(frozen=True)
class Verdicts:
    """One direction, one element a pair. `probability` that a material amount is hidden;
    `cells_kg`, `cells_weight`: the posterior of the hidden kg, whose weights add up to the
    probability that anything is; `at_least`, `missing`, `at_most`: 5 % quantile (0 where the
    probability is below `certain`), mean and 95 % quantile.
    """

    probability: Array
    at_least: Array
    missing: Array
    at_most: Array
    material_kg: Array
    lawful: Array
    main_cause: list[str | None]
    strengths: Array
    before_causes: Array
    cells_kg: Array
    cells_weight: Array


def both_directions(
    state: State, routes: Routes, spreads: Spreads, bounds: tuple[Bounds, Bounds], knobs: Knobs,
    kinds: tuple[Kinds, Kinds],
) -> tuple[Verdicts, Verdicts]:  # fmt: skip
    """Judge what exporters hide and, with the roles swapped, what importers hide.

    Three states a pair (honest, hides exports, hides imports), whose probabilities add up to one.
    """
    tables = state.tables
    material = material_kg(tables, knobs)
    evidence = [_evidence(sign, tables, routes, spreads, material) for sign in (1, -1)]
    priors = [_prior(part.factor, knobs.prior) for part in evidence]
    odds = [part.odds(prior) for part, prior in zip(evidence, priors, strict=True)]
    none = 1 - sum(priors)
    views = (state, routes.exports), (state.swapped(), routes.imports)
    first, second = (
        _verdict(view, routes, own, part, knobs, kinds[side], none, odds[1 - side][0])
        for side, (view, own, part) in enumerate(
            zip(views, bounds, zip(evidence, odds, strict=True), strict=True)
        )
    )
    return first, second


def material_kg(tables: PairYears, knobs: Knobs) -> Array:
    """What is material of each pair over its years, kg of fine gold: the larger of a fixed amount
    and a share of the mean of both reports.
    """
    mean = np.where(tables.seen, (tables.imported + tables.exported) / 2 / tables.price, 0.0)
    return np.maximum(knobs.material_fine_kg, knobs.material_share * mean.sum(1))


@dataclass(frozen=True)
class _Evidence:
    """ln Bayes factors and cells with the matched edges taken out (`factor`) and without."""

    factor: Array
    whole_factor: Array
    cells: Hiding
    whole_cells: Hiding

    def odds(self, prior: float) -> tuple[Array, Array]:
        return tuple(
            prior * np.exp(np.clip(factor, -50, 50)) for factor in (self.factor, self.whole_factor)
        )  # type: ignore[return-value]


def _evidence(
    sign: int, tables: PairYears, routes: Routes, spreads: Spreads, material: Array
) -> _Evidence:
    seen, fuller = tables.seen, tables.fuller
    gap = np.where(seen, sign * tables.gap, 0.0)
    left = sign * routes.left
    low = sign * np.where(sign > 0, tables.gap_low, tables.gap_high)
    high = sign * np.where(sign > 0, tables.gap_high, tables.gap_low)
    covered = (low < 0.2 * np.maximum(high, 0)) & (high > 0.2 * fuller)
    blunders = np.where(covered, np.maximum(spreads.blunders, POOLED_BLUNDERS), spreads.blunders)

    lone = seen & ((tables.exported if sign > 0 else tables.imported) <= 0)

    def run(amount: Array, rows: Array) -> Hiding:
        ratio = log_gaps(amount[rows], fuller[rows], seen[rows])
        own = Spreads(spreads.yearly[rows], spreads.level[rows], spreads.blunders, spreads.missing)
        return hiding(ratio, own, blunders[rows], tables.fine_kg[rows], seen[rows], lone[rows])

    # a gap that a pool covers whole stays open: the pool may lie with others
    most = left + np.where(high - gap > OPEN * fuller, high - gap, 0.0)
    looked = np.flatnonzero(_could_be_material(most, tables, material))
    again = np.flatnonzero(routes.is_matched & _could_be_material(gap, tables, material))
    cells = _laid_out(run(left, looked), looked, tables)
    whole = _laid_out(run(gap, again), again, tables)
    uncertain = np.maximum(high - low, 0).sum(1) > 0.03 * fuller.sum(1)
    wide = np.flatnonzero(uncertain & (cells.ln_factor > LEAST_EVIDENCE))
    if len(wide):
        ends = [run((left + (end - gap))[:, :], wide) for end in (low, high)]
        cells = _with_ends(cells, wide, ends)
    matched = routes.is_matched
    mixed = Hiding(
        np.where(matched, whole.ln_factor, cells.ln_factor),
        np.where(matched[:, None], whole.weight, cells.weight),
        np.where(matched[:, None], whole.fraction, cells.fraction),
    )
    return _Evidence(cells.ln_factor, mixed.ln_factor, cells, mixed)


def _could_be_material(gap: Array, tables: PairYears, material: Array) -> Array:
    """Pairs whose positive gaps add up to a third of what is material: the others hide nothing."""
    return (np.maximum(gap, 0) / tables.price).sum(1) > material / 3


def _laid_out(part: Hiding, rows: Array, tables: PairYears) -> Hiding:
    """Lay the rows that were computed over all pairs; the others have no evidence of hiding."""
    factor = np.full(tables.number, -50.0)
    weight = np.zeros((tables.number, part.weight.shape[1]))
    fraction = np.zeros_like(weight)
    factor[rows], weight[rows], fraction[rows] = part.ln_factor, part.weight, part.fraction
    return Hiding(factor, weight, fraction)


def _with_ends(cells: Hiding, rows: Array, ends: list[Hiding]) -> Hiding:
    """Mix in what the ends of pool and margin leave, a quarter each, common to all years."""
    parts = [(cells.ln_factor[rows], 0.5), *((end.ln_factor, 0.25) for end in ends)]
    stacked = np.stack([factor + np.log(share) for factor, share in parts])
    mixed = np.logaddexp.reduce(stacked, axis=0)
    shares = np.exp(stacked - mixed)[:, :, None]
    weights = [cells.weight[rows], *(end.weight for end in ends)]
    fractions = [cells.fraction[rows], *(end.fraction for end in ends)]
    weight = sum(share * own for share, own in zip(shares, weights, strict=True))
    fraction = sum(
        share * own * kg for share, own, kg in zip(shares, weights, fractions, strict=True)
    ) / np.maximum(weight, 1e-12)
    factor, whole, kg = cells.ln_factor.copy(), cells.weight.copy(), cells.fraction.copy()
    factor[rows], whole[rows], kg[rows] = mixed, weight, fraction
    return Hiding(factor, whole, kg)


def _prior(factor: Array, start: float) -> float:
    """Prior of hiding by expectation maximisation, two digits; the parameter where pairs are few."""
    known = factor[factor > -50]
    if len(factor) < LEAST_PAIRS:
        return start
    prior = start
    for _ in range(20):
        odds = prior / (1 - prior) * np.exp(np.clip(known, -50, 50))
        found = float((odds / (1 + odds)).sum())
        prior = float(np.clip((found + 10 * start) / (len(factor) + 10), 0.01, 0.3))
    return round(prior, 2)


def _verdict(
    view: tuple[State, Edges], routes: Routes, bounds: Bounds,
    own: tuple[_Evidence, tuple[Array, Array]], knobs: Knobs, kinds: Kinds, none: float,
    other_odds: Array,
) -> Verdicts:  # fmt: skip
    state, edges = view
    tables = state.tables
    evidence, (odds, whole_odds) = own
    total = none + odds + other_odds
    whole_total = none + whole_odds + other_odds
    traded = (tables.fine_kg * tables.seen).sum(1)
    expected = (evidence.cells.weight * evidence.cells.fraction).sum(1) * traded
    standing = Standing(
        bounds.through, bounds.unnamed, bounds.room, bounds.row_kg, tables.exporter_is_hub, expected
    )
    strengths = strengths_of(state, edges, standing)
    routed = kinds.lawful(strengths)
    kept = np.where(routes.is_matched, routes.kept, 0.0)
    taken_out = (1 - kept) * odds / total * (1 - routed)
    left_in = kept * whole_odds / whole_total
    kg = np.concatenate([evidence.cells.fraction, evidence.whole_cells.fraction], 1)
    kg = np.minimum(kg * traded[:, None], traded[:, None])
    weight = np.concatenate(
        [taken_out[:, None] * evidence.cells.weight, left_in[:, None] * evidence.whole_cells.weight],
        1,
    )
    material = material_kg(tables, knobs)
    probability = (weight * (kg > material[:, None])).sum(1)
    order = np.argsort(kg, axis=1)
    kg, weight = np.take_along_axis(kg, order, 1), np.take_along_axis(weight, order, 1)
    least = _quantile(kg, weight, 0.05)
    least = np.minimum(least, np.minimum(bounds.row_kg, bounds.column_kg))
    return Verdicts(
        probability=probability,
        at_least=np.where(probability >= knobs.certain, least, 0.0),
        missing=(weight * kg).sum(1),
        at_most=np.maximum(*(
            _upper(cells, traded) for cells in (evidence.cells, evidence.whole_cells)
        )),
        material_kg=material,
        lawful=routed,
        main_cause=kinds.strongest(strengths),
        strengths=strengths,
        before_causes=_material(evidence.cells, traded, material) * odds / total,
        cells_kg=kg,
        cells_weight=weight,
    )


def _quantile(kg: Array, weight: Array, level: float) -> Array:
    """Quantile of the hidden kg; what no cell holds is nothing hidden. Cells sorted by kg."""
    below = 1 - weight.sum(1)
    reached = np.cumsum(weight, 1) + below[:, None]
    place = np.minimum((reached < level).sum(1), kg.shape[1] - 1)
    return np.where(below >= level, 0.0, np.take_along_axis(kg, place[:, None], 1)[:, 0])


def _material(cells: Hiding, traded: Array, material: Array) -> Array:
    """Share of the posterior of hiding in which the hidden amount is material."""
    return (cells.weight * (cells.fraction * traded[:, None] > material[:, None])).sum(1)


def _upper(cells: Hiding, traded: Array) -> Array:
    """The 95 % quantile of the hidden kg, given that anything is hidden; 0 without evidence."""
    kg = np.minimum(cells.fraction * traded[:, None], traded[:, None])
    order = np.argsort(kg, axis=1)
    kg, weight = (np.take_along_axis(values, order, 1) for values in (kg, cells.weight))
    return np.where(cells.weight.sum(1) > 0, _quantile(kg, weight, 0.95), 0.0)
