"""What reporters get wrong in a row's value and weight, row by row of the year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.chain.chance import Bools, Floats, heavy, stream, walk
from benchmarks.chain.countries import Countries
from benchmarks.chain.ledger import EXPORT, IMPORT
from benchmarks.chain.settings import FIRST_YEAR, LAST_YEAR, Settings

YEARS = LAST_YEAR - FIRST_YEAR + 1
# Spreads of ln by side, tuned so that |ln M/X| lies between the real sets; calibrate.py.
LASTING, YEARLY, COMMON = 0.036, 0.046, 0.025
QUALITY = 1.2  # spread of ln of a reporter's own factor on them
BLUNDERS = 0.015  # share of rows
LOST = 0.02  # share of rows above 10 M USD; four times that below 1 M


@dataclass(frozen=True)
class Errors:
    """Per side (0 exports, 1 imports), reporter, partner and year."""

    spread: Floats  # ln of the factor of a row of 10 M USD
    blunder: Floats  # ln of a further factor, mostly 0
    luck: Floats  # uniform; the row is lost where it is small
    value: Floats  # ln of the factor on the value alone (trap `valuation`)


def errors(parties: Countries, how: Settings) -> Errors:
    """Draws for all rows that could be; partner number `len(parties)` is the pool."""
    count = len(parties)
    size = (2, count, count + 1, YEARS)
    rng = stream(how.seed, "noise")
    quality = np.exp(rng.normal(0, QUALITY, (2, count, 1, 1)))
    spread = quality * (
        LASTING * heavy(rng, (2, count, count + 1, 1)) + YEARLY * heavy(rng, size)
    ) + COMMON * heavy(rng, (2, count, 1, YEARS))
    wrong = rng.random(size) < BLUNDERS * min(how.strength("noise"), 1.0)
    kinds = rng.choice([-np.log(10), np.log(10), 0.0], size, p=[0.3, 0.15, 0.55])
    size_of = np.where(kinds == 0, rng.normal(0, 1.3, size), kinds)
    blunder = np.where(wrong, size_of, 0.0)
    return Errors(spread, blunder, _luck(rng, size), _valuation(parties, how))


def _luck(rng: np.random.Generator, size: tuple[int, int, int, int]) -> Floats:
    """Half of a route's luck lasts, so that lost rows come in runs."""
    lasting = rng.random((*size[:3], 1))
    return np.asarray(np.where(rng.random(size) < 0.5, lasting, rng.random(size)))


def _valuation(parties: Countries, how: Settings) -> Floats:
    """One side's unit value off the price on some routes: lasting or drifting, e^±0.69 at most.

    Six in ten are too low, as under-invoiced or provisionally priced gold is.
    """
    rng = stream(how.seed, "valuation")
    count = len(parties)
    out = np.zeros((2, count, count + 1, YEARS))
    off = rng.random((count, count)) < how.strength("valuation")
    side = rng.integers(0, 2, (count, count))
    level = np.where(rng.random((count, count)) < 0.6, -1, 1) * rng.beta(1, 2.2, (count, count))
    drift = walk(rng, count * count, YEARS, 0.25, 0.8).reshape(count, count, YEARS)
    drifting = rng.random((count, count)) < 0.4
    factor = np.log(2) * level[:, :, None] + drift * drifting[:, :, None]
    factor = np.clip(factor, -np.log(2), np.log(2)) * off[:, :, None]
    out[EXPORT, :, :count] = factor * (side == EXPORT)[:, :, None]
    out[IMPORT, :, :count] = (factor * (side == IMPORT)[:, :, None]).transpose(1, 0, 2)
    return out


def factors(
    drawn: Errors, at: tuple[Floats, ...], usd: Floats, strength: float
) -> tuple[Floats, Bools]:
    """Factor of each row, and which rows are lost; small rows are noisier and lost more often.

    Blunders in rows beyond 100 M USD are smaller: somebody looks at those.
    """
    index = tuple(np.asarray(a, dtype=np.int64) for a in at)
    small = np.clip((np.maximum(usd, 1.0) / 1e7) ** -0.15, 0.4, 3.0)
    scale = np.clip(strength * small * drawn.spread[index], -2.5, 2.5)
    lost = LOST * strength * np.clip((np.maximum(usd, 1.0) / 1e7) ** -0.6, 0.3, 4.0)
    gone = np.asarray(drawn.luck[index] < lost, dtype=np.bool_)
    checked = np.clip((np.maximum(usd, 1.0) / 1e8) ** -0.25, 0.2, 1.0)
    return np.exp(scale + checked * drawn.blunder[index]), gone
