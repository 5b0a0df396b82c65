"""An entry beside each body: what the manifest knows of a reply, so that it can be written anew.

entries/ab/<sha256 of the body>.<time>.<query>.json.gz, one for each reply: the same body may answer
twice. Like a body it is written once; the manifest decides what counts as long as it is there.
"""

import gzip
import hashlib
import json
import os
import re
import sqlite3
import zlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from mirror.errors import LakeError

PARTS = {
    "covers": ("period", "reporter_code", "rows", "last_released", "checksum"),
    "released": ("period", "reporter_code", "total_records", "first_released", "last_released",
                 "checksum"),
    "looked": ("period",),
}  # fmt: skip
"""Tables of the manifest that hang on a reply, with their columns beside its number."""

COLUMNS = ("id", "kind", "frequency", "query", "address", "periods", "reporters", "products",
           "flows", "status", "fetched_at", "path", "sha256", "bytes", "rows")  # fmt: skip
_BODY = re.compile(r"replies/[0-9a-f]{2}/[0-9a-f]{64}\.(json|data)\.gz")
Entry = dict[str, Any]


def name_of(reply: Mapping[str, Any] | sqlite3.Row) -> str:
    """The file of a reply's entry; `reply` has sha256, fetched_at and query."""
    time = re.sub(r"\D", "", str(reply["fetched_at"]))[:20]
    query = hashlib.sha256(str(reply["query"]).encode()).hexdigest()[:8]
    return f"{reply['sha256']}.{time}.{query}.json.gz"


def names(folder: Path) -> set[str]:
    """Every entry that is on the disk."""
    return {path.name for path in (folder / "entries").glob("*/*")}


def path_of(folder: Path, name: str) -> Path:
    """Where an entry lies."""
    return folder / "entries" / name[:2] / name


def of_row(db: sqlite3.Connection, row: sqlite3.Row) -> Entry:
    """The entry of a row of `replies`: its columns, and the rows that hang on it."""
    parts = {
        table: [
            list(part)
            for part in db.execute(
                f"select {', '.join(columns)} from {table} where reply_id = ?"
                f" order by {', '.join(columns[:2])}",
                (row["id"],),
            )
        ]
        for table, columns in PARTS.items()
    }
    return dict(row) | parts


def write(folder: Path, entry: Entry) -> None:
    """Write an entry, whole or not at all; one that is there stays as it is."""
    target = path_of(folder, name_of(entry))
    if target.exists():
        return
    draft = folder / "drafts" / f"{uuid4().hex}.part"
    text = json.dumps(entry, sort_keys=True, separators=(",", ":"))
    try:
        draft.parent.mkdir(parents=True, exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            file.write(gzip.compress(text.encode(), mtime=0))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except OSError as error:
        raise LakeError(f"The entry {target} cannot be written ({error.strerror}).") from error


def read(path: Path) -> Entry:
    """Read an entry; raises LakeError for one that is damaged or not of the reply it names."""
    try:
        entry = json.loads(gzip.decompress(path.read_bytes()))
        if name_of(entry) != path.name:
            raise ValueError("it is of another reply")
        demand_whole(entry)
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise LakeError(f"The entry {path} cannot be read ({error}): restore it.") from error
    return dict(entry)


def demand_whole(entry: Entry) -> None:
    """Raise ValueError, KeyError or TypeError for an entry that makes no row of the manifest."""
    number, bytes_, rows = (entry[name] for name in ("id", "bytes", "rows"))
    if not all(isinstance(one, int) for one in (number, bytes_, rows)):
        raise ValueError("its numbers are none")
    datetime.fromisoformat(entry["fetched_at"])
    if not _BODY.fullmatch(entry["path"]) or entry["sha256"] not in entry["path"]:
        raise ValueError("it names no body")
    lacking = [column for column in COLUMNS if entry[column] is None]
    if lacking:
        raise ValueError(f"it lacks {', '.join(lacking)}")
    for table, columns in PARTS.items():
        if not all(len(part) == len(columns) for part in entry[table]):
            raise ValueError(f"its {table} are none")


def complete(folder: Path, db: sqlite3.Connection) -> None:
    """Write the entries that the manifest's replies lack: of an older version, or after a crash."""
    there = names(folder)
    for row in db.execute("select * from replies order by id").fetchall():
        if name_of(row) not in there:
            write(folder, of_row(db, row))
