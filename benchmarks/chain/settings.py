"""Which traps a world holds, and how strong each is in each mix."""

from __future__ import annotations

from dataclasses import dataclass

FIRST_YEAR, LAST_YEAR, WARM_UP_YEARS = 2014, 2023, 1

# Strengths of `all`. Shares of kg, of routes or of reporters as said beside each; origin_credited,
# refining_on_account and valuation as the specification gives them, the rest our judgement.
ALL: dict[str, float] = {
    "origin_credited": 0.06,  # share of all kg of all border crossings
    "refining_on_account": 0.015,  # share of all kg
    "echoes": 0.012,  # share of all kg
    "valuation": 0.10,  # share of routes
    "hubs_hide": 0.06,  # share of the routes of hubs and refining countries
    "transit": 0.02,  # share of all kg
    "timing": 0.20,  # mean share of a route's lots that are booked late
    "noise": 1.0,  # factor on the spreads of noise.py
    "pools": 0.18,  # share of exporters that book to 'Areas, nes'
    "missing_years": 1.0,  # factor on the chances of absence
    "free_zones": 0.012,  # share of all kg
    "monetary": 0.35,  # share of reporters that mix central banks' gold into the headline
    "weights": 1.0,  # factor on the chances of null, estimated and wrong weights
    "walked_over": 1.0,  # share of the gold carried over borders that nobody books
    "freight": 1.0,  # factor on the margins
}

# `plain`: moderate noise; what is not named here is off.
PLAIN: dict[str, float] = {
    "origin_credited": 0.06,
    "valuation": 0.02,
    "timing": 0.12,
    "noise": 0.75,
    "pools": 0.03,
    "missing_years": 0.6,
    "weights": 1.0,
    "freight": 1.0,
}
TRAPS = tuple(ALL)
MIXES: dict[str, dict[str, float]] = {"all": ALL, "plain": {t: PLAIN.get(t, 0.0) for t in TRAPS}}


@dataclass(frozen=True)
class Settings:
    """One world's arguments; `strengths` holds every trap, 0 where it is off."""

    mix: str
    seed: int
    hiding: float
    strengths: dict[str, float]

    def strength(self, trap: str) -> float:
        """Strength of the trap, 0 where it is off."""
        return self.strengths[trap]

    def on(self) -> dict[str, float]:
        """Traps that are on, with their strengths."""
        return {trap: value for trap, value in self.strengths.items() if value > 0}


def settings(
    mix: str, seed: int, off: tuple[str, ...], only: tuple[str, ...] | None, hiding: float
) -> Settings:
    """Raises ValueError for an unknown mix or trap.

    A trap named by `only` that the mix leaves out takes its strength from `all`.
    """
    unknown = [trap for trap in (*off, *(only or ())) if trap not in TRAPS]
    if mix not in MIXES or unknown:
        raise ValueError(f"unknown mix or trap: {mix} {' '.join(unknown)}; traps: {TRAPS}")
    chosen = dict(MIXES[mix])
    if only is not None:
        chosen = {t: (chosen[t] or ALL[t]) if t in only else 0.0 for t in TRAPS}
    return Settings(mix, seed, hiding, {t: 0.0 if t in off else v for t, v in chosen.items()})
