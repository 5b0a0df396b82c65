"""Opening the file of a warehouse: a new one to fill, or one that stands, to read."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from mirror.errors import SettingsError
from mirror.warehouse.warehouse import Warehouse, quoted


@contextmanager
def create(path: Path, threads: int, memory_limit: str) -> Iterator[Warehouse]:
    """Open a new, empty file; one that stands there is replaced."""
    for old in (path, path.with_name(path.name + ".wal")):
        old.unlink(missing_ok=True)
    try:
        connection = duckdb.connect(
            config={
                "threads": threads,
                "memory_limit": memory_limit,
                "preserve_insertion_order": True,
            }
        )
        connection.execute(f"attach {quoted(path)} as build")
        connection.execute("use build")
    except duckdb.Error as error:
        raise SettingsError(f"{path} cannot be written: {error}. Choose another --out.") from error
    with connection:
        yield Warehouse(connection)


@contextmanager
def open_built(path: Path) -> Iterator[Warehouse]:
    """Open a file for reading; queries cannot write to it, nor reach other files or the network."""
    try:
        connection = duckdb.connect()
        connection.execute(f"attach {quoted(path)} as build (read_only)")
        connection.execute("use build")
    except duckdb.Error as error:
        raise SettingsError(
            f"{path} cannot be opened ({str(error).splitlines()[0]}): is a run still writing it?"
        ) from error
    with connection:
        yield Warehouse(connection)
