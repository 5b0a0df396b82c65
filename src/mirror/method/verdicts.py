"""How sure one is that a pair hides gold, and how much: mixture, routes, causes and caps."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mirror.method.bounds import Bounds
from mirror.method.causes import Kinds, Standing, strengths_of
from mirror.method.draws import COMMON_SPREAD
from mirror.method.edges import Edges, State
from mirror.method.evidence import NOT_LOOKED_AT, Evidence, evidence_of
from mirror.method.mixture import Hiding
from mirror.method.pairs import Array, PairYears
from mirror.method.routing import Routes
from mirror.method.spreads import Spreads

Z = 1.6448536269514722
"""Half width of a 90 % interval in standard deviations."""
LEAST_PAIRS = 50
"""Pairs below which the prior of hiding is not estimated."""
PRIOR_WEIGHT = 10.0
"""Pairs for which the parameter counts where the prior is estimated."""


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
    """One direction, one element a pair, kg of fine gold.

    `probability` that a material amount is hidden, `before_causes` the same without the lawful
    causes, `lawful` their chance, `main_cause` the strongest, `strengths` pairs by causes.
    `cells_kg`, `cells_weight`: the posterior of the hidden kg, sorted, whose weights add up to the
    probability that anything is. `at_least` is its 5 % quantile (0 where the probability is below
    `certain`; never more than row and column allow), `missing` its mean, `at_most` the 95 %
    quantile of what is hidden if anything is, both with the error of the amounts themselves: of the
    pair's reports (`own_error`, ln) and of price and margin.
    """

    probability: Array
    before_causes: Array
    lawful: Array
    main_cause: list[str | None]
    strengths: Array
    at_least: Array
    missing: Array
    at_most: Array
    material_kg: Array
    own_error: Array
    cells_kg: Array
    cells_weight: Array


def both_directions(
    state: State, routes: Routes, spreads: Spreads, bounds: tuple[Bounds, Bounds], knobs: Knobs,
    kinds: tuple[Kinds, Kinds],
) -> tuple[Verdicts, Verdicts]:  # fmt: skip
    """Judge what exporters hide and, with the roles swapped, what importers hide.

    Three states a pair (honest, hides exports, hides imports), whose probabilities add up to one.
    """
    material = material_kg(state.tables, knobs)
    views = (state, routes.exports), (state.swapped(), routes.imports)
    evidence = [evidence_of(view.tables, view.left, routes, spreads, material) for view, _ in views]
    priors = [_prior(part.left.ln_factor, knobs.prior) for part in evidence]
    odds = [
        _Odds(*(prior * np.exp(np.clip(part.ln_factor, -50, 50)) for part in (own.left, own.whole)))
        for own, prior in zip(evidence, priors, strict=True)
    ]
    none = 1 - sum(priors)
    own_error = _own_error(state.tables, spreads)
    first, second = (
        _verdict(
            views[side], routes, bounds[side], evidence[side],
            odds[side].against(none, odds[1 - side].left), knobs, kinds[side], material, own_error,
        )
        for side in (0, 1)
    )  # fmt: skip
    return first, second


def material_kg(tables: PairYears, knobs: Knobs) -> Array:
    """What is material of each pair over its years, kg of fine gold: the larger of a fixed amount
    and a share of the mean of both reports.
    """
    mean = np.where(tables.seen, (tables.imported + tables.exported) / 2 / tables.price, 0.0)
    return np.maximum(knobs.material_fine_kg, knobs.material_share * mean.sum(1))


def _own_error(tables: PairYears, spreads: Spreads) -> Array:
    """Error (ln) of what one side of a pair adds up to: half of the variance of the ratio, averaged
    over the years; the lasting level is in the cells.
    """
    years = np.maximum(tables.seen.sum(1), 1)
    yearly = np.where(tables.seen, spreads.yearly**2, 0.0).sum(1) / years**2
    return np.sqrt(yearly / 2)


def _mean(cells: Hiding) -> Array:
    return (cells.weight * cells.fraction).sum(1)


def _further(centre: Array, end: Array, error: Array) -> Array:
    """Move an end of an interval from its centre by an independent error (ln), in quadrature."""
    low, high = np.minimum(centre, end), np.maximum(centre, end)
    distance = np.log(np.maximum(high, 1e-9) / np.maximum(low, 1e-9))
    moved = centre * np.exp(np.sign(error) * np.hypot(distance, error))
    return np.where((centre > 0) & (end > 0), moved, end)


@dataclass(frozen=True)
class _Odds:
    """Prior times Bayes factor of hiding, or its probability: routes taken out, and left in."""

    left: Array
    whole: Array

    def against(self, none: float, other: Array) -> "_Odds":
        """Probabilities of this state against honesty and against the other direction."""
        return _Odds(*(own / (none + own + other) for own in (self.left, self.whole)))


def _prior(factor: Array, start: float) -> float:
    """Prior of hiding by expectation maximisation, two digits; `start` where pairs are few."""
    if len(factor) < LEAST_PAIRS:
        return start
    known, prior = factor[factor > NOT_LOOKED_AT], start
    for _ in range(20):
        odds = prior / (1 - prior) * np.exp(np.clip(known, -50, 50))
        found = float((odds / (1 + odds)).sum()) + PRIOR_WEIGHT * start
        prior = float(np.clip(found / (len(factor) + PRIOR_WEIGHT), 0.01, 0.3))
    return round(prior, 2)


def _verdict(
    view: tuple[State, Edges], routes: Routes, bounds: Bounds, evidence: Evidence, hides: _Odds,
    knobs: Knobs, kinds: Kinds, material: Array, own_error: Array,
) -> Verdicts:  # fmt: skip
    state, edges = view
    traded = (state.tables.fine_kg * state.tables.seen).sum(1)
    left, whole = (_in_kg(part, traded) for part in (evidence.left, evidence.whole))
    standing = Standing(
        bounds.through, bounds.unnamed, bounds.room, bounds.row_kg,
        state.tables.exporter_is_hub, (left.weight * left.fraction).sum(1),
    )  # fmt: skip
    strengths = strengths_of(state, edges, standing)
    lawful = kinds.lawful(strengths)
    kept = np.where(routes.is_matched, routes.kept, 0.0)
    kg, weight = _posterior(
        (left, whole), ((1 - kept) * hides.left * (1 - lawful), kept * hides.whole)
    )
    probability = (weight * (kg > material[:, None])).sum(1)
    missing = (weight * kg).sum(1)
    error = Z * np.hypot(own_error, COMMON_SPREAD)
    centre = missing / np.maximum(weight.sum(1), 1e-9)
    least = _capped(_further(centre, _quantile(kg, weight, 0.05), -error), bounds)
    most = np.maximum(*(_further(_mean(part), _upper(part), error) for part in (left, whole)))
    return Verdicts(
        probability=np.clip(probability, 0.0, 1.0),
        before_causes=hides.left * (left.weight * (left.fraction > material[:, None])).sum(1),
        lawful=lawful,
        main_cause=kinds.strongest(strengths),
        strengths=strengths,
        at_least=np.where(probability >= knobs.certain, least, 0.0),
        missing=missing,
        at_most=np.minimum(most, traded),
        own_error=own_error,
        material_kg=material,
        cells_kg=kg,
        cells_weight=weight,
    )


def _posterior(cells: tuple[Hiding, Hiding], chances: tuple[Array, Array]) -> tuple[Array, Array]:
    """Cells of both kinds of evidence together, sorted by kg, weighed by how likely each is."""
    return _sorted(
        np.concatenate([part.fraction for part in cells], 1),
        np.concatenate(
            [
                chance[:, None].astype(np.float32) * part.weight
                for part, chance in zip(cells, chances, strict=True)
            ],
            1,
        ),
    )


def _capped(kg: Array, bounds: Bounds) -> Array:
    """No more than the exporter's row, the importer's column and sound weights allow."""
    caps = np.minimum(np.minimum(bounds.row_kg, bounds.column_kg), bounds.weighed_kg)
    return np.clip(kg, 0.0, np.maximum(caps, 0.0))


def _in_kg(cells: Hiding, traded: Array) -> Hiding:
    """Cells whose fraction is an amount, never above the fuller report."""
    return replace(
        cells, fraction=np.minimum(cells.fraction, 1) * traded[:, None].astype(np.float32)
    )


def _sorted(kg: Array, weight: Array) -> tuple[Array, Array]:
    order = np.argsort(kg, axis=1)
    return np.take_along_axis(kg, order, 1), np.take_along_axis(weight, order, 1)


def _quantile(kg: Array, weight: Array, level: float) -> Array:
    """Quantile of the hidden kg; what no cell holds is nothing hidden. Cells sorted by kg."""
    below = 1 - weight.sum(1)
    reached = np.cumsum(weight, 1) + below[:, None]
    place = np.minimum((reached < level).sum(1), kg.shape[1] - 1)
    return np.where(below >= level, 0.0, np.take_along_axis(kg, place[:, None], 1)[:, 0])


def _upper(cells: Hiding) -> Array:
    """The 95 % quantile of the hidden kg, given that anything is hidden; 0 without evidence."""
    kg, weight = _sorted(cells.fraction, cells.weight)
    return np.where(cells.weight.sum(1) > 0, _quantile(kg, weight, 0.95), 0.0)
