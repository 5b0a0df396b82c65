"""What the waterfall needs of all flows, as arrays in one order."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mirror.method.gaps import Gaps
from mirror.method.timing import Late, late
from mirror.method.waterfall import Array, Caps, Sides

ENDS = ("low", "mid", "high")


def switched_off(parameters: Mapping[str, Any], part: str) -> bool:
    """Whether the run leaves a part of the waterfall out."""
    return part in str(parameters["parts_switched_off"]).split(";")


def _fob(gaps: Gaps) -> Array:
    return gaps.number("import_value_usd") / (1 + gaps.number("margin_mid"))


def delays_of(gaps: Gaps, parameters: Mapping[str, Any]) -> Late:
    """What late booking can explain; needs the flows of both frequencies."""
    fob, export = _fob(gaps), gaps.number("export_value_usd")
    if switched_off(parameters, "timing"):
        return Late(np.zeros(len(gaps)), np.zeros(len(gaps)))
    return late(
        (gaps.frame["frequency"] == "M").to_numpy(),
        gaps.frame["period"].to_numpy().astype(int),
        gaps.codes("exporter_iso3", "importer_iso3"),
        np.where(gaps.flag("has_value_error"), np.nan, np.maximum(fob, export)),
        fob - export - gaps.number("valuation_usd"),
        gaps.is_left_for_transit,
    )


def pools_of(
    gaps: Gaps, export: Array, fob: Array, used: float
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Trade without a partner, by exporter and by importer: best estimate and the most, USD.

    Of a pool only the share of the reporter's named partners whose reports are compared is laid
    over their gaps; the rest may lie with the others. A pool that is not available is unknown, not
    zero: at the most it is the share that nine in ten reporters with a pool stay below.
    """
    best, most = [], []
    for side, own in (("exporter", export), ("importer", fob)):
        reporter = gaps.codes("period", f"{side}_iso3")
        total = np.bincount(reporter, own)[reporter]
        declared = np.maximum(gaps.number(f"{side}_declared_usd"), total)
        pool = gaps.number(f"{side}_pool_usd", np.nan)
        usual = _usual_share(gaps, side, reporter)
        compared = np.bincount(reporter, own * gaps.is_left_for_transit)[reporter]
        named = np.maximum(declared - np.nan_to_num(pool), total)
        reach = np.clip(np.where(named > 0, compared / np.maximum(named, 1e-9), 1.0), 0.0, 1.0)
        best.append(used * np.nan_to_num(pool) * reach)
        most.append(used * np.where(np.isnan(pool), usual * declared, pool))
    return (best[0], best[1]), (most[0], most[1])


LEAST_POOLS = 10
"""Reporters with a pool from which the share of an unknown one is learnt."""


def _usual_share(gaps: Gaps, side: str, reporter: Array) -> float:
    """Share of their trade that nine in ten reporters with a known pool keep in it, over their
    periods; those whose pool sets their pairs aside are a class of their own.
    """
    share = gaps.number(f"{side}_pool_share", np.nan)
    once = np.unique(reporter, return_index=True)[1]
    known = once[np.isfinite(share[once]) & ~gaps.flag("is_set_aside")[once]]
    names, codes = np.unique(gaps.codes(f"{side}_iso3")[known], return_inverse=True)
    if len(names) < LEAST_POOLS:
        return 0.0
    mean = np.bincount(codes, share[known]) / np.bincount(codes)
    return float(np.quantile(mean, 0.9))


@dataclass(frozen=True)
class Ready:
    """What the waterfall needs of all flows, as arrays."""

    gap: Array
    export: Array
    fob: Array
    delays: Late
    months: tuple[float, float, float]
    basis: Caps
    sides: Sides
    most_pools: tuple[Array, Array]

    @classmethod
    def of(cls, gaps: Gaps, delays: Late, parameters: Mapping[str, Any]) -> "Ready":
        """Free imports of freight at their best estimate, and lay out every cap."""
        fob, export = _fob(gaps), gaps.number("export_value_usd")
        swap = 0.0 if switched_off(parameters, "class_swap") else 1.0
        pool = 0.0 if switched_off(parameters, "unallocated") else 1.0
        low, mid, high = (float(parameters[f"timing_months_{end}"]) for end in ENDS)
        pools, most_pools = pools_of(gaps, export, fob, pool)
        basis = Caps(
            is_assessed=gaps.flag("is_assessed"),
            is_value_error=gaps.flag("has_value_error"),
            valuation=gaps.number("valuation_usd"),
            suppressed=(gaps.number("export_suppressed_usd"), gaps.number("import_suppressed_usd")),
            swap=(swap * gaps.number("swap_of_positive_usd"),
                  swap * gaps.number("swap_of_negative_usd")),
            timing=delays.carried,
            pools=pools,
            transit=np.zeros(len(gaps)),
        )  # fmt: skip
        sides = Sides.of(
            gaps.codes("period", "exporter_iso3"), gaps.codes("period", "importer_iso3")
        )
        return cls(fob - export, export, fob, delays, (low, mid, high), basis, sides, most_pools)

    def caps(self, moved: Array, months: float | None = None) -> Caps:
        """Caps of all flows; `moved` is transit (USD), `months` the delay in annual records, by
        default its best estimate.
        """
        delay = self.months[1] if months is None else months
        timing = self.delays.carried + delay * self.delays.slope
        return replace(self.basis, timing=timing, transit=moved)
