"""JSON in any of its shapes: replies, lists and dicts of them, lines, frames of pandas."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import IO, Any

import polars as pl

from mirror.errors import SourceError
from mirror.records.document import Skeleton, names_in
from mirror.records.encoding import encoding_of, utf8_pieces, whole_lines
from mirror.records.layout import Layout, demand_unnamed, known_names, recognise, sketch
from mirror.records.limits import DOCUMENT_MOST_BYTES
from mirror.records.names import BILATERAL_MARKS
from mirror.records.no_json import no_json
from mirror.records.rows import exact, holder_of, parsed, rows_frame
from mirror.records.table import Counts

_ATTEMPTS = 8
_LIST_BEGINS = re.compile(rb"\[\s*\{")
_LIST_ENDS = re.compile(rb"\}\s*\]")
_NEXT_ROW = re.compile(rb"\}\s*,\s*\{")


def is_json(head: bytes) -> bool:
    """Say whether the first sign is one that opens a JSON object or list."""
    text = head.removeprefix(b"\xef\xbb\xbf")
    if (encoding := encoding_of(head)).startswith(("utf-16", "utf-32")):
        text = head.decode(encoding, errors="ignore").encode()
    return text.lstrip()[:1] in (b"{", b"[")


_PARTS_OF_MARKS = (b"irror", b"IRROR", b"isc", b"ISC")
"""One stands in every spelling of a mark; looked for first because it is fast."""


def json_reader(stream: IO[bytes], label: str, counts: Counts, kind: str | None) -> "JsonReader":
    """Recognise the shape of JSON; `kind` is what its rows are known to be."""
    counts.encoding = encoding_of(stream.read(256))
    stream.seek(0)
    if kind is None and _has_marks(utf8_pieces(stream, counts.encoding, label)):
        kind = "bilateral"
    stream.seek(0)
    pieces = utf8_pieces(stream, counts.encoding, label)
    head = next(pieces, b"")
    first, _, second = head.partition(b"\n")
    row = parsed(first.strip().removesuffix(b","), label)
    is_lines = second.lstrip()[:1] == b"{" and _is_row(row)
    counts.shape = "JSON lines" if is_lines else "JSON"
    return JsonReader(chain([head], pieces), is_lines, label, counts, kind)


def _is_row(content: Any) -> bool:
    """Say whether an object is a row, and no reply with a list of them."""
    return isinstance(content, dict) and (
        known_names(content) > 0 or holder_of([content]) is not None
    )


def _has_marks(pieces: Iterator[bytes]) -> bool:
    """Say whether the rows are the service's own pairing of reports, which any of them may show."""
    marks = {mark.encode() for mark in BILATERAL_MARKS}
    end = b""
    for piece in pieces:
        text = end + piece
        if any(part in text for part in _PARTS_OF_MARKS):
            text = text.lower().replace(b"_", b"")
            if any(mark in text for mark in marks):
                return True
        end = piece[-40:]
    return False


class JsonReader:
    """Rows of JSON, whose names are those of all rows: one may leave out what is null."""

    def __init__(
        self, pieces: Iterator[bytes], is_lines: bool, label: str, counts: Counts, kind: str | None
    ) -> None:
        self.layout = Layout(kind or "records", {}, {}, frozenset(), False, (), ())
        self._pieces, self._is_lines = pieces, is_lines
        self._label, self._counts, self._kind = label, counts, kind
        self._names: dict[str, None] = {}
        self._place = 0

    def frames(self) -> Iterator[pl.DataFrame]:
        """Yield the rows; raises TruncatedReply for fewer than the reply says it has."""
        for rows, text in self._lines() if self._is_lines else self._lists():
            frame = self._frame(rows, text)
            self._place += len(rows)
            yield frame
        if self._names:
            self.layout = recognise(self._names, self._label, True, self._kind)

    def _frame(self, rows: list[Any], text: bytes) -> pl.DataFrame:
        if (holder := holder_of(rows)) is not None:
            self._counts.note(f"each record stands inside {holder}")
            whole = exact(text, self._label) if text else rows
            rows = [row.get(holder) if isinstance(row, dict) else row for row in whole]
            text = b""
        for n, row in enumerate(rows, start=self._place + 1):
            if not isinstance(row, dict):
                raise _no_record(self._label, n)
        spellings = dict.fromkeys(map(tuple, rows))
        new = dict.fromkeys(name for names in spellings for name in names) | {}
        if not new.keys() <= self._names.keys():
            self._names |= new
            self.layout = sketch(self._names, self._label, True, self._kind)
        return rows_frame(rows, text, self.layout, self._label, self._place + 1)

    def _lines(self) -> Iterator[tuple[list[Any], bytes]]:
        line = 0
        for piece in whole_lines(self._pieces, self._label):
            written = [one.strip().removesuffix(b",") for one in piece.splitlines()]
            lines = [one for one in written if one]
            text = b"[" + b",".join(lines) + b"]"
            rows = parsed(text, self._label)
            if rows is None or len(rows) != len(lines):
                bad = next(
                    (n for n, one in enumerate(written)
                     if one and parsed(one, self._label) is None), 0
                )  # fmt: skip
                place = f"{self._label}, line {line + bad + 1}: the line"
                raise no_json(written[bad], place, "remove it, or fetch the data again")
            line += len(written)
            yield rows, text

    def _lists(self) -> Iterator[tuple[list[Any], bytes]]:
        """Yield the rows of every list of records; the rest is looked at in the end."""
        skeleton = Skeleton(self._label)
        buffer = b""
        while True:
            begins = _LIST_BEGINS.search(buffer)
            while begins is None and (piece := next(self._pieces, b"")):
                buffer = skeleton.keep_end(buffer) + piece
                begins = _LIST_BEGINS.search(buffer)
            if begins is None:
                break
            start = begins.end() - 1
            inner = _LIST_BEGINS.search(buffer, start)
            if inner and buffer.find(b"}", start) > inner.start():  # a list of replies
                skeleton.add(buffer[:start])
                buffer = buffer[start:]
                continue
            skeleton.add(buffer[: begins.start()])
            before = self._place
            is_records = True
            buffer = buffer[start:]
            for rows, text, rest in self._list(buffer):
                buffer = rest
                if self._place == before:
                    is_records = is_records and _are_records(rows)
                if is_records:
                    yield rows, text
                else:
                    demand_unnamed(names_in(text), self._label)
            skeleton.add_list(self._place - before if is_records else None)
        skeleton.add(buffer)
        yield from self._without_lists(skeleton)

    def _without_lists(self, skeleton: Skeleton) -> Iterator[tuple[list[Any], bytes]]:
        skeleton.demand_whole(self._place)
        if not self._place:
            rows, shape = skeleton.rows()
            self._counts.shape = shape or self._counts.shape
            if rows:
                yield rows, b""

    def _list(self, buffer: bytes) -> Iterator[tuple[list[Any], bytes, bytes]]:
        """Yield rows of one list, their text, and what stands behind them."""
        while True:
            cut = self._cut(buffer)
            if cut:
                rows, text, end, is_last = cut
                buffer = buffer[end:]
                yield rows, text, buffer
                if is_last:
                    return
            piece = next(self._pieces, b"")
            if not piece or (not cut and len(buffer) > DOCUMENT_MOST_BYTES // 8):
                raise no_json(b"[" + buffer, self._label, "fetch it again", self._place)
            buffer += piece

    def _cut(self, buffer: bytes) -> tuple[list[Any], bytes, int, bool] | None:
        """Take as many whole rows as can be seen: rows, text, where the rest begins, is it all."""
        ends = _LIST_ENDS.search(buffer)
        for _ in range(_ATTEMPTS):
            if ends is None:
                break
            text = b"[" + buffer[: ends.start() + 1] + b"]"
            if (rows := parsed(text, self._label)) is not None:
                return rows, text, ends.end(), True
            ends = _LIST_ENDS.search(buffer, ends.end())
        at = len(buffer)
        for _ in range(_ATTEMPTS):
            at = buffer.rfind(b"}", 0, at)
            if at < 0:
                break
            following = _NEXT_ROW.match(buffer, at)
            if following:
                text = b"[" + buffer[: at + 1] + b"]"
                if (rows := parsed(text, self._label)) is not None:
                    return rows, text, following.end() - 1, False
        return None


def _are_records(rows: list[Any]) -> bool:
    """Say so of what is no object, too: the place of the first such row is to be named."""
    is_object = bool(rows) and isinstance(rows[0], dict)
    return not is_object or known_names(rows[0]) > 0 or holder_of(rows) is not None


def _no_record(label: str, place: int) -> SourceError:
    return SourceError(f"{label}, row {place} is no record: give replies as they were sent.")
