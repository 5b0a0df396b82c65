"""The mixture run over all pairs in one direction, with routes taken out and without."""

from dataclasses import dataclass

import numpy as np

from mirror.method.mixture import Hiding, hiding
from mirror.method.pairs import Array, PairYears, log_gaps
from mirror.method.routing import Routes
from mirror.method.spreads import Spreads

LEAST_EVIDENCE = -4.0
"""ln Bayes factor below which the ends of pool and margin cannot make a pair suspect."""
UNCERTAIN = 0.03
"""Width of those ends, as a share of the trade, from which they are looked at."""
OPEN = 0.05
"""Share of the trade that the ends must leave open for a gap that a pool covers to be looked at."""
POOLED_BLUNDERS = 0.5
"""Rate of blunders in a year whose gap a pool could hold."""
NOT_LOOKED_AT = -50.0
MOSTLY = 0.5
"""Share of the importer's report that is left, from which a year without the exporter's row says no
more than that."""


@dataclass(frozen=True)
class Evidence:
    """Evidence for hiding of each pair: `left` with what was routed taken out, `whole` without."""

    left: Hiding
    whole: Hiding


def evidence_of(
    tables: PairYears, left: Array, routes: Routes, spreads: Spreads, material: Array
) -> Evidence:
    """Weigh hiding by exporters; with swapped tables, by importers.

    `left` is what routes leave of each gap (pairs by years, USD, seen as in `tables`), `material`
    what is material of each pair, kg of fine gold.
    """
    gap = np.where(tables.seen, tables.gap, 0.0)
    low, high = tables.gap_low, tables.gap_high
    covered = (low < 0.2 * np.maximum(high, 0)) & (high > 0.2 * tables.fuller)
    blunders = np.where(covered, np.maximum(spreads.blunders, POOLED_BLUNDERS), spreads.blunders)
    alone = tables.seen & (tables.exported <= 0)

    def run(amount: Array, rows: Array) -> Hiding:
        lone = alone[rows] & (amount[rows] > MOSTLY * tables.fuller[rows])
        ratio = log_gaps(amount[rows], tables.fuller[rows], tables.seen[rows])
        return hiding(
            ratio, spreads.of(rows), blunders[rows], tables.fine_kg[rows], tables.seen[rows],
            lone,
        )  # fmt: skip

    # a gap that a pool covers whole stays open: the pool may lie with others
    most = left + np.where(high - gap > OPEN * tables.fuller, high - gap, 0.0)
    looked = np.flatnonzero(_could_be_material(most, tables, material))
    again = np.flatnonzero(routes.is_matched & _could_be_material(gap, tables, material))
    cells = _laid_out(run(left, looked), looked, tables.number)
    whole = _laid_out(run(gap, again), again, tables.number)
    width = np.where(tables.seen, high - low, 0.0).sum(1)
    uncertain = width > UNCERTAIN * tables.fuller.sum(1)
    wide = np.flatnonzero(uncertain & (cells.ln_factor > LEAST_EVIDENCE))
    ends = [run(left + (end - gap), wide) for end in (low, high)]
    cells = _with_ends(cells, wide, ends)
    return Evidence(cells, _where(routes.is_matched, whole, cells))


def _where(chosen: Array, one: Hiding, other: Hiding) -> Hiding:
    """Rows of `one` where chosen, else of `other`."""
    wide = chosen[:, None]
    return Hiding(
        np.where(chosen, one.ln_factor, other.ln_factor),
        np.where(wide, one.weight, other.weight),
        np.where(wide, one.fraction, other.fraction),
    )


def _could_be_material(gap: Array, tables: PairYears, material: Array) -> Array:
    """Pairs whose positive gaps add up to a third of what is material: the others hide nothing."""
    return (np.maximum(gap, 0) / tables.price).sum(1) > material / 3


def _laid_out(part: Hiding, rows: Array, pairs: int) -> Hiding:
    """Lay the rows that were computed over all pairs; the others have no evidence of hiding."""
    factor = np.full(pairs, NOT_LOOKED_AT)
    weight = np.zeros((pairs, part.weight.shape[1]), np.float32)
    fraction = np.zeros_like(weight)
    factor[rows], weight[rows], fraction[rows] = part.ln_factor, part.weight, part.fraction
    return Hiding(factor, weight, fraction)


def _with_ends(cells: Hiding, rows: Array, ends: list[Hiding]) -> Hiding:
    """Mix in what the ends of pool and margin leave, a quarter each, common to all years."""
    if not len(rows):
        return cells
    parts = [(cells.ln_factor[rows], 0.5), *((end.ln_factor, 0.25) for end in ends)]
    stacked = np.stack([factor + np.log(share) for factor, share in parts])
    mixed = np.logaddexp.reduce(stacked, axis=0)
    shares = np.exp(stacked - mixed)[:, :, None].astype(np.float32)
    weights = shares * np.stack([cells.weight[rows], *(end.weight for end in ends)])
    fractions = np.stack([cells.fraction[rows], *(end.fraction for end in ends)])
    weight = weights.sum(0)
    factor, whole, share = cells.ln_factor.copy(), cells.weight.copy(), cells.fraction.copy()
    factor[rows], whole[rows] = mixed, weight
    share[rows] = (weights * fractions).sum(0) / np.maximum(weight, 1e-12)
    return Hiding(factor, whole, share)
