"""Traps by name, and how strong each one is in every mix."""

from dataclasses import dataclass

TRAPS: dict[str, str] = {
    "case_1": "share of routes: exporter names hub, hub books nothing, importer credits origin",
    "case_2": "share of routes: exporter names hub, hub books nothing, importer credits hub",
    "case_4": "share of routes: exporter names end, hub books nothing, importer credits hub",
    "case_5": "share of routes: exporter names hub, hub books, importer credits origin",
    "case_7": "share of routes: exporter names end, hub books, importer credits origin",
    "case_8": "share of routes: exporter names end, hub books, importer credits hub",
    "case_9": "share of routes: two hubs in a row, both book, importer credits the origin",
    "hide_routed": "routed gold hides by the same share as the direct gold of its route (1 or 0)",
    "hubs_hide": "hubs hide like producers do (1 or 0)",
    "yearly": "standard deviation of ln of a row, by row and year, normal; a mean reporter's",
    "heavy": "scale of ln of a row, by row and year, Student t with 2.2 degrees; a mean reporter's",
    "persistent": "scale of ln of a pair's side over all years, Student t with 3 degrees",
    "reporter_year": "scale of ln common to a reporter's year and flow, Student t with 3 degrees",
    "blunders": "chance of a row: value times or by ten, lost, or under another partner",
    "unmatched": "chance that one side lacks a row of 100,000 USD; falls with the root of value",
    "pools": "number of reporters that book whole export flows under 899",
    "low_valuation": "share of exporters that value 5 to 40 % low",
    "fiscal_years": "share of reporters whose years end a quarter to three quarters later",
    "timing": "largest share of a year's gold that the importer books a year later",
    "free_zones": "share of a zone hub's pairs whose gold it books in part or not at all",
    "monetary": "share of pairs on which one side books 710820",
    "class_swap": "share of pairs on which one side books 7112",
    "thresholds": "share of reporters that drop rows below 1,000 to 200,000 USD",
    "missing_years": "chance of a year to be unpublished; 1.5 times that, a mine never publishes",
    "partial": "share of reporters of which the files hold only some partners, no World row",
    "size_margins": "freight falls with the value (1), or 1 % flat (0)",
    "weights": "weights null in 17 % of exports and 5 % of imports, 11 % estimated (1), or all (0)",
}

_PLAIN = {"case_1": 0.15, "yearly": 0.03, "pools": 1, "weights": 1}
_HARD = {
    "case_1": 0.12,
    "case_4": 0.10,
    "yearly": 0.02,
    "heavy": 0.04,
    "persistent": 0.06,
    "blunders": 0.004,
    "unmatched": 0.10,
    "pools": 4,
    "size_margins": 1,
    "weights": 1,
}
_CASES = {f"case_{k}": 0.055 for k in (1, 2, 4, 5, 7, 8, 9)}
_ALL_CASES = _HARD | _CASES | {"hide_routed": 1}
_ALL_TRAPS = _ALL_CASES | {
    "persistent": 0.08,
    "blunders": 0.008,
    "unmatched": 0.15,
    "reporter_year": 0.05,
    "low_valuation": 0.15,
    "fiscal_years": 0.10,
    "timing": 0.08,
    "free_zones": 0.10,
    "monetary": 0.02,
    "class_swap": 0.03,
    "thresholds": 0.30,
    "missing_years": 0.08,
    "partial": 0.08,
}
MIXES: dict[str, dict[str, float]] = {
    "plain": _PLAIN,
    "hard": _HARD,
    "all_cases": _ALL_CASES,
    "all_traps": _ALL_TRAPS,
}
# `hard` has 69 countries by SPEC section 6, which wants at least 60 everywhere.
COUNTRIES = {"plain": 62, "hard": 69, "all_cases": 69, "all_traps": 72}
NOTHING_HIDDEN = "nothing_hidden"
FIRST_YEAR, LAST_YEAR = 2014, 2023
# A year before the first is simulated as well, since fiscal years reach back into it.
YEARS = tuple(range(FIRST_YEAR - 1, LAST_YEAR + 1))
HIDING_ROUTES = 0.20  # SPEC section 6: a fifth of the routes of producing and transit countries
HIDING_SHARE = (0.25, 0.95)  # SPEC section 6
HIDING_LATER = 0.30  # SPEC section 6: three in ten from a later year on
HIDING_BY_IMPORTERS = 0.10  # of the volume that exporters hide; the brief


@dataclass(frozen=True)
class Settings:
    """What one world is made of; `strength` holds the traps that are on, and nothing else."""

    mix: str
    seed: int
    hiding: float
    countries: int
    strength: dict[str, float]

    def on(self, trap: str) -> bool:
        """Whether the trap is switched on."""
        return self.get(trap) > 0

    def get(self, trap: str) -> float:
        """Strength of the trap, 0 where it is off; raises KeyError on an unknown name."""
        if trap not in TRAPS:
            raise KeyError(f"no trap {trap!r}; there are {', '.join(TRAPS)}")
        return self.strength.get(trap, 0.0)


def settings(
    mix: str,
    seed: int,
    off: tuple[str, ...] = (),
    only: tuple[str, ...] | None = None,
    hiding: float = 1.0,
) -> Settings:
    """Settings of a world; a trap of `only` or of no mix takes its strength from `all_traps`, or 1.

    The mix `nothing_hidden` is `all_traps` without hiding; for another mix give hiding 0.
    Raises ValueError on an unknown mix or trap and on a hiding outside 0 to 1.
    """
    if mix == NOTHING_HIDDEN:
        mix, hiding = "all_traps", 0.0
    unknown = [name for name in (*off, *(only or ())) if name not in TRAPS]
    if mix not in MIXES or unknown or not 0 <= hiding <= 1:
        raise ValueError(f"mix {mix!r}, traps {unknown}, hiding {hiding}: see MIXES and TRAPS")
    chosen = dict(MIXES[mix])
    if only is not None:
        chosen = {name: chosen.get(name, _ALL_TRAPS.get(name, 1.0)) for name in only}
    strength = {name: chosen[name] for name in TRAPS if name in chosen and name not in off}
    return Settings(mix, seed, hiding, COUNTRIES[mix], strength)
