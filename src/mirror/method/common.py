"""Errors that all flows of a reporter share, taken out before pairs are judged."""

from dataclasses import dataclass, replace

import numpy as np

from mirror.method.pairs import Array, PairYears, log_gaps, medians

LEAST_PARTNERS = 4
LEAST_EFFECT = 0.06
"""Spread of common errors (ln) below which they count as noise."""
ROBUST = 1.4826


@dataclass(frozen=True)
class Common:
    """`tables` freed of common errors; `effect` is what was taken off ln M*/X, pairs by years."""

    tables: PairYears
    effect: Array


def without_common_errors(tables: PairYears) -> Common:
    """Take out errors common to a reporter's year.

    Medians over at least four partners, shrunk by their own uncertainty (empirical Bayes), only
    where their variance exceeds what noise alone would give them.
    """
    ratio = log_gaps(tables.gap, tables.fuller, tables.seen)
    both = (tables.imported > 0) & (tables.exported > 0) & (np.abs(ratio) < 3)
    level = medians(np.where(both, ratio, np.nan), 1)
    apart = np.where(both, ratio - level[:, None], np.nan)
    apart[np.isfinite(apart).sum(1) < 3] = np.nan
    effect = np.zeros(ratio.shape)
    for _ in range(2):
        for side in (tables.exporter, tables.importer):
            effect += _of_years(side, apart - effect)
    return Common(_freed(tables, effect), effect)


def _of_years(side: Array, apart: Array) -> Array:
    """Median deviation of each reporter's year, shrunk; zero where it is no more than noise."""
    groups = [np.flatnonzero(side == code) for code in np.unique(side)]
    shape = len(groups), apart.shape[1]
    centre = np.array([medians(apart[rows], 0) for rows in groups]).reshape(shape)
    count = np.array([np.isfinite(apart[rows]).sum(0) for rows in groups]).reshape(shape)
    around = np.array(
        [medians(np.abs(apart[rows] - mid), 0) for rows, mid in zip(groups, centre, strict=True)]
    ).reshape(shape)
    error = np.maximum(1.25 * ROBUST * around / np.sqrt(np.maximum(count, 1)), 0.01)
    usable = np.isfinite(centre) & (count >= LEAST_PARTNERS)
    if usable.sum() <= 10:
        return np.zeros(apart.shape)
    variance = float(np.mean(centre[usable] ** 2 - error[usable] ** 2))
    if variance <= LEAST_EFFECT**2:
        return np.zeros(apart.shape)
    shrunk = np.where(usable, centre * variance / (variance + error**2), 0.0)
    return shrunk[np.searchsorted(np.unique(side), side)]


def _freed(tables: PairYears, effect: Array) -> PairYears:
    """Multiply the importer's report by what it lacks (or has too much)."""
    factor = np.exp(-effect)
    moved = tables.imported * (factor - 1)
    imported = tables.imported * factor
    price = tables.price
    return replace(
        tables,
        imported=imported,
        gap=tables.gap + moved,
        gap_low=tables.gap_low + moved,
        gap_high=tables.gap_high + moved,
        fine_kg=np.where(tables.seen, np.maximum(imported, tables.exported) / price, 0.0),
    )
