"""Each limit that an account is known to have: learned, planned by, complete in few calls."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from comtrade_service.compare import lake_rows, settings_for, world_rows
from comtrade_service.regimes import Regime
from comtrade_service.world import World
from mirror.lake import Lake
from mirror.steps import planning
from mirror.steps.fetch import FetchRequest, fetch, plan

START = datetime(2026, 11, 5, 6, tzinfo=UTC)
YEARS = FetchRequest.of_span("A", "2021", "2022")
WORLD = {"reporters": 20, "partners": 8}
ROWS_A_YEAR = 3_000


def at(day):
    return lambda: START + timedelta(days=day)


@pytest.fixture(autouse=True)
def usual(monkeypatch):
    """The world's own mean, as the real numbers are of the real world."""
    monkeypatch.setattr(planning, "USUAL_ROWS", {"A": 80, "M": 40})


def outcomes(service):
    return Counter(call.outcome for call in service.calls)


def complete(service, settings, request=YEARS):
    with Lake.reading(settings.out / "lake") as lake:
        assert lake_rows(lake) == world_rows(service.world, request.periods)


def twice(service, settings, request=YEARS):
    """A complete fetch and a second one without a call; returns the first."""
    report = fetch(request, settings, clock=at(0))
    assert report.is_complete and report.failures == ()
    complete(service, settings, request)
    made = len(service.calls)
    assert fetch(request, settings, clock=at(0)).is_complete
    assert len(service.calls) == made
    return report


def test_figures(tmp_path):
    world = World(**WORLD)
    for cap in (None, 500, 1000, 1500, 1234):
        with Regime(world).running() as service:
            if cap:
                service.keyed_cap = cap
            settings = settings_for(service, tmp_path / str(cap))
            report = twice(service, settings)
            print(cap, report.rows, report.keyed_calls, report.public_calls, outcomes(service), service.sent)
    for slow in (5000, 3000, 1500, 900, 400):
      for counts in (True, False):
        with Regime(world, slow_above=slow, counts=counts).running() as service:
            settings = settings_for(service, tmp_path / f"s{slow}{counts}")
            report = twice(service, settings)
            print(slow, counts, report.rows, report.keyed_calls, report.public_calls, outcomes(service), service.sent)
            service.calls.clear()
            more = FetchRequest.of_span("A", "2018", "2019")
            print("  next", fetch(more, settings, clock=at(0)).is_complete, outcomes(service))
