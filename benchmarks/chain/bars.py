"""Routes of bars: from refiners and vaults to consumers, between vaults, and small trade."""

from __future__ import annotations

import numpy as np

from benchmarks.chain.chance import walk
from benchmarks.chain.countries import DEMAND, SELLERS
from benchmarks.chain.routes import HUB_PULL, Network, between, pick, shares

FINENESS = 0.9999
# Vaults and refiners between which bars go both ways, tonnes a year; orders of size, our judgement.
SWAPS = {
    ("GBR", "CHE"): 320, ("CHE", "GBR"): 210, ("GBR", "USA"): 110, ("USA", "GBR"): 130,
    ("CHE", "USA"): 90, ("USA", "CHE"): 160, ("HKG", "CHE"): 130, ("GBR", "HKG"): 90,
    ("SGP", "HKG"): 50, ("ARE", "CHE"): 140, ("ARE", "HKG"): 60, ("GBR", "DEU"): 30,
    ("DEU", "CHE"): 70, ("ITA", "CHE"): 60, ("CAN", "GBR"): 60, ("ZAF", "GBR"): 45,
    ("RUS", "GBR"): 100, ("AUS", "HKG"): 70, ("JPN", "HKG"): 60, ("THA", "HKG"): 50,
    ("UZB", "CHE"): 50, ("UZB", "TUR"): 20, ("AUS", "GBR"): 60, ("CAN", "USA"): 45,
    ("JPN", "SGP"): 15, ("THA", "SGP"): 40, ("THA", "CHE"): 30, ("TUR", "ARE"): 40,
    ("TUR", "CHE"): 30, ("ZAF", "ARE"): 12, ("KGZ", "GBR"): 8, ("KGZ", "CHE"): 7, ("SAU", "ARE"): 6,
    ("SWE", "CHE"): 5, ("KAZ", "CHE"): 3,
}  # fmt: skip


def to_consumers(net: Network) -> None:
    """Every consumer buys from two to nine sellers; a quarter of it comes through a hub."""
    sellers = {i: float(t) for i, t in SELLERS.items()}
    for name, tonnes in sorted(DEMAND.items()):
        buyer = net.parties.at(name)
        pull = net.pull(buyer, sellers, 0.6)
        count = int(np.clip(net.rng.poisson(3.0 + 1.3 * np.log1p(tonnes / 10)), 2, 14))
        found = pick(net.rng, pull, count)
        trend = np.exp(walk(net.rng, 1, len(net.years), 0.25, 0.7)[0])
        split = shares(net.rng, pull[found], len(net.years)) * trend * tonnes * 1000
        for seller, kg in zip(found, split, strict=True):
            part = net.rng.beta(1.5, 2.0) * (net.rng.random() < 0.6)
            net.add((seller, buyer), "bars", kg * (1 - part), FINENESS)
            hub = between(net, seller, buyer, HUB_PULL, 1.8)
            if part > 0 and hub >= 0:
                net.add((seller, hub, buyer), "bars", kg * part, FINENESS)


def between_vaults(net: Network) -> None:
    """Large two-way flows, half of them doubling or halving from one year to the next."""
    for (one, other), tonnes in SWAPS.items():
        if one in net.parties.iso3 and other in net.parties.iso3:
            drift = np.exp(walk(net.rng, 1, len(net.years), 0.5, 0.5)[0])
            path = (net.parties.at(one), net.parties.at(other))
            net.add(path, "vaults", drift * tonnes * 1000 * net.rng.lognormal(0, 0.4), FINENESS)


def small_trade(net: Network) -> None:
    """Scrap, semi-manufactures and returns among everybody: many pairs of grams to tonnes."""
    size = {name: float(DEMAND.get(name, 0.5)) ** 0.5 for name in net.parties.iso3}
    size |= {name: size[name] + tonnes**0.5 for name, tonnes in SELLERS.items()}
    for seller in range(len(net.parties)):
        pull = net.pull(seller, size, 1.0)
        count = int(net.rng.poisson(1.6 + 0.36 * size[net.parties.iso3[seller]]))
        for buyer in pick(net.rng, pull, count):
            drift = np.exp(walk(net.rng, 1, len(net.years), 0.8, 0.5)[0])
            kg = drift * min(net.rng.lognormal(np.log(18), 2.0), 9000.0)
            net.add(
                (seller, buyer), "small", kg, float(net.rng.choice([0.585, 0.75, 0.95, 0.9999]))
            )


def from_refiners(net: Network) -> None:
    """Adds all routes that start at a refiner, a vault or a shop."""
    to_consumers(net)
    between_vaults(net)
    small_trade(net)
