"""Two editions side by side. One may come from another version and lack tables or columns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl

from mirror.errors import SchemaDrift, SettingsError

NEEDED = (
    "ranked_gaps", "gap_years", "gaps_of_hubs", "reporter_coverage", "parameters", "sources",
    "transit_moves", "country_balance", "corrections",
)  # fmt: skip
"""Tables that a comparison reads."""


@dataclass(frozen=True)
class EditionTables:
    """The tables of one edition by name, and what its summary says of it.

    `method_id` stands for all that makes figures out of records, `code_id` for that without its
    reference data; null in editions that do not say it. `has_all_records`: its database holds more
    than the records behind ranked pairs.
    """

    name: str
    version: str
    frequency: str
    tables: Mapping[str, pl.DataFrame]
    code_id: str | None = None
    method_id: str | None = None
    has_all_records: bool = True


@dataclass
class Compared:
    """The edition before and the one after it; `lacking` names columns that one of them lacks."""

    before: EditionTables
    after: EditionTables
    lacking: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.before.frequency != self.after.frequency:
            raise SettingsError(
                f"Editions {self.before.name} and {self.after.name} cannot be compared: one is of "
                "annual records and the other of monthly ones."
            )

    @property
    def editions(self) -> tuple[EditionTables, EditionTables]:
        """The edition before and the one after it."""
        return self.before, self.after

    def demand(self, table: str, columns: Iterable[str]) -> None:
        """Raise SchemaDrift where an edition lacks a column without which nothing is compared."""
        for edition in self.editions:
            frame = edition.tables.get(table, pl.DataFrame())
            missing = [name for name in columns if name not in frame.columns]
            if missing:
                raise SchemaDrift(
                    f"Edition {edition.name}, made by mirror {edition.version}, has no "
                    f"{', '.join(missing)} in {table}: publish it again with this version to "
                    "compare it."
                )

    def joined(self, table: str, key: list[str], columns: Iterable[str]) -> pl.DataFrame:
        """Join both editions' rows in full: each column as `…_before` and `…_after`.

        `in_before` and `in_after` say where the row stands. A column that one edition lacks is null
        on both sides, so that it shows no difference, and is named in `lacking`.
        """
        is_there = all(self._is_in_both(table, name) for name in key)
        wanted = [name for name in columns if is_there and self._is_in_both(table, name)]
        sides = [
            _side(edition.tables[table] if is_there else _empty(key), key, wanted, side)
            for edition, side in zip(self.editions, ("before", "after"), strict=True)
        ]
        together = sides[0].join(sides[1], on=key, how="full", coalesce=True, nulls_equal=True)
        absent = [
            pl.lit(None, _kind(name)).alias(f"{name}_{side}")
            for name in columns
            if name not in wanted
            for side in ("before", "after")
        ]
        return together.with_columns(*absent, pl.col("in_before", "in_after").fill_null(False))

    def both(self, table: str, columns: list[str]) -> tuple[pl.DataFrame, pl.DataFrame] | None:
        """Both editions' rows; null where one of them lacks a column, which is named, or both."""
        frames = [one.tables.get(table, pl.DataFrame()) for one in self.editions]
        if all(set(columns) <= set(frame.columns) for frame in frames):
            return frames[0].select(columns), frames[1].select(columns)
        if any(frame.columns for frame in frames):
            for name in columns:
                self._is_in_both(table, name)
        return None

    def _is_in_both(self, table: str, column: str) -> bool:
        for edition in self.editions:
            if column not in edition.tables.get(table, pl.DataFrame()).columns:
                self.lacking.append(f"{table}.{column} (edition {edition.name})")
                return False
        return True


def _kind(name: str) -> type[pl.DataType]:
    """The type of a column by its name, which says its unit, its role or that it is a yes or no."""
    if name.startswith(("is_", "has_")):
        return pl.Boolean
    if name.endswith("_date"):
        return pl.Date
    is_number = {"rank", "tier", "probability", "usd", "kg"} & set(name.split("_"))
    return pl.Float64 if is_number else pl.String


def _empty(key: list[str]) -> pl.DataFrame:
    return pl.DataFrame(schema={name: pl.Int64 if name == "period" else pl.String for name in key})


def _side(frame: pl.DataFrame, key: list[str], columns: list[str], side: str) -> pl.DataFrame:
    """Name one edition's columns after its side; whole numbers of a key get one type."""
    kinds = frame.select(key).schema.items()
    return frame.with_columns(pl.col(n).cast(pl.Int64) for n, k in kinds if k.is_integer()).select(
        *key,
        *(pl.col(name).alias(f"{name}_{side}") for name in columns),
        pl.lit(True).alias(f"in_{side}"),
    )
