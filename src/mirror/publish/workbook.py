"""The edition as one workbook: units, filters, a frozen header; the same tables, the same bytes."""

import math
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from mirror.publish.files import RUN_BY_SPREADSHEETS
from mirror.publish.table import PublishedTable

SHEETS = {
    "ranking": "ranked_gaps",
    "years": "gap_years",
    "hubs": "gaps_of_hubs",
    "excluded": "set_aside_pairs",
    "one-sided": "one_sided_flows",
    "transit": "transit_moves",
    "changes": "changes",
    "corrections": "corrections",
    "dictionary": "",
    "parameters": "parameters",
}
MOST_ROWS = 250_000
"""Rows of a table that a sheet shows; the format itself ends at 1,048,576 rows."""

CAVEAT = (
    "A gap between two countries' reports is consistent with undeclared export or mis-declared "
    "origin; it proves neither, and it names no person or company."
)
READING = (
    "The ranking orders evidence first, then kilograms. Tier 1: sure, over several years; 2: sure, "
    "in one or two years; 3: possible; 4: the records cannot tell. probability_material is the "
    "lowest over three kinds of artificial worlds: it is right as far as the real world is like "
    "one of them. at_least_fine_kg holds with 95 %, missing_fine_kg is the average over all that "
    "is possible, at_most_fine_kg holds with 95 % if no lawful cause is behind the gap. Gaps of "
    "hubs as exporters stand in a sheet of their own. Gold that is walked over a border, or that "
    "both sides leave out, cannot be seen by any pair of reports."
)
_LEFT_OUT = re.compile(
    r"^(freight|quality|not_assessable|class_swap|timing|unallocated|reexport)_"
    r"(usd_(low|high)|fine_kg.*)$"
)
_FORMATS = {"ratio": "0.000", "share": "0.0%", "USD per kg": "#,##0.00"}
_WIDEST, _LONGEST_CELL = 60, 32_767
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_workbook(
    path: Path,
    edition: str,
    version: str,
    tables: Sequence[PublishedTable],
    warnings: Sequence[str] = (),
    most_rows: int = MOST_ROWS,
) -> None:
    """Write every sheet of SHEETS whose table is there; a table too long is cut, and says so.

    `edition` is its name, such as 2026-11.r2. Numbers have the 15 to 16 digits that spreadsheets
    keep. Text is stored as text: none is run.
    """
    by_name = {table.name: table for table in tables} | {"": _dictionary(tables)}
    sheets = {sheet: by_name[name] for sheet, name in SHEETS.items() if name in by_name}
    made = BytesIO()
    # rows wait beside the workbook: of another disk the run could not say that it is full
    options = {"constant_memory": True, "tmpdir": str(path.parent)}
    workbook = xlsxwriter.Workbook(made, options)
    workbook.set_properties(
        {
            "title": f"Gaps in the declared trade in gold, edition {edition}",
            "author": f"mirror {version}",
            "created": datetime.strptime(edition[:7], "%Y-%m"),
        }
    )
    _read_me(workbook, edition, version, sheets, warnings, most_rows)
    for sheet, table in sheets.items():
        _sheet(workbook, sheet, _shown(table), most_rows)
    workbook.close()
    path.write_bytes(_settled(made))


def _dictionary(tables: Sequence[PublishedTable]) -> PublishedTable:
    rows = [
        {"table": table.name, "column": c["name"], "unit": c["unit"] or None, "type": c["type"]}
        | {"definition": c["comment"], "is_key": c["name"] in table.key}
        for table in tables
        for c in table.columns
    ]
    names = ("table", "column", "unit", "type", "definition", "is_key")
    columns = tuple({"name": name, "type": "", "unit": "", "comment": ""} for name in names)
    text = "Every column of every table, with its unit. One row per table and column."
    return PublishedTable("dictionary", text, ("table", "column"), columns, pl.DataFrame(rows))


def _shown(table: PublishedTable) -> PublishedTable:
    """Leave out the ends of the parts of the waterfall and their kg, which the CSV has."""
    columns = tuple(c for c in table.columns if not _LEFT_OUT.match(c["name"]))
    frame = table.frame.select(c["name"] for c in columns)
    return PublishedTable(table.name, table.text, table.key, columns, frame)


def _read_me(
    workbook: xlsxwriter.Workbook,
    edition: str,
    version: str,
    sheets: dict[str, PublishedTable],
    warnings: Sequence[str],
    most_rows: int,
) -> None:
    sheet = workbook.add_worksheet("read me")
    sheet.set_column(0, 0, 110, workbook.add_format({"text_wrap": True, "valign": "top"}))
    bold, plain = workbook.add_format({"bold": True}), workbook.add_format({"text_wrap": True})
    lines = [
        (f"Gaps in the declared trade in gold, edition {edition}", bold),
        (CAVEAT, workbook.add_format({"bold": True, "text_wrap": True})),
        ("", plain),
        (READING, plain),
        ("In each sheet the first row holds units and the second the names of columns; the sheet "
         "dictionary defines each. An empty cell means that it is not known, never zero. Every "
         "table is whole in the CSV file of its name; the sheets leave out the low and high ends "
         "of the parts of the waterfall, and these parts in kg.", plain),
        *((_cut(sheet_name, table, most_rows), plain) for sheet_name, table in sheets.items()),
        ("", plain),
        *((f"Note: {warning}", plain) for warning in warnings),
        (f"Made by mirror {version} from UN Comtrade (https://comtradeplus.un.org); CITATION.txt "
         "says how to cite it.", plain),
    ]  # fmt: skip
    for number, (text, form) in enumerate(lines):
        sheet.write_string(number, 0, text, form)


def _cut(sheet: str, table: PublishedTable, most_rows: int) -> str:
    rows = table.frame.height
    if rows <= most_rows:
        return f"{sheet}: {table.text} {rows:,} rows."
    return (
        f"{sheet}: {table.text} The sheet shows the first {most_rows:,} of {rows:,} rows; all are "
        f"in {table.name}.csv."
    )


def _sheet(workbook: xlsxwriter.Workbook, name: str, table: PublishedTable, most_rows: int) -> None:
    sheet = workbook.add_worksheet(name)
    rows = table.frame.head(most_rows)
    forms = [workbook.add_format({"num_format": _number_format(c)}) for c in table.columns]
    guard = workbook.add_format({"quote_prefix": True})
    head = workbook.add_format({"bold": True, "bottom": 1, "bg_color": "#EEEEEE"})
    unit = workbook.add_format({"italic": True, "font_color": "#555555"})
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, _width(column["name"], rows))
        sheet.write_string(0, place, column["unit"], unit)
    for place, column in enumerate(table.columns):
        sheet.write_string(1, place, column["name"], head)
    for number, row in enumerate(rows.iter_rows(), start=2):
        for place, value in enumerate(row):
            _cell(sheet, number, place, value, forms[place], guard)
    sheet.freeze_panes(2, 0)
    sheet.autofilter(1, 0, 1 + rows.height, len(table.columns) - 1)
    sheet.set_landscape()
    sheet.repeat_rows(0, 1)
    sheet.set_footer(f"&L{name}&RPage &P of &N")


def _number_format(column: dict[str, str]) -> str:
    if column["type"] == "DATE":
        return "yyyy-mm-dd"
    if column["type"] == "TIMESTAMP":
        return "yyyy-mm-dd hh:mm:ss"
    if column["unit"]:
        return _FORMATS.get(column["unit"], "#,##0")
    return "0" if column["type"] in ("INTEGER", "BIGINT") else "General"


def _width(name: str, rows: pl.DataFrame) -> int:
    """Room for the name with its filter button, and for the longest of the first cells."""
    kind = rows.schema[name]
    text = rows[name].head(200).str.len_chars().max() if kind == pl.String else 18
    return min(max(len(name) + 4, int(str(text or 0)) + 2), _WIDEST)


def _cell(sheet: Worksheet, row: int, place: int, value: Any, form: Format, guard: Format) -> None:
    """Write one cell by its type; text that would be run if typed is marked as text for good."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return
    if isinstance(value, str):
        text = value[:_LONGEST_CELL]
        sheet.write_string(row, place, text, guard if re.match(RUN_BY_SPREADSHEETS, text) else None)
    elif isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, place, value, form)
    else:
        sheet.write_datetime(row, place, value, form)


def _settled(workbook: BytesIO) -> bytes:
    """Zip again with one time and one mode for every part: those of the machine differ by run."""
    with zipfile.ZipFile(workbook) as made:
        parts = [(name, made.read(name)) for name in made.namelist()]
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as settled:
        for name, content in parts:
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            settled.writestr(entry, content)
    return file.getvalue()
