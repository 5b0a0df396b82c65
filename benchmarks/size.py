"""make proof-size: the time and memory of 2,000 draws over 100,000 pairs and years, and of the
linear programs of 200 countries and 30 years.
"""

import resource
import time

import numpy as np
import polars as pl
import typer

from mirror import method
from mirror.method import transit
from mirror.steps.build import REFERENCE

SECONDS_OF_DRAWS, SECONDS_OF_PROGRAMS, GIGABYTES = 60.0, 30.0, 3.0
COUNTRIES = 200


def parameters(**changes: object) -> dict[str, object]:
    """The published parameters, some of them replaced."""
    table = pl.read_csv(REFERENCE / "parameters.csv", infer_schema=False)
    return dict(table.select("name", "value").iter_rows()) | changes


def flows(years: int, pairs: int, seed: int = 1) -> pl.DataFrame:
    """A table as int_gaps: lognormal trade, both reports noisy, pools and margins everywhere."""
    random = np.random.default_rng(seed)
    code = np.array([f"C{number:03d}" for number in range(COUNTRIES)])
    able = np.array([(i, j) for i in range(COUNTRIES) for j in range(COUNTRIES) if i != j])
    chosen = able[random.choice(len(able), pairs, replace=False)]
    both = np.tile(chosen, (years, 1))
    value = np.exp(random.normal(16, 2, len(both)))
    columns = {
        "frequency": np.full(len(both), "A"),
        "period": np.repeat(np.arange(1996, 1996 + years), pairs).astype(np.int32),
        "exporter_iso3": code[both[:, 0]],
        "importer_iso3": code[both[:, 1]],
        "export_value_usd": value * np.exp(random.normal(0, 0.3, len(both))),
        "import_value_usd": value * np.exp(random.normal(0, 0.3, len(both))),
        "is_assessed": random.random(len(both)) < 0.8,
        "exporter_pool_usd": value * 0.3,
        "importer_pool_usd": value * 0.1,
    }
    numbers = {"margin_low": 0.001, "margin_mid": 0.01, "margin_high": 0.1,
               "gold_price_usd_per_kg_low": 35_000.0, "gold_price_usd_per_kg": 40_000.0,
               "gold_price_usd_per_kg_high": 45_000.0, "export_suppressed_usd": 0.0,
               "import_suppressed_usd": 0.0, "swap_of_positive_usd": 1e4,
               "swap_of_negative_usd": 1e4}  # fmt: skip
    flags = ("is_set_aside", "has_value_error", "is_transit_unbounded")
    return pl.DataFrame(columns).with_columns(
        pl.col("is_assessed").alias("is_counted"),
        *(pl.lit(value).alias(name) for name, value in numbers.items()),
        *(pl.lit(False).alias(name) for name in flags),
    )


NO_SECOND_PARTNERS = pl.DataFrame(
    schema={"frequency": pl.String, "period": pl.Int32, "exporter_iso3": pl.String,
            "hub_iso3": pl.String, "importer_iso3": pl.String, "value_usd": pl.Float64}
)  # fmt: skip


def time_programs(years: int = 30, share: float = 0.2) -> float:
    """Seconds for one linear program a year, a fifth of all couples of countries trading."""
    spent = 0.0
    for year in range(years):
        trade = flows(1, int(share * COUNTRIES * (COUNTRIES - 1)), seed=year)
        code = {f"C{number:03d}": number for number in range(COUNTRIES)}
        ends = [trade[side].replace_strict(code).to_numpy()
                for side in ("exporter_iso3", "importer_iso3")]  # fmt: skip
        seen, said = (trade[f"{side}_value_usd"].to_numpy() for side in ("import", "export"))
        start = time.perf_counter()
        period = transit.Flows(*ends, seen - said, np.maximum(seen, said))
        transit.solve(period, transit.candidates(period, 1e4))
        spent += time.perf_counter() - start
    return spent


def time_draws(pair_years: int = 100_000, draws: int = 2_000) -> float:
    """Seconds for everything that is computed of so many flows, ten years of them, transit off."""
    table = flows(10, pair_years // 10)
    said = parameters(draws=draws, parts_switched_off="reexport")
    start = time.perf_counter()
    method.estimate(table, NO_SECOND_PARTNERS, said)
    return time.perf_counter() - start


def main() -> None:
    """Measure, print, and fail where a limit is passed."""
    programs = time_programs()
    drawn = time_draws()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    typer.echo(f"30 linear programs of 200 countries: {programs:.1f} s")
    typer.echo(f"2,000 draws of 100,000 pairs and years: {drawn:.1f} s, peak {memory:.2f} GB")
    if programs > SECONDS_OF_PROGRAMS or drawn > SECONDS_OF_DRAWS or memory > GIGABYTES:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
