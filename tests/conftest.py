"""Fixtures: one edition of the sample for the whole session, and models run on a few rows."""

import atexit
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser

from browsing import Open, chromium, windows
from commands import WIDTH, mirror, process
from mirror.settings import ASSETS, Settings
from mirror.steps.run import Run, new_run

# No property depends on the speed of a machine, and each tries the same examples; `make proof`
# draws thousands of others.
settings.register_profile(
    "steady", deadline=None, derandomize=True, max_examples=40,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
settings.register_profile("thousands", settings.get_profile("steady"), max_examples=3000,
                          derandomize=False)  # fmt: skip
settings.register_profile("fuzz", settings.get_profile("thousands"),
                          max_examples=int(os.environ.get("EXAMPLES", 500_000)))  # fmt: skip
settings.load_profile("steady")

# Nor does a test depend on who runs it: no key, proxy, colours, width, nor .env of the checkout.
for name in tuple(os.environ):
    if name.startswith("MIRROR_") or name in ("FORCE_COLOR", "PY_COLORS", "GITHUB_ACTIONS"):
        del os.environ[name]
os.environ |= WIDTH
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"
Settings.model_config["env_file"] = None

pytest_plugins = ["regimes"]
"""A service with limits is started by more than one file of tests."""

EXIT_STATUS = pytest.StashKey[int]()
Once = Callable[[str, Callable[[Path], None]], Path]
Rows = Sequence[Mapping[str, Any]]
PARAMETERS = pl.read_csv(ASSETS / "data" / "reference" / "parameters.csv", infer_schema=False)

NOTHING_GIVEN = {
    "int_units_in_doubt": "frequency text, period integer, reporter_iso3 text, partner_iso3 text, "
    "flow_code text, is_value_in_doubt boolean",
    "stg_faulty_rows": "source_id integer, source_row bigint, fault text, precedence integer, "
    "problem text, advice text, is_key_unreadable boolean, is_in_live_reply boolean, "
    "is_between_files boolean",
    "int_quarantined_flows": "frequency text, period integer, reporter_iso3 text, "
    "partner_iso3 text, partner_kind text, flow_code text, is_gold boolean, is_key_known boolean",
    "int_country_replies": "exporter_iso3 text, importer_iso3 text, country_reply text",
}


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Have a folder filled by the first worker that asks for it; the others wait and read."""
    own = tmp_path_factory.getbasetemp()
    common = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def filled(name: str, fill: Callable[[Path], None]) -> Path:
        folder = common / name
        with FileLock(common / f"{name}.lock"):
            if not (folder / "filled").exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                fill(folder)
                (folder / "filled").touch()
        return folder

    return filled


@pytest.fixture(scope="session")
def sample_said(once: Once) -> Path:
    """A folder `out` that one `mirror run` of the sample filled, and what it said: `stdout`."""

    def fill(folder: Path) -> None:
        said = process("run", "--out", folder / "out", "--edition", "2026-11")
        assert said.returncode == 0, said.stderr
        (folder / "stdout").write_text(said.stdout, encoding="utf-8")
        (folder / "stderr").write_text(said.stderr, encoding="utf-8")

    return once("sample", fill)


@pytest.fixture(scope="session")
def sample_run(sample_said: Path) -> Run:
    """The sample, built, checked and published once as edition 2026-11."""
    return new_run(sample_said / "out", edition="2026-11")


@pytest.fixture(scope="session")
def sample_again(once: Once) -> Run:
    """The same edition made a second time, in another folder, one command a step."""

    def fill(folder: Path) -> None:
        for step in (["build"], ["check"], ["publish", "--edition", "2026-11"]):
            said = mirror(*step, "--out", folder / "out")
            assert said.returncode == 0, said.stderr

    return new_run(once("again", fill) / "out", edition="2026-11")


@pytest.fixture(scope="session")
def edition(sample_run: Run) -> Path:
    return sample_run.published / "2026-11"


@pytest.fixture(scope="session")
def sample(sample_run: Run) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build behind the sample's edition, read-only, every model in it."""
    with duckdb.connect(str(sample_run.building), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def published(edition: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published database of the sample's edition, as analysts open it."""
    with duckdb.connect(str(edition / "mirror.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def empty() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory for models on a few rows; what one leaves there is rolled back."""
    with duckdb.connect() as connection:
        yield connection


@pytest.fixture
def in_2027(monkeypatch: pytest.MonkeyPatch) -> None:
    """Months after the sample's edition have begun."""
    monkeypatch.setattr("mirror.publish.present_month", lambda: "2027-12")


@pytest.fixture
def run_model(empty: duckdb.DuckDBPyConnection) -> Callable[..., list[dict[str, Any]]]:
    """Run one model of sql/ on tables given as rows; return the rows it makes, in its order.

    Every table needs its columns named in the first row. `stg_parameters` is there with the
    published values unless it is given; what is quarantined or in doubt, and what countries
    replied, is there and empty.
    """

    def run(name: str, **tables: Rows) -> list[dict[str, Any]]:
        empty.begin()
        try:
            if "stg_parameters" not in tables:
                fill(empty, "raw_parameters", PARAMETERS)
                empty.execute(f"create table stg_parameters as {statement('stg_parameters')}")
            for table in NOTHING_GIVEN.keys() - tables.keys():
                empty.execute(f"create table {table} ({NOTHING_GIVEN[table]})")
            for table, rows in tables.items():
                fill(empty, table, pl.DataFrame(list(rows), infer_schema_length=None))
            return pl.DataFrame(empty.sql(statement(name)).to_arrow_table()).to_dicts()
        finally:
            empty.rollback()

    return run


def fill(connection: duckdb.DuckDBPyConnection, table: str, rows: pl.DataFrame) -> None:
    connection.register("given", rows.to_arrow())
    connection.execute(f"create table {table} as select * from given")
    connection.unregister("given")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    with windows(browser) as opened:
        yield opened


@cache
def statement(model: str) -> str:
    """Return the text of a model, whatever its layer."""
    (file,) = (ASSETS / "sql").rglob(f"{model}.sql")
    return file.read_text(encoding="utf-8")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the sample and leave the tests that wait for it to the end: no worker is idle."""
    waiting = [item for item in items if "sample_said" in getattr(item, "fixturenames", ())]
    items[:] = [*waiting[:1], *(item for item in items if item not in waiting), *waiting[1:]]


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
