"""make proof-size: CPU time and memory of the whole method at 200,000 pairs and years, and how both
grow; no step may grow faster than the records.
"""

import resource
import time

import numpy as np
import polars as pl
import typer

from mirror import method
from mirror.steps.reference import PACKAGED as REFERENCE

CPU_SECONDS, GIGABYTES = 25.0, 1.0
COUNTRIES = 200
YEARS = 10
SIZES = (25_000, 50_000, 100_000, 200_000)
MOST_GROWTH = 1.25
"""Exponent of CPU seconds against pair-years above which the cost counts as superlinear."""


def parameters(**changes: object) -> dict[str, object]:
    """The published parameters, some of them replaced."""
    table = pl.read_csv(REFERENCE / "parameters.csv", infer_schema=False)
    return dict(table.select("name", "value").iter_rows()) | changes


def flows(pair_years: int, seed: int = 1) -> pl.DataFrame:
    """A table as int_gaps: lognormal trade that lasts, both reports noisy, one pair in ten hiding,
    pools and margins everywhere.
    """
    random = np.random.default_rng(seed)
    pairs = pair_years // YEARS
    countries = min(COUNTRIES, max(int(np.sqrt(pairs * 2)), 20))
    code = np.array([f"C{number:03d}" for number in range(countries)])
    able = np.array([(i, j) for i in range(countries) for j in range(countries) if i != j])
    chosen = able[random.choice(len(able), pairs, replace=False)]
    level = np.repeat(random.normal(16, 2, pairs), YEARS)
    value = np.exp(level + random.normal(0, 0.4, pair_years))
    hidden = np.repeat(
        np.where(random.random(pairs) < 0.1, random.uniform(0.3, 0.9, pairs), 0), YEARS
    )
    both = np.repeat(chosen, YEARS, axis=0)
    period = np.tile(np.arange(2014, 2014 + YEARS), pairs).astype(np.int32)
    columns = {
        "frequency": np.full(pair_years, "A"),
        "period": period,
        "year": period,
        "exporter_iso3": code[both[:, 0]],
        "importer_iso3": code[both[:, 1]],
        "export_value_usd": value * (1 - hidden) * np.exp(random.normal(0, 0.2, pair_years)),
        "import_value_usd": value * np.exp(random.normal(0, 0.2, pair_years)),
        "is_assessed": random.random(pair_years) < 0.9,
        "exporter_pool_usd": value * 0.1,
        "importer_pool_usd": value * 0.05,
    }
    numbers = {"margin_low": 0.001, "margin_mid": 0.002, "margin_high": 0.01,
               "gold_price_usd_per_kg_low": 35_000.0, "gold_price_usd_per_kg": 40_000.0,
               "gold_price_usd_per_kg_high": 45_000.0, "export_suppressed_usd": 0.0,
               "import_suppressed_usd": 0.0, "swap_of_positive_usd": 1e4,
               "swap_of_negative_usd": 1e4, "exporter_pool_share": 0.02,
               "importer_pool_share": 0.01, "exporter_declared_usd": 1e9,
               "importer_declared_usd": 1e9, "exporter_received_usd": 1e8,
               "importer_sold_usd": 1e8, "valuation_usd": 0.0,
               "weight_gap_fine_kg": None}  # fmt: skip
    flags = {"is_set_aside": False, "has_value_error": False, "is_transit_unbounded": False,
             "is_in_window": True, "is_counted": True, "is_exporter_hub": False,
             "is_importer_hub": False}  # fmt: skip
    return pl.DataFrame(columns).with_columns(
        pl.lit(value).alias(name) for name, value in (numbers | flags).items()
    )


NO_SECOND_PARTNERS = pl.DataFrame(
    schema={"frequency": pl.String, "period": pl.Int32, "exporter_iso3": pl.String,
            "hub_iso3": pl.String, "importer_iso3": pl.String, "value_usd": pl.Float64}
)  # fmt: skip


CAUSES = pl.read_csv(REFERENCE / "lawful_causes.csv")


def cpu_seconds(pair_years: int) -> float:
    """CPU seconds of everything that is computed of so many flows."""
    table = flows(pair_years)
    start = time.process_time()
    method.estimate(table, NO_SECOND_PARTNERS, CAUSES, parameters())
    return time.process_time() - start


def main() -> None:
    """Measure, print, and fail where a limit is passed."""
    spent = [cpu_seconds(size) for size in SIZES]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    for size, seconds in zip(SIZES, spent, strict=True):
        typer.echo(f"{size:>7,} pair-years: {seconds:5.1f} CPU s")
    growth = float(np.polyfit(np.log(SIZES), np.log(spent), 1)[0])
    typer.echo(f"growth exponent {growth:.2f}, peak memory {memory:.2f} GB")
    if spent[-1] > CPU_SECONDS or memory > GIGABYTES or growth > MOST_GROWTH:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
