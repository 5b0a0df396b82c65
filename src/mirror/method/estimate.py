"""From flows with two reports to parts, intervals and the draws behind the ranking."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from mirror.method.draws import Uncertain, residuals
from mirror.method.gaps import KEY, Gaps
from mirror.method.moves import Moves, moves_of
from mirror.method.ranking import PairDraws
from mirror.method.ready import ENDS, Ready, delays_of
from mirror.method.spreads import Noise, spreads
from mirror.method.timing import Late
from mirror.method.waterfall import Array, Parts, Sides, explain

PARTS = ("quality", "not_assessable", "class_swap", "timing", "unallocated", "reexport")


@dataclass(frozen=True)
class Estimate:
    """`parts`: a row per flow of the published frequency; `pairs`: a row per exporter, importer and
    direction; `transfers`: a row per move of the linear programs.
    """

    parts: pl.DataFrame
    pairs: pl.DataFrame
    transfers: pl.DataFrame


def estimate(
    flows: pl.DataFrame, second_partners: pl.DataFrame, parameters: Mapping[str, Any]
) -> Estimate:
    """Estimate every part of every gap, with its interval.

    `flows` has the columns of int_gaps, `second_partners` those of int_second_partners; both may
    hold other frequencies than the published one, whose months serve for timing.
    """
    everything = Gaps.of(flows)
    delays = delays_of(everything, parameters)
    chosen = (everything.frame["frequency"] == parameters["frequency"]).to_numpy()
    gaps = Gaps(everything.frame.filter(chosen))
    delays = Late(delays.carried[chosen], delays.slope[chosen])
    ready = Ready.of(gaps, delays, parameters)
    moves = moves_of(gaps, ready, second_partners, parameters)
    best = explain(ready.gap[:, None], ready.caps(moves.mid, 1.0), ready.sides)
    draws = _draw(gaps, ready, moves, best, parameters)
    return Estimate(
        parts=_parts_frame(gaps, ready, moves, best, draws),
        pairs=draws.pairs,
        transfers=moves.frame,
    )


def _noise(gaps: Gaps, ready: Ready, parameters: Mapping[str, Any]) -> Noise:
    """Learn the noise of a gap from gaps of the other sign: hiding moves one side only."""
    both = gaps.is_left_for_transit & (ready.fob > 0) & (ready.export > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(both, np.log(ready.fob / ready.export), np.nan)
    pairs = gaps.frame.select("exporter_iso3", "importer_iso3")
    default = float(parameters["spread_default"])
    below, above, every = (
        spreads(pairs.with_columns(log_ratio=pl.Series(np.where(kept, ratio, np.nan))), default)
        for kept in (ratio <= 0, ratio >= 0, both)
    )
    is_positive, factor = ready.gap >= 0, float(parameters["spread_factor"])
    return Noise(
        factor * np.where(is_positive, below.exporter, above.exporter),
        factor * np.where(is_positive, below.importer, above.importer),
        np.where(is_positive, below.flows, above.flows),
        every.kept,
    )


def _draw(
    gaps: Gaps, ready: Ready, moves: Moves, best: Parts, parameters: Mapping[str, Any]
) -> PairDraws:
    noise = _noise(gaps, ready, parameters)
    draws, seed = int(parameters["draws"]), int(parameters["seed"])
    taken = PairDraws(gaps, best.residual[:, 0], draws, parameters)
    taken.noise = noise
    period = gaps.frame["period"].to_numpy()
    for place in [np.flatnonzero(period == value) for value in np.unique(period)]:
        flows = _uncertain(gaps, ready, moves, place, noise)
        taken.start(place)
        for block, residual, price in residuals(flows, draws, seed):
            taken.add(block, residual, price)
        taken.finish()
    taken.rank()
    return taken


def _uncertain(gaps: Gaps, ready: Ready, moves: Moves, place: Array, noise: Noise) -> Uncertain:
    part = Gaps(gaps.frame[place.tolist()])
    low, mid, high = (part.number(f"margin_{end}") for end in ENDS)
    cheapest, mean, dearest = (part.number(f"gold_price_usd_per_kg{end}") for end in _PRICES)
    return Uncertain(
        keys=part.names(*KEY),
        pairs=part.names(*KEY[2:]),
        export_usd=ready.export[place],
        import_usd=part.number("import_value_usd"),
        margins=(low, mid, high),
        spreads=(noise.exporter[place], noise.importer[place]),
        kept=noise.kept,
        prices=(cheapest, mean, dearest),
        caps=ready.part(place),
        timing_slope=ready.delays.slope[place],
        timing_months=ready.months,
        transit=(moves.low[place], moves.mid[place], moves.high[place]),
        sides=Sides.of(part.codes("exporter_iso3"), part.codes("importer_iso3")),
    )


_PRICES = ("_low", "", "_high")


def _parts_frame(
    gaps: Gaps, ready: Ready, moves: Moves, best: Parts, draws: PairDraws
) -> pl.DataFrame:
    bounds = _bounds(ready, moves, best)
    columns = {f"{name}_usd_{end}": bounds[name][n] for name in PARTS
               for n, end in enumerate(ENDS)}  # fmt: skip
    left = best.residual[:, 0]
    left = np.where(np.abs(left) < 0.005, 0.0, left)
    return gaps.frame.select(KEY).with_columns(
        *(pl.Series(name, values) for name, values in columns.items()),
        residual_value_usd_low=pl.Series(np.minimum(draws.usd_low, left)),
        residual_value_usd_mid=pl.Series(left),
        residual_value_usd_high=pl.Series(np.maximum(draws.usd_high, left)),
        residual_fine_kg_low=pl.Series(draws.fine_kg_low),
        residual_fine_kg_high=pl.Series(draws.fine_kg_high),
        pair_spread=pl.Series(np.hypot(draws.noise.exporter, draws.noise.importer)),
        pair_spread_flows=pl.Series(draws.noise.flows),
    )


def _bounds(ready: Ready, moves: Moves, best: Parts) -> dict[str, tuple[Array, Array, Array]]:
    """Each part alone at its least and at its most, all others at their best estimate."""
    mid = {name: getattr(best, "transit" if name == "reexport" else name)[:, 0] for name in PARTS}
    least = explain(ready.gap[:, None], ready.caps(moves.low, 0.0, ready.months[0]), ready.sides)
    gap = ready.gap[:, None]
    swap = explain(gap, ready.caps(moves.mid, 1.0), ready.sides).class_swap[:, 0]
    longest = explain(gap, ready.caps(moves.mid, 1.0, ready.months[2]), ready.sides).timing[:, 0]
    before = (best.unallocated + best.transit + best.residual)[:, 0]
    pool = np.clip(before, -ready.basis.pools[1], ready.basis.pools[0])
    after = (best.transit + best.residual)[:, 0]
    most = np.clip(after, np.minimum(moves.high, 0), np.maximum(moves.high, 0))
    shown = np.clip(after, np.minimum(moves.low, 0), np.maximum(moves.low, 0))
    ends = {
        "class_swap": (np.zeros(len(mid["timing"])), swap),
        "timing": (least.timing[:, 0] * 0, longest),
        "unallocated": (np.zeros(len(pool)), pool),
        "reexport": (shown, most),
    }
    bounds = {}
    for name in PARTS:
        values = np.stack([mid[name], *ends.get(name, ())])
        bounds[name] = values.min(axis=0), mid[name], values.max(axis=0)
    return bounds
