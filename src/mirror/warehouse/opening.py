"""Opening the file of a warehouse: a new one to fill, or one that stands, to read."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from mirror.errors import SettingsError
from mirror.warehouse.warehouse import Warehouse, quoted

_TABLES = """
    select schema_name || '.' || table_name as name, sql, comment
    from duckdb_tables() where database_name = 'build' order by name
"""


def changes_beside(path: Path) -> Path:
    """Return where DuckDB keeps changes that are not yet in a file; it takes them up with it."""
    return path.with_name(path.name + ".wal")


@contextmanager
def create(path: Path, threads: int, memory_limit: str) -> Iterator[Warehouse]:
    """Open a new, empty file; one that stands there is replaced."""
    remove(path)
    try:
        connection = duckdb.connect(
            config={
                "threads": threads,
                "memory_limit": memory_limit,
                "preserve_insertion_order": True,
                "temp_directory": str(_spill_beside(path)),
            }
        )
        connection.execute(f"attach {quoted(path)} as build")
        connection.execute("use build")
        connection.execute("set enable_progress_bar = false")
    except duckdb.Error as error:
        raise SettingsError(f"{path} cannot be written: {error}. Choose another --out.") from error
    with connection:
        yield Warehouse(connection)
        connection.execute("checkpoint")  # closing would do it, and keep silent of a full disk


def remove(path: Path) -> None:
    """Remove a file that was being made, and what DuckDB keeps beside it."""
    for left in (path, changes_beside(path)):
        left.unlink(missing_ok=True)
    shutil.rmtree(_spill_beside(path), ignore_errors=True)


def _spill_beside(path: Path) -> Path:
    """Where DuckDB writes what does not fit into memory: on the disk of the file itself."""
    return path.with_name(path.name + ".spill")


def can_be_opened(path: Path) -> bool:
    """Whether a file is a database that lists its tables."""
    try:
        with open_built(path) as opened:
            return bool(opened.columns())
    except (SettingsError, duckdb.Error):
        return False


def is_same(one: Path, other: Path) -> bool:
    """Whether two files hold the same tables with the same rows; false where one cannot be read."""
    try:
        with open_built(one) as first, open_built(other) as second:
            tables = first.frame(_TABLES)
            return tables.equals(second.frame(_TABLES)) and all(
                first.frame(f"from {name}").equals(second.frame(f"from {name}"))
                for name in tables["name"]
            )
    except (SettingsError, duckdb.Error):
        return False


@contextmanager
def open_built(path: Path) -> Iterator[Warehouse]:
    """Open a file for reading; nothing is written to it or beside it.

    Raises SettingsError where it cannot be opened, or where changes that DuckDB would take up with
    it lie beside it.
    """
    left = changes_beside(path)
    if left.exists():
        raise SettingsError(
            f"{left} lies beside {path.name} and would change what it says: something opened that "
            "file to write; remove the .wal and ask again."
        )
    try:
        connection = duckdb.connect(config={"temp_directory": ""})
        connection.execute(f"attach {quoted(path)} as build (read_only)")
        connection.execute("use build")
        connection.execute("set enable_progress_bar = false")
    except duckdb.Error as error:
        raise SettingsError(
            f"{path} cannot be opened ({str(error).splitlines()[0]}): is a run still writing it?"
        ) from error
    with connection:
        yield Warehouse(connection)
