"""Fixtures: one edition of the sample for the whole session, and models run on a few rows."""

import atexit
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, settings

from mirror.settings import ASSETS
from mirror.steps.build import build
from mirror.steps.check import check
from mirror.steps.publish import publish_edition
from mirror.steps.run import Run, new_run

# No property depends on the speed of a machine, and each tries the same examples; `make proof`
# draws thousands of others.
settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("thousands", settings.get_profile("steady"), max_examples=3000,
                          derandomize=False)  # fmt: skip
settings.load_profile("steady")

EXIT_STATUS = pytest.StashKey[int]()
Rows = Sequence[Mapping[str, Any]]
PARAMETERS = pl.read_csv(ASSETS / "data" / "reference" / "parameters.csv", infer_schema=False)


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The sample, built, checked and published once as edition 2026-11."""
    run = new_run(tmp_path_factory.mktemp("sample"), edition="2026-11")
    build(run)
    check(run)
    publish_edition(run)
    return run


@pytest.fixture(scope="session")
def edition(sample_run: Run) -> Path:
    return sample_run.published / "2026-11"


@pytest.fixture(scope="session")
def sample(sample_run: Run) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse behind the sample's edition, read-only, every model in it."""
    with duckdb.connect(str(sample_run.warehouse), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def published(edition: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published database of the sample's edition, as analysts open it."""
    with duckdb.connect(str(edition / "mirror.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture
def run_model() -> Callable[..., list[dict[str, Any]]]:
    """Run one model of sql/ on tables given as rows; return the rows it makes, in its order.

    Every table needs its columns named in the first row. `stg_parameters` is there with the
    published values unless it is given.
    """

    def run(name: str, **tables: Rows) -> list[dict[str, Any]]:
        with duckdb.connect() as connection:
            if "stg_parameters" not in tables:
                connection.register("raw_parameters", PARAMETERS.to_arrow())
                connection.execute(f"create table stg_parameters as {statement('stg_parameters')}")
            for table, rows in tables.items():
                frame = pl.DataFrame(list(rows), infer_schema_length=None)
                connection.register("given", frame.to_arrow())
                connection.execute(f"create table {table} as select * from given")
                connection.unregister("given")
            return pl.DataFrame(connection.sql(statement(name)).to_arrow_table()).to_dicts()

    return run


def statement(model: str) -> str:
    """Return the text of a model, whatever its layer."""
    (file,) = (ASSETS / "sql").rglob(f"{model}.sql")
    return file.read_text(encoding="utf-8")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Remember how the tests ended."""
    session.config.stash[EXIT_STATUS] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """End before the interpreter is taken apart.

    DuckDB 2.0 would print fifty lines of leaks below the summary, for objects that the threads of
    servers still hold.
    """
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(config.stash.get(EXIT_STATUS, 1))
