"""The cast: countries with Comtrade's codes, and what they do with gold."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["mine", "hub", "market"]


@dataclass(frozen=True, slots=True)
class Country:
    """A reporter; `names_subheadings` is whether it gives HS6 beside the heading."""

    iso3: str
    code: int
    name: str
    role: Role
    names_subheadings: bool = True


COUNTRIES = {
    country.iso3: country
    for country in (
        Country("ARE", 784, "United Arab Emirates", "hub", names_subheadings=False),
        Country("AUS", 36, "Australia", "mine"),
        Country("BFA", 854, "Burkina Faso", "mine", names_subheadings=False),
        Country("BOL", 68, "Bolivia (Plurinational State of)", "mine"),
        Country("CAN", 124, "Canada", "mine"),
        Country("CHE", 757, "Switzerland", "hub"),
        Country("COL", 170, "Colombia", "mine"),
        Country("GHA", 288, "Ghana", "mine", names_subheadings=False),
        Country("GIN", 324, "Guinea", "mine"),
        Country("HKG", 344, "China, Hong Kong SAR", "hub"),
        Country("IND", 699, "India", "market"),
        Country("ITA", 380, "Italy", "market"),
        Country("KEN", 404, "Kenya", "mine"),
        Country("MLI", 466, "Mali", "mine", names_subheadings=False),
        Country("PER", 604, "Peru", "mine"),
        Country("RWA", 646, "Rwanda", "mine"),
        Country("SGP", 702, "Singapore", "hub"),
        Country("TUR", 792, "Türkiye", "market"),
        Country("TZA", 834, "United Rep. of Tanzania", "mine"),
        Country("UGA", 800, "Uganda", "mine"),
        Country("USA", 842, "USA", "market"),
    )
}
NEWCOMER = Country("XNC", 997, "Newland", "mine")
"""A country whose code no list of the client's has; the service's own list gains it."""
EVERYBODY = COUNTRIES | {NEWCOMER.iso3: NEWCOMER}
WORLD_CODE = 0
NOWHERE = "_X"
"""Partner of trade that a reporter books without a partner country: Areas, nes."""
NOWHERE_CODE = 899
WITHOUT_PARTNER = ("CHE", "ITA", "PER")
"""Reporters that book a little of their exports so."""


def partner_code(partner: str) -> int:
    """Comtrade's number of a partner, the area that is no country included."""
    return NOWHERE_CODE if partner == NOWHERE else EVERYBODY[partner].code
