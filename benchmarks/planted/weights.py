"""Net weights as reporters give them: gross of base metal, null, zero or estimated."""

from dataclasses import dataclass

import numpy as np

from benchmarks.planted.books import Books
from benchmarks.planted.cast import Cast
from benchmarks.planted.draws import Bools, Floats, generator
from benchmarks.planted.errors import weight_errors
from benchmarks.planted.settings import Settings

NULL_SHARE = (0.17, 0.05)  # of exports and of imports, SPEC section 6
ZERO_SHARE = 0.3  # of the null ones are written as 0; SPEC section 1: it is null all the same
ESTIMATED_SHARE = 0.11  # SPEC section 6
FINENESS = {"producer": (0.82, 0.96), "conduit": (0.85, 0.95), "consumer": (0.93, 0.999),
            "hub": (0.995, 0.9999)}  # fmt: skip


@dataclass(frozen=True)
class Weights:
    """Kg of gross weight per kg of fine gold by side, pair and year, and what state it is in."""

    gross_per_fine: Floats
    is_null: Bools
    is_zero: Bools
    is_estimated: Bools


def weights(settings: Settings, cast: Cast, books: Books) -> Weights:
    """Fineness by exporter and pair; an estimated weight is the value at a price 10 % off or so."""
    rng = generator(settings.seed, "weights")
    shape, n = books.usd.shape, cast.n
    low, high = (np.array([FINENESS[role][k] for role in cast.role]) for k in (0, 1))
    fine = low[:, None] + (high - low)[:, None] * rng.random((n, n))
    gross = np.exp(rng.normal(0, 0.003, shape)) / fine[None, :, :, None]
    lot = rng.random(shape) if settings.on("weights") else np.ones(shape)
    part = np.array(NULL_SHARE)[:, None, None, None]
    null = lot < part
    estimated = ~null & (lot < part + ESTIMATED_SHARE)
    guess = np.exp(rng.normal(0, 0.10, shape))
    gross = np.where(estimated, gross * guess, gross * weight_errors(settings, shape))
    return Weights(gross, null, null & (rng.random(shape) < ZERO_SHARE), estimated)
