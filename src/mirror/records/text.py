"""Delimited text: its encoding, delimiter and header, and its rows as frames."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import IO

import polars as pl

from mirror.errors import SourceError
from mirror.records.encoding import encoding_of, utf8_pieces, valid_utf8, whole_lines
from mirror.records.layout import NotRecords, is_header, known_names, recognise
from mirror.records.limits import (
    COLUMNS_MOST,
    HEADER_MOST_CHARACTERS,
    HEADER_WITHIN_LINES,
    LINE_MOST_BYTES,
)
from mirror.records.shift import is_shifted, split_row
from mirror.records.table import Counts, frame_of

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_SAMPLE_LINES = 20


def text_reader(stream: IO[bytes], label: str, counts: Counts) -> "TextReader":
    """Recognise delimited text and return its rows; those of a header alone are no frame.

    A delimiter too many at a row's end is what the website writes; any other count of fields than
    the header's raises SourceError, as do a header that is none of records and a second, other one.
    The same header again, where files were put one after the other, is no row.
    """
    counts.encoding = encoding_of(stream.read(256))
    stream.seek(0)
    pieces = whole_lines(utf8_pieces(stream, counts.encoding, label), label)
    first = next(pieces, b"")
    text, is_windows = valid_utf8(first)
    counts.shape = "delimited text"
    header = _header(text, label)
    counts.delimiter = _DELIMITERS[header.delimiter]
    if is_windows:
        counts.encoding = "windows-1252"
    body = text[header.end :]
    names = _unshifted(header, body, label, counts)
    return TextReader(names, header, chain([body], pieces), label, counts)


@dataclass(frozen=True)
class _Header:
    names: list[str]
    delimiter: str
    end: int
    lines: int


def _header(text: bytes, label: str) -> _Header:
    """Find the header: the first line that names columns, else the first of a table."""
    end, lines, said = 0, 0, None
    first: _Header | None = None
    while end < len(text) and lines < HEADER_WITHIN_LINES:
        start = end
        end = text.find(b"\n", start) + 1 or len(text)
        line, lines = text[start:end].decode().strip("\r\n"), lines + 1
        if len(line) > HEADER_MOST_CHARACTERS or "\x00" in line:
            break
        if excel := re.fullmatch(r'"?sep=(.)"?', line.strip(" "), re.IGNORECASE):
            said = excel[1]
        elif line.strip():
            delimiter = said if said in _DELIMITERS else _delimiter(line)
            names = _cells(line, delimiter)
            if 2 <= len(names) <= COLUMNS_MOST:
                found = _Header(names, delimiter, end, lines)
                if is_header(names):
                    return found
                first = first or found
    is_page = text.lstrip()[:1] == b"<"
    if first and not is_page:
        return first
    if is_page:
        raise SourceError(
            f"{label} is a page of HTML or XML and no table: the service was not reached when it "
            "was saved; ask for the data again, or leave it out."
        )
    raise NotRecords(
        f"{label} is not Comtrade data: its first line is no header of columns. "
        "Give files of records as UN Comtrade sends them."
    )


def _cells(line: str, delimiter: str) -> list[str]:
    """Return the fields of one line; none where it is no line of a table."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _delimiter(line: str) -> str:
    def merit(delimiter: str) -> tuple[int, int]:
        return known_names(_cells(line, delimiter)), line.count(delimiter)

    return max(_DELIMITERS, key=merit)


def _unshifted(header: _Header, body: bytes, label: str, counts: Counts) -> list[str]:
    """Return the header, moved by one where every row stands one column to the left of it."""
    recognise(header.names, label)  # a header that is none is refused here
    lines = body.split(b"\n", _SAMPLE_LINES)[:_SAMPLE_LINES]
    text = [line.decode(errors="replace").strip("\r") for line in lines]
    rows = [cells for line in text if (cells := _cells(line, header.delimiter))]
    if (place := split_row(header.names, rows)) is not None:
        raise SourceError(
            f"{label}, line {header.lines + place + 1}: a text has a {counts.delimiter} in it and "
            "no quotes, so that what follows stands one column further: put quotes around it."
        )
    if not is_shifted(header.names, rows):
        return header.names
    counts.note("shifted by one column and set right: the first column was lost to an index")
    return [*header.names[1:], ""]


class TextReader:
    """Rows below a header; `names` are those of the columns, the header's unless it is shifted."""

    def __init__(
        self, names: list[str], header: _Header, pieces: Iterator[bytes], label: str, counts: Counts
    ) -> None:
        self.layout = recognise(names, label)
        self._names, self._written, self._line = names, header.names, header.lines + 1
        self._delimiter, self._pieces = header.delimiter, pieces
        self._label, self._counts = label, counts
        self._fields = list(self.layout.fields)
        self._places = [names.index(name) for name in self.layout.fields.values()]
        self._period = self._fields.index("period")
        self._has_end: bool | None = None

    def frames(self) -> Iterator[pl.DataFrame]:
        """Yield the rows, piece by piece."""
        for piece in self._pieces:
            text, is_windows = valid_utf8(piece)
            if is_windows:
                self._counts.encoding = "windows-1252"
            frame = self._scanned(text, self._line)
            if frame is None:
                frame = frame_of(self._read(text, self._line), self._fields)
            if frame.height:
                yield frame
            self._line += text.count(b"\n")

    def _scanned(self, text: bytes, first_line: int) -> pl.DataFrame | None:
        """Read lines that are regular with polars; null where a closer look is needed."""
        end = b"\r\n" if b"\r\n" in text[:LINE_MOST_BYTES] else b"\n"
        text = text if text.endswith(end) else text + end
        lines = text.count(b"\n")
        if text.count(end) != lines or (b"\r" in end) * lines != text.count(b"\r"):
            return None
        if b"\x00" in text:
            return None
        first = text[: text.find(end)].decode()
        width = len(_cells(first, self._delimiter))
        if width not in (len(self._names), len(self._names) + 1):
            return None
        # a mark at every line's end shows by its column whether the line has all its fields
        marked = text.replace(end, f"{self._delimiter}~\n".encode())
        all_columns = [f"column_{n + 1}" for n in range(width + 1)]
        kept = [all_columns[n] for n in self._places] + all_columns[len(self._names) :]
        try:
            frame = pl.read_csv(
                io.BytesIO(marked), separator=self._delimiter, has_header=False, columns=kept,
                schema=dict.fromkeys(all_columns, pl.String), empty_string_is_null=False,
            )  # fmt: skip
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
            return None
        has_end = width > len(self._names)
        if self._has_end is (not has_end) or not self._is_regular(frame, lines, width):
            return None
        self._has_end = has_end
        named = frame.select(kept[: len(self._places)]).rename(
            dict(zip(kept, self._fields, strict=False))
        )
        places = pl.int_range(first_line, first_line + lines, dtype=pl.Int64, eager=True)
        return named.insert_column(0, places.alias("source_row"))

    def _is_regular(self, frame: pl.DataFrame, lines: int, width: int) -> bool:
        """Say whether every line is one row, with all its fields and no name of a column."""
        period = pl.nth(self._period).str.strip_chars()
        checks = [(pl.last() == "~").all(), period.str.contains(r"^\d").all()]
        if width > len(self._names):
            checks.append((pl.nth(-2).str.strip_chars() == "").all())
        return frame.height == lines and all(
            frame.select(check.fill_null(True)).item() for check in checks
        )

    def _read(self, text: bytes, first_line: int) -> Iterator[tuple[object, ...]]:
        """Read lines one by one, and say what is wrong with the first that is."""
        reader = csv.reader(io.StringIO(text.decode(), newline=""), delimiter=self._delimiter)
        try:
            for values in filter(None, reader):
                line = reader.line_num + first_line - 1
                if not self._is_repeated_header(values, line):
                    self._demand_width(values, line)
                    yield line, *(values[place] for place in self._places)
        except csv.Error as error:
            raise SourceError(
                f"{self._label}, line {reader.line_num + first_line - 1}: {error}; a quote that "
                "is opened there does not end: correct the line, or download the file again."
            ) from error

    def _is_repeated_header(self, values: list[str], line: int) -> bool:
        at = self._places[self._period]
        if "".join(values[at : at + 1]).strip()[:1].isdigit() or not is_header(values):
            return False
        if [v for v in values if v] != [name for name in self._written if name]:
            raise SourceError(
                f"{self._label}, line {line}: a second header with other columns; give the two "
                "files that were put together one by one."
            )
        self._has_end = None
        return True

    def _demand_width(self, values: list[str], line: int) -> None:
        has_end = len(values) == len(self._names) + 1 and not values[-1].strip()
        if len(values) != len(self._names) and not has_end:
            raise SourceError(
                f"{self._label}, line {line}: {len(values)} fields where the header has "
                f"{len(self._names)}; the row is cut or shifted, download the file again."
            )
        if self._has_end is (not has_end):
            raise SourceError(
                f"{self._label}, line {line}: {len(values)} fields, and other rows have one "
                f"{'less' if has_end else 'more'}; a text with a {self._counts.delimiter} in it "
                "lacks its quotes: put quotes around it, or download the file again."
            )
        self._has_end = has_end
