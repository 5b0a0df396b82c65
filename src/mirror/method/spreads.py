"""How far apart two reports of one flow lie where nothing is hidden, learnt from the records."""

from dataclasses import dataclass

import numpy as np

from mirror.method.common import ROBUST
from mirror.method.pairs import Array, PairYears, log_gaps, medians

SIZES_USD = (1e6, 1e8, 1e9)
USUAL = (0.58, 0.45, 0.35, 0.16)
"""Spread (ln) of a year by size: measured on real flows (UAE 2016, Kenya, Burkina Faso), the second
between its neighbours."""
PRIOR_OF_ALL, PRIOR_OF_SIZE = 20.0, 30.0
"""Flows for which what is usual counts, for all sizes together and for each."""
LEAST_SPREAD, LEAST_LEVEL = 0.012, 0.015


@dataclass(frozen=True)
class Spreads:
    """`yearly` (pairs by years) is the spread of ln M*/X around a pair's own level, `level` (pairs)
    that of the level around zero, `blunders` the rate of years far off, `missing` that of years
    without a row of the exporter among pairs that it mostly reports.
    """

    yearly: Array
    level: Array
    blunders: float
    missing: float

    def of(self, rows: Array) -> "Spreads":
        """The same for some pairs."""
        return Spreads(self.yearly[rows], self.level[rows], self.blunders, self.missing)


def learn(tables: PairYears) -> Spreads:
    """Learn spreads from years in which both sides report, by size of the flow and by reporter.

    Robust (medians), shrunk to the pool where flows are few, rounded to steps of 5 %, so that a
    revision elsewhere leaves most pairs alone.
    """
    ratio = log_gaps(tables.gap, tables.fuller, tables.seen)
    years = tables.seen.sum(1)
    both = tables.seen & (tables.imported > 0) & (tables.exported > 0)
    middle = medians(np.where(both, ratio, np.nan), 1)
    apart = np.abs(ratio - np.nan_to_num(middle)[:, None])
    usable = both & (both.sum(1) >= 3)[:, None] & (apart > 0) & (apart < 1.5)
    apart = apart * np.sqrt(np.where(years > 2, years / np.maximum(years - 1, 1), 1))[:, None]
    size = np.digitize(tables.fuller, SIZES_USD)
    usual = np.array(USUAL)[size]
    scale = _shrunk((apart / usual)[usable], 1.0, PRIOR_OF_ALL)
    base = scale * usual
    for step, spread in enumerate(USUAL):
        own_flows = usable & (size == step)
        base[size == step] = _shrunk(apart[own_flows], scale * spread, PRIOR_OF_SIZE)
    own = [_factor(side, apart / base, usable) for side in (tables.exporter, tables.importer)]
    yearly = base * np.sqrt((own[0] ** 2 + own[1] ** 2) / 2)[:, None]
    yearly = _rounded(np.maximum(yearly, LEAST_SPREAD), 20)
    level = _levels(ratio, yearly, years)
    return Spreads(yearly, level, _blunders(ratio, years, base), _missing(tables, both, years))


def _shrunk(apart: Array, prior: float, weight: float) -> float:
    """Robust spread of deviations, with a prior that counts for `weight` of them."""
    own = ROBUST * float(np.median(apart)) if len(apart) else 0.0
    return float(np.sqrt((len(apart) * own**2 + weight * prior**2) / (len(apart) + weight)))


def _factor(side: Array, relative: Array, usable: Array) -> Array:
    """How much noisier a reporter is than flows of its sizes are; 1 where nothing is known."""
    out = np.ones(len(side))
    for code in np.unique(side):
        rows = side == code
        out[rows] = min(_shrunk(relative[rows][usable[rows]], 1.0, 10.0), 3.0)
    return out


def _rounded(values: Array, steps: int) -> Array:
    return np.exp(np.round(np.log(values) * steps) / steps)


def _levels(ratio: Array, yearly: Array, years: Array) -> Array:
    """Spread of lasting levels, as a multiple of the yearly spread.

    Learnt from pairs whose median is negative: hiding exports moves the others.
    """
    middle = medians(ratio, 1)
    typical = medians(np.where(np.isfinite(ratio), yearly, np.nan), 1)
    honest = (middle / typical)[(years >= 3) & (middle < 0) & (middle > -0.7)]
    multiple = ROBUST * float(np.median(np.abs(honest))) if len(honest) > 10 else 1.0
    multiple = float(np.clip(multiple, 0.3, 3.0))
    return _rounded(np.maximum(multiple * typical, LEAST_LEVEL), 10)


def _blunders(ratio: Array, years: Array, base: Array) -> float:
    """Rate of isolated years far below the pair's own level, doubled for those above it."""
    usable = np.isfinite(ratio) & (years >= 3)[:, None]
    below = ratio - medians(ratio, 1)[:, None]
    far = usable & (below < -6 * base) & (below < -0.5)
    rate = float(np.clip(2 * far.sum() / max(int(usable.sum()), 1), 0.005, 0.1))
    return max(round(rate, 2), 0.005)


def _missing(tables: PairYears, both: Array, years: Array) -> float:
    """Rate of years in which one side has no row, among pairs that both sides mostly report."""
    mostly = (years >= 3) & (both.sum(1) >= 0.6 * years)
    alone = int((tables.seen & ~both)[mostly].sum())
    return round(float(np.clip((alone + 2.0) / (years[mostly].sum() + 100.0), 0.01, 0.1)), 3)
