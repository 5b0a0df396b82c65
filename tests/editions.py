"""Editions of one small table, for tests of what becomes of them."""

from pathlib import Path

import polars as pl

from mirror import publish
from mirror.publish import Content, PublishedTable

PRESENT = "2026-11"


def small(
    published: Path, month: str, value: int = 1, present: str = PRESENT, noise: bytes = b""
) -> Path:
    """Publish an edition of one table with one row; `noise` are bytes of the database that say
    nothing.
    """
    column = {"name": "a", "type": "BIGINT", "unit": "", "comment": "c"}
    tables = [
        PublishedTable(name, "text", ("a",), (column,), pl.DataFrame({"a": [value]}))
        for name in ("t", "ranked_gaps")
    ]
    content = Content(
        version="0",
        tables=tables,
        summary={"version": "0", "source_kind": "files", "frequency": "A", "rows": {}},
        write_database=lambda path: _write(path, b"%d %s" % (value, noise)),
        is_same_database=lambda one, other: one.read_bytes()[:1] == other.read_bytes()[:1],
        pages=lambda summary: {"pages/report.html": summary["name"].encode()},
    )
    return publish.publish(published, month, content, present)


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def value_of(folder: Path) -> int:
    return int(pl.read_csv(folder / "t.csv")["a"].item())
