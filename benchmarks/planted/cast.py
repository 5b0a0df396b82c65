"""Who takes part: hubs, conduits, consumers and producers, real ones."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.planted import reference
from benchmarks.planted.draws import Bools, Floats, generator
from benchmarks.planted.settings import YEARS, Settings

# Pull of a place on gold; our judgement, after the order of imports in data/comtrade.
HUBS = {
    "CHE": 1.0, "ARE": 0.6, "GBR": 0.45, "HKG": 0.3, "USA": 0.25, "TUR": 0.2, "SGP": 0.15,
    "BEL": 0.06, "ZAF": 0.08,
}  # fmt: skip
ZONES = ("ARE", "HKG", "SGP", "CHE", "TUR")  # free ports and free zones that trade gold
CONSUMERS = {
    "IND": 0.5, "CHN": 0.4, "DEU": 0.1, "ITA": 0.1, "THA": 0.1, "SAU": 0.05, "FRA": 0.04,
    "AUT": 0.04, "JPN": 0.05, "KOR": 0.04, "MYS": 0.04, "VNM": 0.04, "ESP": 0.03, "LBN": 0.03,
    "KWT": 0.02, "NLD": 0.02, "POL": 0.02, "CZE": 0.02, "GRC": 0.01, "LKA": 0.01, "JOR": 0.02,
    "BHR": 0.02, "ISR": 0.01, "PRT": 0.01, "DNK": 0.01, "NOR": 0.01, "PAN": 0.01,
}  # fmt: skip
CONDUITS = ("UGA", "KEN", "RWA", "TGO", "CMR", "BDI", "NER", "BEN", "COG", "LUX")
KEEP_AT_HOME = {"CHN": 1.0, "IND": 1.0, "RUS": 0.4, "TUR": 0.9, "KAZ": 0.7, "UZB": 0.3, "SAU": 0.8}
NEVER = ("PRK", "IRN", "GUF", "VEN", "LUX")  # their records are of another kind


@dataclass(frozen=True)
class Cast:
    """The countries of a world; arrays follow the order of `iso3`, production in kg (n, years)."""

    iso3: list[str]
    area_code: list[int]
    role: list[str]
    pull: Floats
    production_kg: Floats
    distance_km: Floats
    price: Floats

    @property
    def n(self) -> int:
        """Number of countries."""
        return len(self.iso3)

    def has(self, *roles: str) -> Bools:
        """Which countries play one of the roles."""
        return np.array([role in roles for role in self.role])

    def among(self, names: tuple[str, ...]) -> Bools:
        """Which countries are among the names."""
        return np.array([name in names for name in self.iso3])


def _producers(mined: dict[str, Floats], taken: set[str], number: int, pick: Floats) -> list[str]:
    """The twelve largest producers, and others by chance."""
    mean = {iso3: float(kg.mean()) for iso3, kg in mined.items() if iso3 not in taken}
    order = sorted((k for k, kg in mean.items() if kg >= 700), key=lambda k: (-mean[k], k))
    rest = sorted(order[12:], key=lambda k: pick[order.index(k)])
    return order[:12] + rest[: max(0, number - 12)]


def cast(settings: Settings, data: Path) -> Cast:
    """Countries of a world: all hubs, most consumers, six conduits and producers to fill up."""
    rng = generator(settings.seed, "cast")
    codes = reference.area_codes(data)
    mined = {k: v for k, v in reference.production(data).items() if k in codes}
    consumers = sorted(CONSUMERS, key=lambda k: (-CONSUMERS[k], k))[:14]
    others = sorted(set(CONSUMERS) - set(consumers))
    consumers += [others[k] for k in rng.permutation(len(others))[:6]]
    conduits = [CONDUITS[k] for k in rng.permutation(len(CONDUITS) - 1)[:6]]
    roles = dict.fromkeys(HUBS, "hub") | dict.fromkeys(consumers, "consumer")
    roles |= dict.fromkeys(conduits, "conduit")
    pick = rng.random(len(mined))
    taken = set(roles) | set(NEVER)
    producers = _producers(mined, taken, settings.countries - len(roles), pick)
    roles |= dict.fromkeys(producers, "producer")
    names = sorted(roles)
    none = np.zeros(len(YEARS))
    return Cast(
        iso3=names,
        area_code=[codes[k] for k in names],
        role=[roles[k] for k in names],
        pull=np.array([HUBS.get(k, CONSUMERS.get(k, 0.004)) for k in names]),
        production_kg=np.array([mined.get(k, none) * (1 - KEEP_AT_HOME.get(k, 0)) for k in names]),
        distance_km=reference.distances(data, names),
        price=reference.prices(data),
    )
