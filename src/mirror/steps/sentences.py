"""The waterfall of a pair in words: a sentence for the raw gap, each part and what is left."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from mirror.method.margins import Z
from mirror.records import UNITS

MOVES_NAMED = 3
"""Flows that a sentence names of those that transit took out."""

_FACTORS = sorted({max(unit.ratio, 1 / unit.ratio) for unit in UNITS.values()} - {1.0})
_NEAR_A_UNIT, _VALUES_AGREE = math.log(1.5), math.log(3)
"""How far weights may lie from the factor of a unit to be told by it, and values from each other to
agree, in logarithms."""

WAYS = {
    "exporter": "same exporter",
    "importer": "same importer",
    "chain": "through a hub",
    "double": "reported twice",
    "second_partner": "named by a second partner",
}
"""How a gap and the flow that explains it belong together, by `edge_kind`."""


def sentences(years: pl.DataFrame, moves: pl.DataFrame) -> list[str]:
    """Say the waterfall of the given periods, in order; parts that are nothing are said so.

    `years` has the columns of int_pair_years for one pair, `moves` those of transit_moves with the
    pair on either side.
    """
    parts = [*_raw(years), *_booked(years), *_shared(years), _transit(years, moves)]
    return [*parts, *_left(years), *_honest(years)]


def _usd(value: float | None) -> str:
    """Millions of USD; small amounts to the dollar."""
    amount = value or 0.0
    return f"{amount / 1e6:,.1f} M USD" if abs(amount) >= 5e4 else f"{amount:,.0f} USD"


def _sum(years: pl.DataFrame, column: str) -> float:
    return float(years[column].sum() or 0.0)


def _part(years: pl.DataFrame, name: str) -> str:
    """An amount with its interval, summed over the periods."""
    low, mid, high = (_sum(years, f"{name}_{end}") for end in ("low", "mid", "high"))
    return f"{_usd(mid)} ({_usd(low)} to {_usd(high)})"


def _raw(years: pl.DataFrame) -> Iterator[str]:
    yield (
        f"Raw gap: the importer reports {_usd(_sum(years, 'import_value_usd'))}, the exporter "
        f"{_usd(_sum(years, 'export_value_usd'))}; the difference is "
        f"{_usd(_sum(years, 'gap_value_usd'))} or {_sum(years, 'gap_fine_kg'):,.0f} kg of fine "
        "gold."
    )


def _booked(years: pl.DataFrame) -> Iterator[str]:
    bases = " and ".join(sorted(set(years["import_basis"].drop_nulls()))) or "no"
    priced = years.filter(pl.col("import_value_usd").is_not_null())
    mid, low, high = (_margin(priced, end) for end in ("mid", "low", "high"))
    yield (
        f"Freight and insurance: the import stands on {bases} basis; at a margin of {mid} "
        f"({low} to {high}) that is {_part(years, 'freight_usd')}."
    )
    errors = years.filter("has_value_error")["period"].to_list()
    where = f" An evident error of value stands in {', '.join(map(str, errors))}." if errors else ""
    yield (
        "Quality: errors of value, and values off the price where both weights agree, hold "
        f"{_usd(_sum(years, 'quality_usd_mid'))}.{where}{_units(years)}"
    )
    unseen = sorted(set(years.filter(~pl.col("is_assessed"))["exporter_state"])
                    | set(years.filter(~pl.col("is_assessed"))["importer_state"]))  # fmt: skip
    reasons = sorted(set(years["set_aside_reason"].drop_nulls()))
    why = f" (states: {', '.join(unseen)})" if unseen else ""
    why += f" (excluded: {', '.join(reasons)})" if reasons else ""
    yield f"Not assessable: {_usd(_sum(years, 'not_assessable_usd_mid'))}{why}."


def _units(years: pl.DataFrame) -> str:
    """Say in which periods weights lie apart by the factor of a unit, and values do not."""
    found: dict[tuple[str, float], list[str]] = {}
    columns = ("import_net_weight_kg", "export_net_weight_kg", "import_value_usd",
               "export_value_usd")  # fmt: skip
    compared = years.filter(pl.all_horizontal(pl.col(columns) > 0)).sort("period")
    for period, *figures in compared.select("period", *columns).iter_rows():
        weights, values = figures[0] / figures[1], figures[2] / figures[3]
        times = max(weights, 1 / weights)
        factor = min(_FACTORS, key=lambda one: abs(math.log(times / one)))
        is_unit = abs(math.log(times / factor)) < _NEAR_A_UNIT
        if is_unit and abs(math.log(values)) < _VALUES_AGREE:
            side = "importer" if weights > 1 else "exporter"
            found.setdefault((side, factor), []).append(str(period))
    return "".join(
        f" The weight of the {side} is about {factor:,.0f} times that of the other side in "
        f"{', '.join(periods)}, as in another unit, while the values agree: such weights are left "
        "out."
        for (side, factor), periods in found.items()
    )


def _margin(years: pl.DataFrame, end: str) -> str:
    """Freight of all periods over their FOB value, in percent."""
    freight = _sum(years, f"freight_usd_{end}")
    share = freight / max(_sum(years, "import_value_usd") - freight, 1.0)
    return f"{100 * share:.1f} %" if share >= 0.01 else f"{100 * share:.2f} %"


def _shared(years: pl.DataFrame) -> Iterator[str]:
    positive = _sum(years, "gap_value_usd") > 0
    other = _sum(years, "swap_of_positive_usd" if positive else "swap_of_negative_usd")
    yield (
        "Other class: in scrap, coin or monetary gold the same pair's reports differ by "
        f"{_usd(other)} the other way, which explains {_part(years, 'class_swap_usd')}."
    )
    yield f"Timing: gold reported in a later period explains {_part(years, 'timing_usd')}."
    side = "exporter" if positive else "importer"
    pool = years[f"{side}_pool_usd"]
    known = f"reports {_usd(float(pool.sum()))} without a partner" if pool.count() else (
        "has no World total available, so its trade without a partner is not known")  # fmt: skip
    yield (
        f"Unallocated partner: the {side} {known}; this gap's share of it is "
        f"{_part(years, 'unallocated_usd')}."
    )


def _transit(years: pl.DataFrame, moves: pl.DataFrame) -> str:
    said = f"Re-export or transit: explains {_part(years, 'reexport_usd')}"
    if bool(years["is_transit_unbounded"].any()):
        said += "; one of the two is a hub whose other trade is not available: it could be all"
    ways = [_way(row) for row in _largest(moves).iter_rows(named=True)]
    return said + (f": {'; '.join(ways)}." if ways else ".")


def _way(row: Mapping[str, Any]) -> str:
    """One flow that explains a gap, what tells that they belong together, and how surely."""
    flows = (
        f"{row['exporter_iso3']} → {row['importer_iso3']} by {row['unseen_exporter_iso3']} → "
        f"{row['unseen_importer_iso3']} {_usd(row['moved_usd'])}"
    )
    third = ""
    if row["borne_out_by_exporter_iso3"]:
        third = f", borne out by {row['borne_out_by_exporter_iso3']} → "
        third += f"{row['borne_out_by_importer_iso3']}"
    return f"{flows} ({WAYS[row['edge_kind']]}, weight {row['edge_weight']:.2f}{third})"


def _largest(moves: pl.DataFrame) -> pl.DataFrame:
    """Add the years of each edge up; its weight is one for all its years."""
    told = [name for name in moves.columns if name.endswith("_iso3")]
    summed = moves.group_by([*told, "edge_kind"]).agg(
        pl.col("moved_usd").sum(), pl.col("edge_weight").max()
    )
    return summed.sort(
        "moved_usd", *told, "edge_kind", descending=[True] + [False] * (len(told) + 1)
    ).head(MOVES_NAMED)


def _left(years: pl.DataFrame) -> Iterator[str]:
    low, mid, high = (_sum(years, f"residual_fine_kg_{end}") for end in ("low", "mid", "high"))
    yield (
        f"Residual: {_part(years, 'residual_value_usd')} are left, {mid:,.0f} kg of fine gold "
        f"({low:,.0f} to {high:,.0f}), ends of the periods added up; they are the bounds of the "
        "parts alone."
    )


def _honest(years: pl.DataFrame) -> Iterator[str]:
    spreads = years["pair_spread"].drop_nulls()
    if spreads.is_empty():
        return
    factor = math.exp(Z * float(str(spreads.median())))
    yield (
        "Honest error: reports of flows like this one usually differ by a factor of up to "
        f"{factor:.2f} either way in a year; the probability and what is missing allow for it, the "
        "residual does not."
    )
