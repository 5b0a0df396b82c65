"""An artificial trade in gold with known undeclared flows and every trap of the real records.

A world is drawn from a seed and a `Recipe`. It holds what real sources hold (records of HS 7108 by
both sides, availability, mine production) and, apart from them, the truth: how much of each flow
was hidden. The truth is never read by the method.
"""

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from benchmarks.ledgers.books import Ledgers
from benchmarks.ledgers.countries import Country, draw_countries


@dataclass(frozen=True)
class Recipe:
    """What varies from world to world. Shares are of reporters, routes or value, 0 to 1.

    `stray_share`: diverted routes whose hub has no other trade with the two ends. `margin_factor`:
    true margins over those that rows with both values show. `pool_hides_routes`: trade without a
    partner is whole routes, not a part of each. `production_known`: share of it in the statistics.
    """

    name: str = "plain"
    countries: int = 40
    years: int = 8
    frequency: str = "A"
    smuggled_share: float = 0.10
    silent_share: float = 0.08
    noise: float = 1.0
    no_partner_share: float = 0.08
    part_pool_share: float = 0.2
    absent_share: float = 0.15
    transit_share: float = 0.15
    late_share: float = 0.3
    class_swap_share: float = 0.05
    dore_fineness_low: float = 0.8
    persistent_noise_share: float = 0.2
    stray_share: float = 0.1
    late_months_most: int = 2
    margin_factor: float = 1.0
    production_known: float = 1.0
    pool_hides_routes: bool = False

    @property
    def first_year(self) -> int:
        """First year of the records; the last is that of most editions' newest."""
        return 2023 - self.years + 1


@dataclass(frozen=True)
class World:
    """Sources as they would be read, and the truth.

    `records` has the text columns of a record; `availability`, `other_goods` and `production` those
    of their raw tables. `truth`: period, exporter_iso3, importer_iso3, hidden_usd (FOB, positive:
    undeclared by the exporter, negative: undeclared by the importer), hidden_fine_kg.
    """

    seed: int
    recipe: Recipe
    records: pl.DataFrame
    availability: pl.DataFrame
    other_goods: pl.DataFrame
    production: pl.DataFrame
    truth: pl.DataFrame


@dataclass
class Route:
    """One true flow of fine gold through the years, in kg per period, and how it is booked."""

    exporter: Country
    importer: Country
    fine_kg: np.ndarray
    hidden_share: np.ndarray
    is_hidden_by_exporter: bool = True
    hub: Country | None = None
    hub_share: float = 0.0
    is_credited_to_hub: bool = False
    late_share: float = 0.0
    late_months: int = 0
    swapped_class: str | None = None
    swapped_share: float = 0.0
    margin: float = 0.01
    persistent: tuple[float, float] = field(default=(0.0, 0.0))


def make(seed: int, recipe: Recipe) -> World:
    """Draw one world. The same seed and recipe give the same world."""
    random = np.random.default_rng([seed, recipe.countries, recipe.years])
    countries = draw_countries(random, recipe)
    routes = _routes(random, recipe, countries)
    _hide(random, recipe, routes)
    _divert(random, recipe, countries, routes)
    _bend(random, recipe, routes)
    ledgers = Ledgers(random, recipe, countries)
    for route in routes:
        ledgers.book(route)
    return World(
        seed=seed,
        recipe=recipe,
        records=ledgers.records(),
        availability=ledgers.availability(),
        other_goods=ledgers.other_goods(),
        production=_production(recipe, countries),
        truth=ledgers.truth(),
    )


def _routes(random: np.random.Generator, recipe: Recipe, countries: list[Country]) -> list[Route]:
    """Lay gold from mines to hubs and from hubs to everyone, with some scrap on its way back."""
    hubs = [c for c in countries if c.role == "hub"]
    others = [c for c in countries if c.role != "hub"]
    routes = []
    for country in countries:
        wanted = {"miner": (2, 5), "hub": (8, 14), "consumer": (1, 3)}[country.role]
        number = int(random.integers(*wanted, endpoint=True))
        pool = countries if country.role == "hub" else hubs * 3 + others
        chosen: dict[str, Country] = {}
        for place in random.permutation(len(pool)):
            if pool[place] is not country and len(chosen) < number:
                chosen[pool[place].iso3] = pool[place]
        shares = random.dirichlet(np.full(len(chosen), 1.2))
        for share, partner in zip(shares, chosen.values(), strict=True):
            amounts = country.exports_kg * share * _years(random, recipe)
            routes.append(_route(random, recipe, country, partner, amounts))
    return routes


def _years(random: np.random.Generator, recipe: Recipe) -> np.ndarray:
    """Draw how a route grows and swings around its mean, one factor for each period."""
    drift = random.normal(0.03, 0.08) * (np.arange(recipe.years) - recipe.years / 2)
    yearly = np.exp(drift + random.normal(0, 0.3, recipe.years))
    if recipe.frequency == "A":
        return yearly
    shipments = random.gamma(3, 1 / 3, (recipe.years, 12))
    return (yearly[:, None] * shipments / 12).ravel()


def _route(
    random: np.random.Generator,
    recipe: Recipe,
    exporter: Country,
    importer: Country,
    amounts: np.ndarray,
) -> Route:
    return Route(
        exporter=exporter,
        importer=importer,
        fine_kg=amounts,
        hidden_share=np.zeros(len(amounts)),
        margin=float(importer.margin * recipe.margin_factor * np.exp(random.normal(0, 0.35))),
        persistent=(random.normal(), random.normal()),
    )


def _hide(random: np.random.Generator, recipe: Recipe, routes: list[Route]) -> None:
    """Let exporters hide on some routes, mostly from mines to hubs, and importers on a few."""
    large = [r for r in routes if r.fine_kg.sum() > 150 * recipe.years]
    weights = np.array([4.0 if r.exporter.role == "miner" else 1.0 for r in large])
    number = round(recipe.smuggled_share * len(routes))
    chosen = random.choice(len(large), size=min(number, len(large)), replace=False,
                           p=weights / weights.sum())  # fmt: skip
    for place in chosen:
        _hide_on(random, recipe, large[place], True)
    honest = [r for r in large if not r.hidden_share.any()]
    for place in random.choice(len(honest), size=number // 4, replace=False):
        _hide_on(random, recipe, honest[place], False)


def _hide_on(random: np.random.Generator, recipe: Recipe, route: Route, by_exporter: bool) -> None:
    share = random.choice([random.uniform(0.3, 0.7), random.uniform(0.7, 1.0)])
    begins = int(random.integers(0, recipe.years)) if random.random() < 0.3 else 0
    yearly = np.clip(share * np.exp(random.normal(0, 0.2, recipe.years)), 0, 1)
    yearly[:begins] = 0
    months = 1 if recipe.frequency == "A" else 12
    route.hidden_share = np.repeat(yearly, months)
    route.is_hidden_by_exporter = by_exporter


def _divert(
    random: np.random.Generator, recipe: Recipe, countries: list[Country], routes: list[Route]
) -> None:
    """Send a part of honest routes through a hub that both ends book differently."""
    hubs = [c for c in countries if c.role == "hub"]
    exports: dict[tuple[str, str], float] = {}
    for route in routes:
        exports[(route.exporter.iso3, route.importer.iso3)] = float(route.fine_kg.mean())
    for route in routes:
        if route.hidden_share.any() or random.random() > recipe.transit_share:
            continue
        route.is_credited_to_hub = bool(random.random() < 0.3)
        ends = {route.exporter.iso3, route.importer.iso3}
        able = [h for h in hubs if h.iso3 not in ends]
        if random.random() > recipe.stray_share:
            able = [h for h in able if _trades(exports, h, route)]
        if not able:
            continue
        route.hub = able[int(random.integers(len(able)))]
        room = exports.get((route.hub.iso3, route.importer.iso3), 0) / float(route.fine_kg.mean())
        route.hub_share = random.uniform(0.2, 0.9) * min(1.0, max(room, 0.3))


def _trades(exports: dict[tuple[str, str], float], hub: Country, route: Route) -> bool:
    """Whether the hub trades with the importer, and, to be credited, with the exporter too."""
    size = 0.3 * float(route.fine_kg.mean())
    from_hub = exports.get((hub.iso3, route.importer.iso3), 0)
    to_hub = exports.get((route.exporter.iso3, hub.iso3), 0)
    return from_hub > size and (to_hub > size or not route.is_credited_to_hub)


def _bend(random: np.random.Generator, recipe: Recipe, routes: list[Route]) -> None:
    """Book some routes late, and some in another class."""
    for route in routes:
        if random.random() < recipe.late_share:
            route.late_share = random.uniform(0.2, 1.0)
            route.late_months = int(random.integers(1, recipe.late_months_most, endpoint=True))
        if route.hub is None and random.random() < recipe.class_swap_share:
            route.swapped_class = str(random.choice(["7112", "7118", "710820"], p=[0.7, 0.1, 0.2]))
            route.swapped_share = random.uniform(0.2, 0.9)


def _production(recipe: Recipe, countries: list[Country]) -> pl.DataFrame:
    rows = [
        {
            "iso3": c.iso3,
            "year": str(recipe.first_year + n),
            "production_kg": f"{c.production_kg * recipe.production_known:.0f}",
            "note": None,
        }
        for c in countries
        for n in range(recipe.years)
        if c.production_kg > 0
    ]
    return pl.DataFrame(rows, schema_overrides={"note": pl.String})
