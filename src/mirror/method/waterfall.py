"""The waterfall: each raw gap split into what bookkeeping can explain and what is left.

Every amount is an array of flows, in USD, positive where the importer sees more. Each part is
signed like the gap it explains and no larger than what the parts before it left.
"""

from dataclasses import dataclass, field

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Sides:
    """Which flows share an exporter, and which an importer, in one period: numbers from 0."""

    by_exporter: Array
    by_importer: Array

    @classmethod
    def of(cls, exporter: Array, importer: Array) -> "Sides":
        """Group flows by numbers of their exporter and of their importer in a period."""
        return cls(*(np.unique(side, return_inverse=True)[1] for side in (exporter, importer)))

    def share(self, left: Array, pools: tuple[Array, Array]) -> Array:
        """Spread each exporter's pool over its positive gaps and each importer's over its negative
        ones, in proportion to the gaps; never more than a gap or than the pool.
        """
        shares = []
        for side, gap, pool in zip(
            (self.by_exporter, self.by_importer), (left, -left), pools, strict=True
        ):
            wanted = np.maximum(gap, 0)
            total = np.bincount(side, wanted)[side]
            share = np.minimum(pool, total) / np.where(total > 0, total, 1.0)
            shares.append(np.minimum(wanted * share, wanted))
        return shares[0] - shares[1]


@dataclass(frozen=True)
class Caps:
    """The most that each part can explain of each flow.

    `valuation`: by how much the values differ beyond what both weights show, signed. `suppressed`
    and `swap` are pairs: of a positive gap, of a negative one. `timing` and `transit` are signed
    like the gap that they explain. `pools` are the trade without a partner of the flow's exporter
    and of its importer.
    """

    is_assessed: Array
    is_value_error: Array
    suppressed: tuple[Array, Array]
    swap: tuple[Array, Array]
    timing: Array
    pools: tuple[Array, Array]
    transit: Array
    valuation: Array = field(default_factory=lambda: np.zeros(1))


@dataclass(frozen=True)
class Parts:
    """Every part of the gap between import FOB value and export value, and what is left."""

    quality: Array
    not_assessable: Array
    class_swap: Array
    timing: Array
    unallocated: Array
    transit: Array
    residual: Array


def explain(gap: Array, caps: Caps, sides: Sides) -> Parts:
    """Split gaps that are freed of freight: gap = sum of all parts, exactly."""
    valuation = _within(gap, np.maximum(caps.valuation, 0), np.maximum(-caps.valuation, 0))
    quality = np.where(caps.is_value_error, gap, valuation)
    left = gap - quality
    not_assessable = np.where(caps.is_assessed, _within(left, *caps.suppressed), left)
    left = left - not_assessable
    class_swap = _within(left, *caps.swap)
    left = left - class_swap
    timing = _within(left, np.maximum(caps.timing, 0), np.maximum(-caps.timing, 0))
    left = left - timing
    unallocated = sides.share(left, caps.pools)
    left = left - unallocated
    transit = _within(left, np.maximum(caps.transit, 0), np.maximum(-caps.transit, 0))
    return Parts(quality, not_assessable, class_swap, timing, unallocated, transit, left - transit)


def _within(left: Array, of_positive: Array, of_negative: Array) -> Array:
    """The part of what is left that a cap can explain, on the side of the gap alone."""
    return np.minimum(np.maximum(left, -of_negative), of_positive)
