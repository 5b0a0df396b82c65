"""Whether a file's values and weights can be USD and kg: its price per kg against that of gold."""

from functools import cache
from typing import NamedTuple

import polars as pl

from mirror.errors import SourceError
from mirror.records.units import UNITS, Unit, off_by_unit, packaged_rule, times_off, units_of
from mirror.settings import ASSETS

_OUNCES_PER_KG = 32.1507466
_KG_OF_QUANTITY = {"8": 1.0, "15": 1e-3, "21": 1e3, "13": 2e-4}
"""Comtrade's codes of quantity units that are a mass: kg, grams, tonnes, carats."""

_SAME_WEIGHT = 0.05
_ABOVE_ANY_PRICE = 1.5
"""Times the price of gold that nobody pays: values are rather in another currency."""

_FLOW = ("period", "reporter_code", "partner_code", "flow_code")


class Verdict(NamedTuple):
    """What the price per kg of a file's rows says of their units.

    `off_by`: times the price of gold, null where the units may be right. `units`: where that may
    come from, none if it is the factor of no unit. `is_by_quantity`: the file's own quantities say
    that it is the weights.
    """

    rows: int = 0
    fitting: int = 0
    median: float | None = None
    off_by: float | None = None
    units: tuple[Unit, ...] = ()
    is_by_quantity: bool = False

    @property
    def said(self) -> str:
        """The verdict in a few words."""
        if self.median is None:
            return "no row with value and weight"
        if self.off_by is None:
            if packaged_rule().fineness_low < self.median < _ABOVE_ANY_PRICE:
                return "fits the price of gold"
            return f"{self.median:.2g} times the price of gold"
        meant = ", or ".join(unit.text for unit in self.units)
        meant += ", as the quantities beside them say" if self.is_by_quantity else ""
        return f"values {times_off(self.off_by)} for the weights: {meant or 'another currency'}"


class UnitCheck:
    """The price per kg of a file's rows against the price of gold; nothing is changed by it."""

    def __init__(self) -> None:
        self._seen: list[pl.DataFrame] = []

    def see(self, rows: pl.DataFrame) -> None:
        """Take in rows of gold with a value and a weight that is not estimated."""
        value, weight, quantity = (
            pl.col(n).cast(pl.Float64, strict=False) for n in ("primary_value", "net_wgt", "qty")
        )
        estimated = pl.col("is_net_wgt_estimated").str.to_lowercase().is_in(["true", "1", "t"])
        gold = rows.filter(
            pl.col("cmd_code").str.starts_with("7108") & ~estimated.fill_null(False)
            & (value > 0) & (weight > 0)
        )  # fmt: skip
        unit = pl.col("qty_unit_code").str.strip_chars().str.replace(r"\.0+$", "")
        mass = unit.replace_strict(_KG_OF_QUANTITY, default=None, return_dtype=pl.Float64)
        seen = gold.select(
            "period", flow=pl.struct(_FLOW).hash(), unit_value=value / weight,
            by_quantity=weight / quantity / mass,
        )  # fmt: skip
        self._seen.append(seen)

    def verdict(self) -> Verdict:
        """Say what the ratios mean."""
        if not self._seen:
            return Verdict()
        rows = _with_fineness(pl.concat(self._seen))
        median = rows["fineness"].median()
        if not isinstance(median, float):
            return Verdict()
        known = Verdict(rows.height, 0, median)
        off = off_by_unit(rows.with_columns(file=pl.lit(0)), ["file"], packaged_rule())
        if off.is_empty():
            return _in_another_currency(rows, known)
        _, _, fitting, ratio = off.row(0)
        units = units_of(ratio)
        weights = tuple(u for u in units if u.figure == "weights" and _bears_out(rows, u.ratio))
        if not weights and _bears_out(rows, 1.0):
            units = tuple(u for u in units if u.figure == "values") or units
        return known._replace(
            fitting=fitting, off_by=ratio, units=weights or units, is_by_quantity=bool(weights)
        )


def _bears_out(rows: pl.DataFrame, ratio: float) -> bool:
    """Say whether weights are so many times too small beside quantities that are a mass."""
    rule = packaged_rule()
    beside = rows["by_quantity"].drop_nulls() * ratio
    near = beside.is_between(1 / (1 + _SAME_WEIGHT), 1 + _SAME_WEIGHT).sum()
    return beside.len() >= rule.unit_rows_least and near >= rule.unit_rows_share * beside.len()


def _in_another_currency(rows: pl.DataFrame, known: Verdict) -> Verdict:
    rule = packaged_rule()
    above = int((rows["fineness"] > _ABOVE_ANY_PRICE).sum())
    enough = rows["flow"].n_unique() >= rule.unit_rows_least
    if enough and above >= rule.unit_rows_share * rows.height:
        return known._replace(fitting=above, off_by=known.median)
    return known


def demand_unit(label: str, given: tuple[str, ...], verdict: Verdict) -> None:
    """Raise SourceError for a file whose values or weights are in another unit as a whole.

    `given` names the units that a person said; by one that is USD or kg itself they vouch for it.
    """
    if verdict.off_by is None or any(UNITS[name].factor == 1 for name in given):
        return
    times, share = times_off(verdict.off_by), f"{verdict.fitting:,} of {verdict.rows:,} rows"
    if given:
        said = " and ".join(UNITS[name].text for name in given)
        raise SourceError(
            f"{label}: taken as {said}, as --unit says, values are {times} for the weights at the "
            f"price of gold ({share}): give the unit that it is in, or leave --unit out."
        )
    if not verdict.units:
        raise SourceError(
            f"{label}: values are {times} for the weights at the price of gold ({share}), as they "
            "would be in another currency than USD: convert them, or give --unit FILE=usd if they "
            "are USD."
        )
    if not verdict.is_by_quantity:
        meant = ", or ".join(
            f"--unit FILE={unit.name} if the {unit.figure} are in {unit.text}"
            for unit in verdict.units
        )
        raise SourceError(
            f"{label}: values are {times} for the weights at the price of gold ({share}): give "
            f"{meant}, and they are converted."
        )


def _with_fineness(rows: pl.DataFrame) -> pl.DataFrame:
    """Add value over weight and price of gold; a period without a price takes the newest before."""
    months = rows.with_columns(
        month=pl.when(pl.col("period").str.len_chars() == 6)
        .then(pl.col("period"))
        .otherwise(pl.col("period").str.slice(0, 4))
    )
    ordered = months.sort("month")
    priced = ordered.join_asof(_prices(), on="month", strategy="backward", check_sortedness=False)
    return priced.with_columns(fineness=pl.col("unit_value") / pl.col("usd_per_kg")).filter(
        pl.col("fineness").is_finite()
    )


@cache
def _prices() -> pl.DataFrame:
    """Mean price of every month and year, in USD per kg."""
    table = pl.read_csv(ASSETS / "data" / "reference" / "gold_price.csv", infer_schema=False)
    price = pl.col("price_usd_per_oz").cast(pl.Float64) * _OUNCES_PER_KG
    months = table.select(month=pl.col("month").str.replace("-", ""), usd_per_kg=price)
    years = months.group_by(pl.col("month").str.slice(0, 4)).agg(pl.col("usd_per_kg").mean())
    return pl.concat([years.select(months.columns), months]).sort("month")
