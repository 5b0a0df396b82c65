"""Random numbers: one independent stream a purpose, so that a switch moves nothing else."""

from __future__ import annotations

import zlib

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def stream(seed: int, *names: str) -> np.random.Generator:
    """A generator that depends on the seed and the names alone."""
    return np.random.default_rng([seed, *(zlib.crc32(name.encode()) for name in names)])


def walk(rng: np.random.Generator, rows: int, steps: int, spread: float, memory: float) -> Floats:
    """Rows of a first-order autoregression with standard deviation `spread` in every step."""
    out = np.empty((rows, steps))
    out[:, 0] = rng.normal(0, spread, rows)
    for step in range(1, steps):
        fresh = rng.normal(0, spread, rows)
        out[:, step] = memory * out[:, step - 1] + np.sqrt(1 - memory**2) * fresh
    return out


def heavy(rng: np.random.Generator, size: tuple[int, ...], freedom: float = 3.0) -> Floats:
    """Student's t, cut at 12 so that no factor leaves the range of real blunders."""
    return np.clip(rng.standard_t(freedom, size), -12, 12)


def logistic(value: Floats) -> Floats:
    """Between 0 and 1, a half at 0."""
    return np.asarray(1 / (1 + np.exp(-value)), dtype=np.float64)


def chosen_to_share(
    rng: np.random.Generator, weight: Floats, kg: Floats, target_kg: float
) -> Bools:
    """Picks rows with chances proportional to `weight` so that `target_kg` is met in the mean.

    `weight` is 0 where a row cannot be picked. Chances stop at 0.97.
    """
    draws = rng.random(len(kg))
    reached = float((weight * kg).sum())
    if target_kg <= 0 or reached <= 0:
        return np.zeros(len(kg), dtype=np.bool_)
    chance = weight * (target_kg / reached)
    for _ in range(20):
        chance = np.minimum(chance, 0.97)
        free = (chance < 0.97) & (weight > 0)
        missing = target_kg - float((chance * kg).sum())
        inner = float((chance * kg)[free].sum())
        if missing <= 0.001 * target_kg or inner <= 0:
            break
        chance = np.where(free, chance * (1 + missing / inner), chance)
    return np.asarray(draws < np.minimum(chance, 0.97), dtype=np.bool_)
