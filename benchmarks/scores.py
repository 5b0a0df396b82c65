"""How well a ranking finds what was hidden, and how well intervals hold it."""

import numpy as np
import polars as pl

PAIR = ("exporter_iso3", "importer_iso3")


def average_precision(key: np.ndarray, is_true: np.ndarray) -> float:
    """Mean over the true routes of the precision at the place where each is found.

    Pairs with a key of zero or null are not ranked: a true route among them counts as never found.
    Ties are broken against the ranking: false before true.
    """
    if not is_true.any():
        return float("nan")
    key = np.nan_to_num(key, nan=0.0)
    order = np.lexsort((is_true, -key))
    hits = is_true[order] & (key[order] > 0)
    places = np.flatnonzero(hits) + 1
    return float((np.arange(1, len(places) + 1) / places).sum() / is_true.sum())


def recall_at(key: np.ndarray, is_true: np.ndarray, number: int) -> float:
    """Share of the true routes among the first `number` of the ranking."""
    order = np.lexsort((is_true, -np.nan_to_num(key, nan=0.0)))[:number]
    return float(is_true[order].sum() / max(is_true.sum(), 1))


def coverage(low: np.ndarray, high: np.ndarray, truth: np.ndarray) -> float:
    """Share of intervals that hold the truth; half a kilogram of rounding is forgiven."""
    if not len(truth):
        return float("nan")
    return float(np.mean((truth >= low - 0.5) & (truth <= high + 0.5)))


def with_truth(gap_years: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """Published flows of the window with what was hidden of each, kg of fine gold, signed."""
    keys = ["period", *PAIR]
    return (
        gap_years.filter(pl.col("is_in_window"))
        .join(truth.select(*keys, "hidden_fine_kg"), on=keys, how="left", maintain_order="left")
        .with_columns(pl.col("hidden_fine_kg").fill_null(0.0))
    )


def pairs_of(flows: pl.DataFrame, side: int, least_kg: float, least_share: float) -> pl.DataFrame:
    """All pairs with what was hidden in the years that are compared, kg, positive in the direction.

    A route is true if that is material: above `least_kg` and above `least_share` of the mean of
    both reports. Pairs that hide something immaterial are neither true nor false and left out.
    """
    hidden = (side * pl.col("hidden_fine_kg")).clip(0)
    mean = (
        pl.col("import_fob_value_usd").fill_null(0) + pl.col("export_value_usd").fill_null(0)
    ) / (2 * pl.col("gold_price_usd_per_kg"))
    counted = pl.col("is_counted")
    pairs = flows.group_by(*PAIR).agg(
        hidden_kg=hidden.filter(counted).sum(),
        hidden_anywhere_kg=hidden.sum(),
        estimated_kg=(side * pl.col("residual_fine_kg_mid")).clip(0).filter(counted).sum(),
        low_kg=_low(side).filter(counted).sum(),
        material_kg=(least_share * mean).filter(counted).sum().clip(least_kg),
        is_compared=counted.any(),
    )
    material = pl.col("hidden_kg") > pl.col("material_kg")
    return (
        pairs.filter((pl.col("hidden_kg") == 0) | material)
        .with_columns(is_true=material)
        .sort(*PAIR)
    )


def _low(side: int) -> pl.Expr:
    ends = {1: pl.col("residual_fine_kg_low"), -1: -pl.col("residual_fine_kg_high")}
    return ends[side].clip(0)
