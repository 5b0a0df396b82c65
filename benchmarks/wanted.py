"""What was wanted of the method before it was judged, by mix; None: nothing was said."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wanted:
    """Least (AP, worst world's AP, nDCG, share of P >= 0.95 that is right, share of the hidden kg
    that at_least holds) and most (truth below at_least; claimed where nothing is hidden, as a share
    of the same worlds with hiding).
    """

    precision: float
    ndcg: float
    below: float
    sure: float
    worst: float | None = None
    at_least_share: float | None = None
    claimed: float | None = None


WANTED = {
    "plain": Wanted(0.95, 0.97, 0.05, 0.95, 0.80, 0.40, 0.02),
    "hard": Wanted(0.90, 0.94, 0.05, 0.95, 0.78, 0.25, 0.02),
    "all_cases": Wanted(0.75, 0.85, 0.08, 0.92, 0.50, 0.15, 0.02),
    "all_traps": Wanted(0.50, 0.70, 0.20, 0.85, claimed=0.10),
    "chain_plain": Wanted(0.70, 0.88, 0.12, 0.85, claimed=0.15),
    "chain_all": Wanted(0.35, 0.65, 0.25, 0.60, claimed=0.15),
    "ledgers": Wanted(0.92, 0.92, 0.05, 0.95, claimed=0.02),
}
MISSING_OVER_TRUTH = (0.8, 1.25)
ABOVE_AT_MOST = 0.08
BANDS = (0.85, 0.95)
PROBABILITY_OFF, PAIRS_IN_BIN = 0.1, 50
"""P is asked to be this near to what happens in every bin of so many pairs or more."""
GRADES = {"A": 0.95, "B": 0.85}
OTHER_DIRECTION_HARD, OTHER_DIRECTION_BELOW = 0.60, 0.08
