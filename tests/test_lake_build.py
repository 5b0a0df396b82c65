"""From a fetched lake to an edition: vintages, states from availability, the UN's own mirror."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

import commands
from commands import Said
from comtrade_service.compare import settings_for
from comtrade_service.service import KEY, Service
from comtrade_service.world import World
from mirror.errors import SettingsError
from mirror.steps.build import SQL, build
from mirror.steps.fetch import FetchRequest, collect, fetch
from mirror.steps.run import Run, new_run
from mirror.steps.spans import bilateral_queries
from mirror.warehouse import open_built

pytestmark = pytest.mark.slow

START = datetime(2026, 11, 5, 6, tzinfo=UTC)
YEARS = FetchRequest.of_span("A", "2021", "2023")
ARE, GHA, CHE, IND, MLI = 784, 288, 757, 699, 466


def at(day: int) -> Callable[[], datetime]:
    return lambda: START + timedelta(days=day)


@pytest.fixture
def service() -> Iterator[Service]:
    """Eight reporters, Ghana silent; Mali is a partner of theirs and no reporter."""
    world = World(reporters=8, partners=12, silent=frozenset({GHA}))
    with Service(world).running() as running:
        yield running


def built(run: Run) -> duckdb.DuckDBPyConnection:
    build(run)
    return duckdb.connect(str(run.building), read_only=True)


def value(connection: duckdb.DuckDBPyConnection, query: str) -> Any:
    rows = connection.execute(query).fetchall()
    assert len(rows) == 1, rows
    return rows[0][0]


def world_value(service: Service, year: str, reporter: int) -> float:
    """Sum of the world's rows of 7108, straight from the generator."""
    import json

    rows = map(json.loads, service.world.rows([year], [reporter], ["M", "X"], ["7108"]))
    return sum(row["primaryValue"] for row in rows)


def records_value(year: str, reporter: int) -> str:
    return (
        f"select sum(value_usd) from stg_records where period = {year} and "
        f"reporter_code = {reporter} and hs_code = '7108' and flow_code in ('M', 'X')"
    )


def state(year: int, iso3: str, flow: str) -> str:
    return (
        f"select reporter_state from reporter_coverage where period = {year} "
        f"and reporter_iso3 = '{iso3}' and flow_code = '{flow}'"
    )


def test_an_edition_from_the_lake(service: Service, tmp_path: Path) -> None:
    assert fetch(YEARS, settings_for(service, tmp_path), clock=at(0)).is_complete
    run = new_run(tmp_path, edition="2026-11")
    with built(run) as connection:
        for year in YEARS.periods:
            expected = world_value(service, year, CHE)
            assert value(connection, records_value(year, CHE)) == pytest.approx(expected)
        assert value(connection, state(2022, "CHE", "X")) == "reported"
        assert value(connection, state(2022, "GHA", "X")) == "silent"
        assert value(connection, state(2022, "MLI", "X")) == "absent"
        kind, fetched = connection.execute(
            "select any_value(source_kind), count(fetched_at) from sources "
            "where source_kind = 'records'"
        ).fetchall()[0]
        assert kind == "records" and fetched > 0
        silent = connection.execute(
            "select is_assessed, reading from gap_years where exporter_iso3 = 'GHA' "
            "and importer_iso3 = 'ARE'"
        ).fetchall()
        assert silent == [(True, "undeclared_export")] * 3
        flags = value(
            connection,
            "select flags from ranked_gaps where exporter_iso3 = 'GHA' and importer_iso3 = 'ARE'",
        )
        assert "silent_exporter" in flags
        others = connection.execute(
            "select distinct other_side_state from one_sided_flows where exporter_iso3 = 'MLI'"
        ).fetchall()
        assert others == [("absent",)]


def test_a_revision_is_a_second_vintage_and_the_first_can_be_seen_again(
    service: Service, tmp_path: Path
) -> None:
    settings = settings_for(service, tmp_path)
    assert fetch(YEARS, settings, clock=at(0)).is_complete
    before = world_value(service, "2022", CHE)
    service.world.revise("2022", CHE)
    after = world_value(service, "2022", CHE)
    assert fetch(YEARS, settings, clock=at(30)).is_complete
    with built(new_run(tmp_path)) as connection:
        assert value(connection, records_value("2022", CHE)) == pytest.approx(after)
        superseded = value(connection, "select sum(rows_superseded) from sources")
        rows = service.world.rows(["2022"], [CHE], list(YEARS.flows), list(YEARS.products))
        assert superseded == len(rows)
    with built(new_run(tmp_path, as_of=START.date())) as connection:
        assert value(connection, records_value("2022", CHE)) == pytest.approx(before)
        assert value(connection, "select sum(rows_superseded) from sources") == 0
    with pytest.raises(SettingsError, match="held no records that day"):
        build(new_run(tmp_path, as_of=START.date() - timedelta(days=1)))


def test_what_is_withdrawn_stays_and_is_not_assessable(service: Service, tmp_path: Path) -> None:
    settings = settings_for(service, tmp_path)
    assert fetch(YEARS, settings, clock=at(0)).is_complete
    kept = world_value(service, "2023", IND)
    service.world.withdraw("2023", IND)
    assert fetch(YEARS, settings, clock=at(30)).is_complete
    with built(new_run(tmp_path)) as connection:
        assert value(connection, records_value("2023", IND)) == pytest.approx(kept)
        assert value(connection, state(2023, "IND", "X")) == "withdrawn"
        assert value(connection, state(2022, "IND", "X")) == "reported"
        pair = connection.execute(
            "select exporter_state, is_assessed, reading, export_value_usd is not null, "
            "residual_value_usd_mid from gap_years "
            "where period = 2023 and exporter_iso3 = 'IND' and importer_iso3 = 'ARE'"
        ).fetchall()
        assert pair == [("withdrawn", False, "one_sided", True, 0)]


def test_what_was_never_asked_is_unknown_and_not_silent(service: Service, tmp_path: Path) -> None:
    only = FetchRequest.of_span("A", "2022", "2022", (str(ARE),))
    assert fetch(only, settings_for(service, tmp_path), clock=at(0)).is_complete
    with built(new_run(tmp_path)) as connection:
        assert value(connection, state(2022, "CHE", "X")) == "unknown"
        assert value(connection, state(2022, "GHA", "X")) == "unknown"
        assert value(connection, state(2022, "MLI", "X")) == "absent"
        assert value(connection, state(2022, "ARE", "M")) == "reported"


def comparisons(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    return dict(
        connection.execute("select comparison, count(*) from un_mirror_check group by 1").fetchall()
    )


def test_our_pairing_agrees_with_the_un_or_says_why_not(service: Service, tmp_path: Path) -> None:
    settings = settings_for(service, tmp_path)
    assert fetch(YEARS, settings, clock=at(0)).is_complete
    assert collect(bilateral_queries(YEARS), settings, clock=at(0)).is_complete
    run = new_run(tmp_path)
    with built(run) as connection:
        same = comparisons(connection)
    assert set(same) == {"same"} and same["same"] > 100
    service.world.revise("2022", CHE)
    assert collect(bilateral_queries(YEARS), settings, clock=at(1)).is_complete
    with built(run) as connection:
        assert comparisons(connection)["unexplained"] > 0
    with open_built(run.building) as warehouse:
        warnings = warehouse.warnings(SQL / "warnings")
    assert any("own mirror without a known reason" in warning for warning in warnings)
    assert fetch(YEARS, settings, clock=at(30)).is_complete
    with built(run) as connection:
        assert comparisons(connection) == same


def test_a_mirror_of_the_un_that_lags_behind_shows_an_earlier_vintage(
    service: Service, tmp_path: Path
) -> None:
    settings = settings_for(service, tmp_path)
    assert fetch(YEARS, settings, clock=at(0)).is_complete
    assert collect(bilateral_queries(YEARS), settings, clock=at(0)).is_complete
    service.world.revise("2022", CHE)
    assert fetch(YEARS, settings, clock=at(30)).is_complete
    with built(new_run(tmp_path)) as connection:
        assert set(comparisons(connection)) == {"same", "other_vintage"}


def service_of(service: Service, out: Path) -> dict[str, str]:
    return {
        "MIRROR_COMTRADE_URL": service.url,
        "MIRROR_COMTRADE_PAUSE_SECONDS": "0",
        "MIRROR_COMTRADE_BACKOFF_SECONDS": "0.01",
        "MIRROR_OUT": str(out),
    }


def mirror(service: Service, out: Path, *arguments: str, **more: str) -> Said:
    return commands.mirror(*arguments, **service_of(service, out), **more)


def process(service: Service, out: Path, *arguments: str, **more: str) -> Said:
    return commands.process(*arguments, **service_of(service, out), **more)


def test_fetch_without_a_key_says_how_many_calls_it_took(service: Service, tmp_path: Path) -> None:
    out = tmp_path / "out"
    asked = ("fetch", "--years", "2022", "--reporters", "ARE,GHA")
    planned = mirror(service, out, *asked, "--dry-run")
    assert planned.returncode == 0 and len(service.calls) == 0
    assert planned.stdout.startswith("call,rows expected\n/public/v1/getDA/C/A/HS?period=2022")
    said = mirror(service, out, *asked)
    assert said.returncode == 0, said.stderr
    assert f", {len(service.calls)} calls; 0 calls still to make" in said.stderr
    again = mirror(service, out, *asked)
    assert "0 rows in 0 replies, 0 calls" in again.stderr


def test_the_key_is_nowhere(service: Service, tmp_path: Path) -> None:
    out = tmp_path / "out"
    key = {"MIRROR_COMTRADE_KEY": KEY}
    said = [
        process(service, out, "fetch", "--years", "2021-2023", **key),
        mirror(service, out, "status", **key),
        mirror(service, out, "run", "--edition", "2023-12", **key),
    ]
    assert [one.returncode for one in said] == [0, 1, 0], said[-1].stderr  # none was published
    assert not [one for one in said if KEY in one.stdout + one.stderr]
    assert all(KEY not in call.path for call in service.calls)
    assert (out / "published" / "latest" / "un_mirror_check.csv").exists()
    held = [path for path in out.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]
    assert held == []


def test_a_used_up_quota_is_a_rest_and_the_run_goes_on(service: Service, tmp_path: Path) -> None:
    out = tmp_path / "out"
    key = {"MIRROR_COMTRADE_KEY": KEY}
    assert mirror(service, out, "fetch", "--years", "2021-2023", **key).returncode == 0
    service.world.revise("2022", CHE)
    service.quota = 0
    resting = mirror(service, out, "fetch", "--years", "2012-2023", **key)
    assert resting.returncode == 0
    assert "Quota will be replenished" in resting.stderr or "again" in resting.stderr
    said = mirror(service, out, "run", "--edition", "2023-12", **key)
    assert said.returncode == 0, said.stderr
    assert (out / "published" / "latest" / "ranked_gaps.csv").exists()


def test_the_sample_is_never_published_in_place_of_records_that_did_not_come(
    service: Service, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    service.quota = 0
    said = mirror(service, out, "run", MIRROR_COMTRADE_KEY=KEY)
    assert said.returncode == 1
    assert "holds no records" in said.stderr and "Traceback" not in said.stderr
    assert not (out / "published").exists()


def test_a_wrong_key_is_one_sentence(service: Service, tmp_path: Path) -> None:
    said = mirror(service, tmp_path / "out", "run", MIRROR_COMTRADE_KEY="f" * 32)
    assert said.returncode == 1
    assert said.stderr.splitlines()[-1].startswith("mirror: ")
    assert "f" * 32 not in said.stderr


def test_status_shows_age_and_lateness(service: Service, tmp_path: Path) -> None:
    out = tmp_path / "out"
    mirror(service, out, "fetch", "--years", "2012-2023", MIRROR_COMTRADE_KEY=KEY)
    asked = datetime.now(UTC).date()
    said = mirror(service, out, "status", "--offline")
    days = {(day - date(2023, 12, 31)).days for day in (asked, datetime.now(UTC).date())}
    assert said.returncode == 1 and "No edition stands" in said.stderr
    assert "last edition,none" in said.stdout
    assert "ARE,United Arab Emirates,2023," in said.stdout
    assert "reporter_iso3,reporter_name,newest_period,age_days" in said.stdout
    (shown,) = re.findall(r"^ARE,United Arab Emirates,2023,(\d+),", said.stdout, re.M)
    assert int(shown) in days, "by the calendar of UTC"
