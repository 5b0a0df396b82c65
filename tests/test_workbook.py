"""ranked_gaps.xlsx: the figures of the CSV, text that stays text, the same bytes."""

import hashlib
import os
import re
import subprocess
import sys
import zipfile
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest

from mirror.publish import PublishedTable
from mirror.publish.workbook import SHEETS, write_workbook

XML = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
Cell = str | float | bool | None


def sheet_xml(path: Path, sheet: str) -> ElementTree.Element:
    with zipfile.ZipFile(path) as parts:
        book = ElementTree.fromstring(parts.read("xl/workbook.xml"))
        names = [one.attrib["name"] for one in book.findall("x:sheets/x:sheet", XML)]
        number = names.index(sheet) + 1
        return ElementTree.fromstring(parts.read(f"xl/worksheets/sheet{number}.xml"))


def rows(path: Path, sheet: str) -> list[dict[str, Cell]]:
    """Rows of a sheet by column name, as a spreadsheet would read them."""
    read = [
        {re.sub(r"\d", "", cell.attrib["r"]): value(cell) for cell in row}
        for row in sheet_xml(path, sheet).iterfind("x:sheetData/x:row", XML)
    ]
    head = {place: str(name) for place, name in read[1].items()}
    return [{name: row.get(place) for place, name in head.items()} for row in read[2:]]


def value(cell: ElementTree.Element) -> Cell:
    assert cell.find("x:f", XML) is None, "a formula"
    kind = cell.attrib.get("t", "n")
    if kind == "inlineStr":
        return "".join(cell.itertext())
    found = cell.findtext("x:v", namespaces=XML)
    if found is None:
        return None
    return found == "1" if kind == "b" else float(found)


@pytest.mark.slow
@pytest.mark.parametrize(("sheet", "table"), [item for item in SHEETS.items() if item[1]])
def test_the_workbook_holds_the_figures_of_the_csv(edition: Path, sheet: str, table: str) -> None:
    types = pl.read_parquet(edition / f"{table}.parquet").schema
    csv = pl.read_csv(edition / f"{table}.csv", schema=types)
    found = rows(edition / "ranked_gaps.xlsx", sheet)
    assert len(found) == csv.height
    for expected, got in zip(csv.iter_rows(named=True), found, strict=True):
        assert got == {name: plain(expected[name]) for name in got}


def plain(one: object) -> Cell:
    if isinstance(one, float):
        return float(f"{one:.16G}")
    if isinstance(one, date):
        return float((one - date(1899, 12, 30)).days)
    return one if isinstance(one, str | bool) or one is None else float(str(one))


def test_only_ends_and_kg_of_parts_are_left_out(edition: Path) -> None:
    columns = pl.read_parquet(edition / "gap_years.parquet").columns
    shown = rows(edition / "ranked_gaps.xlsx", "years")[0].keys()
    left = set(columns) - set(shown)
    assert {"freight_usd_low", "timing_fine_kg"} <= left
    assert {"freight_usd_mid", "residual_value_usd_low", "residual_fine_kg_high"} <= set(shown)
    assert all(re.search(r"_usd_(low|high)$|_fine_kg", name) for name in left)
    ranking = pl.read_parquet(edition / "ranked_gaps.parquet").columns
    assert list(rows(edition / "ranked_gaps.xlsx", "ranking")[0]) == ranking


def test_hubs_and_transit_have_their_sheets_and_nothing_is_called_by_the_first_method(
    edition: Path,
) -> None:
    assert {"hubs": "gaps_of_hubs", "transit": "transit_moves"}.items() <= SHEETS.items()
    names = rows(edition / "ranked_gaps.xlsx", "ranking")[0].keys()
    assert {"tier", "probability_material", "missing_fine_kg", "at_most_fine_kg"} <= set(names)
    texts = [str(row["definition"]) for row in rows(edition / "ranked_gaps.xlsx", "dictionary")]
    texts += [str(row["meaning"]) for row in rows(edition / "ranked_gaps.xlsx", "parameters")]
    for old in ("ranking key", "linear program", "times one plus"):
        assert not [text for text in texts if old in text.lower()], old


def test_header_is_frozen_and_filtered_and_units_stand_above_it(edition: Path) -> None:
    sheet = sheet_xml(edition / "ranked_gaps.xlsx", "ranking")
    pane = sheet.find("x:sheetViews/x:sheetView/x:pane", XML)
    assert pane is not None and (pane.attrib["state"], pane.attrib["ySplit"]) == ("frozen", "2")
    height = pl.read_parquet(edition / "ranked_gaps.parquet").height
    filtered = sheet.find("x:autoFilter", XML)
    assert filtered is not None
    assert re.fullmatch(rf"A2:[A-Z]+{height + 2}", filtered.attrib["ref"])
    first = sheet.find("x:sheetData/x:row", XML)
    names = list(rows(edition / "ranked_gaps.xlsx", "ranking")[0])
    units = dict(zip(names, [value(cell) for cell in first or ()], strict=True))
    assert units["export_value_usd"] == "USD"
    assert units["at_least_fine_kg"] == "kg of fine gold"
    assert units["exporter_iso3"] in ("", None)


def test_the_dictionary_defines_every_column_and_the_first_sheet_warns(edition: Path) -> None:
    defined = {(row["table"], row["column"]) for row in rows(edition / "ranked_gaps.xlsx",
                                                             "dictionary")}  # fmt: skip
    for path in edition.glob("*.parquet"):
        assert {(path.stem, name) for name in pl.read_parquet_schema(path)} <= defined
    text = "\n".join(sheet_xml(edition / "ranked_gaps.xlsx", "read me").itertext())
    assert "it proves neither, and it names no person or company" in text
    assert "this edition is made from the sample" in text
    assert "never zero" in text
    assert "evidence first, then kilograms" in text and "lowest over three kinds" in text


def table(frame: pl.DataFrame, name: str = "ranked_gaps") -> PublishedTable:
    units = {"usd": "USD", "share": "share"}
    kinds = {pl.String: "VARCHAR", pl.Date: "DATE"}
    columns = tuple(
        {"name": c, "type": kinds.get(type(k), "DOUBLE"), "unit": units.get(c, ""), "comment": c}
        for c, k in frame.schema.items()
    )
    return PublishedTable(name, "What it is. One row per name.", ("name",), columns, frame)


NASTY = ["=1+1", "@SUM(A1)", "-x", "+x", "\tx", '=cmd|" /C calc"!A0', "<script>", 'a "b"', "Côte"]


def test_text_that_a_spreadsheet_would_run_stays_text_even_when_it_is_edited(
    tmp_path: Path,
) -> None:
    frame = pl.DataFrame({"name": NASTY, "usd": [1.5] * len(NASTY)})
    write_workbook(tmp_path / "w.xlsx", "2026-11", "0", [table(frame)], ["=2+2 is a warning"])
    assert [row["name"] for row in rows(tmp_path / "w.xlsx", "ranking")] == NASTY
    guarded = {cell.attrib.get("s") for cell in sheet_xml(tmp_path / "w.xlsx", "ranking").iter(
        f"{{{XML['x']}}}c") if (str(value(cell)) in NASTY[:6])}  # fmt: skip
    with zipfile.ZipFile(tmp_path / "w.xlsx") as parts:
        styles = ElementTree.fromstring(parts.read("xl/styles.xml"))
    (style,) = guarded
    assert style is not None
    assert styles.findall("x:cellXfs/x:xf", XML)[int(style)].attrib["quotePrefix"] == "1"


def test_a_table_too_long_for_a_sheet_is_cut_and_says_so(tmp_path: Path) -> None:
    frame = pl.DataFrame({"name": [f"n{i}" for i in range(7)], "usd": [float(i) for i in range(7)]})
    write_workbook(tmp_path / "w.xlsx", "2026-11", "0", [table(frame)], most_rows=5)
    assert len(rows(tmp_path / "w.xlsx", "ranking")) == 5
    text = "\n".join(sheet_xml(tmp_path / "w.xlsx", "read me").itertext())
    assert "The sheet shows the first 5 of 7 rows; all are in ranked_gaps.csv." in text


def test_empty_tables_nulls_dates_and_no_numbers_are_written(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"name": ["a", "b"], "usd": [None, float("nan")], "day": [date(2026, 11, 23), None],
         "at": [datetime(2026, 11, 23, 12), None]}
    )  # fmt: skip
    write_workbook(tmp_path / "w.xlsx", "2026-11", "0", [table(frame)])
    (first, second) = rows(tmp_path / "w.xlsx", "ranking")
    assert first == {"name": "a", "usd": None, "day": 46349.0, "at": 46349.5}
    assert (second["usd"], second["day"]) == (None, None)
    write_workbook(tmp_path / "e.xlsx", "2026-11", "0", [table(frame.clear())])
    assert rows(tmp_path / "e.xlsx", "ranking") == []


def test_the_same_tables_give_the_same_bytes_on_another_day_and_machine(tmp_path: Path) -> None:
    code = """
import sys, os; os.umask(int(sys.argv[2], 8)); sys.path.insert(0, "tests")
import polars as pl, test_workbook as t
from pathlib import Path
frame = pl.DataFrame({"name": t.NASTY, "usd": [0.1] * len(t.NASTY)})
t.write_workbook(Path(sys.argv[1]), "2026-11", "0", [t.table(frame)], ["w"])
"""
    digests = set()
    for name, zone, umask in (("a", "UTC", "022"), ("b", "Asia/Tokyo", "077")):
        path = tmp_path / f"{name}.xlsx"
        subprocess.run([sys.executable, "-c", code, str(path), umask], check=True,
                       cwd=Path(__file__).parents[1], env=os.environ | {"TZ": zone})  # fmt: skip
        digests.add(hashlib.sha256(path.read_bytes()).hexdigest())
    assert len(digests) == 1
    with zipfile.ZipFile(tmp_path / "a.xlsx") as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2026-11-01T00:00:00Z" in parts.read("docProps/core.xml")
