"""A user's own corrections: tables in a folder, each row with its reason, link and date."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from mirror.errors import SettingsError, SourceError
from mirror.records import SourceFile, find_sources
from mirror.steps.reference import FORMS, demand_columns, read_table

TEXT_MOST_CHARACTERS = 2_000
"""A longer reply or reason belongs behind its link."""

EVERY = "*"
_SPAN = ("first_year", "last_year")
_KINDS_OF_AREA = ("country", "not_specified", "group")


@dataclass(frozen=True)
class Table:
    """What a table of corrections may hold. `key`: rows that share it must not overlap in years."""

    kind: str
    needed: tuple[str, ...]
    optional: tuple[str, ...]
    key: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column, those that each table has among them."""
        return (*self.needed, "link", "date", "given_by", *self.optional)


TABLES = {
    "exclusions": Table(
        "exclusion", ("exporter_iso3", "importer_iso3", "reason"), (*_SPAN, "source"),
        ("exporter_iso3", "importer_iso3"),
    ),
    "series_breaks": Table(
        "series_break", ("reporter_iso3", "reason"), ("flow_code", *_SPAN), ("reporter_iso3",)
    ),
    "areas": Table(
        "area", ("area_code", "name", "reason"), ("iso3", "kind", *_SPAN, "continent"),
        ("area_code",),
    ),
    "country_replies": Table(
        "country_reply", ("exporter_iso3", "importer_iso3", "country_iso3", "reply"), _SPAN,
        ("exporter_iso3", "importer_iso3", "country_iso3", "date"),
    ),
}  # fmt: skip
"""The tables by name; the columns of `exclusions` and `areas` are those of mirror's own tables."""

_NOTES = {".md", ".txt"}
_FORMS = {
    "area_code": FORMS["area_code"], "first_year": FORMS["first_year"],
    "last_year": FORMS["last_year"], "link": r"https?://\S+", "flow_code": "[MX]",
    "iso3": r"[A-Z0-9_]{2,5}", "kind": "|".join(_KINDS_OF_AREA),
}  # fmt: skip
_SAID = {
    "link": "a link begins with https:// or http://",
    "flow_code": "write M, X, or nothing for both",
    "kind": f"write one of {', '.join(_KINDS_OF_AREA)}",
}  # fmt: skip


def read(
    folder: Path | None, reference: Mapping[Path, pl.DataFrame]
) -> list[tuple[SourceFile, pl.DataFrame]]:
    """Read every table of corrections as text, each beside its file; the corrections numbered.

    `reference`: the tables that the run uses. Raises SettingsError for a folder that holds none or
    anything else, SourceError for a row that cannot be applied.
    """
    files = [] if folder is None else _files(folder)
    frames = {file: _read(file, TABLES[file.stem]) for file in files}
    (areas,) = (table for file, table in reference.items() if file.stem == "areas")
    own = [frame for file, frame in frames.items() if file.stem == "areas"]
    known = set(areas["iso3"]).union(*(frame["iso3"].drop_nulls() for frame in own))
    for file, frame in frames.items():
        for fault in _faults(file.stem, frame, areas, known):
            raise SourceError(f"{file}, {fault}: correct the row, or remove it.")
    return list(_numbered(frames))


def _numbered(frames: Mapping[Path, pl.DataFrame]) -> Iterator[tuple[SourceFile, pl.DataFrame]]:
    first = 1
    for file, frame in frames.items():
        (source,) = find_sources([file])
        kind = pl.lit(TABLES[file.stem].kind)
        numbers = pl.int_range(first, first + frame.height, dtype=pl.Int32)
        rows = frame.with_columns(correction_kind=kind, correction_number=numbers)
        yield replace(source, label=f"corrections/{file.name}"), rows
        first += frame.height


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise SettingsError(f"The folder {folder} of --corrections does not exist: name another.")
    found = sorted(
        file for file in folder.iterdir()
        if not file.name.startswith(".") and file.suffix.lower() not in _NOTES
    )  # fmt: skip
    names = [f"{name}.csv" for name in TABLES]
    unknown = [file.name for file in found if file.name not in names or not file.is_file()]
    if unknown or not found:
        what = f"{unknown[0]}, which is no table of corrections" if unknown else "no corrections"
        raise SettingsError(
            f"The folder {folder} of --corrections holds {what}: give {', '.join(names)}."
        )
    return found


def _read(file: Path, table: Table) -> pl.DataFrame:
    """Read a table: blanks around a cell count for nothing, an empty cell is null."""
    frame = read_table(file)
    unknown = [name for name in frame.columns if name not in table.columns]
    if unknown:
        raise SourceError(
            f"{file} has the unknown column {unknown[0]!r}: a table of this name has "
            f"{', '.join(table.columns)}, separated by commas."
        )
    demand_columns(file, frame, (*table.needed, "link", "date"), table.columns)
    absent = [pl.lit(None, pl.String).alias(n) for n in table.columns if n not in frame.columns]
    cells = pl.col(pl.String).str.replace_all(r"\s+", " ").str.strip_chars().replace("", None)
    rows = frame.with_row_index("source_row", offset=2).with_columns(absent).with_columns(cells)
    if rows.is_empty():
        raise SourceError(f"{file} has no row below its header: add one, or remove the file.")
    return rows


def _faults(name: str, frame: pl.DataFrame, areas: pl.DataFrame, known: set[str]) -> Iterator[str]:
    """Yield what is wrong with a table, each with its row; the header is row 1."""
    table = TABLES[name]
    for row in frame.iter_rows(named=True):
        for fault in (*_of_cells(row, table), *_of_areas(row, table, areas, known), *_of_span(row)):
            yield f"row {row['source_row']}: {fault}"
    yield from _overlapping(frame, table)


def _of_cells(row: Mapping[str, str | None], table: Table) -> Iterator[str]:
    for column in (*table.needed, "link", "date"):
        if row[column] is None:
            yield f"the cell {column} is empty"
    for column, form in _FORMS.items():
        cell = row.get(column)
        if cell is not None and not re.fullmatch(form, cell):
            said = f" ({_SAID[column]})" if column in _SAID else ""
            yield f"{column} {cell!r} is of the wrong form{said}"
    for column in ("reason", "reply", "source", "name", "given_by"):
        if len(row.get(column) or "") > TEXT_MOST_CHARACTERS:
            yield f"{column} is a text of more than {TEXT_MOST_CHARACTERS:,} characters"
    if row["date"] is not None and _date(row["date"]) is None:
        yield f"date {row['date']!r} is no day up to today, written YYYY-MM-DD"


def _date(cell: str) -> date | None:
    try:
        day = date.fromisoformat(cell)
    except ValueError:
        return None
    is_written_so = re.fullmatch(r"\d{4}-\d\d-\d\d", cell)
    return day if is_written_so and day <= datetime.now(UTC).date() else None


def _of_areas(
    row: Mapping[str, str | None], table: Table, areas: pl.DataFrame, known: set[str]
) -> Iterator[str]:
    for column in ("exporter_iso3", "importer_iso3", "reporter_iso3", "country_iso3"):
        code = row.get(column)
        may_be_all = column in ("exporter_iso3", "importer_iso3")
        if code is not None and code not in known and not (code == EVERY and may_be_all):
            yield f"{column} {code!r} is the code of no area"
    sides = row.get("exporter_iso3"), row.get("importer_iso3")
    if sides == (EVERY, EVERY):
        yield "exporter_iso3 and importer_iso3 are both *, which is every pair"
    if table.kind == "country_reply" and row["country_iso3"] not in sides and None not in sides:
        yield f"country_iso3 {row['country_iso3']!r} is neither the exporter nor the importer"
    if table.kind == "area":
        yield from _of_area(row, areas)


def _of_area(row: Mapping[str, str | None], areas: pl.DataFrame) -> Iterator[str]:
    """A new area must say what it is, and one that mirror has must be said to be another."""
    found = areas.filter(pl.col("area_code") == (row["area_code"] or "")).to_dicts()
    columns = [name for name in areas.columns if row[name] is not None]
    if not found and (row["iso3"] is None or row["kind"] is None):
        yield (
            f"area_code {row['area_code']} is no code of Comtrade's that is known: give it iso3 "
            "and kind"
        )
    elif found and all(row[name] == found[0][name] for name in columns):
        yield f"area_code {row['area_code']} has that name in mirror's own table already"


def _of_span(row: Mapping[str, str | None]) -> Iterator[str]:
    first, last = row["first_year"], row["last_year"]
    if first is not None and last is not None and first > last:
        yield f"the first year {first} is after the last, {last}"
    if "reporter_iso3" in row and first is None and last is None:
        yield "a break of a series has a first_year, a last_year or both"


def _overlapping(frame: pl.DataFrame, table: Table) -> Iterator[str]:
    """Yield rows of one key whose years overlap; two breaks of one series only in one flow."""
    seen: dict[tuple[str | None, ...], list[dict[str, str | None]]] = {}
    for row in frame.iter_rows(named=True):
        for other in seen.setdefault(tuple(row[name] for name in table.key), []):
            years = _years(row), _years(other)
            is_apart = years[0][0] > years[1][1] or years[1][0] > years[0][1]
            flows = {row.get("flow_code"), other.get("flow_code")}
            if not is_apart and flows != {"M", "X"}:
                yield (
                    f"row {row['source_row']}: its years overlap with those of row "
                    f"{other['source_row']}, which is of the same {' and '.join(table.key)}"
                )
        seen[tuple(row[name] for name in table.key)].append(row)


def _years(row: Mapping[str, str | None]) -> tuple[int, int]:
    return int(row["first_year"] or 0), int(row["last_year"] or 9999)
