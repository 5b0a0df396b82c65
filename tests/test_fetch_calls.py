"""How many calls a fetch takes: histories, refreshes, keyless replies, used-up quotas."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from comtrade_service.compare import lake_rows, settings_for, world_rows
from comtrade_service.faults import Faults
from comtrade_service.service import Service
from comtrade_service.world import World
from mirror.comtrade import Limits
from mirror.lake import Lake
from mirror.steps import planning
from mirror.steps.fetch import FetchRequest, fetch

YEARS = FetchRequest.of_span("A", "2018", "2023")
START = datetime(2026, 11, 5, 6, tzinfo=UTC)


def at(day):
    """A clock that stands still, some days after the start."""
    return lambda: START + timedelta(days=day)


@pytest.fixture
def service():
    with Service(World(reporters=6, partners=8)).running() as running:
        yield running


@pytest.fixture
def scaled(monkeypatch):
    """Sizes by eighty: 75 reporters with 10 rows a year, replies of 1,250 rows."""
    monkeypatch.setattr(planning, "USUAL_ROWS", {"A": 10, "M": 10})
    world = World(reporters=75, partners=1)
    with Service(world, keyed_cap=1_250, preview_cap=50).running() as running:
        yield running


SCALED = Limits(50, 1_250, frozenset({50, 1_250, 3_125}))


@pytest.mark.slow
def test_the_whole_annual_history_takes_few_keyed_calls(scaled, tmp_path):
    request = FetchRequest.of_span("A", "1995", "2025")
    report = fetch(request, settings_for(scaled, tmp_path), limits=SCALED)
    assert report.is_complete
    assert report.keyed_calls == scaled.count(keyed=True) <= 60
    assert scaled.count("getDa") == 3 and report.public_calls == 0
    with Lake.reading(tmp_path / "lake") as lake:
        assert lake_rows(lake) == world_rows(scaled.world, request.periods)


@pytest.mark.slow
def test_a_refresh_asks_only_for_what_changed(scaled, tmp_path):
    settings = settings_for(scaled, tmp_path)
    request = FetchRequest.of_span("M", "2025-01", "2026-12")
    assert fetch(request, settings, clock=at(0), limits=SCALED).is_complete
    scaled.calls.clear()
    idle = fetch(request, settings, clock=at(30), limits=SCALED)
    assert (idle.keyed_calls, idle.public_calls, len(scaled.calls)) == (2, 0, 2)  # 24 / 12
    codes = sorted(scaled.world.codes.values())
    changed = [(request.periods[(n * 7) % 24], codes[(n * 11) % 75]) for n in range(40)]
    for period, reporter in changed:
        scaled.world.revise(period, reporter)
    scaled.calls.clear()
    report = fetch(request, settings, clock=at(60), limits=SCALED)
    assert report.is_complete and len(scaled.calls) <= 45
    with Lake.reading(tmp_path / "lake") as lake:
        newest = max(reply.fetched_at for reply in lake.replies())
        fresh = [r for r in lake.replies() if r.fetched_at == newest and r.kind == "records"]
        assert sorted(key for r in fresh for key in r.released) == sorted(changed)
        assert lake_rows(lake) == world_rows(scaled.world, request.periods)


def test_a_refresh_looks_at_the_newest_periods_and_at_older_ones_in_turn(tmp_path):
    with Service(World(reporters=2, partners=2)).running() as service:
        settings = settings_for(service, tmp_path)
        longer = FetchRequest.of_span("M", "2010-01", "2026-12")
        first = fetch(FetchRequest.of_span("M", "2010-01", "2026-11"), settings, clock=at(0))
        assert first.is_complete and service.count("getDa") == 17
        asked = []
        for month in range(1, 6):
            service.calls.clear()
            report = fetch(longer, settings, clock=at(30 * month))
            assert (report.is_complete, service.count("getDa")) == (True, 3)
            assert report.keyed_calls == 3 + (month == 1)
            asked += [call.path[-6:-2] for call in service.calls if call.asks("data/v1/getDa")]
        assert Counter(asked) == {"2025": 5, "2026": 5} | dict.fromkeys(
            map(str, range(2010, 2015)), 1
        )


def test_without_a_key_two_reporters_come_in_replies_of_500_rows(tmp_path):
    world = World(reporters=20, partners=60)
    request = FetchRequest.of_span("A", "2022", "2022", ("ARE", "GHA"))
    with Service(world).running() as service:
        report = fetch(request, settings_for(service, tmp_path, key=None))
        assert report.is_complete and report.keyed_calls == 0
        assert report.public_calls == len(service.calls) <= 20
        assert all("ocp-apim-subscription-key" not in call.headers for call in service.calls)
    wanted = world_rows(world, ["2022"], [784, 288])
    assert len(wanted) > 500
    with Lake.reading(tmp_path / "lake") as lake:
        assert lake_rows(lake) == wanted
        assert all(reply.rows < 500 for reply in lake.replies() if reply.kind == "preview")


def test_a_size_is_asked_first_where_a_query_is_hopelessly_large(tmp_path):
    world = World(reporters=60, partners=2)
    limits = Limits(100, 100, frozenset({100}))
    with Service(world, keyed_cap=100, preview_cap=100).running() as service:
        request = FetchRequest.of_span("A", "2022", "2022")
        report = fetch(request, settings_for(service, tmp_path, key=None), limits=limits)
        assert report.is_complete
        assert sum("countOnly" in call.path for call in service.calls) == 1
        made = service.count("preview")
    with Lake.reading(tmp_path / "lake") as lake:
        assert lake_rows(lake) == world_rows(world, ["2022"])
        blind = sum(pieces for pieces in [60 * 400 // 75])
        assert made < blind / 3


def test_a_used_up_quota_is_a_rest_and_the_next_run_goes_on(scaled, tmp_path):
    service, world = scaled, scaled.world
    request = FetchRequest.of_span("A", "2020", "2022")
    service.quota = 2  # of availability and of the first of three years
    settings = settings_for(service, tmp_path)
    first = fetch(request, settings, clock=at(0), limits=SCALED)
    assert first.resume_at == START + timedelta(hours=3, minutes=14, seconds=17)
    assert (first.remaining, first.is_complete, first.calls_left) == (2, False, 0)
    assert "run again after that" in first.rest
    made = len(service.calls)
    again = fetch(request, settings, clock=lambda: START + timedelta(hours=1), limits=SCALED)
    assert again.resume_at == first.resume_at and len(service.calls) == made
    service.quota = None
    last = fetch(request, settings, clock=lambda: START + timedelta(hours=4), limits=SCALED)
    assert last.is_complete and last.keyed_calls == 2 and last.public_calls == 0
    with Lake.reading(tmp_path / "lake") as lake:
        assert len(lake_rows(lake)) == len(world_rows(world, request.periods))


def test_the_own_limit_stops_before_the_service_does(service, tmp_path):
    settings = settings_for(service, tmp_path, comtrade_calls_a_day=2)
    report = fetch(YEARS, settings, clock=at(0))
    assert report.is_complete and report.calls_left == 0
    service.world.revise("2020", 784)
    stopped = fetch(FetchRequest("A", ("2024",)), settings, clock=at(0))
    assert stopped.resume_at == datetime(2026, 11, 6, tzinfo=UTC)


def test_a_service_that_is_down_does_not_eat_the_quota(service, tmp_path):
    service.faults = Faults(rate=1, ways=("html_200",))
    report = fetch(YEARS, settings_for(service, tmp_path))
    assert len(report.failures) == 1 and not report.is_complete
    assert len(service.calls) <= 6
