"""What booking a shipment a month or two after it left can move between periods."""

from dataclasses import dataclass

import numpy as np

LATEST_MONTHS = 2
"""Gold that the exporter books in one month arrives in the importer's books up to two later."""


@dataclass(frozen=True)
class Late:
    """What late booking can explain, USD per flow, signed like the gap it explains.

    `carried` was matched month by month; `slope` is what one month of delay moves in a year, to be
    multiplied by the months. A flow has one or the other, zero where nothing is known.
    """

    carried: np.ndarray
    slope: np.ndarray


def late(
    is_monthly: np.ndarray, period: np.ndarray, pair: np.ndarray, level: np.ndarray,
    gap: np.ndarray, is_assessed: np.ndarray,
) -> Late:  # fmt: skip
    """Say what late booking can explain of each gap.

    All arrays have one element a flow: frequency, period (2016 or 201607), a number of the pair,
    level (the larger report, USD; NaN: not to be trusted), gap (USD). Years for which the pair has
    monthly records take what the months carry over the turn of the year; other years a slope from
    the neighbour year.
    """
    months = np.where(is_monthly, (period // 100) * 12 + period % 100 - 1, 0)
    carried = np.zeros(len(gap))
    slope = np.zeros(len(gap))
    rows = np.flatnonzero(is_monthly & is_assessed)
    turned = _carry(carried, rows, pair, months, gap)
    years = np.flatnonzero(~is_monthly)
    slope[years] = _slopes(pair[years], period[years], level[years])
    have_months = {(int(pair[row]), int(months[row]) // 12) for row in np.flatnonzero(is_monthly)}
    for row in years:
        key = int(pair[row]), int(period[row])
        if key in have_months:
            carried[row], slope[row] = turned.get(key, 0.0), 0.0
    return Late(carried, slope)


def _carry(
    carried: np.ndarray, rows: np.ndarray, pair: np.ndarray, months: np.ndarray, gap: np.ndarray
) -> dict[tuple[int, int], float]:
    """Match what was exported and not yet seen with what is seen and was not exported, the oldest
    first; return what crosses the turn of a year, by pair and year.
    """
    turned: dict[tuple[int, int], float] = {}
    order = rows[np.lexsort((months[rows], pair[rows]))]
    waiting: list[tuple[int, int, float]] = []
    for row in order:
        waiting = [
            (at, other, left) for at, other, left in waiting
            if pair[other] == pair[row] and months[row] - at <= LATEST_MONTHS
        ]  # fmt: skip
        if gap[row] < 0:
            waiting.append((int(months[row]), int(row), -float(gap[row])))
            continue
        wanted = float(gap[row])
        for place, (at, other, left) in enumerate(waiting):
            moved = min(left, wanted)
            waiting[place] = (at, other, left - moved)
            wanted -= moved
            carried[row] += moved
            carried[other] -= moved
            if at // 12 != months[row] // 12 and moved > 0:
                for key, amount in (((int(pair[row]), int(months[row]) // 12), moved),
                                    ((int(pair[row]), at // 12), -moved)):  # fmt: skip
                    turned[key] = turned.get(key, 0.0) + amount
        waiting = [entry for entry in waiting if entry[2] > 0]
    return turned


def _slopes(pair: np.ndarray, year: np.ndarray, level: np.ndarray) -> np.ndarray:
    """A twelfth of the fall from the year before to this one; of the next fall where that is not
    at hand, zero where neither is.
    """
    order = np.lexsort((year, pair))
    slope = np.zeros(len(level))
    if len(order) < 2:
        return slope
    falls = (level[order][:-1] - level[order][1:]) / 12
    follows = (np.diff(pair[order]) == 0) & (np.diff(year[order]) == 1) & np.isfinite(falls)
    slope[order[:-1][follows]] = falls[follows]
    slope[order[1:][follows]] = falls[follows]
    return slope
