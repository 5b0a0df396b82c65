"""Units that values and weights may be written in, and when a group of rows is off by one."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import NamedTuple

import polars as pl

from mirror.settings import ASSETS

_FIGURES = {"values": ("primary_value", "cif_value", "fob_value"), "weights": ("net_wgt",)}
_OUNCE = Decimal("0.0311034768")


class Unit(NamedTuple):
    """A unit of values or of weights, as `--unit` names it; `factor` makes USD or kg of it."""

    name: str
    figure: str
    factor: Decimal
    text: str

    @property
    def ratio(self) -> float:
        """Price per kg over that of gold where figures in this unit are taken for USD or kg."""
        return float(self.factor if self.figure == "weights" else 1 / self.factor)


UNITS = {
    unit.name: unit
    for unit in (
        Unit("thousand-usd", "values", Decimal(1000), "thousand USD"),
        Unit("million-usd", "values", Decimal(1000000), "million USD"),
        Unit("cents", "values", Decimal("0.01"), "cents"),
        Unit("usd", "values", Decimal(1), "USD"),
        Unit("grams", "weights", Decimal("0.001"), "grams"),
        Unit("milligrams", "weights", Decimal("0.000001"), "milligrams"),
        Unit("tonnes", "weights", Decimal(1000), "tonnes"),
        Unit("troy-ounces", "weights", _OUNCE, "troy ounces"),
        Unit("thousand-troy-ounces", "weights", _OUNCE * 1000, "thousand troy ounces"),
        Unit("kg", "weights", Decimal(1), "kg"),
    )
}


class Rule(NamedTuple):
    """When a group of rows is off by a unit: the parameters of these names."""

    unit_rows_least: float
    unit_rows_share: float
    fineness_low: float
    fineness_high: float


@cache
def packaged_rule() -> Rule:
    """Return the rule by the parameters that come with mirror."""
    table = pl.read_csv(ASSETS / "data" / "reference" / "parameters.csv", infer_schema=False)
    values = dict(table.select("name", "value").iter_rows())
    return Rule(*(float(values[name]) for name in Rule._fields))


def off_by_unit(rows: pl.DataFrame, keys: Sequence[str], rule: Rule) -> pl.DataFrame:
    """Return groups of `keys` whose price per kg is off by a unit: `ratio`, `rows`, `fitting`.

    `rows` has one `fineness` (value over weight and price of gold) for each of `flow`, several for
    its goods. Enough flows must be there, and most rows have a fineness of gold once converted.
    """
    found = []
    for ratio in sorted({unit.ratio for unit in UNITS.values()} - {1.0}):
        fits = (pl.col("fineness") / ratio).is_between(rule.fineness_low, rule.fineness_high)
        groups = rows.group_by(keys).agg(
            flows=pl.col("flow").n_unique(), rows=pl.len(), fitting=fits.sum()
        )
        is_off = (pl.col("flows") >= rule.unit_rows_least) & (
            pl.col("fitting") >= rule.unit_rows_share * pl.col("rows")
        )
        found.append(groups.filter(is_off).select(*keys, "rows", "fitting", ratio=pl.lit(ratio)))
    return pl.concat(found).sort("fitting", descending=True).unique(keys, keep="first")


def units_of(ratio: float) -> tuple[Unit, ...]:
    """Return the units that a ratio may come from."""
    return tuple(unit for unit in UNITS.values() if unit.ratio == ratio)


def times_off(ratio: float) -> str:
    """Say how far values are from what their weights are worth."""
    times = max(ratio, 1 / ratio)
    said = f"{times:,.0f}" if times >= 10 else f"{times:.1f}"
    return f"{said} times too {'large' if ratio > 1 else 'small'}"


def converted(rows: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Return rows in USD and kg whose values or weights are in the named units; exact."""
    for unit in (UNITS[name] for name in names):
        for column in _FIGURES[unit.figure] if unit.factor != 1 else ():
            texts = rows[column].drop_nulls().unique()
            changed = {text: _times(text, unit.factor) for text in texts}
            rows = rows.with_columns(pl.col(column).replace(changed))
    return rows


def _times(text: str, factor: Decimal) -> str:
    try:
        return format(Decimal(text) * factor, "f")
    except InvalidOperation:  # no number, which is refused or quarantined as it stands
        return text
