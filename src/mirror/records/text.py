"""Delimited text: its encoding, delimiter and header, and its rows as frames."""

import csv
import io
from collections.abc import Iterator
from itertools import chain
from typing import IO

import numpy as np
import polars as pl

from mirror.errors import SourceError
from mirror.records.encoding import encoding_of, utf8_pieces, valid_utf8, whole_lines
from mirror.records.header import DELIMITERS, Header, above_its_rows, header_of
from mirror.records.layout import is_header, recognise
from mirror.records.shift import split_row
from mirror.records.table import Counts, frame_of


def text_reader(stream: IO[bytes], label: str, counts: Counts) -> "TextReader":
    """Recognise delimited text and return its rows; those of a header alone are no frame.

    A delimiter too many at a row's end is what the website writes; a field that is lacking, or
    filled beyond the header, raises SourceError, as do a header that is none of records and a
    second, other one.
    The same header again, where files were put one after the other, is no row.
    """
    counts.encoding = encoding_of(stream.read(256))
    stream.seek(0)
    pieces = whole_lines(utf8_pieces(stream, counts.encoding, label), label)
    first = next(pieces, b"")
    text, is_windows = valid_utf8(first)
    counts.shape = "delimited text"
    header = header_of(text, label, counts)
    counts.delimiter = DELIMITERS[header.delimiter]
    if is_windows:
        counts.encoding = "windows-1252"
    body = text[header.end :]
    moved = above_its_rows(header, body, label, counts)
    return TextReader(moved.names, header, chain([body], pieces), label, counts)


class TextReader:
    """Rows below a header; `names` are those of the columns, the header's unless it is shifted."""

    def __init__(
        self, names: list[str], header: Header, pieces: Iterator[bytes], label: str, counts: Counts
    ) -> None:
        self.layout = recognise(names, label)
        self._names, self._written, self._line = names, header.names, header.lines + 1
        self._width = len(names)
        self._delimiter, self._pieces = header.delimiter, pieces
        self._label, self._counts = label, counts
        self._fields = list(self.layout.fields)
        self._places = [names.index(name) for name in self.layout.fields.values()]
        self._period = self._fields.index("period")
        self._beyond: int | None = None

    def frames(self) -> Iterator[pl.DataFrame]:
        """Yield the rows, piece by piece."""
        for piece in self._pieces:
            text, is_windows = valid_utf8(piece)
            if is_windows:
                self._counts.encoding = "windows-1252"
            lines = text.count(b"\n")
            frame = self._scanned(text, lines)
            if frame is None:
                frame = frame_of(self._read(text, self._line), self._fields)
            if frame.height:
                yield frame
            self._line += lines

    def _scanned(self, text: bytes, lines: int) -> pl.DataFrame | None:
        """Read lines that are regular with polars; null where a closer look is needed."""
        if b"\x00" in text or _has_lone_return(text):
            return None
        beyond = (fields_a_line(text, self._delimiter) or 0) - self._width
        if beyond < 0 or self._beyond not in (None, beyond):
            return None
        lines += not text.endswith(b"\n")
        frame = self._parsed(text, self._width + beyond)
        if frame is None or not self._is_regular(frame, lines):
            return None
        self._beyond = beyond
        places = pl.int_range(self._line, self._line + lines, dtype=pl.Int64, eager=True)
        return frame.select(
            places.alias("source_row"),
            *(pl.nth(n).alias(field) for n, field in enumerate(self._fields)),
        )

    def _parsed(self, text: bytes, fields: int) -> pl.DataFrame | None:
        """Read the columns that are kept and those beyond the header; null for what is no CSV."""
        names = [f"column_{n + 1}" for n in range(fields)]
        kept = [*(names[n] for n in self._places), *names[self._width :]]
        try:
            frame = pl.read_csv(
                text, separator=self._delimiter, has_header=False,
                columns=list(dict.fromkeys(kept)),
                schema=dict.fromkeys(names, pl.String), empty_string_is_null=False,
            )  # fmt: skip
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
            return None
        return frame.select(pl.col(name).alias(str(n)) for n, name in enumerate(kept))

    def _is_regular(self, frame: pl.DataFrame, lines: int) -> bool:
        """Say whether every line is one row of figures, with nothing beyond the header's fields."""
        period = pl.nth(self._period).str.strip_chars()
        beyond = pl.nth(range(len(self._fields), frame.width))
        checks = [period.str.contains(r"^\d").all()]
        if frame.width > len(self._fields):
            checks.append(pl.all_horizontal((beyond.str.strip_chars() == "").all()))
        return frame.height == lines and all(
            frame.select(is_so=check.fill_null(False)).item() for check in checks
        )

    def _read(self, text: bytes, first_line: int) -> Iterator[tuple[object, ...]]:
        """Read lines one by one, and say what is wrong with the first that is."""
        reader = csv.reader(io.StringIO(text.decode(), newline=""), delimiter=self._delimiter)
        try:
            for values in filter(None, reader):
                line = reader.line_num + first_line - 1
                if not self._is_no_row(values, line):
                    self._demand_width(values, line)
                    yield line, *(values[place] for place in self._places)
        except csv.Error as error:
            raise SourceError(
                f"{self._label}, line {reader.line_num + first_line - 1}: {error}; a quote that "
                "is opened there does not end: correct the line, or download the file again."
            ) from error

    def _is_no_row(self, values: list[str], line: int) -> bool:
        """Say whether a line is empty, or the header again where files were put together."""
        if not any(map(str.strip, values)):
            self._counts.note("rows without any value are left out")
            return True
        at = self._places[self._period]
        if "".join(values[at : at + 1]).strip()[:1].isdigit() or not is_header(values):
            return False
        if [v for v in values if v] != [name for name in self._written if name]:
            raise SourceError(
                f"{self._label}, line {line}: a second header with other columns; give the two "
                "files that were put together one by one."
            )
        self._counts.note("the header stands in it again, as where files were put together")
        self._beyond = None
        return True

    def _demand_width(self, values: list[str], line: int) -> None:
        """Raise SourceError unless a row has a field for each column, and nothing beyond them.

        A field more than in other rows may be a text that was split in two, its end empty.
        """
        beyond = len(values) - self._width
        if beyond < 0 or any(map(str.strip, values[self._width :])):
            raise SourceError(
                f"{self._label}, line {line}: {len(values)} fields where the header has "
                f"{self._width}; the row is cut or shifted, download the file again."
            )
        is_odd = self._beyond not in (None, beyond)
        if is_odd and split_row(self._names, [values[: self._width + 1]]) is not None:
            raise SourceError(
                f"{self._label}, line {line}: {len(values)} fields, and other rows have "
                f"{self._width + (self._beyond or 0)}; a text with a {self._counts.delimiter} in "
                "it lacks its quotes: put quotes around it, or download the file again."
            )
        self._beyond = beyond


def fields_a_line(text: bytes, delimiter: str) -> int | None:
    """Return how many fields every line has, marks within quotes not counted; null where lines
    differ.
    """
    quote, mark, end = ord('"'), ord(delimiter), ord("\n")
    signs = np.frombuffer(text if text.endswith(b"\n") else text + b"\n", np.uint8)
    found = signs[np.flatnonzero((signs == quote) | (signs == mark) | (signs == end))]
    is_quote = found == quote
    is_inside = np.bitwise_xor.accumulate(is_quote.view(np.uint8)) == 1
    outside = found[~(is_quote | is_inside)]
    fields = np.diff(np.flatnonzero(outside == end), prepend=-1)
    return int(fields[0]) if len(fields) and (fields == fields[0]).all() else None


def _has_lone_return(text: bytes) -> bool:
    """Say whether a carriage return stands alone: the end of a line, to some programs."""
    if b"\r" not in text:
        return False
    signs = np.frombuffer(text + b"\0", np.uint8)
    return bool((signs[np.flatnonzero(signs == ord("\r")) + 1] != ord("\n")).any())
