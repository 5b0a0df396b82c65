"""Monte Carlo: what the residual could be, given how uncertain everything before it is.

Each flow has a stream of random numbers of its own, seeded by its key: what happens to other flows
does not change its draws, and the same key in the next edition draws the same.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mirror.method.margins import Z
from mirror.method.waterfall import Caps, Sides, explain

BLOCK = 500
"""Draws computed at a time; bounds the memory, not the result."""

Array = np.ndarray


@dataclass(frozen=True)
class Uncertain:
    """One period's flows: one element each. Triples are low, mid and high.

    `spreads` are the standard deviations of ln of the exporter's and of the importer's value,
    `kept` the share of their variance that stays with a pair from period to period.
    """

    keys: list[str]
    pairs: list[str]
    export_usd: Array
    import_usd: Array
    margins: tuple[Array, Array, Array]
    spreads: tuple[Array, Array]
    kept: float
    prices: tuple[Array, Array, Array]
    caps: Caps
    timing_slope: Array
    timing_months: tuple[float, float, float]
    transit: tuple[Array, Array, Array]
    sides: Sides


def _stream(text: str, seed: int) -> np.random.Generator:
    digest = hashlib.blake2b(f"{seed}|{text}".encode(), digest_size=8).digest()
    return np.random.Generator(np.random.SFC64(int.from_bytes(digest, "little")))


def residuals(flows: Uncertain, draws: int, seed: int) -> Iterator[tuple[slice, Array, Array]]:
    """Yield blocks of draws: their place, the residual in USD and the price in USD per kg.

    Arrays are flows by draws of the block, float32. A part is drawn from a triangle between its
    bounds with its best estimate as mode; a pool is shared out anew in each draw.
    """
    of_flow = [_stream(key, seed) for key in flows.keys]
    of_pair = [_stream(pair, seed) for pair in flows.pairs]
    for start in range(0, draws, BLOCK):
        width = min(BLOCK, draws - start)
        normal = _fill(of_flow, 3, width, normal=True)
        lasting = _fill(of_pair, 2, width, normal=True)
        uniform = _fill(of_flow, 4, width, normal=False)
        yield (slice(start, start + width), *_block(flows, normal, lasting, uniform))


def _fill(streams: list[np.random.Generator], kinds: int, width: int, normal: bool) -> Array:
    numbers = np.empty((kinds, len(streams), width), np.float32)
    one = np.empty((kinds, width), np.float32)
    for place, stream in enumerate(streams):
        if normal:
            stream.standard_normal(out=one, dtype=np.float32)
        else:
            stream.random(out=one, dtype=np.float32)
        numbers[:, place] = one
    return numbers


def _block(flows: Uncertain, normal: Array, lasting: Array, uniform: Array) -> tuple[Array, Array]:
    new, old = np.float32(np.sqrt(1 - flows.kept)), np.float32(np.sqrt(flows.kept))
    exported, imported = (
        _column(value) * np.exp(_column(spread) * (new * normal[n] + old * lasting[n]))
        for n, (value, spread) in enumerate(
            zip((flows.export_usd, flows.import_usd), flows.spreads, strict=True)
        )
    )
    gap = imported / (1 + _margin(flows.margins, normal[2])) - exported
    caps = Caps(
        is_assessed=flows.caps.is_assessed[:, None],
        is_value_error=flows.caps.is_value_error[:, None],
        suppressed=_columns(flows.caps.suppressed),
        swap=_columns(flows.caps.swap),
        timing=_column(flows.caps.timing)
        + _column(flows.timing_slope) * _around(flows.timing_months, uniform[0]),
        pools=_columns(flows.caps.pools),
        weight=-np.log1p(-uniform[1]),
        transit=_transit(flows.transit, uniform[2]),
    )
    residual = explain(gap, caps, flows.sides).residual
    return residual, _around(flows.prices, uniform[3])


def _column(values: Array) -> Array:
    return np.asarray(values, np.float32)[:, None]


def _columns(values: tuple[Array, Array]) -> tuple[Array, Array]:
    return _column(values[0]), _column(values[1])


def _margin(margins: tuple[Array, Array, Array], normal: Array) -> Array:
    """Draw a margin whose ln is normal, with the interval's ends at 5 and 95 %; 0 stays 0."""
    low, mid, high = (np.maximum(_column(end), np.float32(1e-9)) for end in margins)
    half = np.where(normal > 0, np.log(high / mid), np.log(mid / low)) / np.float32(Z)
    return np.minimum(mid * np.exp(half * normal), np.float32(0.5))


def _around(ends: tuple[Array, Array, Array] | tuple[float, float, float], uniform: Array) -> Array:
    """Draw evenly between low and mid in half of the draws, between mid and high in the others."""
    low, mid, high = (np.asarray(end, np.float32) for end in ends)
    if mid.ndim:
        low, mid, high = low[:, None], mid[:, None], high[:, None]
    step = 2 * uniform - 1
    return mid + np.where(step < 0, mid - low, high - mid) * step


def _transit(ends: tuple[Array, Array, Array], uniform: Array) -> Array:
    """Draw what transit explains: the linear program in the middle, more as likely as less, but
    much less rarely. What accuses least is believed more easily.
    """
    least, mid, most = (_column(end) for end in ends)
    step = 2 * uniform - 1
    return mid + np.where(step < 0, (mid - least) * step * step * step, (most - mid) * step)
