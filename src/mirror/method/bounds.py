"""What the sums of a country's reports allow, and how likely lawful causes are that leave no pair.

Importers credit the country of origin on gold that hubs lawfully sold on. One hub's surplus then
spreads over many origins, and no two flows agree over the years; sums need no pairing.
"""

from dataclasses import dataclass

import numpy as np

from mirror.method.gaps import Gaps
from mirror.method.pairs import Array, PairYears, by_group
from mirror.method.ready import Ready


@dataclass(frozen=True)
class Totals:
    """By country and year, USD, all flows of the records: `declared` is what it says it exports to
    everybody, `received` what it says it imports; `is_whole`: its World total of what it declares
    is available, so that `declared` is all.
    """

    declared: Array
    received: Array
    is_whole: Array


@dataclass(frozen=True)
class Bounds:
    """By pair. kg of fine gold over its years, caps on what can be missing for sure: `row_kg` what
    all report from the exporter beyond what it reports to them, `column_kg` what the importer
    reports from all beyond what they report to it, `weighed_kg` what both weights show in the
    years in which it reports more, by value where a weight is not sound. Shares: `through` of an
    exporter's sales that its purchases hold; `unnamed` of the importer's exporters that never name
    it, where this one does not either; `room` of the gap in what the exporter sold to others.
    `is_beyond_declared`: the gap is above all that the exporter declares to everybody, and that is
    known.
    """

    row_kg: Array
    column_kg: Array
    weighed_kg: Array
    through: Array
    unnamed: Array
    room: Array
    is_beyond_declared: Array


def bounds_of(tables: PairYears, totals: Totals) -> Bounds:
    """Lay sums over pairs; a cap is the sum over the years in which the pair is seen."""
    countries = len(tables.countries)
    gap = np.where(tables.seen, tables.gap, 0.0)

    def cap(side: Array) -> Array:
        sums = by_group(side, gap, countries)[side]
        return np.maximum(np.where(tables.seen, sums / tables.price, 0.0).sum(1), 0.0)

    carries = tables.seen & (tables.imported > tables.exported)
    sold, bought = totals.declared.sum(1), totals.received.sum(1)
    passing = np.minimum(bought / np.maximum(sold, 1.0), 1.0)
    unnamed, room, beyond = _credited(tables, totals)
    return Bounds(
        row_kg=cap(tables.exporter),
        column_kg=cap(tables.importer),
        weighed_kg=np.maximum(np.where(carries, tables.weighed_kg, 0.0).sum(1), 0.0),
        through=passing[tables.exporter],
        unnamed=unnamed,
        room=room,
        is_beyond_declared=beyond,
    )


NEVER_NAMED = 0.02
"""Share of the importer's report below which the exporter does not name the importer."""


def _credited(tables: PairYears, totals: Totals) -> tuple[Array, Array, Array]:
    """What speaks for an importer that credits an origin which sold the gold to others.

    The more exporters it credits that never name it, the likelier; and a country cannot have
    lawfully sold to others what it never declared.
    """
    seen = tables.seen
    gap = np.where(seen, np.maximum(tables.gap, 0.0), 0.0)
    exported, imported = (
        np.where(seen, side, 0.0).sum(1) for side in (tables.exported, tables.imported)
    )
    declared = totals.declared[tables.exporter]
    known = seen & totals.is_whole[tables.exporter]
    elsewhere = np.where(known, np.maximum(declared - tables.exported, 0.0), gap)
    room = np.clip(elsewhere.sum(1) / np.maximum(gap.sum(1), 1.0), 0.0, 1.0)
    beyond = np.where(known, gap - declared, 0.0).sum(1) > 0
    unnamed = (exported < NEVER_NAMED * imported) & (imported > 0)
    countries = len(tables.countries)
    count = by_group(tables.importer, (imported > 0).astype(float), countries)
    share = (by_group(tables.importer, unnamed.astype(float), countries) + 0.5) / (count + 2.0)
    return np.where(unnamed, share[tables.importer], 0.0), room, beyond


def totals_of(gaps: Gaps, ready: Ready, tables: PairYears) -> tuple[Totals, Totals]:
    """Add up the records of every country and year: as they are, and with the roles swapped."""
    used = gaps.flag("is_in_window")
    frame = gaps.frame.filter(used)
    shape = len(tables.countries), len(tables.years)
    if not len(tables.years):
        return (Totals(np.zeros(shape), np.zeros(shape), np.zeros(shape, bool)),) * 2
    year = np.searchsorted(tables.years, frame["year"].to_numpy())
    year = np.minimum(year, len(tables.years) - 1)
    in_years = tables.years[year] == frame["year"].to_numpy()

    def place(side: str) -> tuple[Array, Array]:
        names = frame[f"{side}_iso3"].to_numpy().astype(str)
        codes = np.minimum(np.searchsorted(tables.countries, names), len(tables.countries) - 1)
        return codes, in_years & (tables.countries[codes] == names)

    sides = {side: place(side) for side in ("exporter", "importer")}

    def total(side: str, values: Array, column: str, known: bool = False) -> Array:
        codes, here = sides[side]
        said = gaps.frame[column].is_not_null().to_numpy() if known else gaps.number(column)
        sums, most = np.zeros(shape), np.zeros(shape)
        np.add.at(sums, (codes[here], year[here]), values[used][here])
        np.maximum.at(most, (codes[here], year[here]), said[used][here])
        return np.maximum(sums, most)

    sold = total("exporter", ready.export, "exporter_declared_usd")
    bought = total("importer", ready.fob, "importer_declared_usd")
    received = np.maximum(bought, total("exporter", ready.export * 0, "exporter_received_usd"))
    passed_on = np.maximum(sold, total("importer", ready.fob * 0, "importer_sold_usd"))
    whole = [
        total(side, ready.fob * 0, f"{side}_pool_usd", known=True) > 0
        for side in ("exporter", "importer")
    ]
    return Totals(sold, received, whole[0]), Totals(bought, passed_on, whole[1])
