"""`fetch` against the service on loopback: complete, in few calls, refreshed, resumed."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from comtrade_service.compare import lake_rows, settings_for, world_rows
from comtrade_service.service import KEY, Service
from comtrade_service.world import World
from mirror.comtrade import Query
from mirror.errors import AuthError, HeldByAnother, SettingsError
from mirror.lake import Lake
from mirror.steps.fetch import FetchRequest, collect, fetch, plan

YEARS = FetchRequest.of_span("A", "2018", "2023")
START = datetime(2026, 11, 5, 6, tzinfo=UTC)


def at(day):
    """A clock that stands still, some days after the start."""
    return lambda: START + timedelta(days=day)


@pytest.fixture
def service():
    with Service(World(reporters=6, partners=8)).running() as running:
        yield running


def test_brings_every_row_once_in_one_call_for_each_batch(service, tmp_path):
    settings = settings_for(service, tmp_path)
    expected = plan(YEARS, settings)
    report = fetch(YEARS, settings)
    assert report.is_complete and report.failures == ()
    assert (report.keyed_calls, report.public_calls) == (2, 0)
    assert expected.is_guess and expected.calls_left == 500
    with Lake.reading(tmp_path / "lake") as lake:
        assert lake_rows(lake) == world_rows(service.world, YEARS.periods)
        assert lake.verify() == 2


def test_a_plan_makes_no_call_and_keeps_its_word(service, tmp_path):
    settings = settings_for(service, tmp_path, key=None)
    fetch(FetchRequest.of_span("A", "2018", "2018"), settings)
    made = len(service.calls)
    request = FetchRequest.of_span("A", "2018", "2019")
    foreseen = plan(request, settings)
    assert len(service.calls) == made and foreseen.is_guess
    assert foreseen.public_calls > 1 and foreseen.keyed_calls == 0 and foreseen.rows > 0
    assert foreseen.calls_left == 500 - made


def test_a_revision_keeps_the_old_vintage_and_a_past_day_still_sees_it(service, tmp_path):
    settings = settings_for(service, tmp_path)
    fetch(YEARS, settings, clock=at(0))
    before = world_rows(service.world, YEARS.periods)
    service.world.revise("2020", 784)
    service.world.withdraw("2021", 288)
    report = fetch(YEARS, settings, clock=at(30))
    assert (report.keyed_calls, report.public_calls) == (2, 0)
    with Lake.reading(tmp_path / "lake") as lake:
        old = {w.cover.period for w in lake.covered("A", at(1)().date()) if w.live}
        assert old == set(YEARS.periods)
        states = {(r.period, r.reporter_code): r for r in lake.reporter_periods("A")}
        assert states["2021", 288].state == "withdrawn" and states["2021", 288].gold_rows
        assert states["2020", 784].vintages == 2 and states["2020", 784].is_current
        kept = {row[:5] for row in lake_rows(lake)}
        assert kept == {row[:5] for row in before}


def test_silent_is_told_from_absent_and_unknown(tmp_path):
    world = World(reporters=6, partners=8, silent=frozenset({757}), first_year=2019)
    with Service(world).running() as service:
        settings = settings_for(service, tmp_path)
        fetch(YEARS, settings)
        fetch(FetchRequest.of_span("A", "2024", "2024", ("ARE",)), settings)
    with Lake.reading(tmp_path / "lake") as lake:
        known = {(r.period, r.reporter_code): r.state for r in lake.reporter_periods("A")}
        assert known["2020", 757] == "silent" and known["2020", 784] == "reported"
        assert known["2024", 784] == "reported" and known["2024", 288] == "unknown"
        assert ("2018", 784) not in known and "2018" in lake.looked("A")


def test_an_unknown_reporter_is_said(service, tmp_path):
    request = FetchRequest.of_span("A", "2022", "2022", ("XYZ",))
    with pytest.raises(SettingsError, match="no reporter XYZ"):
        fetch(request, settings_for(service, tmp_path))


def test_a_wrong_key_stops_at_once(service, tmp_path):
    with pytest.raises(AuthError):
        fetch(YEARS, settings_for(service, tmp_path, key="wrong"))
    assert service.count(keyed=True) == 2  # availability, then records
    assert fetch(YEARS, settings_for(service, tmp_path)).is_complete


def test_an_empty_reply_where_many_published_is_not_believed(service, tmp_path):
    service.world = World(reporters=25, partners=2)
    plain = service.world.rows
    service.world.rows = lambda *asked: []
    settings = settings_for(service, tmp_path)
    report = fetch(YEARS, settings)
    assert not report.is_complete and "no sign of no trade" in report.failures[0]
    service.world.rows = plain
    assert fetch(YEARS, settings).is_complete


def test_two_fetches_at_once(service, tmp_path):
    settings = settings_for(service, tmp_path)
    code = "import sys, pathlib; from mirror.lake import Lake\nwith Lake.writing(" \
           "pathlib.Path(sys.argv[1])): print('in', flush=True); sys.stdin.read()"  # fmt: skip
    command = [sys.executable, "-c", code, str(tmp_path / "lake")]
    with subprocess.Popen(command, stdin=-1, stdout=-1, text=True) as other:
        assert other.stdout.readline() == "in\n"
        with pytest.raises(HeldByAnother, match="is held by mirror fetch"):
            fetch(YEARS, settings)
        other.kill()
    assert fetch(YEARS, settings).is_complete


def test_the_un_mirror_and_other_replies_are_kept_as_they_are(service, tmp_path):
    mirrored = Query("bilateral", "A", ("2022",), (288,), (784,), ("7108",))
    queries = [mirrored, Query("reference", name="Reporters")]
    assert collect(queries, settings_for(service, tmp_path)).is_complete
    with Lake.reading(tmp_path / "lake") as lake:
        kept = lake.replies()
        assert [reply.kind for reply in kept] == ["bilateral", "reference"]
        assert (kept[0].reporters, kept[0].superseded) == ((288,), False)


def test_the_key_is_in_no_file(service, tmp_path):
    fetch(YEARS, settings_for(service, tmp_path))
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) >= 4
    assert not any(KEY.encode() in path.read_bytes() for path in files)
