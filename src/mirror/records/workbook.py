"""Workbooks: tables that a library reads, each value as text."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import fastexcel
import polars as pl

from mirror.errors import SourceError
from mirror.records.layout import NotRecords, is_header, known_names, recognise
from mirror.records.limits import (
    COLUMNS_MOST,
    DOCUMENT_MOST_BYTES,
    HEADER_WITHIN_LINES,
    in_short,
)
from mirror.records.table import Counts, FrameReader

_CELLS_MOST = 20_000_000
_CELL = re.compile(rb"""[ :]r\s*=\s*["']([A-Z]{1,3})(\d{1,7})["']""")


def sheets(path: Path, label: str) -> list[str]:
    """List the sheets of a workbook; raises SourceError for one that cannot be read."""
    _demand_small(path, label)
    with _workbook_errors(path, label) as book:
        return list(book.sheet_names)


def sheet_reader(path: Path, sheet: str, label: str, counts: Counts) -> FrameReader:
    """Read the rows below the header of one sheet; raises NotRecords where it has none."""
    counts.shape = "workbook"
    _demand_small(path, label)
    with _workbook_errors(path, label) as book:
        loaded = book.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string")
        frame = loaded.to_polars() if loaded.height and loaded.width else pl.DataFrame()
    top = frame.head(HEADER_WITHIN_LINES).rows()
    cells = [["" if cell is None else str(cell) for cell in row] for row in top]
    best = max(range(len(cells)), key=lambda n: known_names(cells[n]), default=None)
    if best is None or not is_header(cells[best]) or len(cells[best]) > COLUMNS_MOST:
        raise NotRecords(
            f"{label} is not Comtrade data: its first lines are no header of columns. "
            "Give files of records as UN Comtrade sends them."
        )
    layout = recognise(cells[best], label)
    places = {name: cells[best].index(name) for name in layout.fields.values()}
    columns = [pl.nth(place).alias(name) for name, place in places.items()]
    below = frame.slice(best + 1).select(columns)
    filled = below.filter(~pl.all_horizontal(pl.all().is_null()))
    return FrameReader(filled, layout, best + 2)


class _workbook_errors:
    """Open a workbook; whatever the library finds wrong with it is one sentence."""

    def __init__(self, path: Path, label: str) -> None:
        self._path, self._label = path, label

    def __enter__(self) -> fastexcel.ExcelReader:
        try:
            return fastexcel.read_excel(self._path)
        except (fastexcel.FastExcelError, OSError, ValueError) as error:
            raise self._error(error) from error

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        # a panic of the library's Rust is no Exception
        if error is not None and (
            isinstance(error, fastexcel.FastExcelError | ValueError | pl.exceptions.PolarsError)
            or type(error).__name__ == "PanicException"
        ):
            raise self._error(error) from error

    def _error(self, error: BaseException) -> SourceError:
        return SourceError(
            f"{self._label} is a workbook that cannot be read ({in_short(error)}): save it "
            "again as .xlsx, or the sheet as CSV."
        )


def _demand_small(path: Path, label: str) -> None:
    """Refuse a workbook that would not fit into memory: its parts are read whole."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(info.file_size for info in archive.infolist())
            parts = [n for n in archive.namelist() if n.startswith("xl/worksheets/")]
            cells = 0
            if size <= DOCUMENT_MOST_BYTES:
                cells = max((_cells(archive, part) for part in parts), default=0)
    # zipfile's own: damage, also within a part; a version or packing that it lacks; a password
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise SourceError(
            f"{label} is a workbook that is damaged or locked by a password "
            f"({in_short(error)}): save it again without one, or the sheet as CSV."
        ) from error
    if size > DOCUMENT_MOST_BYTES or cells > _CELLS_MOST:
        raise SourceError(
            f"{label} is a workbook of {size >> 20:,} MB unpacked and {cells:,} cells, too large "
            "to be read whole: save its sheets as CSV."
        )


def _cells(archive: zipfile.ZipFile, part: str) -> int:
    """Count the cells of the smallest area that holds every cell of a sheet."""
    column = row = 1
    for text in _overlapping(archive, part):
        for letters, digits in _CELL.findall(text):
            row = max(row, int(digits))
            number = 0
            for letter in letters:
                number = number * 26 + letter - 64
            column = max(column, number)
    return column * row


def _overlapping(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    with archive.open(part) as stream:
        end = b""
        while piece := stream.read(1 << 20):
            yield end + piece
            end = piece[-40:]
