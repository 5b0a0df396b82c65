"""What the waterfall needs of all flows, as arrays in one order."""

from collections.abc import Mapping
from dataclasses import dataclass
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
        fob - export,
        gaps.is_left_for_transit,
    )


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

    @classmethod
    def of(cls, gaps: Gaps, delays: Late, parameters: Mapping[str, Any]) -> "Ready":
        """Free imports of freight at their best estimate, and lay out every cap."""
        fob, export = _fob(gaps), gaps.number("export_value_usd")
        swap = 0.0 if switched_off(parameters, "class_swap") else 1.0
        pool = 0.0 if switched_off(parameters, "unallocated") else 1.0
        low, mid, high = (float(parameters[f"timing_months_{end}"]) for end in ENDS)
        basis = Caps(
            is_assessed=gaps.flag("is_assessed"),
            is_value_error=gaps.flag("has_value_error"),
            suppressed=(gaps.number("export_suppressed_usd"), gaps.number("import_suppressed_usd")),
            swap=(swap * gaps.number("swap_of_positive_usd"),
                  swap * gaps.number("swap_of_negative_usd")),
            timing=delays.carried,
            pools=(pool * gaps.number("exporter_pool_usd"),
                   pool * gaps.number("importer_pool_usd")),
            weight=np.ones(len(gaps)),
            transit=np.zeros(len(gaps)),
        )  # fmt: skip
        sides = Sides.of(
            gaps.codes("period", "exporter_iso3"), gaps.codes("period", "importer_iso3")
        )
        return cls(fob - export, export, fob, delays, (low, mid, high), basis, sides)

    def caps(self, moved: Array, swap: float, months: float | None = None) -> Caps:
        """Caps as columns; `moved` is transit (USD), `swap` the share of other classes that counts,
        `months` the delay in annual records (default: its best estimate).
        """
        delay = self.months[1] if months is None else months
        basis = self.basis
        return Caps(
            is_assessed=basis.is_assessed[:, None],
            is_value_error=basis.is_value_error[:, None],
            suppressed=columns(basis.suppressed),
            swap=columns((basis.swap[0] * swap, basis.swap[1] * swap)),
            timing=(self.delays.carried + delay * self.delays.slope)[:, None],
            pools=columns(basis.pools),
            weight=basis.weight[:, None],
            transit=moved[:, None],
        )

    def part(self, place: Array) -> Caps:
        """The caps of some flows, as they stand before any draw."""
        basis = self.basis
        return Caps(
            is_assessed=basis.is_assessed[place],
            is_value_error=basis.is_value_error[place],
            suppressed=(basis.suppressed[0][place], basis.suppressed[1][place]),
            swap=(basis.swap[0][place], basis.swap[1][place]),
            timing=basis.timing[place],
            pools=(basis.pools[0][place], basis.pools[1][place]),
            weight=basis.weight[place],
            transit=basis.transit[place],
        )


def columns(both: tuple[Array, Array]) -> tuple[Array, Array]:
    """Two arrays as columns."""
    return both[0][:, None], both[1][:, None]
