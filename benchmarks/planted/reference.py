"""What the worlds take from the real one: areas, distances, mine production and prices."""

from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.planted.draws import Floats
from benchmarks.planted.settings import YEARS

DATA = Path(__file__).parents[2] / "data"
OUNCES_PER_KG = 32.1507466  # troy ounces in a kilogram, SPEC section 2


def area_codes(data: Path) -> dict[str, int]:
    """Comtrade's numeric code by ISO code, of countries that exist in the years of the worlds."""
    areas = pl.read_csv(data / "reference" / "areas.csv").filter(
        (pl.col("kind") == "country") & (pl.col("last_year").fill_null(9999) >= YEARS[-1])
    )
    return dict(zip(areas["iso3"], areas["area_code"], strict=True))


def prices(data: Path) -> Floats:
    """Mean price of each year of the worlds in USD per kg of fine gold."""
    months = pl.read_csv(data / "reference" / "gold_price.csv").with_columns(
        pl.col("month").str.slice(0, 4).cast(pl.Int64).alias("year")
    )
    mean = dict(months.group_by("year").agg(pl.col("price_usd_per_oz").mean()).iter_rows())
    return np.array([mean[year] * OUNCES_PER_KG for year in YEARS])


def production(data: Path) -> dict[str, Floats]:
    """Mine production by ISO code in kg a year; 0 where the table has no figure."""
    table = pl.read_csv(data / "reference" / "gold_mine_production.csv").select(
        "iso3", "year", pl.col("production_kg").cast(pl.Float64, strict=False).fill_null(0)
    )
    out: dict[str, Floats] = {}
    for iso3, year, kg in table.iter_rows():
        if year in YEARS:
            out.setdefault(iso3, np.zeros(len(YEARS)))[YEARS.index(year)] += kg
    return out


def distances(data: Path, iso3: list[str]) -> Floats:
    """Distance of each pair in km, shape (n, n); 8,000 km where the table lacks the pair."""
    place = {name: k for k, name in enumerate(iso3)}
    table = pl.read_csv(data / "reference" / "distances.csv")
    out = np.full((len(iso3), len(iso3)), 8000.0)
    for a, b, km in table.select("iso3_a", "iso3_b", "distance_km").iter_rows():
        if a in place and b in place and km is not None:
            out[place[a], place[b]] = out[place[b], place[a]] = km
    return out
