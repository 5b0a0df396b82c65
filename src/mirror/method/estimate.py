"""From flows with two reports to parts, intervals and the draws behind the ranking."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from mirror.method import transit
from mirror.method.draws import Uncertain, residuals
from mirror.method.gaps import KEY, Gaps
from mirror.method.ranking import PairDraws
from mirror.method.spreads import Noise, spreads
from mirror.method.timing import Late, late
from mirror.method.waterfall import Array, Caps, Parts, Sides, explain

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
    delays = _late(everything, parameters)
    chosen = (everything.frame["frequency"] == parameters["frequency"]).to_numpy()
    gaps = Gaps(everything.frame.filter(chosen))
    delays = Late(delays.carried[chosen], delays.slope[chosen])
    ready = _Ready.of(gaps, delays, parameters)
    moves = _moves(gaps, ready, second_partners, parameters)
    best = explain(ready.gap[:, None], ready.caps(moves.mid, 1.0), ready.sides)
    draws = _draw(gaps, ready, moves, best, parameters)
    return Estimate(
        parts=_parts_frame(gaps, ready, moves, best, draws),
        pairs=draws.pairs,
        transfers=moves.frame,
    )


def _switched_off(parameters: Mapping[str, Any], part: str) -> bool:
    return part in str(parameters["parts_switched_off"]).split(";")


def _fob(gaps: Gaps) -> Array:
    return gaps.number("import_value_usd") / (1 + gaps.number("margin_mid"))


def _late(gaps: Gaps, parameters: Mapping[str, Any]) -> Late:
    fob, export = _fob(gaps), gaps.number("export_value_usd")
    if _switched_off(parameters, "timing"):
        return Late(np.zeros(len(gaps)), np.zeros(len(gaps)))
    return late(
        (gaps.frame["frequency"] == "M").to_numpy(),
        gaps.frame["period"].to_numpy().astype(int),
        gaps.codes("exporter_iso3", "importer_iso3"),
        np.where(gaps.flag("has_value_error"), np.nan, np.maximum(fob, export)),
        fob - export,
        gaps.is_left_for_transit,
    )


@dataclass(frozen=True)
class _Ready:
    """What the waterfall needs of all flows, as arrays."""

    gap: Array
    export: Array
    fob: Array
    delays: Late
    months: tuple[float, float, float]
    basis: Caps
    sides: Sides

    @classmethod
    def of(cls, gaps: Gaps, delays: Late, parameters: Mapping[str, Any]) -> "_Ready":
        fob, export = _fob(gaps), gaps.number("export_value_usd")
        swap = 0.0 if _switched_off(parameters, "class_swap") else 1.0
        pool = 0.0 if _switched_off(parameters, "unallocated") else 1.0
        ends = ("low", "mid", "high")
        low, mid, high = (float(parameters[f"timing_months_{end}"]) for end in ends)
        basis = Caps(
            is_assessed=gaps.flag("is_assessed"),
            is_value_error=gaps.flag("has_value_error"),
            suppressed=(gaps.number("export_suppressed_usd"), gaps.number("import_suppressed_usd")),
            swap=(swap * gaps.number("swap_of_positive_usd"),
                  swap * gaps.number("swap_of_negative_usd")),
            timing=delays.carried,
            pools=(pool * gaps.number("exporter_pool_usd"), pool * gaps.number("importer_pool_usd")),
            weight=np.ones(len(gaps)),
            transit=np.zeros(len(gaps)),
        )  # fmt: skip
        sides = Sides.of(gaps.codes("period", "exporter_iso3"), gaps.codes("period", "importer_iso3"))
        return cls(fob - export, export, fob, delays, (low, mid, high), basis, sides)

    def caps(self, moved: Array, swap: float, months: float | None = None) -> Caps:
        """Caps as columns; `moved` is transit (USD), `swap` the share of other classes that counts,
        `months` the delay in annual records (default: its best estimate).
        """
        delay = self.months[1] if months is None else months
        plain = {
            name: getattr(self.basis, name)[:, None]
            for name in ("is_assessed", "is_value_error", "weight")
        }
        pair = {name: tuple(end[:, None] for end in getattr(self.basis, name))
                for name in ("suppressed", "pools")}  # fmt: skip
        return Caps(
            **plain,
            **pair,
            swap=tuple(end[:, None] * swap for end in self.basis.swap),
            timing=(self.delays.carried + delay * self.delays.slope)[:, None],
            transit=moved[:, None],
        )


@dataclass(frozen=True)
class _Moves:
    """What transit explains of each flow: at least, best, at most; signed like the gap."""

    low: Array
    mid: Array
    high: Array
    frame: pl.DataFrame


def _moves(
    gaps: Gaps, ready: _Ready, second_partners: pl.DataFrame, parameters: Mapping[str, Any]
) -> _Moves:
    nothing = np.zeros(len(gaps))
    left = explain(ready.gap[:, None], ready.caps(nothing, 1.0), ready.sides).residual[:, 0]
    left = np.where(gaps.is_left_for_transit, left, _beyond_reach(gaps, ready))
    if _switched_off(parameters, "reexport"):
        return _Moves(nothing, nothing, nothing, _transfers(gaps, []))
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
    return _Moves(low, mid, high, _transfers(gaps, found))


def _beyond_reach(gaps: Gaps, ready: _Ready) -> Array:
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
    codes = [np.searchsorted(names, rows[column].to_numpy()) for column in _ROUTE]
    return transit.shown(flows, *codes, rows["value_usd"].to_numpy())


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


def _noise(gaps: Gaps, ready: _Ready, parameters: Mapping[str, Any]) -> Noise:
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
    gaps: Gaps, ready: _Ready, moves: _Moves, best: Parts, parameters: Mapping[str, Any]
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


def _uncertain(
    gaps: Gaps, ready: _Ready, moves: _Moves, place: Array, noise: Noise
) -> Uncertain:
    frame = gaps.frame[place.tolist()]
    part = Gaps(frame)
    key = frame.select(pl.concat_str(KEY, separator="|")).to_series().to_list()
    pair = frame.select(pl.concat_str(KEY[2:], separator="|")).to_series().to_list()
    pick = {name: getattr(ready.basis, name)[place] for name in
            ("is_assessed", "is_value_error", "timing", "weight", "transit")}  # fmt: skip
    both = {name: tuple(end[place] for end in getattr(ready.basis, name)) for name in
            ("suppressed", "swap", "pools")}  # fmt: skip
    return Uncertain(
        keys=key,
        pairs=pair,
        export_usd=ready.export[place],
        import_usd=gaps.number("import_value_usd")[place],
        margins=tuple(part.number(f"margin_{end}") for end in ("low", "mid", "high")),
        spreads=(noise.exporter[place], noise.importer[place]),
        kept=noise.kept,
        prices=tuple(part.number(f"gold_price_usd_per_kg{end}") for end in ("_low", "", "_high")),
        caps=Caps(**pick, **both),
        timing_slope=ready.delays.slope[place],
        timing_months=ready.months,
        transit=(moves.low[place], moves.mid[place], moves.high[place]),
        sides=Sides.of(part.codes("exporter_iso3"), part.codes("importer_iso3")),
    )


def _parts_frame(
    gaps: Gaps, ready: _Ready, moves: _Moves, best: Parts, draws: PairDraws
) -> pl.DataFrame:
    bounds = _bounds(ready, moves, best)
    columns = {f"{name}_usd_{end}": bounds[name][n] for name in PARTS
               for n, end in enumerate(("low", "mid", "high"))}  # fmt: skip
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


def _bounds(ready: _Ready, moves: _Moves, best: Parts) -> dict[str, tuple[Array, Array, Array]]:
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
