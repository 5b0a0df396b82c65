"""Rows of one file as they stand there: delimited text (plain or gzip) or a JSON reply."""

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, cast

import ijson

from mirror.errors import SourceError, TruncatedReply
from mirror.records.layout import recognise

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


def text_rows(stream: IO[bytes], label: str) -> Iterator[Row]:
    """Yield the rows of delimited text; UTF-8, with Latin-1 for bytes that are none.

    A comma too many at a row's end is what the website writes; any other count of fields than the
    header's raises SourceError, as does a header that is none of records.
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
    recognise(header, label)  # before a row is judged by a header that is none
    reader = csv.reader(text, delimiter=_delimiter(head))
    try:
        for values in reader:
            if values:
                yield reader.line_num + 1, _named(header, values, label, reader.line_num + 1)
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


_ERRORS = ("error", "error.message", "message", "errorObject.errorMessage")
"""Where the service and the gateway before it say what went wrong."""


def json_rows(stream: IO[bytes], label: str) -> Iterator[Row]:
    """Yield the rows of a JSON reply (`data`, `results` or a bare list) without holding it whole.

    Raises TruncatedReply where the reply ends too early or has fewer rows than it says.
    """
    try:
        _go_to_start(stream)
        prefix, said = _envelope(stream, label)
        _go_to_start(stream)
        place = 0
        for place, row in enumerate(ijson.items(stream, prefix), start=1):
            yield place, _as_text(row, label, place)
    except ijson.JSONError as error:
        raise TruncatedReply(
            f"{label} is cut off or no JSON ({str(error).splitlines()[0]}): fetch it again."
        ) from error
    if said is not None and said != place:
        raise TruncatedReply(f"{label} says it has {said} rows and holds {place}: fetch it again.")


def _go_to_start(stream: IO[bytes]) -> None:
    stream.seek(0)
    if stream.read(len(_MARK)) != _MARK:
        stream.seek(0)


def _envelope(stream: IO[bytes], label: str) -> tuple[str, int | None]:
    said: int | None = None
    for prefix, event, value in ijson.parse(stream):
        if event == "start_array" and prefix in ("", "data", "results"):
            return f"{prefix}.item" if prefix else "item", said
        if prefix == "count" and event == "number":
            said = int(value)
        if prefix in _ERRORS and event == "string" and value:
            raise SourceError(
                f"{label} holds no records but an error of the service "
                f"({' '.join(value.split()).rstrip('.')}): fetch it again or leave it out."
            )
    raise SourceError(
        f"{label} is not Comtrade data: it has no list of rows under data. "
        "Give replies as UN Comtrade sends them."
    )


def _as_text(row: Any, label: str, place: int) -> dict[str, str | None]:
    if not isinstance(row, dict):
        raise SourceError(f"{label}, row {place} is no record: give replies as they were sent.")
    return {name: _text(value) for name, value in row.items()}


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)
