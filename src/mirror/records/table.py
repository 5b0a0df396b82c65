"""What the readers of all shapes give: frames of text, and what was recognised on the way."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

import polars as pl

from mirror.records.layout import Layout
from mirror.records.unit_check import Verdict


@dataclass
class Counts:
    """What a file is and held, filled while it is read."""

    kind: str = "records"
    rows_read: int = 0
    rows_other_goods: int = 0
    rows_tariff_lines: int = 0
    unknown_columns: tuple[str, ...] = field(default=())
    shape: str = ""
    encoding: str | None = None
    delimiter: str | None = None
    decimal_mark: str | None = None
    units: Verdict | None = None
    columns_renamed: tuple[str, ...] = field(default=())
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def warn(self, sentence: str) -> None:
        """Remember what whoever reads the edition must know of the file, once."""
        self.note(sentence)
        if sentence not in self.warnings:
            self.warnings.append(sentence)

    def note(self, sentence: str) -> None:
        """Remember what is worth saying of the file, once."""
        if sentence not in self.notes:
            self.notes.append(sentence)


class Reader(Protocol):
    """Rows of a file as text below the names of fields, with `source_row`.

    That is a line of a text file or the place in a list, both from 1. `layout` is what is known of
    the columns so far: all of it after the last frame.
    """

    layout: Layout

    def frames(self) -> Iterator[pl.DataFrame]:
        """Yield the rows, once."""


def frame_of(rows: Iterable[tuple[object, ...]], fields: list[str]) -> pl.DataFrame:
    """Make a frame of rows that begin with their place; all other values are text."""
    schema = {"source_row": pl.Int64} | dict.fromkeys(fields, pl.String)
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def at_places(frame: pl.DataFrame, first: int, layout: Layout) -> pl.DataFrame:
    """Name the columns of a table by their fields; `first` is the place of the first row."""
    return frame.select(
        pl.int_range(first, first + frame.height, dtype=pl.Int64).alias("source_row"),
        *(pl.col(name).alias(field) for field, name in layout.fields.items()),
    )


class FrameReader:
    """Rows that a library has read whole, each value as text; `first` is the place of the first."""

    def __init__(self, frame: pl.DataFrame, layout: Layout, first: int = 1) -> None:
        self.layout = layout
        self._frame = at_places(frame, first, layout)

    def frames(self) -> Iterator[pl.DataFrame]:
        """Yield all rows."""
        if self._frame.height:
            yield self._frame
