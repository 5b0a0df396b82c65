"""The manifest of the lake: an SQLite file whose transactions decide what counts."""

import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from mirror.errors import LakeError
from mirror.lake.tables import NEWER, OF_0_1, TABLES
from mirror.lock import locked
from mirror.machine import refusal, refusals_said

WAIT_SECONDS = 30.0
VERSION = 1


def connect(folder: Path, *, may_make: bool) -> sqlite3.Connection:
    """Open the manifest; one that is absent or empty is made, or, if it may not be, stands in
    memory. A manifest that is opened without `may_make` is not written to.

    Raises LakeError if it cannot be used.
    """
    path = folder / "manifest.sqlite"
    try:
        if path.is_dir():
            raise sqlite3.DatabaseError("it is a folder")
        if may_make:
            folder.mkdir(parents=True, exist_ok=True)
        db = _open(path, may_make=may_make)
        try:
            _prepare(db, folder, may_make=may_make)
        except BaseException:
            db.close()
            raise
    except (sqlite3.DatabaseError, OSError) as error:
        raise refusal(error, folder) or _unreadable(folder, error) from error
    return db


@contextmanager
def opened(folder: Path, *, may_make: bool) -> Iterator[sqlite3.Connection]:
    """`connect`, closed at the end; raises LakeError as well where damage shows only later."""
    with closing(connect(folder, may_make=may_make)) as db:
        try:
            yield db
        except sqlite3.DatabaseError as error:
            raise _unreadable(folder, error) from error


def _unreadable(folder: Path, error: Exception) -> LakeError:
    said = " ".join(str(error).split())
    return LakeError(
        f"The manifest of the lake {folder} cannot be read ({said}): restore it from a backup, or "
        f"{how_to_rebuild(folder)}."
    )


def how_to_rebuild(folder: Path) -> str:
    """The command that writes the manifest anew."""
    command = f"mirror fetch --rebuild --out {folder.parent}"
    return f"run {command}, which writes the manifest from the replies"


def is_readable(folder: Path) -> bool:
    """Whether the manifest is one, or absent; raises LakeError for one of a newer version."""
    path = folder / "manifest.sqlite"
    if not path.exists():
        return True
    try:
        with closing(_open(path, may_make=False)) as db:
            _prepare(db, folder, may_make=False)
    except sqlite3.DatabaseError:
        return False
    return True


def _open(path: Path, *, may_make: bool) -> sqlite3.Connection:
    """Connect; SQLite may end what a killed writer left, and a reader writes nothing else."""
    if may_make:
        db = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)
    elif path.exists() and path.stat().st_size:
        db = _open_to_read(path)
    else:
        db = sqlite3.connect(":memory:", isolation_level=None)
    db.row_factory = sqlite3.Row
    return db


def _open_to_read(path: Path) -> sqlite3.Connection:
    """Connect to what is there; where nothing may be written and a killed writer left its journal,
    to a copy in memory.
    """
    left = [path.with_name(f"{path.name}-{end}") for end in ("journal", "wal")]
    if os.access(path.parent, os.W_OK) or not any(one.exists() for one in left):
        address = f"{path.absolute().as_uri()}?mode=rw"
        return sqlite3.connect(address, timeout=WAIT_SECONDS, isolation_level=None, uri=True)
    copy = sqlite3.connect(":memory:", isolation_level=None)
    with TemporaryDirectory() as scratch:
        for one in (path, *filter(Path.exists, left)):
            shutil.copyfile(one, Path(scratch) / one.name)
        with closing(sqlite3.connect(Path(scratch) / path.name)) as source:
            source.backup(copy)
    return copy


def _prepare(db: sqlite3.Connection, folder: Path, *, may_make: bool) -> None:
    db.execute("pragma synchronous = full")
    version = db.execute("pragma user_version").fetchone()[0]
    if version > VERSION:
        raise LakeError(f"The lake in {folder} was written by a newer version of mirror: use that.")
    is_file = bool(db.execute("pragma database_list").fetchone()["file"])
    if may_make or not (version or is_file):
        make_tables(db)
    _demand_sound(db)
    if not may_make:
        db.execute("pragma query_only = on")


def make_tables(db: sqlite3.Connection) -> None:
    """Make the tables that are not there: all of a new manifest, the newer ones of an older."""
    db.executescript(f"begin immediate; {TABLES} pragma user_version = {VERSION}; commit;")


def _demand_sound(db: sqlite3.Connection) -> None:
    """Raise DatabaseError for damage; a reader of an older manifest has its newer tables empty."""
    said = db.execute("pragma quick_check(1)").fetchone()[0]
    tables = {row["name"] for row in db.execute("select name from sqlite_master")}
    for name in sorted(NEWER.keys() - tables):
        db.execute(NEWER[name].replace("create table", "create temp table"))
    lacking = set(re.findall(r"create table if not exists (\w+)", OF_0_1)) - tables
    if said != "ok" or lacking:
        raise sqlite3.DatabaseError(said if said != "ok" else f"it lacks {', '.join(lacking)}")


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All or nothing; raises LakeError if the disk or another process prevents it."""
    try:
        db.execute("begin immediate")
        yield
        db.execute("commit")
    except sqlite3.DatabaseError as error:
        if db.in_transaction:
            db.execute("rollback")
        raise LakeError(f"The lake's manifest cannot be written ({error}).") from error
    except BaseException:
        if db.in_transaction:
            db.execute("rollback")
        raise


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Hold the lake for one fetch; the lock ends with the process however that ends.

    Raises HeldByAnother if another fetch holds it, SettingsError where it cannot be locked.
    """
    with refusals_said(folder.parent):
        folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / "writer.lock", "mirror fetch"):
        yield
