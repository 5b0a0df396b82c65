"""The world at the start: who sends what to whom, and what both sides say of it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import numpy as np

from benchmarks.life.countries import COUNTRIES, NEWCOMER, NOWHERE, WITHOUT_PARTNER
from benchmarks.life.truth import Amount, Key, Place, World

YEARS = range(2017, 2026)
FIRST_NEW_YEAR = 2024
"""The first year that nobody has reported when the first month is played."""
LEAST_USD, MOST_USD = 10_000.0, 20e9
USD_PER_KG = {2017: 40400, 2018: 40800, 2019: 44800, 2020: 56900, 2021: 57900} | {
    2022: 57900,
    2023: 62400,
    2024: 76700,
    2025: 110500,
}
"""Mean price of a year, rounded; weights are values over it, so that they are believed."""
LATE_SHARE = 0.06
"""Share of reporters' years of the past that come in late."""

Rows = dict[Place, dict[Key, Amount]]


def draw_world(rng: np.random.Generator) -> World:
    """Every dataset of every year; those of years that are over are published, most of them."""
    world = World(pending=_datasets(rng))
    for place in sorted(world.pending):
        _, period = place
        is_late = period >= 2021 and rng.random() < LATE_SHARE
        if period < FIRST_NEW_YEAR and not is_late:
            world.release("first", place, _at_first(rng, period))
    return world


def _at_first(rng: np.random.Generator, period: int) -> datetime:
    """A release in the year after, between March and November."""
    return datetime(period + 1, 3, 1, tzinfo=UTC) + timedelta(hours=int(rng.integers(0, 24 * 250)))


def _datasets(rng: np.random.Generator) -> dict[Place, Mapping[Key, Amount]]:
    rows: Rows = {(iso3, year): {} for iso3 in COUNTRIES for year in YEARS}
    for exporter, importer in _routes(rng):
        _add_route(rng, rows, exporter, importer)
    for reporter in WITHOUT_PARTNER:
        for year in YEARS:
            total = sum(amount.value_usd for amount in rows[reporter, year].values())
            rows[reporter, year]["X", NOWHERE] = _amount(rng, total * 0.004, year)
    return dict(rows)


def _routes(rng: np.random.Generator) -> list[tuple[str, str]]:
    """Pairs that trade: mines to hubs and markets, hubs and markets among each other."""
    buyers = [country.iso3 for country in COUNTRIES.values() if country.role != "mine"]
    chance = {"mine": 0.75, "hub": 0.9, "market": 0.5}
    return [
        (country.iso3, buyer)
        for country in COUNTRIES.values()
        for buyer in buyers
        if buyer != country.iso3 and rng.random() < chance[country.role]
    ]


def _add_route(rng: np.random.Generator, rows: Rows, exporter: str, importer: str) -> None:
    """Nine years of a route as both sides declare it; a fifth of the routes of mines hide."""
    median = 30e6 if COUNTRIES[exporter].role == "mine" else 200e6
    size = float(np.exp(rng.normal(np.log(median), 2.0)))
    is_hiding = COUNTRIES[exporter].role == "mine" and rng.random() < 0.3
    declared_share = float(rng.uniform(0.05, 0.6)) if is_hiding else 1.0
    margin = float(rng.uniform(0.0005, 0.01))
    for year in YEARS:
        value = float(np.clip(size * np.exp(rng.normal(0, 0.4)), LEAST_USD * 2, MOST_USD))
        export = value * declared_share * float(np.exp(rng.normal(0, 0.03)))
        arriving = value * (1 + margin) * float(np.exp(rng.normal(0, 0.03)))
        if rng.random() > 0.02:
            rows[exporter, year]["X", importer] = _amount(rng, export, year)
        if rng.random() > 0.02:
            rows[importer, year]["M", exporter] = _amount(rng, arriving, year)


def _amount(rng: np.random.Generator, value_usd: float, year: int) -> Amount:
    value = round(float(np.clip(value_usd, LEAST_USD, MOST_USD)), 3)
    fineness = float(rng.uniform(0.9, 0.999))
    weight = round(value / USD_PER_KG[year] / fineness, 3)
    return Amount(value, weight if rng.random() > 0.05 else None)


def newcomer_rows(rng: np.random.Generator, year: int) -> dict[Key, Amount]:
    """A year of the country that no list of the client's knows."""
    return {
        ("X", "ARE"): _amount(rng, 40e6, year),
        ("X", "CHE"): _amount(rng, 9e6, year),
        ("M", "UGA"): _amount(rng, 2e6, year),
    }


def named_by_partner(rng: np.random.Generator, year: int) -> tuple[Key, Amount]:
    """The row in which a partner of the new country names it."""
    return ("M", NEWCOMER.iso3), _amount(rng, 55e6, year)
