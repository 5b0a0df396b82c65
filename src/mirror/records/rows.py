"""Rows of one file as they stand there: delimited text (plain or gzip) or a JSON reply."""

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, cast

import ijson

from mirror.errors import SourceError, TruncatedReply
from mirror.records.layout import is_header, recognise

Row = tuple[int, dict[str, str | None]]
"""Line of a text file or place in a JSON list, both from 1; and the row's fields."""


def _latin1(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("latin-1-where-not-utf-8", _latin1)


@contextmanager
def open_bytes(path: Path, label: str) -> Iterator[IO[bytes]]:
    """Open a file, unpacked if its first bytes say gzip; a damaged one raises SourceError."""
    with path.open("rb") as raw:
        is_gzip = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        try:
            yield cast(IO[bytes], gzip.GzipFile(fileobj=raw)) if is_gzip else raw
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise SourceError(
                f"{label} is a .gz that ends too early or is damaged: download it again."
            ) from error


_MARK = b"\xef\xbb\xbf"
"""Byte-order mark that some programs put before UTF-8."""


def is_json(stream: IO[bytes]) -> bool:
    """Say whether the first sign is one that opens a JSON object or list."""
    head = stream.read(1024).removeprefix(_MARK).lstrip()
    stream.seek(0)
    return head[:1] in (b"{", b"[")


_LONGEST_HEADER = 100_000
"""Signs; a longer first line is none of records, and the csv module refuses longer fields."""


def text_rows(stream: IO[bytes], label: str) -> tuple[list[str], Iterator[Row]]:
    """Return the header of delimited text, and its rows; UTF-8, or Latin-1 for bytes that are none.

    A comma too many at a row's end is what the website writes; any other count of fields than the
    header's raises SourceError, as do a header that is none of records and a second, other one. The
    same header again, where files were put one after the other, is no row.
    """
    text = io.TextIOWrapper(
        stream, encoding="utf-8-sig", errors="latin-1-where-not-utf-8", newline=""
    )
    head = text.readline(_LONGEST_HEADER)
    header = next(csv.reader([head], delimiter=_delimiter(head)), [])
    if "\x00" in head or len(header) < 2:
        raise SourceError(
            f"{label} is not Comtrade data: its first line is no header of columns. "
            "Give files of records as UN Comtrade sends them."
        )
    period = recognise(header, label).fields["period"]  # a header that is none is refused here
    return header, _below(header, header.index(period), text, _delimiter(head), label)


def _below(
    header: list[str], period_at: int, text: io.TextIOWrapper, delimiter: str, label: str
) -> Iterator[Row]:
    reader = csv.reader(text, delimiter=delimiter)
    try:
        for values in filter(None, reader):
            line = reader.line_num + 1
            is_figure = "".join(values[period_at : period_at + 1]).strip()[:1].isdigit()
            if is_figure or not is_header(values):
                yield line, _named(header, values, label, line)
            elif [v for v in values if v] != [name for name in header if name]:
                raise SourceError(
                    f"{label}, line {line}: a second header with other columns; give the two "
                    "files that were put together one by one."
                )
    except csv.Error as error:
        raise SourceError(
            f"{label}, line {reader.line_num + 1}: {error}; download the file again."
        ) from error


def _delimiter(header: str) -> str:
    return max("\t,;", key=header.count)


def _named(header: list[str], values: list[str], label: str, line: int) -> dict[str, str | None]:
    has_empty_end = len(values) == len(header) + 1 and not values[-1].strip()
    if len(values) != len(header) and not has_empty_end:
        raise SourceError(
            f"{label}, line {line}: {len(values)} fields where the header has {len(header)}; "
            "the row is cut or shifted, download the file again."
        )
    return dict(zip(header, values, strict=False))


_ROW_LISTS = ("", "data", "results")
_ERRORS = ("error", "error.message", "message", "errorObject.errorMessage")
"""Where the service and the gateway before it say what went wrong."""


def json_rows(stream: IO[bytes], label: str) -> tuple[list[str], Iterator[Row]]:
    """Return every name in the rows of a JSON reply, and the rows, without holding it whole.

    A row may leave out what is null, so the names are those of all rows, whatever their order:
    the reply is read twice. Its rows stand under `data` or `results`, in one reply, in replies
    below other names, or in a bare list. Raises TruncatedReply where a reply ends too early or has
    fewer rows than it says.
    """
    with _json_errors(label):
        _go_to_start(stream)
        lists = _row_lists(stream, label)
        names: dict[str, None] = {}
        for row in _items(stream, lists, label):
            names.update(dict.fromkeys(row[1]))
    return list(names), _json_rows(stream, lists, label)


def _json_rows(stream: IO[bytes], lists: Mapping[str, int | None], label: str) -> Iterator[Row]:
    with _json_errors(label):
        for place, row in _items(stream, lists, label):
            yield place, {name: _text(value) for name, value in row.items()}


def _items(
    stream: IO[bytes], lists: Mapping[str, int | None], label: str
) -> Iterator[tuple[int, dict[str, Any]]]:
    place = 0
    for prefix, said in lists.items():
        _go_to_start(stream)
        before = place
        for place, row in enumerate(ijson.items(stream, prefix), start=before + 1):
            if not isinstance(row, dict):
                raise SourceError(
                    f"{label}, row {place} is no record: give replies as they were sent."
                )
            yield place, row
        if said is not None and said != place - before:
            raise TruncatedReply(
                f"{label} says it has {said} rows and holds {place - before}: fetch it again."
            )


@contextmanager
def _json_errors(label: str) -> Iterator[None]:
    try:
        yield
    except ijson.JSONError as error:
        raise TruncatedReply(
            f"{label} is cut off or no JSON ({str(error).splitlines()[0]}): fetch it again."
        ) from error


def _go_to_start(stream: IO[bytes]) -> None:
    stream.seek(0)
    if stream.read(len(_MARK)) != _MARK:
        stream.seek(0)


def _row_lists(stream: IO[bytes], label: str) -> dict[str, int | None]:
    """Return where the rows of a reply stand, and how many it says there are (null: not said).

    A reply that lies in another object may not be the only one there: then all of it is read.
    """
    said: dict[str, int] = {}
    lists: dict[str, str] = {}
    for prefix, event, value in ijson.parse(stream):
        parent, _, key = prefix.rpartition(".")
        if event == "start_array" and key in _ROW_LISTS and "item" not in parent.split("."):
            lists[f"{prefix}.item" if prefix else "item"] = parent
            if not parent:
                break
        elif key == "count" and event == "number":
            said[parent] = int(value)
        elif event == "string" and value and (prefix in _ERRORS or key == "error"):
            raise SourceError(
                f"{label} holds no records but an error of the service "
                f"({' '.join(value.split()).rstrip('.')}): fetch it again or leave it out."
            )
    if not lists:
        raise SourceError(
            f"{label} is not Comtrade data: it has no list of rows under data. "
            "Give replies as UN Comtrade sends them."
        )
    return {prefix: said.get(parent) for prefix, parent in lists.items()}


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)
