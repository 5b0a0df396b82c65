"""Keeps the ledger honest: refiners and vaults sell what they bought, mined, melted or held."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.chain.chance import Floats
from benchmarks.chain.countries import OWN_REFINERY, SELLERS
from benchmarks.chain.routes import Network, Route

# Share of what arrives that stays; 0.08 elsewhere. Scrap and stocks sold off, tonnes a year; 4
# elsewhere. Orders of size after the World Gold Council's tables, our judgement.
STAYS = {"IND": 0.97, "USA": 0.35, "DEU": 0.5, "TUR": 0.6, "ITA": 0.15, "THA": 0.3, "JPN": 0.3,
         "KOR": 0.6, "FRA": 0.3, "SAU": 0.8, "KWT": 0.7, "AUT": 0.4, "MYS": 0.4}  # fmt: skip
MELTED = {"ITA": 60.0, "THA": 80.0, "JPN": 100.0, "USA": 170.0, "TUR": 40.0, "IND": 10.0,
          "DEU": 60.0, "FRA": 30.0, "GBR": 180.0, "KOR": 20.0, "ESP": 15.0, "HKG": 40.0,
          "SGP": 20.0, "CHE": 80.0, "AUT": 12.0, "ARE": 60.0}  # fmt: skip
ROUNDS = 6


def _available(net: Network, bought: Floats) -> Floats:
    """kg by country and year that can be sold as bars."""
    out = np.zeros((len(net.parties), len(net.years)))
    for n, name in enumerate(net.parties.iso3):
        mined = np.array([net.real.production.get((name, y), 0.0) for y in net.years])
        own = mined * (1 - net.parties.kept[n]) if name in OWN_REFINERY else 0.0
        stays, melted = STAYS.get(name, 0.08), 1000 * MELTED.get(name, 4.0)
        out[n] = own + melted + (1 - stays) * bought[n]
    return out


def _scale(route: Route, factor: Floats) -> float:
    """Flows between vaults are never blown up: they would feed each other."""
    own = float(factor[route.path[0]])
    return min(own, 1.0) if route.kind == "vaults" else own


def balance(net: Network) -> None:
    """Scales what each refiner and vault sells to what it has over the years together."""
    sells = {
        n for n, name in enumerate(net.parties.iso3) if name in SELLERS or name in OWN_REFINERY
    }
    ours = [r.path[0] in sells and r.kind in ("bars", "vaults") for r in net.routes]
    for _ in range(ROUNDS):
        bought = np.zeros((len(net.parties), len(net.years)))
        sold = np.zeros(len(net.parties))
        for route, own in zip(net.routes, ours, strict=True):
            bought[route.path[-1]] += route.kg
            sold[route.path[0]] += route.kg.sum() * own
        has = _available(net, bought).sum(axis=1)
        factor = np.clip(has / np.maximum(sold, 1.0), 0.2, 4.0) ** 0.8
        net.routes = [
            replace(r, kg=r.kg * _scale(r, factor)) if own else r
            for r, own in zip(net.routes, ours, strict=True)
        ]
