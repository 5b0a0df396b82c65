"""Pairs by years: what the plain parts of the waterfall leave, laid out for what years can tell."""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from mirror.method.gaps import Gaps
from mirror.method.ready import Ready

Array = np.ndarray


@dataclass(frozen=True)
class PairYears:
    """Tables of pairs (rows) by years (columns), USD; zero where a pair-year is not `seen`.

    `exporter`, `importer` number the countries in `countries`. `gap` is what freight, quality, not
    assessable, class swap, timing and pool leave, positive where the importer sees more; `gap_low`
    and `gap_high` are the same at the most and the least that margin and pool can explain. `known`:
    both reporters published that year, so that nothing seen means nothing reported. `fine_kg` is
    what the fuller report buys at the year's price; `weighed_kg` what lies between the reports by
    their weights where both are sound, else by their values, kg of fine gold. `exporter_is_hub`,
    `importer_is_hub`: by pair, in any of its years.
    """

    countries: Array
    exporter: Array
    importer: Array
    years: Array
    imported: Array
    exported: Array
    gap: Array
    gap_low: Array
    gap_high: Array
    fine_kg: Array
    weighed_kg: Array
    seen: Array
    known: Array
    exporter_is_hub: Array
    importer_is_hub: Array

    @property
    def fuller(self) -> Array:
        """The larger of the two reports, USD."""
        return np.maximum(self.imported, self.exported)

    @property
    def number(self) -> int:
        """How many pairs there are."""
        return len(self.exporter)

    @property
    def price(self) -> Array:
        """USD per kg of fine gold; 1 where a pair-year is not seen."""
        return np.where(self.fine_kg > 0, self.fuller / np.maximum(self.fine_kg, 1e-9), 1.0)

    def swapped(self) -> "PairYears":
        """The same with exporters and importers in each other's place: gaps change their sign."""
        return replace(
            self,
            exporter=self.importer,
            importer=self.exporter,
            imported=self.exported,
            exported=self.imported,
            gap=-self.gap,
            gap_low=-self.gap_high,
            gap_high=-self.gap_low,
            weighed_kg=-self.weighed_kg,
            exporter_is_hub=self.importer_is_hub,
            importer_is_hub=self.exporter_is_hub,
        )


@dataclass(frozen=True)
class Places:
    """Where the flows stand in the tables: pair and year of each flow; -1 for flows left out."""

    pair: Array
    year: Array


def tables_of(
    gaps: Gaps, ready: Ready, left: tuple[Array, Array, Array]
) -> tuple[PairYears, Places]:
    """Lay out the compared flows of the window; `left` are their gaps (low, mid, high), USD.

    Months are added up to years: the year is the unit in which agreement and hiding are judged.
    """
    layout = _Layout.of(gaps)
    countries = len(layout.countries)
    exporter, importer = layout.codes // max(countries, 1), layout.codes % max(countries, 1)
    price = np.maximum(gaps.number("gold_price_usd_per_kg", 1.0), 1.0)
    weighed = gaps.number("weight_gap_fine_kg", np.nan)
    weighed = np.where(np.isnan(weighed), (ready.fob - ready.export) / price, weighed)
    seen = layout.spread(np.ones(len(gaps))) > 0
    low, mid, high = (layout.spread(end) for end in left)
    hubs = (
        layout.spread(gaps.flag(f"is_{side}_hub").astype(float)).sum(1) > 0
        for side in ("exporter", "importer")
    )
    table = PairYears(
        layout.countries, exporter, importer, layout.years,
        imported=layout.spread(ready.fob),
        exported=layout.spread(ready.export),
        gap=mid,
        gap_low=np.minimum(low, mid),
        gap_high=np.maximum(high, mid),
        fine_kg=layout.spread(np.maximum(ready.fob, ready.export) / price),
        weighed_kg=layout.spread(weighed),
        seen=seen,
        known=seen | _both_published(exporter, importer, seen, countries),
        exporter_is_hub=next(hubs),
        importer_is_hub=next(hubs),
    )  # fmt: skip
    return table, layout.places


@dataclass(frozen=True)
class _Layout:
    """Where the flows that count go: `codes` of the pairs (exporter times countries plus importer),
    `used` the flows, `places` of all flows.
    """

    countries: Array
    codes: Array
    years: Array
    used: Array
    places: Places

    @classmethod
    def of(cls, gaps: Gaps) -> "_Layout":
        used = gaps.flag("is_counted") & ~gaps.flag("has_value_error")
        frame = gaps.frame.filter(used)
        sides = frame.select("exporter_iso3", "importer_iso3").to_numpy().astype(str)
        countries = np.unique(sides)
        exporter, importer = (np.searchsorted(countries, sides[:, n]) for n in (0, 1))
        codes, pair = np.unique(exporter * len(countries) + importer, return_inverse=True)
        years, year = np.unique(frame["year"].to_numpy(), return_inverse=True)
        places = Places(np.full(len(gaps), -1), np.full(len(gaps), -1))
        places.pair[used], places.year[used] = pair, year
        return cls(countries, codes, years, used, places)

    def spread(self, values: Array) -> Array:
        """Add up values of flows to pairs by years."""
        table = np.zeros((len(self.codes), len(self.years)))
        at = self.places.pair[self.used], self.places.year[self.used]
        np.add.at(table, at, values[self.used])
        return table


def _both_published(exporter: Array, importer: Array, seen: Array, countries: int) -> Array:
    """Pair-years in which either side is compared with somebody."""
    as_exporter = np.zeros((countries, seen.shape[1]), bool)
    as_importer = np.zeros((countries, seen.shape[1]), bool)
    np.logical_or.at(as_exporter, exporter, seen)
    np.logical_or.at(as_importer, importer, seen)
    return as_exporter[exporter] & as_importer[importer]


def log_gaps(gap: Array, fuller: Array, seen: Array) -> Array:
    """ln of the fuller report over what is left of it without the gap, signed; NaN if not seen.

    Where nothing but the gap is left it is 6: e to the sixth, four hundred times.
    """
    size = np.maximum(fuller, 1.0)
    rest = np.maximum(size - np.abs(gap), size * 1e-3)
    return np.where(seen, np.sign(gap) * np.minimum(np.log(size / rest), 6.0), np.nan)


def by_group(group: Array, values: Array, groups: int) -> Array:
    """Sum rows of a table (or elements) by the number of their group."""
    sums = np.zeros((groups, *values.shape[1:]))
    np.add.at(sums, group, values)
    return sums


def medians(values: Array, axis: int) -> Array:
    """Medians that leave NaN out; NaN where nothing is left."""
    ordered = np.sort(values, axis=axis)  # NaN last
    counts = np.isfinite(values).sum(axis=axis, keepdims=True)
    last = max(values.shape[axis] - 1, 0)
    low = np.take_along_axis(ordered, np.clip((counts - 1) // 2, 0, last), axis=axis)
    high = np.take_along_axis(ordered, np.clip(counts // 2, 0, last), axis=axis)
    return np.squeeze(np.where(counts > 0, (low + high) / 2, np.nan), axis=axis)


def named(table: PairYears) -> pl.DataFrame:
    """The pairs' two countries."""
    return pl.DataFrame(
        {
            "exporter_iso3": table.countries[table.exporter],
            "importer_iso3": table.countries[table.importer],
        },
        schema={"exporter_iso3": pl.String, "importer_iso3": pl.String},
    )
