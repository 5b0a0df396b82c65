"""Seeded draws of what each pair hides: bands of places, totals and regions rest on them."""

import hashlib

import numpy as np

from mirror.method.pairs import Array

COMMON_SPREAD = 0.03
"""Spread (ln) of what all pairs of a draw share: price and margin."""


def drawn_kg(
    keys: list[str], cells_kg: Array, cells_weight: Array, own_error: Array, draws: int, seed: int
) -> Array:
    """Draw hidden kg of fine gold, pairs by draws, from the posterior cells (sorted by kg).

    Each pair has a stream of random numbers of its own, seeded by its key: other pairs change
    nothing, and the same pair in the next edition draws the same numbers.
    """
    common = np.exp(COMMON_SPREAD * _stream("all pairs", seed).standard_normal(draws))
    out = np.zeros((len(keys), draws), np.float32)
    reached = np.cumsum(cells_weight, 1) + (1 - cells_weight.sum(1))[:, None]
    for row in np.flatnonzero((cells_weight * cells_kg).sum(1) >= 1.0):
        stream = _stream(keys[row], seed)
        number, own = stream.random(draws), np.exp(own_error[row] * stream.standard_normal(draws))
        nothing = number < reached[row, 0] - cells_weight[row, 0]
        place = np.minimum(np.searchsorted(reached[row], number), cells_kg.shape[1] - 1)
        out[row] = np.where(nothing, 0.0, cells_kg[row, place] * common * own)
    return out


def _stream(text: str, seed: int) -> np.random.Generator:
    digest = hashlib.blake2b(f"{seed}|{text}".encode(), digest_size=8).digest()
    return np.random.Generator(np.random.SFC64(int.from_bytes(digest, "little")))


def bands(amounts: Array) -> tuple[Array, Array]:
    """The 5 and 95 % quantiles of each pair's place by kg over the draws, 1 = largest."""
    if not amounts.size:
        return np.zeros(0, int), np.zeros(0, int)
    places = np.empty(amounts.shape, np.int32)
    for draw in range(amounts.shape[1]):
        order = np.argsort(-amounts[:, draw], kind="stable")
        places[order, draw] = np.arange(1, len(order) + 1)
    last = amounts.shape[1] - 1
    ends = round(0.05 * last), round(0.95 * last)
    ordered = np.partition(places, ends, axis=1)
    return ordered[:, ends[0]].astype(int), ordered[:, ends[1]].astype(int)
