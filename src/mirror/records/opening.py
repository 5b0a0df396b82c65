"""From a file to its rows: the reader for what its first bytes say it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from mirror.errors import SourceError
from mirror.records.arrow import arrow_reader
from mirror.records.container import HEAD_BYTES, container_of, open_bytes
from mirror.records.replies import is_json, json_reader
from mirror.records.table import Counts, Reader
from mirror.records.text import text_reader
from mirror.records.workbook import sheet_reader


class Located(Protocol):
    """Where the content of a source lies."""

    @property
    def path(self) -> Path: ...  # noqa: D102
    @property
    def label(self) -> str: ...  # noqa: D102
    @property
    def member(self) -> str | None: ...  # noqa: D102
    @property
    def sheet(self) -> str | None: ...  # noqa: D102


@contextmanager
def opened(source: Located, counts: Counts, kind: str | None = None) -> Iterator[Reader]:
    """Open a source and recognise its shape and header.

    `kind` is what the file is known to hold, null where its columns must say it.
    """
    if source.sheet is not None:
        yield sheet_reader(source.path, source.sheet, source.label, counts)
        return
    with open_bytes(source.path, source.label, source.member) as stream:
        head = stream.read(HEAD_BYTES)
        stream.seek(0)
        content = container_of(head, source.label)
        if content in ("gzip", "zip"):
            raise SourceError(
                f"{source.label} is packed twice: unpack it once and give what is in it."
            )
        if content != "plain":
            yield arrow_reader(stream, content, source.label, counts)
        elif is_json(head):
            yield json_reader(stream, source.label, counts, kind)
        else:
            yield text_reader(stream, source.label, counts)
