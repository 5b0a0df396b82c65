"""Read-only questions to the newest good edition."""

import logging
import re
from collections.abc import Iterable, Iterator

import polars as pl

from mirror import publish, warehouse
from mirror.errors import MirrorError, SettingsError
from mirror.steps.run import Run
from mirror.warehouse import Warehouse

log = logging.getLogger(__name__)

_LEFT_OUT = "the rows of pairs {} are left out; run with --with-records to have them."
_WHICH = {"pair_periods": "with a partner that is no country"}


def edition_of(run: Run) -> publish.Edition:
    """Return the edition that readers are shown; raises SettingsError where none stands."""
    edition = publish.current(run.published)
    if edition is None:
        raise SettingsError(f"Nothing is published in {run.out}: run mirror run first.")
    return edition


def edition_named(run: Run, name: str) -> publish.Edition:
    """Return the edition that `2026-11`, `2026-11.r2` or `latest` names.

    Raises SettingsError for one that is not there.
    """
    edition = publish.find(run.published, name)
    if edition is None:
        raise SettingsError(
            f"There is no edition {name} in {run.published}: there is "
            f"{publish.names(run.published)}."
        )
    return edition


def answers(run: Run, queries: Iterable[str]) -> Iterator[pl.DataFrame]:
    """Yield the answer to each query; it can read the published warehouse and nothing else.

    Raises SettingsError where nothing is published, MirrorError for a query that is wrong.
    """
    edition = edition_of(run)
    with warehouse.open_built(edition.folder.resolve() / "mirror.duckdb") as built:
        partial = _partial(built)
        for query in queries:
            yield built.answer(query)
            for name, said in partial.items():
                if re.search(rf"\b{name}\b", query, re.IGNORECASE):
                    log.warning("%s of edition %s: %s", name, edition.name, said)


def left_out_of(built: Warehouse, table: str) -> str:
    """Say which rows of a table of the records an edition leaves out; empty where none is."""
    return _partial(built).get(table, "")


def _partial(built: Warehouse) -> dict[str, str]:
    """What to say of each table of which rows are left out, and of each macro that reads it."""
    if "left_out" not in built.columns():
        return {}
    found = built.frame(
        "with partial as (select table_name from records.left_out where rows_left_out > 0) "
        "select table_name as name, table_name from partial union all "
        "select function_name, table_name from duckdb_functions() inner join partial "
        "on contains(macro_definition, table_name) where database_name = 'build' order by all"
    )
    return {
        name: _LEFT_OUT.format(_WHICH.get(table, "that are not ranked"))
        for name, table in found.iter_rows()
    }


_LISTED = """
    select if(schema_name = 'main', '', schema_name || '.') || table_name as name,
        'table' as kind, estimated_size as rows, comment as description
    from duckdb_tables() where database_name = 'build'
    union all
    select function_name || '(' || array_to_string(parameters, ', ') || ')', 'macro', null, comment
    from duckdb_functions() where database_name = 'build' and not internal
    order by kind desc, name
"""
_COMMENTS = """
    select column_name, max(comment) as description from duckdb_columns()
    where database_name = 'build' group by column_name
"""


def describe(run: Run, table: str | None) -> pl.DataFrame:
    """List the published tables and macros, or the columns of one.

    Raises MirrorError for one that is not there.
    """
    if table is None:
        return next(_plain(run, [_LISTED]))
    asked = "".join(sign for sign in table.partition("(")[0] if sign.isalnum() or sign in "_.")
    schema, _, name = asked.rpartition(".")
    columns, macro = _plain(run, [_columns(schema or "main", name), _arguments(name)])
    if not columns.is_empty():
        return columns
    if macro.is_empty() or schema:
        raise MirrorError(f"There is no table {table}: see mirror tables.")
    nulls = ", ".join("null" for _ in macro["parameters"].item())
    query = (
        f"select column_name as name, lower(column_type) as type, description "
        f"from (describe select * from {name}({nulls})) left join ({_COMMENTS}) using (column_name)"
    )
    return next(_plain(run, [query]))


def _plain(run: Run, queries: Iterable[str]) -> Iterator[pl.DataFrame]:
    """Yield the answers to questions that read no row of a table."""
    with warehouse.open_built(edition_of(run).folder.resolve() / "mirror.duckdb") as built:
        yield from map(built.answer, queries)


def _columns(schema: str, name: str) -> str:
    return (
        "select column_name as name, lower(data_type) as type, comment as description "
        f"from duckdb_columns() where database_name = 'build' and schema_name = '{schema}' "
        f"and table_name = '{name}' order by column_index"
    )


def _arguments(name: str) -> str:
    return (
        "select parameters from duckdb_functions() where database_name = 'build' "
        f"and not internal and function_name = '{name}'"
    )
