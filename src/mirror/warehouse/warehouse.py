"""The warehouse: raw tables in, then the models of sql/, each after those it reads."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa

from mirror.errors import CheckFailed, MirrorError, SchemaDrift, SourceError
from mirror.warehouse.computed import Computed
from mirror.warehouse.order import ordered
from mirror.warehouse.raw import RAW_TABLES, SUPERSEDED

log = logging.getLogger(__name__)

STAGED = ("faults", "staging")
LAYERS = (*STAGED, "intermediate", "marts", "records")

_LOCKED = (
    "temp_directory = ''",
    "enable_external_access = false",
    "disabled_filesystems = 'LocalFileSystem'",
    "lock_configuration = true",
)


class Warehouse:
    """One DuckDB file; a MirrorError where the file or its rows cannot be used."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._is_locked = False

    def _create_raw(self, name: str, columns: Iterable[str]) -> None:
        """Create an empty raw table of text columns, each row with its file and place there."""
        typed = ", ".join(f"{column} text" for column in columns)
        self._connection.execute(
            f"create table {name} (source_id integer not null, source_row bigint, {typed})"
        )

    def create_raw_tables(self, kinds: Mapping[str, Iterable[str]]) -> None:
        """Create the raw tables, empty: those of each kind of file, and what surrounds them."""
        for kind, columns in kinds.items():
            self._create_raw(f"raw_{kind}", columns)
        for name, columns in RAW_TABLES.items():
            self._connection.execute(f"create table {name} ({columns})")
        self._connection.execute(SUPERSEDED)

    def append(self, table: str, frame: pl.DataFrame) -> None:
        """Append rows by column name; columns the frame lacks stay null."""
        self._connection.register("appended", frame.to_arrow())
        self._connection.execute(f"insert into {table} by name select * from appended")
        self._connection.unregister("appended")

    def remove(self, source_id: int, tables: Iterable[str]) -> None:
        """Remove the rows of one source."""
        for table in tables:
            self._connection.execute(f"delete from {table} where source_id = ?", [source_id])

    def load_frame(self, table: str, frame: pl.DataFrame) -> int:
        """Create a table with the rows of a frame; return their number."""
        self._connection.register("loaded", frame.to_arrow())
        self._connection.execute(f"create table {table} as select * from loaded")
        self._connection.unregister("loaded")
        return frame.height

    def set_parameters(self, values: Mapping[str, str]) -> None:
        """Let the run's options replace the parameters of the same name."""
        for name, value in values.items():
            self._connection.execute(
                "update raw_parameters set value = $value, source = 'option of the run' "
                "where name = $name and value <> $value",
                {"name": name, "value": value},
            )

    def refuse(self, folder: Path) -> None:
        """Run the refusals; the first that finds a row raises SourceError and names it."""
        for file in sorted(folder.glob("*.sql")):
            found = self._connection.execute(
                f"select label, source_row, problem, advice, count(*) over () as found "
                f"from ({_statement(file)}) as offending inner join raw_sources using (source_id) "
                "order by label, source_row, problem limit 1"
            ).fetchone()
            if found:
                label, row, problem, advice, count = found
                more = f" ({count - 1:,} more like it)" if count > 1 else ""
                raise SourceError(f"{label}, row {row}: {problem}{more}; {advice}.")

    def warnings(self, folder: Path) -> list[str]:
        """Return the sentences that the models of warnings find."""
        found = [self.frame(_statement(file)) for file in sorted(folder.glob("*.sql"))]
        return [str(sentence) for frame in found for sentence in frame["warning"]]

    def run_models(
        self, folder: Path, computed: Sequence[Computed] = (), layers: Sequence[str] = LAYERS
    ) -> list[str]:
        """Build every model as a table, after those it reads; return their names in that order."""
        models = {file.stem: _statement(file) for file in model_files(folder, layers)}
        made = {name: step for step in computed for name in step.makes}
        order = ordered(models, self._parsed, {name: step.reads for name, step in made.items()})
        done = set[str]()
        for name in order:
            if name in models:
                self._build_model(name, models[name])
            elif name not in done:
                self._compute(made[name])
                done.update(made[name].makes)
        log.info("built %d models", len(order))
        return order

    def _build_model(self, name: str, statement: str) -> None:
        try:
            self._connection.execute(f"create table {name} as {statement}")
        except (duckdb.OperationalError, duckdb.InterruptException):
            raise  # the machine's doing, and none of the model's
        except duckdb.Error as error:
            raise MirrorError(
                f"The model {name} cannot be built: {str(error).splitlines()[0]} "
                "Correct sql/ and build again."
            ) from error

    def _compute(self, step: Computed) -> None:
        answer = step.compute({name: self.frame(f"from {name}") for name in step.reads})
        for name in step.makes:
            self.load_frame(name, answer[name])

    def rebuild(self, folder: Path, name: str) -> None:
        """Build one model again, after rows were added to what it reads."""
        (file,) = [one for one in model_files(folder) if one.stem == name]
        self._connection.execute(f"create or replace table {name} as {_statement(file)}")

    def _parsed(self, statement: str) -> str:
        row = self._connection.execute("select json_serialize_sql($1)", [statement]).fetchone()
        return str(row[0]) if row else "{}"

    def arrow(self, query: str) -> pa.Table:
        """Return a query's result as an Arrow table.

        Raises SchemaDrift where the file lacks a table or column, being of another version.
        """
        try:
            return self._connection.sql(query).to_arrow_table()
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise SchemaDrift(
                f"The file was made by another version of mirror ({str(error).splitlines()[0]}): "
                "ask an edition of this version, or use that version."
            ) from error

    def frame(self, query: str) -> pl.DataFrame:
        """Return a query's result as polars."""
        return pl.DataFrame(self.arrow(query))

    def answer(self, query: str) -> pl.DataFrame:
        """Return the answer to a user's query, which can read this file and write none.

        Raises MirrorError with DuckDB's own words where the query is wrong.
        """
        self._lock()
        try:
            relation = self._connection.sql(query)
            return pl.DataFrame() if relation is None else pl.DataFrame(relation.to_arrow_table())
        except duckdb.Error as error:
            raise MirrorError(f"The query cannot be answered: {error}") from error

    def _lock(self) -> None:
        """Let the session open no file any more, once and for all.

        Without external access DuckDB still opens a file that was attached before, to write: so the
        file system is taken away as well, and with it the place where a large answer would spill.
        """
        if not self._is_locked:
            for setting in _LOCKED:
                self._connection.execute(f"set {setting}")
            self._is_locked = True

    def number(self, query: str) -> int:
        """Return the single number that a query asks for."""
        row = self._connection.execute(query).fetchone()
        return int(row[0]) if row and row[0] is not None else 0

    def columns(self) -> dict[str, list[tuple[str, str]]]:
        """Return name and type of the columns of every table."""
        rows = self._connection.execute(
            "select table_name, column_name, data_type from duckdb_columns() "
            "where not internal and database_name = current_database() "
            "order by table_name, column_index"
        ).fetchall()
        tables: dict[str, list[tuple[str, str]]] = {}
        for table, column, kind in rows:
            tables.setdefault(table, []).append((column, kind))
        return tables

    def write_copy(
        self,
        path: Path,
        definitions: Mapping[str, list[str]],
        queries: Mapping[str, str],
        afterwards: Iterable[str] = (),
    ) -> None:
        """Write tables to a new file that DuckDB 1.x opens.

        `definitions` maps a table, with its schema if that is not main, to the statement that
        creates it, with keys and checks, and those that comment on it; `queries` says which rows of
        this file it gets; `afterwards` is run last.
        Raises CheckFailed where a row breaks a key or a check.
        """
        self._connection.execute("set threads = 1")  # several would write the rows in any order
        self._connection.execute(f"attach {quoted(path)} as copy (storage_version 'v1.0.0')")
        try:
            for table, statements in definitions.items():
                schema = table.rpartition(".")[0]
                self._connection.execute("use copy")
                if schema:
                    self._connection.execute(f"create schema if not exists {schema}")
                self._connection.execute(statements[0])
                self._connection.execute("use build")
                self._connection.execute(f"insert into copy.{table} by name {queries[table]}")
                self._connection.execute("use copy")
                for statement in statements[1:]:
                    self._connection.execute(statement)
            self._connection.execute("use copy")
            for statement in afterwards:
                self._connection.execute(statement)
            self._connection.execute("checkpoint copy")  # to detach keeps silent of a full disk
        except duckdb.ConstraintException as error:
            raise CheckFailed(
                f"{table} breaks a rule of its dictionary: {error}. Nothing was published."
            ) from error
        finally:
            self._connection.execute("use build")
            self._connection.execute("detach copy")


def model_files(folder: Path, layers: Sequence[str] = LAYERS) -> list[Path]:
    """List the files of the models, layer by layer."""
    return [file for layer in layers for file in sorted((folder / layer).glob("*.sql"))]


def quoted(path: Path) -> str:
    """Return a path as a literal of SQL."""
    return "'" + str(path).replace("'", "''") + "'"


def _statement(file: Path) -> str:
    return file.read_text(encoding="utf-8")
