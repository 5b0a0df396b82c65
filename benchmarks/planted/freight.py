"""Freight and insurance of imports, and the basis on which each importer reports."""

from dataclasses import dataclass

import numpy as np

from benchmarks.planted.books import IMPORTER, Books
from benchmarks.planted.cast import Cast
from benchmarks.planted.draws import Floats, generator
from benchmarks.planted.settings import YEARS, Settings

# Median margin by value of the flow, 482 real rows: data/records2/cif_margins_real.txt.
VALUE_USD = (5e3, 1e5, 3e6, 1e8)
MEDIAN_MARGIN = (0.037, 0.010, 0.0011, 0.0013)
FLAT_MARGIN = 0.010  # pool of the sample, SPEC section 3
# Importers whose rows carry both values, as factors on the median: the same file.
BOTH = {"USA": 0.3, "TUR": 8.0, "AUS": 2.0, "BRA": 2.0, "NZL": 1.0}
FOB = ("CAN", "ZAF")  # SPEC section 3
BOTH_SHARE, FOB_SHARE = 0.12, 0.05  # of the other importers; our judgement
HIGHEST = 0.20


@dataclass(frozen=True)
class Freight:
    """Margin of each flow, (n, n, years), 0 for importers that report FOB; basis by importer."""

    margin: Floats
    basis: list[str]


def freight(settings: Settings, cast: Cast, books: Books) -> Freight:
    """Margins of the books as they stand: by value, by importer and by chance."""
    rng = generator(settings.seed, "freight")
    n, years = cast.n, len(YEARS)
    lot = rng.random(n)
    basis = [_basis(name, float(lot[k])) for k, name in enumerate(cast.iso3)]
    usd = np.maximum(books.usd[IMPORTER], 1e3)
    by_size = np.exp(np.interp(np.log(usd), np.log(VALUE_USD), np.log(MEDIAN_MARGIN)))
    middle = by_size if settings.on("size_margins") else np.full_like(usd, FLAT_MARGIN)
    own = np.exp(rng.normal(0, 0.7, n)) if settings.on("size_margins") else np.ones(n)
    own = (
        np.array([BOTH.get(name, own[k]) for k, name in enumerate(cast.iso3)])
        if (settings.on("size_margins"))
        else own
    )
    spread = 0.7 if settings.on("size_margins") else 0.3
    margin = middle * own[None, :, None] * np.exp(rng.normal(0, spread, (n, n, years)))
    cif = np.array([kind != "fob" for kind in basis])
    return Freight(np.minimum(margin, HIGHEST) * cif[None, :, None], basis)


def _basis(iso3: str, lot: float) -> str:
    """Basis of an importer: cif, both or fob."""
    if iso3 in FOB or (iso3 not in BOTH and lot < FOB_SHARE):
        return "fob"
    return "both" if iso3 in BOTH or lot > 1 - BOTH_SHARE else "cif"
