"""The reporters of an artificial world: what they trade and how they keep their books."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from mirror.settings import ASSETS

if TYPE_CHECKING:
    from benchmarks.ledgers.worlds import Recipe


@dataclass
class Country:
    """One reporter. `spread` is the standard deviation of ln(booked / true) of its values."""

    iso3: str
    area_code: str
    role: str
    exports_kg: float
    production_kg: float
    spread: float
    margin: float
    is_fob: bool
    gives_both_values: bool
    gives_second_partner: bool
    fineness: float
    pool_share: float = 0.0
    is_silent: bool = False
    absent_years: set[int] = field(default_factory=set)


def draw_countries(random: np.random.Generator, recipe: Recipe) -> list[Country]:
    """Draw mines, hubs and consumers, then give some of them bad habits."""
    areas = pl.read_csv(ASSETS / "data" / "reference" / "areas.csv", infer_schema=False)
    real = areas.filter(
        (pl.col("kind") == "country") & pl.col("last_year").is_null()
        & pl.col("continent").is_not_null() & ~pl.col("iso3").is_in(["CHE", "GBR"])
    ).unique("iso3", keep="first", maintain_order=True).sort("iso3")  # fmt: skip
    chosen = real[random.choice(real.height, recipe.countries, replace=False).tolist()]
    hubs = max(3, recipe.countries // 10)
    miners = round(0.4 * recipe.countries)
    roles = ["hub"] * hubs + ["miner"] * miners
    roles += ["consumer"] * (recipe.countries - len(roles))
    countries = [
        _country(random, recipe, row["iso3"], row["area_code"], role)
        for row, role in zip(chosen.iter_rows(named=True), roles, strict=True)
    ]
    _misbehave(random, recipe, countries)
    return countries


def _country(
    random: np.random.Generator, recipe: Recipe, iso3: str, area_code: str, role: str
) -> Country:
    typical_kg = {"hub": 120_000, "miner": 20_000, "consumer": 3_000}[role]
    exports_kg = float(typical_kg * np.exp(random.normal(0, 0.9)))
    known = 0.4 if random.random() < 0.2 else 1.0
    return Country(
        iso3=iso3,
        area_code=area_code,
        role=role,
        exports_kg=exports_kg,
        production_kg=exports_kg * known * random.uniform(0.9, 1.5) if role == "miner" else 0.0,
        spread=float(np.clip(recipe.noise * 0.05 * np.exp(random.normal(0, 0.7)), 0.003, 0.5)),
        margin=float(np.clip(0.011 * np.exp(random.normal(0, 1.0)), 0.0001, 0.1)),
        is_fob=bool(random.random() < 0.12),
        gives_both_values=bool(random.random() < 0.45),
        gives_second_partner=bool(random.random() < 0.3),
        fineness=random.uniform(recipe.dore_fineness_low, 0.96) if role == "miner" else 0.995,
    )


def _misbehave(random: np.random.Generator, recipe: Recipe, countries: list[Country]) -> None:
    """Let some report no partners, some keep a part without, some fall silent or absent."""
    for country in countries:
        draw = random.random()
        if draw < recipe.no_partner_share:
            country.pool_share = random.uniform(0.9, 0.999)
        elif draw < recipe.no_partner_share + recipe.part_pool_share:
            country.pool_share = random.uniform(0.03, 0.3)
        if random.random() < recipe.absent_share * 2:
            first = recipe.first_year + int(random.integers(recipe.years))
            length = int(random.integers(1, recipe.years))
            country.absent_years = set(range(first, first + length))
    miners = [c for c in countries if c.role == "miner"]
    silent = max(1, round(recipe.silent_share * len(miners))) if recipe.silent_share else 0
    for place in random.choice(len(miners), size=silent, replace=False):
        miners[place].is_silent = True
        miners[place].absent_years = set()
        miners[place].pool_share = 0.0
        miners[place].exports_kg /= 4
