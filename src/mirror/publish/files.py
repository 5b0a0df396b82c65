"""One table as CSV and as Parquet: the same rows give the same bytes."""

from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

RUN_BY_SPREADSHEETS = r"^[=+\-@\t\r]"
NUMBER = r"^[+\-]?\d+(\.\d+)?$"
"""A number in a column of text, which no spreadsheet runs."""


def write_csv(frame: pl.DataFrame, path: Path) -> None:
    """Write UTF-8, comma, `.` decimal, `\\n`, full precision, ISO dates, empty = null.

    A text cell that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    defuse = [
        pl.when(pl.col(name).str.contains(RUN_BY_SPREADSHEETS) & ~pl.col(name).str.contains(NUMBER))
        .then(pl.concat_str(pl.lit("'"), pl.col(name)))
        .otherwise(pl.col(name))
        .alias(name)
        for name, kind in frame.schema.items()
        if kind == pl.String
    ]
    frame.with_columns(defuse).write_csv(
        path, line_terminator="\n", null_value="", float_scientific=False, date_format="%Y-%m-%d"
    )


def write_parquet(frame: pl.DataFrame, path: Path, description: str) -> None:
    """Write Parquet with the table's description in the file's metadata."""
    table = frame.to_arrow()
    kept = {**(table.schema.metadata or {}), b"description": description.encode()}
    pq.write_table(table.replace_schema_metadata(kept), path, compression="zstd")
