"""A table of an edition, whatever file it goes to."""

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class PublishedTable:
    """One table ready to be written. `columns` are name, type, unit and comment of each."""

    name: str
    text: str
    key: tuple[str, ...]
    columns: tuple[dict[str, str], ...]
    frame: pl.DataFrame
