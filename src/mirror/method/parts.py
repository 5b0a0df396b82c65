"""The waterfall's parts with their bounds, as a table of flows."""

import numpy as np
import polars as pl

from mirror.method.gaps import KEY, Gaps
from mirror.method.ready import ENDS, Ready
from mirror.method.waterfall import Array, Parts, explain

PARTS = ("quality", "not_assessable", "class_swap", "timing", "unallocated", "reexport")


def plain_ends(gaps: Gaps, ready: Ready) -> tuple[Array, Array, Array]:
    """What all parts before transit leave of each gap, USD: at the least, best, at the most.

    The ends are those of the pool and of the margin: what belongs to all years of a pair.
    """
    best = explain(ready.gap, ready.caps(np.zeros(len(gaps))), ready.sides)
    left = best.residual
    before = left + best.unallocated
    pool = _pool(ready, before)
    dear, cheap = _freight(gaps)
    return (
        np.minimum(np.minimum(before, before - pool), left) - dear,
        left,
        np.maximum(np.maximum(before, before - pool), left) + cheap,
    )


def _pool(ready: Ready, before: Array) -> Array:
    """The most that trade without a partner can explain, signed like the gap."""
    return np.clip(before, -ready.most_pools[1], ready.most_pools[0])


def _freight(gaps: Gaps) -> tuple[Array, Array]:
    """How much less and how much more the import is worth at the ends of the margin, USD."""
    value = gaps.number("import_value_usd")
    low, mid, high = (value / (1 + gaps.number(f"margin_{end}")) for end in ENDS)
    return mid - high, low - mid


def parts_frame(
    gaps: Gaps, ready: Ready, shown: Array, taken: Array, openness: Array
) -> pl.DataFrame:
    """A row per flow: every part and the residual, each low, mid and high, USD and kg.

    `shown` and `taken` are what second partners and routes explain, USD, signed; `openness` the
    share of the rest that unmatched gaps near it could hold.
    """
    best = explain(ready.gap, ready.caps(shown + taken), ready.sides)
    bounds = _bounds(gaps, ready, best, shown, openness)
    left = best.residual
    left = np.where(np.abs(left) < 0.005, 0.0, left)
    low, high = _residual_ends(gaps, ready.gap, bounds, left)
    columns = {f"{name}_usd_{end}": bounds[name][n] for name in PARTS
               for n, end in enumerate(ENDS)}  # fmt: skip
    cheap, price, dear = (
        gaps.number(f"gold_price_usd_per_kg{end}", 1.0) for end in ("_low", "", "_high")
    )
    by_price = [end / np.maximum(cost, 1.0) for end in (low, high) for cost in (cheap, dear)]
    fine = left / np.maximum(price, 1.0)
    return gaps.frame.select(KEY).with_columns(
        *(pl.Series(name, values) for name, values in columns.items()),
        residual_value_usd_low=pl.Series(low),
        residual_value_usd_mid=pl.Series(left),
        residual_value_usd_high=pl.Series(high),
        residual_fine_kg_low=pl.Series(np.minimum.reduce([*by_price, fine])),
        residual_fine_kg_high=pl.Series(np.maximum.reduce([*by_price, fine])),
    )


def _bounds(
    gaps: Gaps, ready: Ready, best: Parts, shown: Array, openness: Array
) -> dict[str, tuple[Array, Array, Array]]:
    """Each part alone at its least and at its most, all others at their best estimate."""
    mid = {name: getattr(best, "transit" if name == "reexport" else name) for name in PARTS}
    moved = best.transit
    longest = explain(ready.gap, ready.caps(moved, ready.months[2]), ready.sides).timing
    before = best.unallocated + best.transit + best.residual
    rest = best.residual
    unbounded = gaps.flag("is_transit_unbounded") & gaps.is_left_for_transit
    most = moved + rest * np.where(unbounded, 1.0, openness)
    shown = np.clip(shown, np.minimum(moved, 0), np.maximum(moved, 0))
    ends = {
        "class_swap": (np.zeros(len(moved)), mid["class_swap"]),
        "timing": (np.zeros(len(moved)), longest),
        "unallocated": (np.zeros(len(moved)), _pool(ready, before)),
        "reexport": (shown, most),
    }
    bounds = {}
    for name in PARTS:
        values = np.stack([mid[name], *ends.get(name, ())])
        bounds[name] = values.min(axis=0), mid[name], values.max(axis=0)
    return bounds


def _residual_ends(
    gaps: Gaps, gap: Array, bounds: dict[str, tuple[Array, Array, Array]], left: Array
) -> tuple[Array, Array]:
    """What is left where the other parts explain the most and the least.

    Parts explain no more than there is; the end of the margin alone may turn the sign of the gap.
    """
    compared = gaps.flag("is_assessed") & ~gaps.flag("has_value_error")
    dear, cheap = (np.where(compared, part, 0.0) for part in _freight(gaps))
    more = sum(high - mid for _, mid, high in bounds.values())
    less = sum(mid - low for low, mid, _ in bounds.values())
    low, high = left - more - dear, left + less + cheap
    low = np.where(left > 0, np.where(gap - dear < 0, gap - dear, np.maximum(low, 0)), low)
    high = np.where(left < 0, np.where(gap + cheap > 0, gap + cheap, np.minimum(high, 0)), high)
    return np.minimum(low, left), np.maximum(high, left)
