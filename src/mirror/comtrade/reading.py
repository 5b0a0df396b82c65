"""Read replies as they stream: count rows without holding them, and give rows of small replies."""

import gzip
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ijson

from mirror.comtrade.service import KNOWN, NEEDED, NULLABLE
from mirror.errors import SchemaDrift, SourceError

_COUNTED = ("period", "reportercode")
_LENGTHS = frozenset(map(len, _COUNTED))
_LISTS = ("data", "results")
_STARTS = frozenset({"start_map", "start_array"})
_ENDS = frozenset({"end_map", "end_array"})
_IN_ROW = 3
"""Depth of the fields of a row: object, list, object."""


@dataclass
class Tally:
    """What a reply holds: rows, rows of each (period, reporter), field names in lower case.

    `declared` is the reply's own `count`, null where it gives none; `complaint` its `error`.
    """

    rows: int = 0
    by_reporter: Counter[tuple[str, int]] = field(default_factory=Counter)
    fields: set[str] = field(default_factory=set)
    declared: int | None = None
    complaint: str = ""
    has_list: bool = False

    @property
    def missing(self) -> tuple[str, ...]:
        """Needed fields that no row has. A row may leave out what is null, and so may all of them;
        but beside a new name it may be the same field under that name.
        """
        may_lack = frozenset() if self.unknown_fields else NULLABLE
        return tuple(sorted(NEEDED - self.fields - may_lack))

    @property
    def unknown_fields(self) -> tuple[str, ...]:
        """Fields that the service has added since this was written."""
        return tuple(sorted(self.fields - KNOWN))


class Counting:
    """Feed it the chunks of a JSON reply, in order; `finish` gives the tally.

    Both raise SourceError where the text is no JSON or ends before its time.
    """

    def __init__(self) -> None:
        self.tally = Tally()
        self._events: Any = ijson.sendable_list()
        self._parser = ijson.basic_parse_coro(self._events, use_float=True)
        self._depth = 0
        self._key = ""
        self._row: dict[str, Any] = {}
        self._names: list[str] = []
        self._shapes: set[tuple[str, ...]] = set()

    def feed(self, chunk: bytes) -> None:
        """Read one chunk."""
        try:
            self._parser.send(chunk)
        except (ijson.JSONError, StopIteration) as error:
            raise SourceError(_broken(error)) from error
        self._take()

    def finish(self) -> Tally:
        """End the reply."""
        try:
            self._parser.close()
        except ijson.JSONError as error:
            raise SourceError(_broken(error)) from error
        self._take()
        return self.tally

    def _take(self) -> None:
        for event, value in self._events:
            if event == "map_key":
                self._key = value
                if self._depth == _IN_ROW:
                    self._names.append(value)
            elif event in _STARTS:
                self._open(event)
            elif event in _ENDS:
                self._close(event)
            elif self._depth == _IN_ROW:
                if len(self._key) in _LENGTHS and self._key.lower() in _COUNTED:
                    self._row[self._key.lower()] = value
            elif self._depth == 1:
                self._on_top(value)
        del self._events[:]

    def _open(self, event: str) -> None:
        self._depth += 1
        if self._depth == 2 and event == "start_array" and self._key.lower() in _LISTS:
            self.tally.has_list = True
        elif self._depth == _IN_ROW and event == "start_map":
            self._row, self._names = {}, []

    def _close(self, event: str) -> None:
        self._depth -= 1
        if self._depth == 2 and event == "end_map" and self.tally.has_list:
            self._on_row()

    def _on_top(self, value: object) -> None:
        if self._key == "count" and value is not None:
            self.tally.declared = int(str(value))
        elif self._key == "error":
            self.tally.complaint = str(value or "")

    def _on_row(self) -> None:
        self.tally.rows += 1
        shape = tuple(self._names)
        if shape not in self._shapes:
            self._shapes.add(shape)
            self.tally.fields |= {name.lower() for name in shape}
        reporter = self._row.get("reportercode")
        if reporter is not None and "period" in self._row:
            self.tally.by_reporter[str(self._row["period"]), int(reporter)] += 1


def check_records(tally: Tally) -> None:
    """Raise SchemaDrift if records lack a field that the method needs."""
    if tally.rows and tally.missing:
        raise SchemaDrift(
            f"Records of UN Comtrade come without {', '.join(tally.missing)}:"
            " the service has changed, and this version cannot read it."
        )


def rows(body: Path) -> Iterator[dict[str, Any]]:
    """Rows of a stored JSON reply, keys in lower case, one at a time."""
    with gzip.open(body, "rb") as stream:
        marker = stream.read(400)
    prefix = "results.item" if b'"results"' in marker else "data.item"
    with gzip.open(body, "rb") as stream:
        start = stream.read(3)
        if start != b"\xef\xbb\xbf":
            stream.seek(0)
        for row in ijson.items(stream, prefix, use_float=True):
            yield {name.lower(): value for name, value in row.items()}


def _broken(error: Exception) -> str:
    said = " ".join(str(error).split())[:80]
    return f"A reply of UN Comtrade is no complete JSON ({said}). It is not kept; run again."
