"""What transit explains of all flows: a linear program for each period."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from mirror.method import transit
from mirror.method.gaps import KEY, Gaps
from mirror.method.ready import Ready, switched_off
from mirror.method.waterfall import Array, explain


@dataclass(frozen=True)
class Moves:
    """What transit explains of each flow: at least, best, at most; signed like the gap."""

    low: Array
    mid: Array
    high: Array
    frame: pl.DataFrame


def moves_of(
    gaps: Gaps, ready: Ready, second_partners: pl.DataFrame, parameters: Mapping[str, Any]
) -> Moves:
    """Match gaps of opposite sign, period by period; first what second partners show.

    `high` is what transit could explain of a gap if no other needed it, all of it where a hub's
    other trade is not at hand. Flows that are not compared lend their gaps and get none.
    """
    nothing = np.zeros(len(gaps))
    left = explain(ready.gap[:, None], ready.caps(nothing, 1.0), ready.sides).residual[:, 0]
    left = np.where(gaps.is_left_for_transit, left, _beyond_reach(gaps, ready))
    if switched_off(parameters, "reexport"):
        return Moves(nothing, nothing, nothing, _transfers(gaps, []))
    low, mid, high = nothing.copy(), nothing.copy(), nothing.copy()
    names = gaps.frame.select("exporter_iso3", "importer_iso3")
    ends = np.unique(names.to_numpy().ravel(), return_inverse=True)
    exporter, importer = ends[1].reshape(-1, 2).T
    found = []
    period = gaps.frame["period"].to_numpy()
    for place in [np.flatnonzero(period == value) for value in np.unique(period)]:
        flows = transit.Flows(exporter[place], importer[place], left[place],
                              np.maximum(ready.fob, ready.export)[place])  # fmt: skip
        shown = _shown(flows, ends[0], second_partners, int(period[place[0]]), parameters)
        least = float(parameters["transit_least_usd"])
        able = transit.candidates(flows, least)
        for move, is_shown in ((shown, True), (None, False)):
            if move is None:
                rest = replace(flows, excess=flows.excess - transit.net(shown, len(place)))
                move = transit.solve(rest, transit.candidates(rest, least))
            found.append((place, move, is_shown))
            mid[place] += transit.net(move, len(place))
            if is_shown:
                low[place] += transit.net(move, len(place))
        high[place] = transit.most(flows, able)
    unbounded = gaps.flag("is_transit_unbounded")
    high = np.where(unbounded | (np.abs(high) < np.abs(mid)), mid, high)
    high = np.where(unbounded, left, high)
    low, mid, high = (np.where(gaps.is_left_for_transit, end, 0.0) for end in (low, mid, high))
    return Moves(low, mid, high, _transfers(gaps, found))


def _beyond_reach(gaps: Gaps, ready: Ready) -> Array:
    """Gaps towards a country whose books are not at hand: what one side declares, times the share
    that the other did not see in the periods in which it reported; all of it if it never did.
    """
    able = ~gaps.flag("is_set_aside") & ~gaps.flag("has_value_error") & ~gaps.flag("is_assessed")
    pair = gaps.codes("exporter_iso3", "importer_iso3")
    known = gaps.is_left_for_transit
    unseen = []
    for side, declared in ((-1, ready.export), (1, ready.fob)):
        missed = np.maximum(side * ready.gap, 0) * known
        total = np.bincount(pair, declared * known)[pair]
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(total > 0, np.bincount(pair, missed)[pair] / total, 1.0)
        unseen.append(side * declared * share)
    exporter_only = gaps.frame["import_value_usd"].is_null().to_numpy()
    importer_only = gaps.frame["export_value_usd"].is_null().to_numpy()
    return np.where(able, exporter_only * unseen[0] + importer_only * unseen[1], 0.0)


def _shown(
    flows: transit.Flows, names: Array, second_partners: pl.DataFrame, period: int,
    parameters: Mapping[str, Any],
) -> transit.Transfer:  # fmt: skip
    rows = second_partners.filter(
        (pl.col("frequency") == parameters["frequency"]) & (pl.col("period") == period)
        & pl.all_horizontal(pl.col(c).is_in(names) for c in _ROUTE)
    ).sort(_ROUTE)  # fmt: skip
    exporter, hub, importer = (np.searchsorted(names, rows[c].to_numpy()) for c in _ROUTE)
    return transit.shown(flows, exporter, hub, importer, rows["value_usd"].to_numpy())


_ROUTE = ("exporter_iso3", "hub_iso3", "importer_iso3")


def _transfers(gaps: Gaps, found: list[tuple[Array, transit.Transfer, bool]]) -> pl.DataFrame:
    """A row per move: both flows, the hub between them and the amount."""
    exporter, importer = (gaps.frame[column].to_numpy() for column in KEY[2:])
    rows: dict[str, list[Any]] = {name: [] for name in _TRANSFER}
    for place, move, is_shown in found:
        used = np.flatnonzero(move.amount > 0.005)
        one, two = place[move.seen_by_importer[used]], place[move.seen_by_exporter[used]]
        columns = (
            gaps.frame["frequency"].to_numpy()[one], gaps.frame["period"].to_numpy()[one],
            exporter[one], importer[one], exporter[two], importer[two], move.amount[used],
            np.full(len(used), is_shown),
        )  # fmt: skip
        for name, values in zip(_TRANSFER, columns, strict=True):
            rows[name].extend(values.tolist())
    return pl.DataFrame(rows, schema=_TRANSFER).sort(list(_TRANSFER)[:6])


_TRANSFER = {
    "frequency": pl.String,
    "period": pl.Int32,
    "exporter_iso3": pl.String,
    "importer_iso3": pl.String,
    "unseen_exporter_iso3": pl.String,
    "unseen_importer_iso3": pl.String,
    "moved_usd": pl.Float64,
    "is_shown_by_second_partner": pl.Boolean,
}
