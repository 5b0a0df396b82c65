"""Which reporters publish in which year."""

from __future__ import annotations

import numpy as np

from benchmarks.chain.chance import Bools, stream
from benchmarks.chain.countries import SELLERS, Countries
from benchmarks.chain.settings import FIRST_YEAR, LAST_YEAR, Settings

# Chance that a year is missing. Reporters seen seldom or never among the 149 of
# data/sample/export_totals_2017_2023.csv; the rest our judgement.
ABSENT = {
    **dict.fromkeys(("ERI", "TCD", "IRQ", "VEN"), 1.0),
    **dict.fromkeys(("IRN", "PNG", "LBR", "TJK", "SDN", "BGD", "GIN"), 0.65),
    **dict.fromkeys(("MLI", "ETH", "GHA", "MMR", "CMR", "GTM", "NPL", "VNM", "DZA", "TUN"), 0.40),
    **dict.fromkeys(
        (
            "RWA",
            "BDI",
            "TGO",
            "NGA",
            "MDG",
            "LAO",
            "MNG",
            "MRT",
            "HND",
            "COD",
            "ZWE",
            "BOL",
            "ECU",
            "UZB",
            "KHM",
            "SUR",
            "GAB",
            "SEN",
        ),
        0.22,
    ),
}
OTHERS = 0.02


def published(parties: Countries, how: Settings) -> Bools:
    """True by country and year; absences come in runs, the newest year is missing more often."""
    rng = stream(how.seed, "missing_years")
    years = LAST_YEAR - FIRST_YEAR + 1
    always = dict.fromkeys(SELLERS, 0.003)
    chance = np.array([ABSENT.get(n, always.get(n, OTHERS)) for n in parties.iso3])
    out = np.ones((len(parties), years), dtype=np.bool_)
    luck, stay = rng.random((2, len(parties), years))
    scale = how.strength("missing_years")
    for year in range(years):
        late = 1.5 if year == years - 1 else 1.0
        enter = np.where(chance >= 1, 1.0, np.minimum(chance * late, 0.95)) * scale
        same = stay[:, year] < 0.5 if year else np.zeros(len(parties), dtype=np.bool_)
        out[:, year] = np.where(same, out[:, year - 1], luck[:, year] >= enter)
    return out
