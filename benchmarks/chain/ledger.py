"""What the customs offices book: each deviation from the lots is an entry with a cause."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from benchmarks.chain.chance import Bools, Floats, Ints
from benchmarks.chain.hiding import Hidden
from benchmarks.chain.lots import Legs
from benchmarks.chain.settings import FIRST_YEAR, WARM_UP_YEARS

EXPORT, IMPORT = 0, 1


@dataclass
class Ledger:
    """The books of both sides of every leg, and all entries that made them.

    `out_kg` and `in_kg` are what is openly booked of a leg; what one side hides stays in the other
    side's book under the plain partner, and no later trap but timing touches it. `arriving_kg` is
    all that the importer books, `smuggled_kg` the part of it that the exporter hides.
    """

    legs: Legs
    prices: Floats
    years: int
    pool: int
    arriving_kg: Floats = field(init=False)
    smuggled_kg: Floats = field(init=False)
    out_kg: Floats = field(init=False)
    in_kg: Floats = field(init=False)
    in_month: Ints = field(init=False)
    free: Bools = field(init=False)
    entries: list[pl.DataFrame] = field(default_factory=list)
    routings: list[pl.DataFrame] = field(default_factory=list)

    def __post_init__(self) -> None:
        legs = self.legs
        self.out_kg, self.in_kg = legs.kg.copy(), legs.kg.copy()
        self.arriving_kg, self.smuggled_kg = legs.kg.copy(), np.zeros(len(legs))
        self.in_month = legs.month.copy()
        self.free = legs.walked == 0
        rows = np.arange(len(legs))
        self.post(EXPORT, rows, legs.buyer, legs.month, legs.kg, "physical")
        self.post(IMPORT, rows, legs.seller, legs.month, legs.kg, "physical")

    def value(self, rows: Ints, kg: Floats) -> Floats:
        """USD at the price of the month in which the lot crossed the border."""
        month = np.minimum(self.legs.month[rows], len(self.prices) - 1)
        return np.asarray(kg * self.prices[month], dtype=np.float64)

    def post(
        self, side: int, rows: Ints, partner: Ints, month: Ints, kg: Floats, cause: str
    ) -> None:
        """Adds kg (negative: takes away) to the book of the seller or the buyer of these legs."""
        reporter = (self.legs.seller if side == EXPORT else self.legs.buyer)[rows]
        self.post_as(side, rows, reporter, partner, month, kg, cause)

    def post_as(
        self,
        side: int,
        rows: Ints,
        reporter: Ints,
        partner: Ints,
        month: Ints,
        kg: Floats,
        cause: str,
    ) -> None:
        """The same for a reporter that is not a party to the leg in this role."""
        inside = (month >= 12 * WARM_UP_YEARS) & (month < 12 * self.years) & (kg != 0)
        year = month[inside] // 12 - WARM_UP_YEARS + FIRST_YEAR
        columns = {
            "side": np.full(int(inside.sum()), side),
            "reporter": reporter[inside],
            "partner": partner[inside],
            "year": year,
            "kg": kg[inside],
            "usd": self.value(rows[inside], kg[inside]),
        }
        self.entries.append(pl.DataFrame(columns).with_columns(pl.lit(cause).alias("cause")))

    def conceal(self, hidden: Hidden) -> None:
        """Takes hidden kg out of the book of the side that hides."""
        for side, kg in ((EXPORT, hidden.by_exporter), (IMPORT, hidden.by_importer)):
            rows = np.flatnonzero(kg > 0)
            partner = (self.legs.buyer if side == EXPORT else self.legs.seller)[rows]
            month = (self.legs.month if side == EXPORT else self.in_month)[rows]
            self.post(side, rows, partner, month, -kg[rows], "hiding")
        self.arriving_kg = self.arriving_kg - hidden.by_importer
        self.smuggled_kg = hidden.by_exporter
        concealed = hidden.by_exporter + hidden.by_importer
        self.out_kg = self.out_kg - concealed
        self.in_kg = self.in_kg - concealed

    def erase(self, side: int, rows: Ints, cause: str) -> None:
        """One side does not record what is openly booked of these legs."""
        kg = self.out_kg if side == EXPORT else self.in_kg
        partner = (self.legs.buyer if side == EXPORT else self.legs.seller)[rows]
        month = (self.legs.month if side == EXPORT else self.in_month)[rows]
        self.post(side, rows, partner, month, -kg[rows], cause)
        self.free[rows] = False

    def credit(self, side: int, rows: Ints, partner: Ints, cause: str) -> None:
        """One side names another partner for what is openly booked of these legs."""
        self.erase(side, rows, cause)
        kg = self.out_kg if side == EXPORT else self.in_kg
        month = (self.legs.month if side == EXPORT else self.in_month)[rows]
        self.post(side, rows, partner, month, kg[rows], cause)

    def note(self, rows: Ints, case: str, hub: Ints, second: Ints, exporter: Ints) -> None:
        """Remembers a lawful cause for the oracle; hub -1 where there is none."""
        year = self.in_month[rows] // 12 - WARM_UP_YEARS + FIRST_YEAR
        inside = (year >= FIRST_YEAR) & (self.in_month[rows] < 12 * self.years)
        columns = {
            "exporter": exporter[inside], "hub": hub[inside], "second": second[inside],
            "importer": self.legs.buyer[rows][inside], "year": year[inside],
            "kg": self.in_kg[rows][inside],
        }  # fmt: skip
        self.routings.append(pl.DataFrame(columns).with_columns(pl.lit(case).alias("case")))

    def note_pair(self, rows: Ints, case: str) -> None:
        """Remembers a lawful cause of the pair alone, without a hub."""
        none = np.full(len(rows), -1, dtype=np.int64)
        self.note(rows, case, none, none, self.legs.seller[rows])
