"""Physical routes: which way gold goes from a mine or a refiner to who keeps it, kg by year."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from benchmarks.chain.chance import Floats, walk
from benchmarks.chain.countries import BUYERS, OWN_REFINERY, TRADERS, Countries
from benchmarks.chain.reference import Reference

Pair = tuple[int, int]


@dataclass(frozen=True)
class Route:
    """One way of gold through two to four countries; kg of fine gold by year."""

    path: tuple[int, ...]
    kind: str
    kg: Floats
    fineness: float


@dataclass
class Network:
    """What the builders of routes share: the parties, the years and the routes so far."""

    real: Reference
    parties: Countries
    years: range
    rng: np.random.Generator
    routes: list[Route] = field(default_factory=list)
    walked_pairs: set[Pair] = field(default_factory=set)

    def pull(self, seller: int, weights: dict[str, float], power: float) -> Floats:
        """Attraction of every place for a seller: weight, distance and luck."""
        here = self.parties.iso3[seller]
        drawn = self.rng.lognormal(0, 0.9, len(self.parties))
        pull = np.zeros(len(self.parties))
        for n, there in enumerate(self.parties.iso3):
            if n != seller and (seller, n) not in self.walked_pairs:
                far = max(self.real.km(here, there), 300.0) / 3000.0
                pull[n] = weights.get(there, 0.0) * far**-power * drawn[n]
        return pull

    def add(self, path: tuple[int, ...], kind: str, kg: Floats, fineness: float) -> None:
        """Adds a route; one over a border that is walked loses its middle."""
        legs = set(pairwise(path))
        if kind != "walked" and legs & self.walked_pairs:
            path = (path[0], path[-1])
            legs = {(path[0], path[1])}
        if legs & self.walked_pairs and kind != "walked":
            return
        if len(set(path)) == len(path) and len(path) > 1 and kg.sum() > 0:
            self.routes.append(Route(path, kind, kg, fineness))


def pick(rng: np.random.Generator, pull: Floats, count: int) -> list[int]:
    """Distinct places, chosen by their pull."""
    places = np.flatnonzero(pull > 0)
    if len(places) == 0:
        return []
    share = pull[places] / pull[places].sum()
    size = min(count, len(places))
    return [int(n) for n in rng.choice(places, size, replace=False, p=share)]


def shares(rng: np.random.Generator, pull: Floats, years: int) -> Floats:
    """Shares that add up to 1 every year; three in ten start later or end earlier."""
    count = len(pull)
    size = (pull / pull.sum())[:, None] ** 0.7 * np.exp(walk(rng, count, years, 0.5, 0.7))
    for row in range(1, count):
        luck = rng.random()
        if luck < 0.18:
            size[row, : rng.integers(1, years - 2)] = 0
        elif luck < 0.30:
            size[row, rng.integers(3, years) :] = 0
    return np.asarray(size / size.sum(axis=0), dtype=np.float64)


def between(net: Network, seller: int, buyer: int, places: dict[str, float], most: float) -> int:
    """A place on the way whose detour is at most `most` times the direct distance, or -1."""
    names = net.parties.iso3
    here, there = names[seller], names[buyer]
    pull = np.zeros(len(names))
    for n, place in enumerate(names):
        if place in places and n not in (seller, buyer):
            detour = net.real.km(here, place) + net.real.km(place, there)
            if detour <= most * net.real.km(here, there) + 500:
                pull[n] = places[place]
    found = pick(net.rng, pull, 1)
    return found[0] if found else -1


HUB_PULL = {
    "ARE": 9.0, "HKG": 5.0, "GBR": 4.0, "SGP": 3.0, "TUR": 3.0, "CHE": 3.0, "ZAF": 2.0,
    "USA": 2.0, "ITA": 1.0, "DEU": 1.0, "LBN": 1.0, "THA": 1.0, "PAN": 1.0, "BEL": 1.0,
}  # fmt: skip


def near_traders(net: Network, seller: int) -> dict[str, float]:
    """Trading neighbours: over a land border, or within 1,200 km on the same continent."""
    here = net.parties.iso3[seller]
    found = {}
    for there, weight in TRADERS.items():
        border = (min(here, there), max(here, there)) in net.real.borders
        same = net.real.continents.get(here) == net.real.continents.get(there)
        if there != here and (border or (same and net.real.km(here, there) < 1200)):
            found[there] = weight * (3.0 if border else 1.0)
    return found


def sell_unrefined(net: Network, seller: int, kg: Floats, artisanal: bool) -> None:
    """Spreads a producer's year over buyers, some of it through a neighbour, a hub, or both."""
    weights = {i: float(w[1] if artisanal else w[0]) for i, w in BUYERS.items()}
    mean = float(kg.mean())
    count = int(np.clip(net.rng.poisson(1.5 + 0.75 * np.log1p(mean / 500)), 1, 8))
    pull = net.pull(seller, weights, 0.4)
    buyers = pick(net.rng, pull, count)
    if not buyers:
        return
    split = shares(net.rng, pull[buyers], len(net.years)) * kg
    low, high = (0.72, 0.93) if artisanal else (0.80, 0.97)
    for buyer, amount in zip(buyers, split, strict=True):
        fineness = float(net.rng.uniform(low, high))
        part = net.rng.beta(1.3, 2.0) * (net.rng.random() < (0.65 if artisanal else 0.5))
        net.add((seller, buyer), "unrefined", amount * (1 - part), fineness)
        if part > 0:
            net.add(long_way(net, seller, buyer, artisanal), "unrefined", amount * part, fineness)


def long_way(net: Network, seller: int, buyer: int, artisanal: bool) -> tuple[int, ...]:
    """Through a neighbour, a hub, or both."""
    stops: list[int] = []
    neighbours = near_traders(net, seller)
    if net.rng.random() < (0.65 if artisanal else 0.25):
        stops.append(between(net, seller, buyer, neighbours, 3.0))
    if not stops or net.rng.random() < 0.3:
        stops.append(between(net, stops[0] if stops else seller, buyer, HUB_PULL, 2.2))
    middle = [n for n in stops if n >= 0 and n not in (seller, buyer)]
    return (seller, *dict.fromkeys(middle), buyer)


def carry_over_borders(net: Network, supply: dict[int, Floats]) -> None:
    """Gold walked to a neighbour, who sells it as its own; moves it in `supply` (kg by year)."""
    for seller in net.parties.producers:
        share = net.parties.artisanal[seller]
        neighbours = near_traders(net, seller)
        if share < 0.3 or not neighbours or net.rng.random() > 0.65:
            continue
        pull = np.array([neighbours.get(i, 0.0) for i in net.parties.iso3])
        part = float(share * net.rng.uniform(0.1, 0.55))
        for buyer in pick(net.rng, pull, int(net.rng.integers(1, 3))):
            drift = np.exp(walk(net.rng, 1, len(net.years), 0.4, 0.7)[0])
            kg = supply[seller] * np.minimum(part * drift / 2, 0.45)
            net.walked_pairs.add((seller, buyer))
            net.add((seller, buyer), "walked", kg, 0.88)
            supply[seller] = supply[seller] - kg
            supply[buyer] = supply.get(buyer, np.zeros(len(net.years))) + kg


def from_mines(net: Network) -> None:
    """Everything that mines sell, walked gold and bars of home refineries with it."""
    supply: dict[int, Floats] = {}
    for n in net.parties.producers:
        name = net.parties.iso3[n]
        mined = np.array([net.real.production.get((name, y), 0.0) for y in net.years])
        supply[n] = mined * (1 - net.parties.kept[n])
    carry_over_borders(net, supply)
    for n, kg in sorted(supply.items()):
        share = net.parties.artisanal[n] if n in net.parties.producers else 0.95
        if net.parties.iso3[n] in OWN_REFINERY:
            continue  # sold as bars: bars.py
        if share > 0.1:
            sell_unrefined(net, n, kg * share, True)
        sell_unrefined(net, n, kg * (1 - share), False)
