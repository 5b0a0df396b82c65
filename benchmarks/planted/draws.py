"""Random numbers by name: what one part draws never moves what another one draws."""

import zlib

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def generator(seed: int, name: str) -> np.random.Generator:
    """Generator of one named part of the world of `seed`."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def walk(rng: np.random.Generator, shape: tuple[int, ...], spread: float, memory: float) -> Floats:
    """Stationary AR(1) along the last axis, standard deviation `spread`."""
    steps = rng.normal(0, spread, shape)
    out = steps.copy()
    for t in range(1, shape[-1]):
        out[..., t] = memory * out[..., t - 1] + np.sqrt(1 - memory**2) * steps[..., t]
    return out


def spells(rng: np.random.Generator, n: int, years: int, late: float, early: float) -> Bools:
    """Years in which a thing lasts, (n, n, years): a share begins late, a share ends early."""
    begin = np.where(rng.random((n, n)) < late, rng.integers(3, years - 1, (n, n)), 0)
    end = np.where(rng.random((n, n)) < early, rng.integers(4, years - 1, (n, n)), years)
    t = np.arange(years)
    inside: Bools = (t >= begin[..., None]) & (t < np.maximum(end, begin + 2)[..., None])
    return inside
