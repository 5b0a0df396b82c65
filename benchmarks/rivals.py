"""What others do with the same records: a key for each pair, and no interval.

Each takes the published rows of a world, both reports of every pair and period, and gives a pair's
sum over the years of what its authors would call the gap, USD; positive: the importer sees more.
"""

from collections.abc import Callable

import numpy as np
import polars as pl

from benchmarks.scores import PAIR

FLAT_TEN, FLAT_SIX = 1.10, 1.06


def _summed(gap_years: pl.DataFrame, gap: pl.Expr, side: int) -> pl.DataFrame:
    window = gap_years.filter(pl.col("is_in_window"))
    return window.group_by(*PAIR).agg(key=(side * gap).sum().clip(0)).sort(*PAIR)


def _reports(margin: float) -> tuple[pl.Expr, pl.Expr]:
    return pl.col("import_value_usd").fill_null(0) / margin, pl.col("export_value_usd").fill_null(0)


def raw_gap(gap_years: pl.DataFrame, side: int) -> pl.DataFrame:
    """Import less export, nothing taken off."""
    imported, exported = _reports(1.0)
    return _summed(gap_years, imported - exported, side)


def ten_percent(gap_years: pl.DataFrame, side: int) -> pl.DataFrame:
    """A flat CIF margin of 10 %, as UNCTAD (2016)."""
    imported, exported = _reports(FLAT_TEN)
    return _summed(gap_years, imported - exported, side)


def six_percent_matched(gap_years: pl.DataFrame, side: int) -> pl.DataFrame:
    """A flat margin of 6 %, flows that one side does not report left out, as Global Financial
    Integrity; only gaps of the wanted sign add up.
    """
    imported, exported = _reports(FLAT_SIX)
    both = pl.col("import_value_usd").is_not_null() & pl.col("export_value_usd").is_not_null()
    gap = pl.when(both).then((side * (imported - exported)).clip(0)).otherwise(0.0)
    return _summed(gap_years, side * gap, side)


def reconciled(gap_years: pl.DataFrame, side: int) -> pl.DataFrame:
    """The exporter's report against a reconciled value in the manner of BACI: an average of both,
    weighted by how near each reporter usually is to its partners; a missing report is filled in.
    """
    both = gap_years.filter(
        pl.col("is_in_window") & (pl.col("import_value_usd") > 0) & (pl.col("export_value_usd") > 0)
    ).with_columns(far=(pl.col("import_fob_value_usd") / pl.col("export_value_usd")).log().abs())
    weights = [
        both.group_by(side_column).agg(pl.col("far").mean().add(0.01).pow(-1).alias(name))
        for side_column, name in zip(PAIR, ("of_exporter", "of_importer"), strict=True)
    ]
    joined = both.join(weights[0], on=PAIR[0]).join(weights[1], on=PAIR[1])
    share = pl.col("of_importer") / (pl.col("of_importer") + pl.col("of_exporter"))
    own = share if side == 1 else 1 - share
    gap = side * (pl.col("import_fob_value_usd") - pl.col("export_value_usd"))
    keys = joined.group_by(*PAIR).agg(key=(own * gap).sum().clip(0))
    everyone = gap_years.filter(pl.col("is_in_window")).select(PAIR).unique()
    return everyone.join(keys, on=PAIR, how="left").fill_null(0.0).sort(*PAIR)


RIVALS: dict[str, Callable[[pl.DataFrame, int], pl.DataFrame]] = {
    "raw gap": raw_gap,
    "10 % CIF": ten_percent,
    "6 %, unmatched dropped": six_percent_matched,
    "reconciled, BACI-like": reconciled,
}


def key_of(frame: pl.DataFrame, pairs: pl.DataFrame) -> np.ndarray:
    """The keys in the order of `pairs`; zero where a pair has none."""
    return (
        pairs.join(frame, on=PAIR, how="left", maintain_order="left")["key"].fill_null(0).to_numpy()
    )
