"""Tables as int_gaps written by hand: what exporter and importer say, year by year, in M USD."""

from collections.abc import Mapping, Sequence

import polars as pl
from benchmarks.size import NO_SECOND_PARTNERS, parameters

from mirror import method
from mirror.settings import ASSETS

PRICE_USD_PER_KG = 50_000.0
FIRST_YEAR = 2014
Said = Mapping[tuple[str, str], tuple[Sequence[float | None], Sequence[float | None]]]

NUMBERS = {
    "margin_low": 0.0, "margin_mid": 0.0, "margin_high": 0.0,
    "gold_price_usd_per_kg_low": PRICE_USD_PER_KG, "gold_price_usd_per_kg": PRICE_USD_PER_KG,
    "gold_price_usd_per_kg_high": PRICE_USD_PER_KG, "export_suppressed_usd": 0.0,
    "import_suppressed_usd": 0.0, "swap_of_positive_usd": 0.0, "swap_of_negative_usd": 0.0,
    "exporter_pool_usd": 0.0, "importer_pool_usd": 0.0, "exporter_pool_share": 0.0,
    "importer_pool_share": 0.0, "valuation_usd": 0.0,
}  # fmt: skip
FLAGS = {
    "is_assessed": True, "is_set_aside": False, "has_value_error": False, "is_in_window": True,
    "is_counted": True, "is_transit_unbounded": False, "is_exporter_hub": False,
    "is_importer_hub": False,
}  # fmt: skip


def table(said: Said, first_year: int = FIRST_YEAR, **changes: object) -> pl.DataFrame:
    """One row per pair and year in which either side says something."""
    rows = [
        (
            first_year + n,
            exporter,
            importer,
            None if x is None else x * 1e6,
            None if m is None else m * 1e6,
        )
        for (exporter, importer), (exports, imports) in said.items()
        for n, (x, m) in enumerate(zip(exports, imports, strict=True))
        if x is not None or m is not None
    ]
    names = ["period", "exporter_iso3", "importer_iso3", "export_value_usd", "import_value_usd"]
    types = [pl.Int32, pl.String, pl.String, pl.Float64, pl.Float64]
    frame = pl.DataFrame(rows, schema=dict(zip(names, types, strict=True)), orient="row")
    exports, imports = pl.col("export_value_usd").sum(), pl.col("import_value_usd").sum()
    constants = {"frequency": "A", **NUMBERS, **FLAGS, **changes}
    return frame.with_columns(
        pl.col("period").alias("year"),
        exports.over("period", "exporter_iso3").alias("exporter_declared_usd"),
        imports.over("period", "importer_iso3").alias("importer_declared_usd"),
        pl.lit(0.0).alias("exporter_received_usd"),
        pl.lit(0.0).alias("importer_sold_usd"),
        pl.lit(None, pl.Float64).alias("weight_gap_fine_kg"),
        *(pl.lit(value).alias(name) for name, value in constants.items()),
    )


def lawful_causes() -> pl.DataFrame:
    """The reference table of causes."""
    return pl.read_csv(ASSETS / "data" / "reference" / "lawful_causes.csv")


def estimate(flows: pl.DataFrame, **options: object) -> method.Estimate:
    """The whole method on a table, parameters as published but for `options`."""
    return method.estimate(flows, NO_SECOND_PARTNERS, lawful_causes(), parameters(**options))


def honest(pairs: int = 30, years: int = 10, spread: float = 0.05, seed: int = 5) -> dict:
    """Trade in which both sides agree but for noise: what the rest of the world teaches."""
    import numpy as np

    random = np.random.default_rng(seed)
    said = {}
    for n in range(pairs):
        value = np.exp(random.normal(5, 1) + random.normal(0, 0.3, years))
        noise = np.exp(random.normal(0, spread, (2, years)))
        said[f"E{n % 10:02d}", f"I{n // 2:02d}"] = (
            (value * noise[0]).tolist(), (value * noise[1]).tolist(),
        )  # fmt: skip
    return said


def verdict(
    found: method.Estimate, exporter: str, importer: str, direction: str = "undeclared_export"
) -> dict:
    """The verdict on one pair."""
    (row,) = found.verdicts.filter(
        exporter_iso3=exporter, importer_iso3=importer, direction=direction
    ).to_dicts()
    return row
