"""What moved between two editions: those on disk, or a build and the edition before it."""

import logging
from dataclasses import replace
from pathlib import Path

import polars as pl

from mirror import __version__, publish
from mirror.changes import NEEDED, RECORDS, Compared, EditionTables, changes
from mirror.errors import MirrorError, SettingsError
from mirror.settings import ASSETS
from mirror.steps.built import ids
from mirror.steps.run import Run
from mirror.warehouse import Warehouse, open_built

log = logging.getLogger(__name__)

SQL = ASSETS / "sql"


def diff(run: Run, before: str, after: str) -> pl.DataFrame:
    """Compare two editions, each the name of one that stands here or a folder that holds one.

    Raises SettingsError for one that is not there or for annual beside monthly ones, SchemaDrift
    for one whose ranking cannot be read.
    """
    compared = Compared(_published(run, before), _published(run, after))
    found = changes(compared)
    _say_lacking(compared)
    return found


def fill(built: Warehouse, run: Run) -> None:
    """Fill `changes` of a build against the edition before it; empty where there is none.

    An edition before it that cannot be compared is warned of and does not stop the run.
    """
    before = publish.before(run.published, run.edition)
    if before is None:
        return
    try:
        compared = Compared(_tables(before.folder), _built(built, run))
        found = changes(compared)
    except MirrorError as error:
        log.warning("changes.csv stays empty: %s", error)
        return
    _say_lacking(compared)
    built.append("raw_changes", found)
    built.rebuild(SQL, "changes")
    log.info("%d pairs changed since edition %s", found.height, before.name)


def _published(run: Run, name: str) -> EditionTables:
    edition = publish.find(run.published, name)
    if edition is None and not (Path(name) / "summary.json").is_file():
        raise SettingsError(
            f"There is no edition {name} in {run.published}: there is "
            f"{publish.names(run.published)}."
        )
    return _tables(edition.folder if edition else Path(name))


def _tables(folder: Path) -> EditionTables:
    """Read an edition; raises MirrorError where it is damaged."""
    said = publish.read_summary(folder)
    files = {table: folder / f"{table}.parquet" for table in NEEDED}
    try:
        tables = {name: pl.read_parquet(file) for name, file in files.items() if file.is_file()}
    except (OSError, pl.exceptions.PolarsError) as error:
        raise MirrorError(
            f"The tables of edition {publish.name_in(said)} in {folder} cannot be read: mirror "
            "verify says what is damaged; publish its month again, or restore it from a backup."
        ) from error
    return EditionTables(
        name=publish.name_in(said),
        version=str(said["version"]),
        frequency=str(said["frequency"]),
        tables=tables | _records(folder / "mirror.duckdb"),
        code_id=said.get("code_id"),
        method_id=said.get("method_id"),
        has_all_records=not (said.get("records") or {}).get("rows_left_out"),
    )


def _records(database: Path) -> dict[str, pl.DataFrame]:
    """Read the records of an edition; none where its database lacks them or cannot be opened."""
    try:
        with open_built(database) as warehouse:
            there = warehouse.columns()
            return {
                table: warehouse.frame(f"select * from records.{table}")
                for table in RECORDS
                if table in there
            }
    except SettingsError as error:
        log.warning("records of %s are not compared: %s", database.parent.name, error)
        return {}


def _built(built: Warehouse, run: Run) -> EditionTables:
    tables = {table: built.frame(f"select * from {table}") for table in (*NEEDED, *RECORDS)}
    made = EditionTables(run.edition, __version__, run.frequency, tables)
    known = ids(built)
    return replace(made, code_id=known["code_id"], method_id=known["method_id"])


def _say_lacking(compared: Compared) -> None:
    partial = [one.name for one in compared.editions if not one.has_all_records]
    if partial:
        log.info(
            "%s: the rows of pairs that are not ranked are left out; causes are sought in what is "
            "published of all pairs and countries", " and ".join(partial)
        )  # fmt: skip
    if compared.lacking:
        log.warning(
            "causes that need these columns are not looked for: %s",
            ", ".join(dict.fromkeys(compared.lacking)),
        )
