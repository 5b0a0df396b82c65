"""Who takes part: mines, traders, refiners, hubs, vaults and consumers.

Rounded figures from memory of the public literature (World Gold Council's demand tables, ASM
reports, customs tables); they give orders of size, not facts about any country. Our judgement.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.chain.chance import Floats
from benchmarks.chain.reference import Reference

# Share of the mined gold that artisanal miners dig; 0.04 elsewhere.
ARTISANAL = {
    **dict.fromkeys(("COD", "TCD", "CAF", "SSD", "NER", "NGA", "TGO", "UGA", "BDI", "MDG"), 0.92),
    **dict.fromkeys(("SDN", "CMR", "SLE", "RWA", "KEN", "ETH", "BOL", "VEN", "MOZ", "BEN"), 0.80),
    **dict.fromkeys(("GIN", "COL", "GUY", "ECU", "PHL", "ZWE", "MMR", "LBR", "SUR", "GAB"), 0.58),
    **dict.fromkeys(("MLI", "GHA", "MRT", "MNG", "NIC", "HND", "IDN", "KHM", "LAO", "TJK"), 0.35),
    **dict.fromkeys(("BFA", "PER", "BRA", "TZA", "SEN", "CIV", "EGY", "ZMB", "PNG", "KGZ"), 0.22),
}
# Share of the mined gold that never leaves; 0.02 elsewhere.
KEPT = {
    **dict.fromkeys(("CHN", "TUR", "IND", "KAZ", "GBR", "DEU", "UGA"), 0.97),
    **dict.fromkeys(("RUS", "SAU", "IRN", "VEN", "JPN", "KOR", "THA", "VNM"), 0.60),
    **dict.fromkeys(("USA", "UZB", "IDN", "PHL", "EGY", "TJK", "MYS", "SRB"), 0.35),
}
# Producers that refine at home and send bars.
OWN_REFINERY = frozenset(
    ("AUS", "CAN", "USA", "RUS", "ZAF", "UZB", "CHN", "KAZ", "JPN", "TUR", "SAU", "SWE", "KGZ")
)
# Refining or trading weight of those that sell bars, tonnes a year.
SELLERS = {
    "CHE": 1100, "GBR": 450, "ARE": 520, "HKG": 330, "SGP": 210, "USA": 230, "TUR": 110,
    "DEU": 150, "ITA": 100, "ZAF": 120, "AUS": 220, "CAN": 110, "JPN": 130, "THA": 60, "KOR": 25,
    "IND": 25, "RUS": 60, "BEL": 40, "AUT": 30, "FRA": 30, "ESP": 25, "NLD": 20, "MYS": 20,
    "JOR": 10, "LBN": 12, "PAN": 5, "POL": 6, "SWE": 12, "KWT": 6, "BHR": 6,
}  # fmt: skip
HUBS = frozenset({
    "CHE", "GBR", "ARE", "HKG", "SGP", "USA", "TUR", "DEU", "ITA", "ZAF", "IND", "THA", "BEL",
    "PAN", "LBN", "JOR",
})  # fmt: skip
# Weight of a place as buyer of unrefined gold: (of industrial mines, of artisanal miners).
BUYERS = {
    "CHE": (40, 10), "ZAF": (14, 2), "GBR": (9, 1), "IND": (10, 9), "ARE": (9, 38), "USA": (12, 8),
    "CAN": (11, 1), "AUS": (9, 1), "HKG": (6, 7), "SGP": (4, 4), "TUR": (5, 8), "ITA": (5, 4),
    "DEU": (4, 2), "BEL": (3, 3), "KOR": (3, 1), "THA": (2, 3), "JPN": (3, 1), "LBN": (0, 3),
    "JOR": (0, 1), "CHN": (2, 2), "SAU": (1, 2), "MYS": (1, 2), "RUS": (2, 0), "FRA": (2, 1),
    "ESP": (2, 1), "AUT": (1, 0), "NLD": (1, 1), "SWE": (2, 0),
}  # fmt: skip
# Countries that buy from their neighbours and send on; weight among the neighbours.
TRADERS = {
    "UGA": 8, "RWA": 6, "KEN": 5, "TGO": 7, "BDI": 3, "CMR": 3, "GIN": 3, "MLI": 5, "GHA": 3,
    "TZA": 2, "ZAF": 3, "ZWE": 1, "TCD": 3, "NER": 3, "BEN": 3, "SEN": 2, "BFA": 2, "ETH": 2,
    "EGY": 3, "GUY": 2, "SUR": 2, "COL": 2, "PER": 2, "BRA": 2, "BOL": 2, "PAN": 3, "KHM": 2,
    "THA": 3, "LAO": 1, "MYS": 2, "ARM": 2, "GEO": 2, "CIV": 1, "MOZ": 1, "ZMB": 2, "HKG": 2,
}  # fmt: skip
# Demand for bars, tonnes a year.
DEMAND = {
    "CHN": 720, "IND": 780, "TUR": 150, "THA": 90, "VNM": 45, "IDN": 40, "SAU": 60, "KWT": 22,
    "ARE": 120, "EGY": 30, "IRN": 30, "PAK": 35, "BGD": 12, "LKA": 12, "MYS": 24, "KOR": 25,
    "JPN": 12, "S19": 18, "HKG": 150, "SGP": 110, "DEU": 120, "FRA": 16, "ITA": 30, "ESP": 9,
    "PRT": 4, "AUT": 26, "POL": 14, "CZE": 8, "HUN": 5, "ROU": 4, "GRC": 3, "SWE": 6, "NOR": 2,
    "DNK": 3, "NLD": 12, "BEL": 14, "LUX": 5, "USA": 190, "CAN": 30, "GBR": 420, "CHE": 330,
    "LBN": 14, "JOR": 15, "IRQ": 25, "QAT": 6, "BHR": 6, "OMN": 6, "MAR": 6, "TUN": 3, "DZA": 5,
    "UKR": 4, "MEX": 8, "BRA": 6, "ISR": 5, "CYP": 1.5, "MLT": 1, "SVK": 2, "SVN": 1.5, "HRV": 1,
    "EST": 1.5, "LVA": 1, "LTU": 1, "FIN": 2, "IRL": 1.5, "NPL": 9, "MAC": 3, "KHM": 6, "LAO": 3,
    "MMR": 4, "PHL": 3, "AUS": 15, "NZL": 1.5, "ZAF": 4, "NGA": 1.5, "PAN": 1.5, "BGR": 1,
    "SRB": 1, "GEO": 1, "ARM": 2, "AZE": 1, "RUS": 3, "KAZ": 1, "PER": 0.4, "CHL": 0.5, "KEN": 0.3,
    "ARG": 0.4, "COL": 0.3, "GHA": 0.3, "DOM": 1.5, "URY": 0.3, "ISL": 0.1, "MUS": 0.7, "BWA": 0.2,
}  # fmt: skip
PRODUCER_LEAST_KG = 400.0
LEFT_OUT = frozenset({"PRK", "GUF", "SLB"})


@dataclass(frozen=True)
class Countries:
    """The parties, by index; shares and weights are 0 where a role is not theirs."""

    iso3: tuple[str, ...]
    producers: tuple[int, ...]
    artisanal: Floats
    kept: Floats
    is_hub: Floats

    def at(self, iso3: str) -> int:
        """Place of a country in every table."""
        return self.iso3.index(iso3)

    def __len__(self) -> int:
        return len(self.iso3)


def countries(real: Reference, first_year: int, last_year: int) -> Countries:
    """All producers of some size and everybody who trades with them."""
    years = range(first_year, last_year + 1)
    mined: dict[str, float] = {}
    for (iso3, year), kg in real.production.items():
        if year in years:
            mined[iso3] = mined.get(iso3, 0.0) + kg / len(years)
    producing = {i for i, kg in mined.items() if kg >= PRODUCER_LEAST_KG} - LEFT_OUT
    everybody = sorted((producing | set(DEMAND) | set(TRADERS) | set(SELLERS)) & set(real.codes))
    return Countries(
        tuple(everybody),
        tuple(n for n, i in enumerate(everybody) if i in producing),
        np.array([ARTISANAL.get(i, 0.04) for i in everybody]),
        np.array([KEPT.get(i, 0.02) for i in everybody]),
        np.array([float(i in HUBS) for i in everybody]),
    )
