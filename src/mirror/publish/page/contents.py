"""What the pages are made of: the published tables by name, and what surrounds them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

PARTS = {
    "freight": "Freight and insurance",
    "quality": "Errors of value",
    "not_assessable": "Not assessable",
    "class_swap": "Reported in another class",
    "timing": "Reported in another period",
    "unallocated": "Reported without a partner",
    "reexport": "Re-export or transit",
}
"""Parts of the waterfall, in its order, as the pages name them."""

ESTIMATES = {
    "freight": "measured on import rows that carry both values, by value, distance and importer",
    "quality": "the gap of a value that is evidently in error, such as one a thousandfold off, "
    "and of values that lie apart though both weights agree",
    "not_assessable": "the side that should have declared is absent, unknown or withholds, or the "
    "pair is excluded",
    "class_swap": "the same pair's opposite gap in coin, scrap or monetary gold",
    "timing": "gold that arrives in a later month than it left: matched month by month, or, in "
    "annual records, a share of the change from the year before",
    "unallocated": "what the reporter declares without a partner country, spread over its gaps",
    "reexport": "a gap of the other sign, or a flow on which both sides agree, that is the same "
    "gold by agreement over the years; no gold explains two gaps",
}
"""How each part is estimated, in a few words."""

_AMOUNTS = ("_usd", "_kg", "_low", "_mid", "_high")

STATES = ("reported", "suppressed", "withdrawn", "quarantined", "silent", "absent", "unknown")
"""States of a reporter, the one that says most first."""

DIRECTIONS = {
    "undeclared_export": "Importers report more",
    "undeclared_import": "Exporters report more",
}

TIERS = {1: "sure", 2: "sure", 3: "possible", 4: "cannot tell"}
"""Each tier in a word: 1 over several years, 2 over one or two; 4: the records cannot tell."""


@dataclass(frozen=True)
class Contents:
    """An edition before it is drawn. `countries`: iso3, continent, latitude, longitude; the last
    three null where they are not known. `changes` is null in a first edition.
    """

    edition: str
    version: str
    citation: str
    summary: Mapping[str, Any]
    tables: Mapping[str, pl.DataFrame]
    countries: pl.DataFrame
    changes: pl.DataFrame | None = field(default=None)

    @property
    def ranking(self) -> pl.DataFrame:
        """Both rankings, in the order of direction and rank."""
        return self.tables["ranked_gaps"].sort("direction", "rank")

    @property
    def parameters(self) -> dict[str, str]:
        """The numbers that the method used, as text, by name."""
        return dict(self.tables["parameters"].select("name", "value").rows())

    @property
    def years(self) -> pl.DataFrame:
        """Pairs and calendar years; the months of a monthly edition are added up."""
        years = self.tables["gap_years"]
        return added_up(years) if self.summary["frequency"] == "M" else years

    @property
    def coverage(self) -> pl.DataFrame:
        """Reporters by calendar year and flow, in the edition's own frequency.

        The records may hold both: what is known of a year's months is no word on the year itself.
        A year of months has the state of the month that says most.
        """
        table = self.tables["reporter_coverage"].filter(frequency=self.summary["frequency"])
        state = pl.col("reporter_state").cast(pl.Enum(STATES)).min().cast(pl.String)
        return (
            table.with_columns(year=yearly())
            .sort("reporter_iso3", "period", "flow_code")
            .group_by("reporter_iso3", "year", "flow_code", maintain_order=True)
            .agg(
                pl.col("reporter_name").first(),
                state,
                pl.col("partner_count").max(),
                pl.col("first_released_date").min(),
                pl.col("last_released_date").max(),
            )
        )

    @property
    def names(self) -> dict[str, str]:
        """Name of every country that a table names, by its code."""
        found = [
            self.tables[table].select(pl.col(f"{side}_iso3"), pl.col(f"{side}_name"))
            for table in ("gap_years", "set_aside_pairs", "one_sided_flows")
            for side in ("exporter", "importer")
        ]
        pairs = [("country_balance", "iso3", "country_name")]
        pairs += [("reporter_coverage", "reporter_iso3", "reporter_name")]
        found += [self.tables[table].select(code, name) for table, code, name in pairs]
        return {
            code: name or code
            for frame in found
            for code, name in frame.unique().sort(pl.all()).rows()
        }


def directed(years: pl.DataFrame, direction: str) -> pl.DataFrame:
    """Keep the counted years whose gap after freight points in a direction, in order of period.

    Every part has the sign of the gap that it explains, and so has what is left: these years' parts
    and residuals add up to their raw gaps, and no year of one direction is set against another's.
    """
    side = 1 if direction == "undeclared_export" else -1
    points = side * (pl.col("gap_value_usd") - pl.col("freight_usd_mid")) > 0
    return years.filter("is_counted", points).sort("period")


def yearly() -> pl.Expr:
    """Return the calendar year of a period that is a year or a year and month."""
    period = pl.col("period")
    return pl.when(period > 9999).then(period // 100).otherwise(period).cast(pl.Int32)


def added_up(months: pl.DataFrame) -> pl.DataFrame:
    """Add months up to years; of what is no amount, the last month's word stands.

    The ranking counts a year where it counts one of its months.
    """
    keys = ["year", "exporter_iso3", "importer_iso3"]
    price = "gold_price_usd_per_kg"
    amounts = [n for n, kind in months.schema.items() if kind.is_float() and n.endswith(_AMOUNTS)]
    amounts.remove(price)
    judged = ("is_counted", "is_assessed", "is_in_window")
    others = [name for name in months.columns if name not in {*keys, *amounts, *judged, price}]
    summed = [pl.when(pl.col(n).count() > 0).then(pl.col(n).sum()).alias(n) for n in amounts]
    last = [pl.col(name).last() for name in others]
    grouped = months.sort("period").group_by(keys, maintain_order=True)
    result = grouped.agg(*summed, *last, pl.col(judged).any(), pl.col(price).mean())
    return result.with_columns(period=pl.col("year")).sort(*keys)
