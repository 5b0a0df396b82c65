"""Honest disagreement against hiding, for each pair over all its years, on a grid, without draws.

Honest: a lasting level of the pair, yearly errors with heavier tails, and now and then a blunder.
Hiding: the same, and from an onset on a share of the gold is left out of the exporter's report.
"""

from dataclasses import dataclass

import numpy as np

from mirror.method.pairs import Array
from mirror.method.spreads import Spreads

SHARES = 1 - np.exp(
    -np.concatenate(
        [np.arange(0.04, 0.39, 0.06), np.arange(0.4, 1.7, 0.1), [1.85, 2.1, 2.5, 3.0, 3.9, 5.3]]
    )
)
"""Shares of the gold that may be hidden; dense enough for the least error in ln of what is left."""
PRIOR_OF_SHARES = np.gradient(SHARES) / np.gradient(SHARES).sum()
"""Every share as likely as any other."""
LEVELS = np.linspace(-3, 3, 13)
"""Lasting levels, in spreads of the level."""
SCALES = ((0.4, 0.25), (1.0, 0.75))
"""A pair may be quieter than its like: factor of its errors, and how often."""
TAIL, TAIL_WIDTH, BLUNDER_WIDTH = 0.15, 2.5, 1.3
LEVEL_TAIL = 0.1
JITTER = 0.12
"""Yearly change of a hidden share, ln."""
FROM_THE_START = 0.7
WHOLE, LONE_POWER = 0.6, 12
"""A year without any row of the exporter: how likely where all is hidden, and how fast that falls
with the share that is."""
BLOCK = 48
"""Pairs computed at a time; bounds the memory, not the result."""


@dataclass(frozen=True)
class Hiding:
    """`ln_factor` (pairs): evidence for hiding against honesty. Cells of the posterior of hiding:
    `weight` (pairs by cells, adding up to one) and `fraction` of the fine gold of all years hidden.
    """

    ln_factor: Array
    weight: Array
    fraction: Array


def hiding(
    ratio: Array, spreads: Spreads, blunders: Array, fine_kg: Array, seen: Array, lone: Array
) -> Hiding:
    """Weigh hiding for pairs (rows) by years; `ratio` is ln M*/X, positive if it is hidden.

    `blunders` are rates by pair and year, `fine_kg` the fuller report; `lone` are years in which
    only the importer reports, whose ratio says no more than that.
    """
    pieces = [
        _block(
            ratio[rows], spreads.yearly[rows], spreads.level[rows], blunders[rows], fine_kg[rows],
            seen[rows], lone[rows], spreads.missing,
        )
        for rows in (slice(n, n + BLOCK) for n in range(0, len(ratio), BLOCK))
    ]  # fmt: skip
    if not pieces:
        cells = ratio.shape[1] * len(SHARES)
        nothing = np.zeros((0, cells), np.float32)
        return Hiding(np.zeros(0), nothing, nothing)
    return Hiding(*(np.concatenate(part) for part in zip(*pieces, strict=True)))


def _block(
    ratio: Array, yearly: Array, level: Array, blunders: Array, fine_kg: Array, seen: Array,
    lone: Array, missing: float,
) -> tuple[Array, Array, Array]:  # fmt: skip
    """One block of pairs; inside, pairs are the last axis, so that sums run along memory."""
    clean = np.where(seen, ratio, 0.0).T.astype(np.float32)
    onset = _onsets(seen).T.astype(np.float32)
    of_share = np.log(PRIOR_OF_SHARES)[:, None].astype(np.float32)
    honest, joint, shift = [], [], []
    for factor, share in SCALES:
        spread = np.maximum(yearly.T * factor, 0.01).astype(np.float32)
        own_level = np.maximum(level * factor, 0.01).astype(np.float32)
        one, many, mean = _at_scale(
            clean,
            spread,
            own_level,
            blunders.T.astype(np.float32),
            seen.T,
            lone.T,
            missing,
            factor,
        )
        honest.append(one + np.log(share))
        joint.append(many + onset[:, None] + of_share + np.float32(np.log(share)))
        shift.append(mean)
    of_cells = np.logaddexp(*joint)
    mean_level = sum(np.exp(own - of_cells) * mean for own, mean in zip(joint, shift, strict=True))
    top = of_cells.max((0, 1))
    weight = np.exp(of_cells - top)
    total = weight.sum((0, 1))
    after = np.cumsum((fine_kg * seen).T[::-1], 0)[::-1]
    share = after / np.maximum(after[0], 1e-9)
    fraction = share[:, None] * SHARES[:, None] * np.exp(-np.clip(mean_level, -0.7, 0.7) / 2)
    pairs = len(ratio)
    return (
        (top + np.log(total) - np.logaddexp(*honest)).astype(float),
        (weight / total).reshape(-1, pairs).T.astype(np.float32),
        fraction.reshape(-1, pairs).T.astype(np.float32),
    )


def _at_scale(
    ratio: Array, spread: Array, level: Array, blunders: Array, seen: Array, lone: Array,
    missing: float, scale: float,
) -> tuple[Array, Array, Array]:  # fmt: skip
    """ln likelihood of honesty (pairs) and of hiding (onsets, shares, pairs); the mean level."""
    levels = (LEVELS[:, None] * level).astype(np.float32)
    of_level = np.log(_level_weights()).astype(np.float32)[:, None]
    shown = seen.astype(np.float32)
    still = _density(ratio[:, None] - levels, spread[:, None], blunders[:, None])
    still = np.where(lone[:, None], np.float32(np.log(missing)), still) * shown[:, None]
    honest = _log_sum(still.sum(0) + of_level, 0)
    loss = -np.log(1 - SHARES).astype(np.float32)
    change = JITTER * scale * SHARES / np.maximum(1 - SHARES, 0.05)
    jitter = np.minimum(change, 1.0).astype(np.float32)
    wide = np.sqrt(spread[:, None] ** 2 + jitter[:, None] ** 2)
    moved = ratio[:, None] - loss[:, None]
    joint = _density(moved[:, :, None] - levels, wide[:, :, None], blunders[:, None, None])
    of_share = np.log(missing + WHOLE * SHARES**LONE_POWER).astype(np.float32)
    joint = np.where(lone[:, None, None], of_share[:, None, None], joint)
    joint *= shown[:, None, None]
    for year in range(len(joint) - 2, -1, -1):
        joint[year] += joint[year + 1]
    before = np.zeros_like(still[0])
    for year in range(len(joint)):
        joint[year] += before + of_level
        before = before + still[year]
    top = joint.max(2)
    joint -= top[:, :, None]
    np.exp(joint, out=joint)
    total = joint.sum(2)
    joint *= levels
    return honest, top + np.log(total), joint.sum(2) / total


def _log_sum(values: Array, axis: int) -> Array:
    top = values.max(axis)
    return top + np.log(np.exp(values - top).sum(axis))


def _level_weights() -> Array:
    narrow, wide = np.exp(-0.5 * LEVELS**2), np.exp(-0.5 * (LEVELS / 2) ** 2)
    return (1 - LEVEL_TAIL) * narrow / narrow.sum() + LEVEL_TAIL * wide / wide.sum()


def _density(apart: Array, spread: Array, blunders: Array) -> Array:
    """ln density of an error: mostly normal, heavier tails, now and then a blunder."""
    square = (apart / spread) ** 2
    square *= np.float32(-0.5)
    normal = np.exp(square)
    normal *= np.float32(1 - TAIL)
    square *= np.float32(1 / TAIL_WIDTH**2)
    np.exp(square, out=square)
    square *= np.float32(TAIL / TAIL_WIDTH)
    normal += square
    normal *= (1 - blunders) / spread
    np.square(apart, out=square)
    square *= np.float32(-0.5 / BLUNDER_WIDTH**2)
    np.exp(square, out=square)
    square *= blunders / np.float32(BLUNDER_WIDTH)
    normal += square
    return np.log(normal, out=normal)


def _onsets(seen: Array) -> Array:
    """ln prior of the year in which hiding begins: mostly the first, else any later one."""
    years = seen.sum(1)
    later = (1 - FROM_THE_START) / np.maximum(years - 1, 1)
    prior = np.where(seen, later[:, None], 0.0)
    prior[np.arange(len(seen)), np.argmax(seen, 1)] = np.where(years > 1, FROM_THE_START, 1.0)
    return np.log(np.maximum(prior, 1e-30))
