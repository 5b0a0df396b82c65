"""What of a JSON document is not rows: it says how many there are, or that something went wrong."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from mirror.errors import SourceError, TruncatedReply
from mirror.records.layout import NotRecords, demand_unnamed, is_header
from mirror.records.limits import DOCUMENT_MOST_BYTES, NESTING_MOST
from mirror.records.no_json import no_json
from mirror.records.rows import exact

_ROWS, _OTHER = "\x00rows", "\x00other"
_KEYS = re.compile(rb'"(\w+)"\s*:')
_BLANKS = re.compile(r"\s*")
_ERRORS = ("error", "message", "errormessage")
"""Where the service and the gateway before it say what went wrong, in small letters."""


class Skeleton:
    """A document with the number of rows in place of each list of them."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._parts: list[bytes] = []
        self._size = 0
        self._content: Any = None

    def add(self, text: bytes) -> None:
        """Add text that is no row; raises SourceError for more than can be held."""
        self._parts.append(text)
        self._size += len(text)
        if self._size > DOCUMENT_MOST_BYTES:
            raise SourceError(
                f"{self._label} is JSON by columns, or of another shape that has to be read whole, "
                f"and larger than {DOCUMENT_MOST_BYTES >> 20} MB: save it with one record a line."
            )

    def keep_end(self, text: bytes) -> bytes:
        """Add text but for an end that may open a list of rows; return that end."""
        bare = text.rstrip()
        cut = len(bare) - 1 if bare.endswith(b"[") else len(text)
        self.add(text[:cut])
        return text[cut:]

    def add_list(self, rows: int | None) -> None:
        """Add a list of so many rows, null for one that holds no records."""
        self.add(json.dumps([{_OTHER: 1} if rows is None else {_ROWS: rows}]).encode())

    def demand_whole(self, rows: int) -> None:
        """Raise what the document says of itself: an error, fewer rows than it has, or no end."""
        text = b"".join(self._parts).strip()
        self._content = exact(text, self._label)
        if self._content is None:
            self._content = exact(b"[" + b",".join(text.splitlines()) + b"]", self._label)
        if self._content is None:
            self._content = _one_after_the_other(text)
        if self._content is None:
            raise no_json(text, self._label, "fetch it again", rows)
        for reply in _objects(self._content, self._label):
            self._demand_no_error(reply)
            self._demand_rows(reply)

    def _demand_no_error(self, reply: Mapping[str, Any]) -> None:
        has_rows = any(isinstance(value, list) and value for value in reply.values())
        for key, value in reply.items():
            if key.lower() in _ERRORS and isinstance(value, str) and value.strip():
                if has_rows and key.lower() != "error":
                    continue
                said = " ".join(value.split()).rstrip(".")[:300]
                if has_rows:
                    raise SourceError(
                        f"{self._label} holds rows beside an error of the service ({said}), which "
                        "may not be all: fetch it again, or take the error out if they are."
                    )
                raise SourceError(
                    f"{self._label} holds no records but an error of the service "
                    f"({said}): fetch it again or leave it "
                    "out."
                )

    def _demand_rows(self, reply: Mapping[str, Any]) -> None:
        said = next((v for k, v in reply.items() if k.lower() == "count"), None)
        said = said[0] if isinstance(said, list) and said else said
        lists = [v for k, v in reply.items() if isinstance(v, list) and k.lower() != "count"]
        if not isinstance(said, str) or not said[:9].isdigit() or len(said) > 9 or not lists:
            return
        held = sum(
            int(one.get(_ROWS, 0)) for rows in lists for one in rows if isinstance(one, dict)
        )
        is_other = any(isinstance(one, dict) and _OTHER in one for rows in lists for one in rows)
        if held == int(said) or is_other:
            return
        if not held:
            raise TruncatedReply(
                f"{self._label} says that there are {said} rows and holds none, as a reply to "
                "countOnly does: ask for them without countOnly, or leave it out."
            )
        if held > int(said):
            raise SourceError(
                f"{self._label} says it has {said} rows and holds {held:,}, as if rows were added "
                "to it: set its count right, or fetch the data again."
            )
        raise TruncatedReply(
            f"{self._label} says it has {said} rows and holds {held}: fetch it again."
        )

    def rows(self) -> tuple[list[Any], str]:
        """Return the rows of a document without a list of records, and its shape.

        A frame of pandas by columns, by index or split; a single record. None for an empty reply.
        """
        content = self._content
        if isinstance(content, list) and content and not isinstance(content[0], dict | list):
            return content, ""
        if isinstance(content, dict):
            if is_header(content) and len(content) > 2:
                return _by_columns(content, self._label), "JSON by columns"
            spelt = {key.lower(): value for key, value in content.items()}
            below = spelt.get("data", spelt.get("rows"))
            if isinstance(spelt.get("columns"), list) and isinstance(below, list):
                return _split(spelt["columns"], below, self._label), "JSON split"
            inner = list(content.values())
            if inner and all(isinstance(v, dict) and len(v) > 2 and is_header(v) for v in inner):
                return inner, "JSON by index"
            replies = [spelt[name] for name in ("data", "results") if name in spelt]
            if replies and not any(replies):
                return [], ""
        if content == []:
            return [], ""
        if (
            isinstance(content, list)
            and isinstance(content[0], list)
            and all(isinstance(name, str) for name in content[0])
            and is_header(content[0])
        ):
            return _split(content[0], content[1:], self._label), "JSON split"
        demand_unnamed(names_in(b"".join(self._parts)), self._label)
        raise NotRecords(
            f"{self._label} is not Comtrade data: it has no list of rows under data. "
            "Give replies as UN Comtrade sends them."
        )


def names_in(text: bytes) -> list[str]:
    """Return the names of the fields of all objects in a JSON text."""
    return [name.decode(errors="replace") for name in set(_KEYS.findall(text))]


def _one_after_the_other(text: bytes) -> list[Any] | None:
    """Return documents that stand behind each other in one file; null where they are none."""
    decoder = json.JSONDecoder(parse_int=str, parse_float=str)
    written = text.decode(errors="replace").rstrip()
    found: list[Any] = []
    at = 0
    while at < len(written):
        try:
            content, at = decoder.raw_decode(written, _end_of_blanks(written, at))
        except (RecursionError, ValueError):
            return None
        found.append(content)
    return found


def _end_of_blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at


def _objects(content: Any, label: str, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Yield every object around the rows, the outer before the inner."""
    if depth > NESTING_MOST:
        raise SourceError(
            f"{label} has lists inside lists, more than {NESTING_MOST} deep, which no reply has: "
            "leave it out."
        )
    if isinstance(content, dict):
        if len(content) > 2 and is_header(content):  # a record, or a frame by columns
            return
        yield content
        content = list(content.values())
    if isinstance(content, list):
        for one in content:
            if isinstance(one, dict | list):
                yield from _objects(one, label, depth + 1)


def _by_columns(content: Mapping[str, Any], label: str) -> list[Any]:
    """Return the rows of a frame by columns, or the one record that the object is."""
    values = list(content.values())
    if not any(isinstance(value, dict | list) for value in values):
        return [dict(content)]
    columns = [list(v.values()) if isinstance(v, dict) else v for v in values]
    lengths = {len(column) if isinstance(column, list) else -1 for column in columns}
    if len(lengths) != 1:
        raise TruncatedReply(
            f"{label} has columns of different lengths, so that it is not known which values stand "
            "in one row: save it again with one record a line."
        )
    return [dict(zip(content, row, strict=True)) for row in zip(*columns, strict=True)]


def _split(names: list[Any], rows: list[Any], label: str) -> list[Any]:
    """Return the rows of a frame whose names stand apart."""
    for place, row in enumerate(rows, start=1):
        if not isinstance(row, list) or len(row) != len(names):
            raise SourceError(
                f"{label}, row {place}: it does not have the {len(names)} values of the columns; "
                "save the file again with one record a line."
            )
    return [dict(zip(map(str, names), row, strict=True)) for row in rows]
