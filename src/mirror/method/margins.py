"""Freight and insurance on gold, measured on rows that carry both a CIF and a FOB value.

ln of the margin is a common level, a slope on ln of the distance, an effect of the importer that is
shrunk to zero where its rows are few, and what is left from row to row.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

Z = 1.6448536269514722
"""Half width of a 90 % interval in standard deviations."""
LEAST = 1e-4
"""Margins below a hundredth of a percent count as that much: ln of 0 is not defined."""
MOST = 0.5
LEAST_ROWS_FOR_SLOPE = 30
TYPICAL_DISTANCE_KM = 5000.0


@dataclass(frozen=True)
class Fit:
    """ln margin = level + slope ln(distance / 5,000 km) + effect of the importer + noise.

    `own_ends` are how far 5 and 95 % of the rows lie from what is fitted for their importer (ln),
    `pool_ends` how far from the level; margins near zero make the lower side the longer one.
    `importers` has importer_iso3, margin_rows and effect (shrunk).
    """

    level: float
    slope: float
    between: float
    within: float
    own_ends: tuple[float, float]
    pool_ends: tuple[float, float]
    importers: pl.DataFrame


def fit(measured: pl.DataFrame, default: tuple[float, float, float]) -> Fit:
    """Fit margins; `default` (low, mid, high) stands where no row carries both values.

    `measured`: importer_iso3, margin_of_row (share of the FOB value), distance_km (null: unknown).
    Empirical Bayes with variances by moments (one-way random effects, Searle et al. 1992).
    """
    schema = {"importer_iso3": pl.String, "margin_rows": pl.Int64, "effect": pl.Float64}
    if measured.is_empty():
        low, mid, high = (np.log(max(end, LEAST)) for end in default)
        none = pl.DataFrame(schema=schema)
        ends = float(low - mid), float(high - mid)
        return Fit(float(mid), 0.0, 0.0, 1.0, ends, ends, none)
    margins = np.log(np.clip(measured["margin_of_row"].to_numpy(), LEAST, MOST))
    far = _log_distance(measured["distance_km"])
    names, codes = np.unique(measured["importer_iso3"].to_numpy(), return_inverse=True)
    slope = _slope(margins, far, codes)
    rest = margins - slope * far
    rows = np.bincount(codes)
    means = np.bincount(codes, rest) / rows
    within = _within(rest, means[codes], len(names))
    between = max(float(np.var(means) - np.mean(within / rows)), 0.0)
    weights = 1 / (between + within / rows)
    level = float((weights * means).sum() / weights.sum())
    shrunk = between / (between + within / rows)
    importers = pl.DataFrame(
        {
            "importer_iso3": names.astype(str),
            "margin_rows": rows,
            "effect": shrunk * (means - level),
        },
        schema=schema,
    )
    own = _ends(rest - level - (shrunk * (means - level))[codes])
    return Fit(level, slope, between, within, own, _ends(rest - level), importers)


def _ends(left: np.ndarray) -> tuple[float, float]:
    """The 5 and 95 % quantiles, never on the wrong side of zero."""
    low, high = np.quantile(left, [0.05, 0.95])
    return min(float(low), 0.0), max(float(high), 0.0)


def _log_distance(kilometres: pl.Series) -> np.ndarray:
    """ln of the distance over 5,000 km; 0, the typical distance, where it is unknown."""
    known = kilometres.cast(pl.Float64).fill_null(TYPICAL_DISTANCE_KM).clip(100)
    return np.log(known.to_numpy() / TYPICAL_DISTANCE_KM)


def _slope(margins: np.ndarray, far: np.ndarray, codes: np.ndarray) -> float:
    """Slope within importers; 0 with too few rows, never below 0: distance makes no discount."""
    if len(margins) < LEAST_ROWS_FOR_SLOPE:
        return 0.0
    rows = np.bincount(codes)
    y = margins - (np.bincount(codes, margins) / rows)[codes]
    x = far - (np.bincount(codes, far) / rows)[codes]
    return float(np.clip((x * y).sum() / max((x * x).sum(), 1e-9), 0.0, 2.0))


def _within(rest: np.ndarray, means: np.ndarray, importers: int) -> float:
    freedom = max(len(rest) - importers, 1)
    return max(float(((rest - means) ** 2).sum() / freedom), 0.01)


def predict(fitted: Fit, pairs: pl.DataFrame) -> pl.DataFrame:
    """Give each pair a margin with a 90 % interval for a single row.

    `pairs`: importer_iso3 (* for all together) and distance_km beside any other columns; adds
    margin_low, margin_mid and margin_high (shares of the FOB value), margin_rows (of the importer)
    and own_weight (what its rows count against the pool, 0 to 1).
    """
    far = _log_distance(pairs["distance_km"])
    joined = pairs.join(fitted.importers, on="importer_iso3", how="left", maintain_order="left")
    effect = joined["effect"].fill_null(0.0).to_numpy()
    centre = fitted.level + fitted.slope * far + effect
    rows = joined["margin_rows"].fill_null(0).to_numpy()
    own = fitted.between / (fitted.between + fitted.within / np.maximum(rows, 1)) * (rows > 0)
    everyone = (joined["importer_iso3"] == "*").to_numpy()
    rows = np.where(everyone, int(fitted.importers["margin_rows"].sum()), rows)
    low, high = (
        own * at_home + (1 - own) * abroad
        for at_home, abroad in zip(fitted.own_ends, fitted.pool_ends, strict=True)
    )
    ends = {"low": low, "mid": np.zeros(len(centre)), "high": high}
    return pairs.with_columns(
        pl.Series("margin_rows", rows),
        pl.Series("own_weight", own),
        *(
            pl.Series(f"margin_{end}", np.minimum(np.exp(centre + shift), MOST))
            for end, shift in ends.items()
        ),
    )
