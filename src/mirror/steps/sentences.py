"""The waterfall of a pair in words: a sentence for the raw gap, each part and what is left."""

import math
from collections.abc import Iterator

import polars as pl

from mirror.method.margins import Z

MOVES_NAMED = 3
"""Flows that a sentence names of those that transit matched."""


def sentences(years: pl.DataFrame, moves: pl.DataFrame) -> list[str]:
    """Say the waterfall of the given periods, in order; parts that are nothing are said so.

    `years` has the columns of int_pair_years for one pair, `moves` those of transit_moves with the
    pair on either side.
    """
    return [*_raw(years), *_booked(years), *_shared(years), _transit(years, moves), *_left(years)]


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
        f"Raw gap: the importer's books hold {_usd(_sum(years, 'import_value_usd'))}, the "
        f"exporter's {_usd(_sum(years, 'export_value_usd'))}; {_usd(_sum(years, 'gap_value_usd'))} "
        f"or {_sum(years, 'gap_fine_kg'):,.0f} kg of fine gold lie between them."
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
        f"{_usd(_sum(years, 'quality_usd_mid'))}.{where}"
    )
    unseen = sorted(set(years.filter(~pl.col("is_assessed"))["exporter_state"])
                    | set(years.filter(~pl.col("is_assessed"))["importer_state"]))  # fmt: skip
    reasons = sorted(set(years["set_aside_reason"].drop_nulls()))
    why = f" (states: {', '.join(unseen)})" if unseen else ""
    why += f" (set aside: {', '.join(reasons)})" if reasons else ""
    yield f"Not assessable: {_usd(_sum(years, 'not_assessable_usd_mid'))}{why}."


def _margin(years: pl.DataFrame, end: str) -> str:
    """Freight of all periods over their FOB value, in percent."""
    freight = _sum(years, f"freight_usd_{end}")
    share = freight / max(_sum(years, "import_value_usd") - freight, 1.0)
    return f"{100 * share:.1f} %" if share >= 0.01 else f"{100 * share:.2f} %"


def _shared(years: pl.DataFrame) -> Iterator[str]:
    positive = _sum(years, "gap_value_usd") > 0
    other = _sum(years, "swap_of_positive_usd" if positive else "swap_of_negative_usd")
    yield (
        "Other class: in scrap, coin or monetary gold the same pair's books lie "
        f"{_usd(other)} apart the other way, which explains {_part(years, 'class_swap_usd')}."
    )
    yield f"Timing: gold booked in a later period explains {_part(years, 'timing_usd')}."
    side = "exporter" if positive else "importer"
    pool = years[f"{side}_pool_usd"]
    known = f"books {_usd(float(pool.sum()))} without a partner" if pool.count() else (
        "has no World total at hand, so its trade without a partner is not known")  # fmt: skip
    yield (
        f"Unallocated partner: the {side} {known}; this gap's share of it is "
        f"{_part(years, 'unallocated_usd')}."
    )


def _transit(years: pl.DataFrame, moves: pl.DataFrame) -> str:
    said = f"Re-export or transit: explains {_part(years, 'reexport_usd')}"
    if bool(years["is_transit_unbounded"].any()):
        said += "; a hub stands in the pair and its other trade is not at hand, so it could be all"
    ways = [
        f"{row['exporter_iso3']} → {row['importer_iso3']} against {row['unseen_exporter_iso3']} → "
        f"{row['unseen_importer_iso3']} {_usd(row['moved_usd'])}"
        for row in _largest(moves).iter_rows(named=True)
    ]
    return said + (f": {'; '.join(ways)}." if ways else ".")


def _largest(moves: pl.DataFrame) -> pl.DataFrame:
    sides = [name for name in moves.columns if name.endswith("_iso3")]
    summed = moves.group_by(sides).agg(pl.col("moved_usd").sum())
    return summed.sort("moved_usd", *sides, descending=[True] + [False] * 4).head(MOVES_NAMED)


def _left(years: pl.DataFrame) -> Iterator[str]:
    low, mid, high = (_sum(years, f"residual_fine_kg_{end}") for end in ("low", "mid", "high"))
    spread = Z * _sum(years.select(pl.col("pair_spread").median()), "pair_spread")
    yield (
        f"Residual: {_part(years, 'residual_value_usd')} are left, {mid:,.0f} kg of fine gold "
        f"({low:,.0f} to {high:,.0f}), ends of the periods added up; the interval also holds the "
        f"usual error of both reporters, a factor of {math.exp(spread):.2f} either way."
    )
