"""Freight and insurance on gold, measured on flows that carry both a CIF and a FOB value.

ln of the margin is a common level, a slope on ln of the value, a slope on ln of the distance, an
effect of the importer and what is left from flow to flow. What holds for all importers moves away
from the parameters only as far as several importers show it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

Array = np.ndarray

Z = 1.6448536269514722
"""Half width of a 90 % interval in standard deviations."""
LEAST = 1e-4
"""Margins below a hundredth of a percent count as that much: ln of 0 is not defined."""
MOST = 0.5
TYPICAL_DISTANCE_KM = 5000.0
TYPICAL_VALUE_USD = 1e6
VALUES_USD = (1e3, 1e10)
"""Values beyond which the margin is that at the end: no flow was measured there."""
LEAST_FLOWS_FOR_SLOPE = 30
DEFAULT_IMPORTERS = 5
"""How many importers' flows the default margin outweighs for importers without measured flows."""
DEFAULT_FLOWS = 10
"""How many flows the default spread from flow to flow counts for."""


@dataclass(frozen=True)
class Line:
    """ln margin = level + value_slope · ln(value / 1 M USD) + distance_slope · ln(km / 5,000), with
    the variances between importers and within them.
    """

    level: float
    value_slope: float
    distance_slope: float
    between: float
    within: float

    def at(self, value: Array, distance: Array) -> Array:
        """ln margin of the typical importer at ln value and ln distance over the typical ones."""
        return self.level + self.value_slope * value + self.distance_slope * distance

    def towards(self, other: "Line", weight: float) -> "Line":
        """Move every number a share of the way to those of another line."""
        return Line(
            *(
                (1 - weight) * getattr(self, name) + weight * getattr(other, name)
                for name in self.__dataclass_fields__
            )
        )

    def own_weight(self, flows: Array) -> Array:
        """What the mean of an importer's own flows counts against the line."""
        return flows * self.between / (flows * self.between + self.within)


@dataclass(frozen=True)
class Default:
    """The line of the parameters, and how far its low and high end lie from it (ln)."""

    line: Line
    ends: tuple[float, float]

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> "Default":
        """Read the default margin from the one-row table of parameters."""
        low, mid, high = (
            float(np.log(parameters[f"freight_default_{end}"])) for end in ("low", "mid", "high")
        )
        variance = ((high - low) / (2 * Z)) ** 2
        between = float(parameters["freight_importer_share"]) * variance
        slope = float(parameters["freight_default_slope"])
        return cls(Line(mid, slope, 0.0, between, variance - between), (low - mid, high - mid))


@dataclass(frozen=True)
class Fit:
    """The line of all importers, and of each importer_iso3 margin_rows and effect (shrunk)."""

    line: Line
    default: Default
    importers: pl.DataFrame


def fit(measured: pl.DataFrame, default: Default) -> Fit:
    """Fit margins of flows; one row a flow, so that none has two voices.

    `measured`: importer_iso3, import_value_usd, margin (share of the FOB value), distance_km (null:
    unknown). The flows of one importer alone say nothing of the others.
    """
    margins = np.log(np.clip(measured["margin"].cast(pl.Float64).to_numpy(), LEAST, MOST))
    value, far = _log_value(measured["import_value_usd"]), _log_distance(measured["distance_km"])
    names, codes = np.unique(measured["importer_iso3"].to_numpy().astype(str), return_inverse=True)
    several = max(len(names) - 1, 0)
    line = default.line
    if several:
        found = _several(margins, value, far, codes, line)
        line = line.towards(found, several / (several + DEFAULT_IMPORTERS))
    flows = np.bincount(codes, minlength=len(names))
    off = np.bincount(codes, margins - line.at(value, far), minlength=len(names))
    effect = line.own_weight(flows) * off / np.maximum(flows, 1)
    schema = {"importer_iso3": pl.String, "margin_rows": pl.Int64, "effect": pl.Float64}
    importers = pl.DataFrame([names, flows, effect], schema=schema)
    return Fit(line, default, importers)


def _log_value(dollars: pl.Series) -> Array:
    """ln of the value over 1 M USD; 0, the typical value, where there is none."""
    known = dollars.cast(pl.Float64).fill_null(TYPICAL_VALUE_USD).clip(*VALUES_USD)
    return np.log(known.to_numpy() / TYPICAL_VALUE_USD)


def _log_distance(kilometres: pl.Series) -> Array:
    """ln of the distance over 5,000 km; 0, the typical distance, where it is unknown."""
    known = kilometres.cast(pl.Float64).fill_null(TYPICAL_DISTANCE_KM).clip(100)
    return np.log(known.to_numpy() / TYPICAL_DISTANCE_KM)


def _several(margins: Array, value: Array, far: Array, codes: Array, default: Line) -> Line:
    """Fit the line to flows of two importers or more.

    Slopes with few flows are the default's; a value or a distance that works the wrong way (dearer
    for a larger flow, a discount for the longer way) does not work at all.
    """
    if len(margins) < LEAST_FLOWS_FOR_SLOPE:
        rest = margins - default.at(value, far) + default.level
        (level,), between, within = _mixed(rest, [], codes, default)
        return Line(level, default.value_slope, default.distance_slope, between, within)
    used = {"value_slope": (value, -1), "distance_slope": (far, 1)}
    while True:
        used = {name: side for name, side in used.items() if np.ptp(side[0]) > 0}
        (level, *slopes), between, within = _mixed(
            margins, [column for column, _ in used.values()], codes, default
        )
        right = [slope * sign > 0 for slope, (_, sign) in zip(slopes, used.values(), strict=True)]
        if all(right):
            named = {"value_slope": 0.0, "distance_slope": 0.0} | dict(
                zip(used, slopes, strict=True)
            )
            return Line(level, between=between, within=within, **named)
        used = {name: side for (name, side), ok in zip(used.items(), right, strict=True) if ok}


def _mixed(
    margins: Array, columns: list[Array], codes: Array, default: Line
) -> tuple[list[float], float, float]:
    """Coefficients (level first), variance between importers, and within.

    Random effect of the importer, by restricted maximum likelihood over a grid of the ratio of the
    variances (Harville 1977); the default's ratio and spread are a weak prior.
    """
    flows = np.bincount(codes)
    design = np.column_stack([np.ones(len(margins)), *columns])
    usual = default.between / default.within
    degrees = max(len(margins) - design.shape[1], 0) + DEFAULT_FLOWS
    best: tuple[float, list[float], float, float] | None = None
    for ratio in usual * np.geomspace(0.01, 100, 81):
        kept = 1 - 1 / np.sqrt(1 + ratio * flows)

        def freed(values: Array, kept: Array = kept) -> Array:
            means = np.bincount(codes, values) / flows
            return values - (kept * means)[codes]

        table = np.column_stack([freed(column) for column in design.T])
        found, *_ = np.linalg.lstsq(table, freed(margins), rcond=None)
        squares = float(((freed(margins) - table @ found) ** 2).sum())
        within = (squares + DEFAULT_FLOWS * default.within) / degrees
        known = np.linalg.eigvalsh(table.T @ table)
        fits = -0.5 * (
            degrees * np.log(within)
            + np.log1p(ratio * flows).sum()
            + np.log(np.maximum(known, 1e-12)).sum()
            + np.log(ratio / usual) ** 2
        )
        if best is None or fits > best[0]:
            best = float(fits), found.tolist(), float(ratio * within), within
    assert best is not None
    return best[1:]


def predict(fitted: Fit, flows: pl.DataFrame) -> pl.DataFrame:
    """Give each flow a margin with a 90 % interval for it alone.

    `flows`: importer_iso3 (* for all together), import_value_usd and distance_km beside any other
    columns; adds margin_low, margin_mid and margin_high (shares of the FOB value), margin_rows (of
    the importer) and own_weight (what its measured flows count against the line, 0 to 1).
    """
    joined = flows.join(fitted.importers, on="importer_iso3", how="left", maintain_order="left")
    line = fitted.line
    centre = line.at(_log_value(flows["import_value_usd"]), _log_distance(flows["distance_km"]))
    centre = centre + joined["effect"].fill_null(0.0).to_numpy()
    rows = joined["margin_rows"].fill_null(0).to_numpy()
    own = line.own_weight(rows)
    usual = fitted.default.line
    spread = np.sqrt((line.within + (1 - own) * line.between) / (usual.within + usual.between))
    everyone = (flows["importer_iso3"] == "*").to_numpy()
    low, high = fitted.default.ends
    ends = {"low": low * spread, "mid": 0.0, "high": high * spread}
    return flows.with_columns(
        pl.Series(
            "margin_rows", np.where(everyone, int(fitted.importers["margin_rows"].sum()), rows)
        ),
        pl.Series("own_weight", own),
        *(
            pl.Series(f"margin_{end}", np.minimum(np.exp(centre + shift), MOST))
            for end, shift in ends.items()
        ),
    )
