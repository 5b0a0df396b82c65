"""Read-only questions to the newest good edition."""

from collections.abc import Iterable, Iterator

import polars as pl

from mirror import publish, warehouse
from mirror.errors import MirrorError, SettingsError
from mirror.steps.run import Run


def answers(run: Run, queries: Iterable[str]) -> Iterator[pl.DataFrame]:
    """Yield the answer to each query; it can read the published warehouse and nothing else.

    Raises SettingsError where nothing is published, MirrorError for a query that is wrong.
    """
    edition = publish.newest(run.published)
    if edition is None:
        raise SettingsError(f"Nothing is published in {run.out}: run mirror run first.")
    with warehouse.open_built(edition / "mirror.duckdb") as built:
        for query in queries:
            yield built.answer(query)


def describe(run: Run, table: str | None) -> pl.DataFrame:
    """List the published tables, or the columns of one.

    Raises MirrorError for a table that is not there.
    """
    if table is None:
        query = (
            "select table_name as name, estimated_size as rows, comment as description "
            "from duckdb_tables() where database_name = 'build' order by name"
        )
        return next(answers(run, [query]))
    name = "".join(sign for sign in table if sign.isalnum() or sign == "_")
    query = (
        "select column_name as name, lower(data_type) as type, comment as description "
        f"from duckdb_columns() where database_name = 'build' and table_name = '{name}' "
        "order by column_index"
    )
    columns = next(answers(run, [query]))
    if columns.is_empty():
        raise MirrorError(f"There is no table {table}: see mirror tables.")
    return columns
