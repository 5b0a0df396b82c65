"""The header of delimited text: which line it is, its delimiter, and how rows stand below it."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from mirror.errors import SourceError
from mirror.records.layout import (
    NotRecords,
    demand_unnamed,
    is_header,
    known_names,
    recognise,
)
from mirror.records.limits import COLUMNS_MOST, HEADER_MOST_CHARACTERS, HEADER_WITHIN_LINES
from mirror.records.shift import shift_of, split_row
from mirror.records.table import Counts

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_FEWEST_NAMES = 3
_SAMPLE_LINES = 20


@dataclass(frozen=True)
class Header:
    """Names of columns; the text behind the header begins at `end`, below so many `lines`."""

    names: list[str]
    delimiter: str
    end: int
    lines: int


def header_of(text: bytes, label: str, counts: Counts) -> Header:
    """Find the header, which may stand below a title; raises NotRecords where there is none.

    Raises SourceError for columns of records in a form that is not read.
    """
    first, titles = None, 0
    for line, header in _candidates(text):
        if header and len(header.names) > 1:
            first = first or header
            if known_names(header.names) >= _FEWEST_NAMES and is_header(header.names):
                if titles:
                    counts.note(f"text above the header, in {titles} lines, is left out")
                return header
        titles += bool(line.strip())
    if text.lstrip()[:1] == b"<":
        raise SourceError(
            f"{label} is a page of HTML or XML and no table: the service was not reached when it "
            "was saved; ask for the data again, or leave it out."
        )
    top = text[:HEADER_MOST_CHARACTERS].decode(errors="ignore")
    for line in top.splitlines()[:HEADER_WITHIN_LINES]:
        demand_unnamed(re.findall(r"\w+", line), label)
    if first is None:
        raise NotRecords(
            f"{label} is not Comtrade data: its first line is no header of columns. "
            "Give files of records as UN Comtrade sends them."
        )
    return first


def _candidates(text: bytes) -> Iterator[tuple[str, Header | None]]:
    """Yield the first lines, each with what it is as a header; Excel's `sep=` is none of them."""
    end, said = 0, None
    for lines in range(1, HEADER_WITHIN_LINES + 1):
        start = end
        end = text.find(b"\n", start) + 1 or len(text)
        line = text[start:end].decode().strip("\r\n")
        if start == end or len(line) > HEADER_MOST_CHARACTERS:
            return
        if excel := re.fullmatch(r'"?sep=(.)"?', line.strip(" "), re.IGNORECASE):
            said = excel[1]
            continue
        delimiter = said if said in DELIMITERS else _delimiter(line)
        names = cells(line, delimiter)
        is_one = "\x00" not in line and 0 < len(names) <= COLUMNS_MOST
        yield line, Header(names, delimiter, end, lines) if is_one else None


def cells(line: str, delimiter: str) -> list[str]:
    """Return the fields of one line; none where it is no line of a table."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _delimiter(line: str) -> str:
    def merit(delimiter: str) -> tuple[int, int]:
        return known_names(cells(line, delimiter)), line.count(delimiter)

    return max(DELIMITERS, key=merit)


def above_its_rows(header: Header, body: bytes, label: str, counts: Counts) -> Header:
    """Return the header, moved by one where every row stands one column beside it."""
    recognise(header.names, label)  # a header that is none is refused here
    lines = body.split(b"\n", _SAMPLE_LINES)[:_SAMPLE_LINES]
    text = [line.decode(errors="replace").strip("\r") for line in lines]
    rows = [row for line in text if any(row := cells(line, header.delimiter))]
    by = shift_of(header.names, rows)
    if not by and (place := split_row(header.names, rows)) is not None:
        raise SourceError(
            f"{label}, line {header.lines + place + 1}: a text has a {DELIMITERS[header.delimiter]}"
            " in it and no quotes, so that what follows stands one column further: put quotes "
            "around it."
        )
    if by == -1:
        counts.note("shifted by one column and set right: the first column was lost to an index")
        return replace(header, names=[*header.names[1:], ""])
    if by == 1:
        counts.note("the header has no name for the first column, which names the rows")
        return replace(header, names=["", *header.names])
    return header
