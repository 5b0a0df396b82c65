"""What is real in the worlds: area codes, mine production, prices and distances."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.chain.chance import Floats

OUNCES_PER_KG = 32.1507466
# Comtrade's codes where it keeps several for one country; the specification.
CODES = {"CHE": 757, "FRA": 251, "NOR": 579, "USA": 842, "IND": 699, "S19": 490, "VNM": 704}


@dataclass(frozen=True)
class Reference:
    """Real data. Production in kg by (iso3, year), price in USD per kg fine by month from 1988."""

    codes: dict[str, int]
    continents: dict[str, str]
    production: dict[tuple[str, int], float]
    prices: dict[str, float]
    distances: dict[tuple[str, str], float]
    borders: frozenset[tuple[str, str]]

    def km(self, one: str, other: str) -> float:
        """Distance, 6,000 km where the table has none."""
        return self.distances.get((min(one, other), max(one, other)), 6000.0)

    def month_prices(self, first_year: int, last_year: int) -> Floats:
        """USD per kg fine, one a month."""
        years = range(first_year, last_year + 1)
        return np.array([self.prices[f"{y}-{m:02d}"] for y in years for m in range(1, 13)])


def default_folder() -> Path:
    """The project's folder of data."""
    return Path(__file__).parents[2] / "data"


def load(data: Path) -> Reference:
    """Reads `data/reference`."""
    folder = data / "reference"
    areas = pl.read_csv(folder / "areas.csv", infer_schema_length=0)
    current = areas.filter((pl.col("kind") == "country") & pl.col("last_year").is_null())
    codes = {r["iso3"]: int(r["area_code"]) for r in current.iter_rows(named=True)} | CODES
    continents = {r["iso3"]: r["continent"] or "" for r in current.iter_rows(named=True)}
    return Reference(codes, continents | {"S19": "Asia"}, *_figures(folder), *_map(folder))


def _figures(folder: Path) -> tuple[dict[tuple[str, int], float], dict[str, float]]:
    mined = pl.read_csv(folder / "gold_mine_production.csv")
    production = {
        (r["iso3"], r["year"]): float(r["production_kg"] or 0) for r in mined.iter_rows(named=True)
    }
    price = pl.read_csv(folder / "gold_price.csv")
    prices = {m: float(p) * OUNCES_PER_KG for m, p in price.iter_rows()}
    return production, prices


def _map(folder: Path) -> tuple[dict[tuple[str, str], float], frozenset[tuple[str, str]]]:
    table = pl.read_csv(folder / "distances.csv").drop_nulls("distance_km")
    distances = {(min(a, b), max(a, b)): float(km) for a, b, km, _ in table.iter_rows()}
    near = table.filter(pl.col("shares_border") == 1)
    return distances, frozenset((min(a, b), max(a, b)) for a, b, _, _ in near.iter_rows())
