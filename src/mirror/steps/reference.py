"""Reference tables: those that come with mirror, or newer ones of the same names from a folder."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from mirror.errors import SettingsError, SourceError
from mirror.settings import ASSETS
from mirror.steps.identity import reference_files

PACKAGED = ASSETS / "data" / "reference"
KEYS = {
    "areas": ["area_code"],
    "areas_not_specified": ["area_code"],
    "country_points": ["iso3"],
    "distances": ["iso3_a", "iso3_b"],
    "exclusions": ["exporter_iso3", "importer_iso3", "first_year", "last_year", "reason"],
    "flows": ["flow_code"],
    "gold_mine_production": ["iso3", "year"],
    "gold_price": ["month"],
    "lawful_causes": ["direction", "cause", "kind_of_world"],
    "parameters": ["name"],
    "products": ["hs_code"],
}
"""What no two rows of a table share."""

_NUMBER, _YEAR = r"-?\d+(\.\d+)?([eE]-?\d+)?", r"(19|20)\d\d"
FORMS = {
    "area_code": r"\d{1,9}", "first_year": _YEAR, "last_year": _YEAR, "year": _YEAR,
    "month": r"(19|20)\d\d-(0[1-9]|1[0-2])", "price_usd_per_oz": r"\d*[1-9]\d*(\.\d+)?|0?\.\d+",
    "production_kg": r"\d+(\.\d+)?", "distance_km": r"\d+(\.\d+)?", "shares_border": "[01]",
    "latitude": _NUMBER, "longitude": _NUMBER, "chance": r"[01](\.\d+)?", "hs_code": r"\d{2,6}",
}  # fmt: skip
"""How the values of a column are written, those that are numbers, dates or codes."""

_MAY_BE_EMPTY = {"first_year", "last_year", "continent", "production_kg", "note"}
_LISTS = {"areas": "kind", "flows": "use", "products": "role", "lawful_causes": "kind_of_world"}
"""Columns that hold one of the words that the table which comes with mirror holds."""

_LARGEST_JUMP = 2.0
"""No month's mean price of gold has been twice or half that of the month before: a larger step is
another unit."""


def tables(reference: Path | None = None) -> dict[Path, pl.DataFrame]:
    """Read every reference table as text, each beside its file; those of a folder are checked.

    Raises SettingsError for a folder without tables or with one that has no use, SourceError for a
    table that cannot be used.
    """
    if reference is not None:
        _demand_known(reference)
    return {
        file: read_table(file) if file.parent == PACKAGED else checked(file)
        for file in reference_files(reference=reference)
    }


def ages(reference: Path | None = None) -> dict[str, str]:
    """Say until when the tables reach that grow old; for those that a run would use."""
    found = {file.stem: frame for file, frame in tables(reference).items()}
    return ages_of(found["gold_price"], found["gold_mine_production"])


def ages_of(gold_price: pl.DataFrame, gold_mine_production: pl.DataFrame) -> dict[str, str]:
    """Say until when the two tables that grow old reach."""
    mined = gold_mine_production.filter(pl.col("production_kg").is_not_null())
    return {
        "gold_price_until": str(gold_price["month"].max()),
        "mine_production_until": str(mined["year"].max()),
    }


def checked(file: Path) -> pl.DataFrame:
    """Read a table and check it against that of the same name which comes with mirror.

    Raises SourceError, which names file, column and row.
    """
    packaged = read_table(PACKAGED / file.name)
    frame = read_table(file)
    demand_columns(file, frame, packaged.columns, packaged.columns)
    frame = frame.select(packaged.columns)
    for fault in _faults(file.stem, frame, packaged):
        raise SourceError(f"{file}, {fault}: correct the table, or leave it out.")
    return frame


def demand_columns(
    file: Path, frame: pl.DataFrame, needed: Sequence[str], columns: Sequence[str]
) -> None:
    """Raise SourceError where a table lacks a needed one of its columns."""
    if lacking := [name for name in needed if name not in frame.columns]:
        raise SourceError(
            f"{file} has no column {', '.join(lacking)}: give it the columns "
            f"{', '.join(columns)}, separated by commas."
        )


def _demand_known(folder: Path) -> None:
    if not folder.is_dir():
        raise SettingsError(f"The folder {folder} of --reference does not exist: name another.")
    given = sorted(file.stem for file in folder.glob("*.csv"))
    unknown = [name for name in given if name not in KEYS]
    if unknown or not given:
        what = f"{unknown[0]}.csv, which is no reference table" if unknown else "no reference table"
        raise SettingsError(
            f"The folder {folder} of --reference holds {what}: give tables of the names "
            f"{', '.join(KEYS)}."
        )


def read_table(file: Path) -> pl.DataFrame:
    """Read a table as text; raises SourceError where it cannot be read."""
    try:
        return pl.read_csv(file, infer_schema=False)
    except OSError as error:
        raise SourceError(
            f"{file} cannot be read ({error.strerror}): mend its permissions or leave it out."
        ) from error
    except pl.exceptions.PolarsError as error:
        raise SourceError(
            f"{file} is no table of comma-separated values in UTF-8 "
            f"({str(error).splitlines()[0]}): write it so, or leave it out."
        ) from error


def _faults(name: str, frame: pl.DataFrame, packaged: pl.DataFrame) -> Iterator[str]:
    """Yield what is wrong with a table, each with its column and row; the header is row 1."""
    rows = frame.with_row_index("row", offset=2)
    if rows.is_empty():
        yield "row 2: there is no row below the header"
    for column in frame.columns:
        value = pl.col(column)
        if column not in _MAY_BE_EMPTY:
            for row in rows.filter(value.is_null())["row"]:
                yield f"column {column}, row {row}: the cell is empty"
        form = FORMS.get(column)
        known = packaged[column].unique().to_list() if _LISTS.get(name) == column else None
        is_right = value.str.contains(f"^(?:{form or '.*'})$")
        for row, cell in rows.filter(~is_right).select("row", column).iter_rows():
            yield f"column {column}, row {row}: {cell!r} is of the wrong form"
        if known is not None:
            for row, cell in rows.filter(~value.is_in(known)).select("row", column).iter_rows():
                yield f"column {column}, row {row}: {cell!r} is none of {', '.join(known)}"
    key = KEYS[name]
    for row in rows.filter(~pl.struct(key).is_first_distinct())["row"]:
        yield f"column {key[0]}, row {row}: the key {', '.join(key)} stands there a second time"
    if name == "parameters":
        for one in set(packaged["name"]) - set(frame["name"]):
            yield f"column name: the parameter {one} is missing"
    if name == "gold_price":
        yield from _gaps(rows)


def _gaps(rows: pl.DataFrame) -> Iterator[str]:
    """Yield months that are missing inside the series, and prices in another unit."""
    months = rows.sort("month").with_columns(
        number=pl.col("month").str.slice(0, 4).cast(pl.Int64) * 12
        + pl.col("month").str.slice(5, 2).cast(pl.Int64),
        price=pl.col("price_usd_per_oz").cast(pl.Float64),
    )
    jump = (pl.col("price") / pl.col("price").shift(1)).log().abs()
    for row, month in months.filter(pl.col("number").diff() > 1).select("row", "month").iter_rows():
        yield f"column month, row {row}: the month before {month} is missing"
    for row, month in (
        months.filter(jump > pl.lit(_LARGEST_JUMP).log()).select("row", "month").iter_rows()
    ):
        yield (
            f"column price_usd_per_oz, row {row}: the price of {month} is over twice or under half "
            "that of the month before"
        )
