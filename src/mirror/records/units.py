"""Whether the unit of a file's values and weights can be what it should: USD and kg."""

import math
from functools import cache

import polars as pl

from mirror.settings import ASSETS

_OUNCES_PER_KG = 32.1507466
_ROWS_MOST = 20_000
_TOLERANCE = 2.0
"""Gold is traded at its price but for fineness and error: so many times more or less fits."""

_UNITS = {
    1e-3: "values 1,000 times too small for the weights: thousand USD, or grams",
    1e-6: "values 1,000,000 times too small for the weights: million USD",
    1e3: "values 1,000 times too large for the weights: weights in tonnes",
    1 / _OUNCES_PER_KG: "values 32 times too small for the weights: weights in troy ounces",
    1e2: "values 100 times too large for the weights",
    1e-2: "values 100 times too small for the weights: cents are missing",
}


class UnitCheck:
    """The price per kg of a file's rows against the price of gold; nothing is changed by it."""

    def __init__(self) -> None:
        self._ratios: list[pl.Series] = []
        self._rows = 0

    def see(self, rows: pl.DataFrame) -> None:
        """Take in rows of gold, until there are enough of them."""
        if self._rows > _ROWS_MOST or not {"primary_value", "net_wgt"} <= set(rows.columns):
            return
        number = {n: pl.col(n).cast(pl.Float64, strict=False) for n in ("primary_value", "net_wgt")}
        priced = rows.with_columns(pl.col("period").str.slice(0, 4).alias("year")).join(
            _prices(), on="year", how="inner"
        )
        ratios = priced.select(
            ratio=number["primary_value"] / number["net_wgt"] / pl.col("usd_per_kg")
        )["ratio"]
        self._ratios.append(ratios.filter(ratios.is_finite() & (ratios > 0)))
        self._rows += rows.height

    def said(self) -> str:
        """Say what the median ratio means."""
        ratios = pl.concat(self._ratios) if self._ratios else pl.Series(dtype=pl.Float64)
        median = ratios.median()
        if not isinstance(median, float):
            return "no row with value and weight"
        if 1 / _TOLERANCE < median < _TOLERANCE:
            return "fits the price of gold"
        for factor, meaning in _UNITS.items():
            if abs(math.log(median / factor)) < math.log(_TOLERANCE):
                return meaning
        return f"{median:.2g} times the price of gold"


@cache
def _prices() -> pl.DataFrame:
    table = pl.read_csv(ASSETS / "data" / "reference" / "gold_price.csv", infer_schema=False)
    return table.group_by(pl.col("month").str.slice(0, 4).alias("year")).agg(
        usd_per_kg=pl.col("price_usd_per_oz").cast(pl.Float64).mean() * _OUNCES_PER_KG
    )
