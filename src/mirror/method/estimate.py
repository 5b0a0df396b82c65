"""From flows with two reports to parts, verdicts and the draws behind the ranking."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from mirror.method import common, draws, routing, spreads, verdicts
from mirror.method.bounds import Bounds, bounds_of, totals_of
from mirror.method.causes import CAUSES, Kinds
from mirror.method.edges import State
from mirror.method.gaps import Gaps
from mirror.method.pairs import Array, PairYears, Places, named, tables_of
from mirror.method.parts import parts_frame, plain_ends
from mirror.method.ready import Ready, delays_of, switched_off
from mirror.method.routing import Routes
from mirror.method.second_partners import shown
from mirror.method.spreads import Spreads
from mirror.method.timing import Late
from mirror.method.transfers import transfers_frame
from mirror.method.verdicts import Knobs, Verdicts
from mirror.method.waterfall import explain

DIRECTIONS = ("undeclared_export", "undeclared_import")


@dataclass(frozen=True)
class Estimate:
    """`parts`: a row per flow of the published frequency; `verdicts`: a row per exporter, importer
    and direction; `draws`: the same with 500 draws of the hidden kg as a list, for pairs that may
    hide anything; `transfers`: a row per edge and year that transit took out.
    """

    parts: pl.DataFrame
    verdicts: pl.DataFrame
    draws: pl.DataFrame
    transfers: pl.DataFrame


def estimate(
    flows: pl.DataFrame,
    second_partners: pl.DataFrame,
    lawful_causes: pl.DataFrame,
    parameters: Mapping[str, Any],
) -> Estimate:
    """Estimate every part of every gap, and how sure it is that what is left was hidden.

    `flows` has the columns of int_gaps, `second_partners` those of int_second_partners; both may
    hold other frequencies than the published one, whose months serve for timing.
    """
    everything = Gaps.of(flows)
    delays = delays_of(everything, parameters)
    chosen = (everything.frame["frequency"] == parameters["frequency"]).to_numpy()
    gaps = Gaps(everything.frame.filter(chosen))
    ready = Ready.of(gaps, Late(delays.carried[chosen], delays.slope[chosen]), parameters)
    off = switched_off(parameters, "reexport")
    left = explain(ready.gap, ready.caps(np.zeros(len(gaps))), ready.sides)
    compared = np.where(gaps.is_left_for_transit & ~off, left.residual, 0.0)
    seen, moves = shown(gaps, compared, second_partners, parameters)
    ends = tuple(end - seen for end in plain_ends(gaps, ready))
    tables, places = tables_of(gaps, ready, ends)
    judged = _judge(
        gaps,
        ready,
        tables,
        parameters,
        (Kinds.of(lawful_causes, DIRECTIONS[0]), Kinds.of(lawful_causes, DIRECTIONS[1])),
    )
    drawn = _drawn(judged, tables, parameters)
    taken = _of_flows(judged, tables, places, ends[1], gaps)
    return Estimate(
        parts=parts_frame(
            gaps, ready, seen, taken, _openness(judged, places, ends[1])
        ).with_columns(*_spread_columns(judged, tables, places)),
        verdicts=_verdicts_frame(judged, tables, drawn),
        draws=_draws_frame(judged, tables, drawn),
        transfers=transfers_frame(judged.routes, tables, gaps, moves),
    )


def _spread_columns(judged: "_Judged", tables: PairYears, places: Places) -> list[pl.Series]:
    """Spread of ln M*/X of each flow, and on how many two-sided flows of other pairs it rests."""
    both = tables.seen & (tables.imported > 0) & (tables.exported > 0)
    of_pair = both.sum(1)
    countries = len(tables.countries)
    others = [
        np.bincount(side, of_pair, countries)[side] - of_pair
        for side in (tables.exporter, tables.importer)
    ]
    here = places.pair >= 0
    spread = np.full(len(here), np.nan)
    flows = np.zeros(len(here), int)
    spread[here] = judged.spreads.yearly[places.pair[here], places.year[here]]
    flows[here] = np.minimum(*others)[places.pair[here]]
    return [
        pl.Series("pair_spread", spread).fill_nan(None),
        pl.Series("pair_spread_flows", flows),
    ]


@dataclass(frozen=True)
class _Judged:
    spreads: Spreads
    routing_tables: PairYears
    routes: Routes
    bounds: tuple[Bounds, Bounds]
    verdicts: tuple[Verdicts, Verdicts]


def _judge(
    gaps: Gaps,
    ready: Ready,
    tables: PairYears,
    parameters: Mapping[str, Any],
    kinds: tuple[Kinds, Kinds],
) -> _Judged:
    """Common errors, spreads, routes, then the mixture."""
    clean = common.without_common_errors(tables).tables
    off = switched_off(parameters, "reexport")
    least = np.inf if off else float(parameters["transit_least_usd"])
    found = routing.routes(clean, spreads.learn(clean), least)
    learnt = spreads.learn(replace(clean, gap=found.left))
    as_is, swapped = totals_of(gaps, ready, tables)
    after = replace(State.of(clean, learnt, least), left=found.left)
    bounds = bounds_of(clean, as_is), bounds_of(clean.swapped(), swapped)
    knobs = Knobs.of(parameters)
    judged = verdicts.both_directions(after, found, learnt, bounds, knobs, kinds)
    return _Judged(learnt, clean, found, bounds, judged)


def _of_flows(judged: _Judged, tables: PairYears, places: Places, left: Array, gaps: Gaps) -> Array:
    """What routes took out of each flow, USD, signed; months share their year's by their gaps."""
    clean = judged.routing_tables
    taken = np.where(tables.seen, clean.gap - judged.routes.left, 0.0)
    here = places.pair >= 0
    amount = np.zeros(len(gaps))
    wanted = taken[places.pair[here], places.year[here]]
    same_sign = np.where(np.sign(left[here]) == np.sign(wanted), np.abs(left[here]), 0.0)
    total = np.zeros(taken.shape)
    np.add.at(total, (places.pair[here], places.year[here]), same_sign)
    share = same_sign / np.maximum(total[places.pair[here], places.year[here]], 1e-9)
    amount[here] = np.sign(wanted) * np.minimum(np.abs(wanted) * share, same_sign)
    return amount


def _openness(judged: _Judged, places: Places, left: Array) -> Array:
    """Share of what is left of each flow that unmatched gaps near it could hold."""
    out = np.zeros(len(left))
    here = places.pair >= 0
    holding = [CAUSES.index(name) for name in ("row_holds", "column_holds", "chain_agrees")]
    shares = [own.strengths[:, holding].max(axis=1, initial=0.0) for own in judged.verdicts]
    pair = places.pair[here]
    out[here] = np.where(left[here] > 0, shares[0][pair], shares[1][pair])
    return out


def _drawn(judged: _Judged, tables: PairYears, parameters: Mapping[str, Any]) -> list[Array]:
    names = named(tables)
    keys = (names["exporter_iso3"] + "|" + names["importer_iso3"]).to_list()
    return [
        draws.drawn_kg([f"{direction}|{key}" for key in keys], own.cells_kg, own.cells_weight,
            own.own_error,
                       int(parameters["draws"]), int(parameters["seed"]))
        for direction, own in zip(DIRECTIONS, judged.verdicts, strict=True)
    ]  # fmt: skip


def _verdicts_frame(judged: _Judged, tables: PairYears, drawn: list[Array]) -> pl.DataFrame:
    frames = []
    fuller_kg = (tables.fine_kg * tables.seen).sum(1)
    hubs = tables.exporter_is_hub, tables.importer_is_hub
    for direction, own, bounds, kg, is_hub in zip(
        DIRECTIONS, judged.verdicts, judged.bounds, drawn, hubs, strict=True
    ):
        aside = is_hub & (direction == DIRECTIONS[0])
        rank_low, rank_high = _bands(kg, aside)
        frames.append(
            named(tables).with_columns(
                direction=pl.lit(direction),
                probability_material=pl.Series(own.probability),
                at_least_fine_kg=pl.Series(own.at_least),
                missing_fine_kg=pl.Series(own.missing),
                at_most_fine_kg=pl.Series(np.minimum(own.at_most, fuller_kg)),
                material_fine_kg=pl.Series(own.material_kg),
                chance_lawful=pl.Series(own.lawful),
                chance_before_causes=pl.Series(own.before_causes),
                main_cause=pl.Series(own.main_cause, dtype=pl.String),
                fuller_fine_kg=pl.Series(fuller_kg),
                is_hub=pl.Series(is_hub),
                is_beyond_declared=pl.Series(bounds.is_beyond_declared),
                row_fine_kg=pl.Series(bounds.row_kg),
                column_fine_kg=pl.Series(bounds.column_kg),
                weighed_fine_kg=pl.Series(bounds.weighed_kg),
                is_matched=pl.Series(judged.routes.is_matched),
                years_judged=pl.Series(tables.seen.sum(1)),
                draw_rank_low=pl.Series(rank_low).replace(0, None),
                draw_rank_high=pl.Series(rank_high).replace(0, None),
                **{
                    f"strength_{cause}": pl.Series(strength)
                    for cause, strength in zip(CAUSES, own.strengths.T, strict=True)
                },
            )
        )
    return pl.concat(frames).cast({pl.Float32: pl.Float64})


def _bands(kg: Array, aside: Array) -> tuple[Array, Array]:
    """Bands of places among pairs that hide anything in any draw; hubs have places of their own."""
    low, high = np.zeros(len(kg), int), np.zeros(len(kg), int)
    there = kg.max(axis=1, initial=0.0) > 0
    for group in (aside & there, ~aside & there):
        low[group], high[group] = draws.bands(kg[group])
    return low, high


def _draws_frame(judged: _Judged, tables: PairYears, drawn: list[Array]) -> pl.DataFrame:
    frames = []
    for direction, own, kg in zip(DIRECTIONS, judged.verdicts, drawn, strict=True):
        rows = np.flatnonzero(own.missing >= 1.0)
        frames.append(
            named(tables)[rows.tolist()].with_columns(
                direction=pl.lit(direction),
                hidden_fine_kg=pl.Series(kg[rows].tolist(), dtype=pl.List(pl.Float32)),
            )
        )
    return pl.concat(frames)
