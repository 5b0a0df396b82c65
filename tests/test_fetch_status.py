"""`status`: what is new upstream, calls left, the age of each reporter and who is late."""

from datetime import UTC, date, datetime

import pytest

from comtrade_service.compare import settings_for
from comtrade_service.service import Service
from comtrade_service.world import World
from mirror.lake import Release
from mirror.steps.fetch import FetchRequest, fetch
from mirror.steps.status import ReporterAge, ages, period_end, status

YEARS = FetchRequest.of_span("A", "2018", "2023")
NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)


@pytest.fixture
def service():
    with Service(World(reporters=6, partners=8)).running() as running:
        yield running


def test_before_anything_was_fetched(service, tmp_path):
    found = status(YEARS, settings_for(service, tmp_path), clock=lambda: NOON)
    assert (found.new_upstream, found.looked_at, found.unreachable) == (None, None, "")
    assert (found.calls_left, found.open_calls, found.reporters) == (500, 0, ())
    assert service.calls == []


def test_what_is_new_upstream_is_seen_for_one_call(service, tmp_path):
    settings = settings_for(service, tmp_path)
    fetch(YEARS, settings, clock=lambda: NOON)
    assert status(YEARS, settings, clock=lambda: NOON).new_upstream == ()
    service.world.revise("2020", 784)
    later = datetime(2026, 12, 5, tzinfo=UTC)
    service.calls.clear()
    found = status(YEARS, settings, ask_upstream=True, clock=lambda: later)
    assert found.new_upstream == (("2020", 784),)
    assert (found.looked_at, found.calls_left) == (later, 499)
    assert [call.is_keyed for call in service.calls] == [True]


def test_a_reporter_is_late_against_its_own_habit():
    """Months of 2026 come 40 days after their end; July's, due on 31 Aug + 9 days, are missing."""
    first = ["2026-03-12", "2026-04-09", "2026-05-10", "2026-06-09", "2026-07-10", "2026-08-09"]
    months = [f"2026{month:02d}" for month in range(1, 7)]
    of = [
        Release(m, 784, day, "1", f"{day}T10:00:00.25")
        for m, day in zip(months, first, strict=True)
    ]
    expected = ReporterAge(784, "202606", (date(2026, 9, 20) - date(2026, 6, 30)).days, 40,
                           date(2026, 9, 9), True)  # fmt: skip
    assert ages(of, date(2026, 9, 20)) == (expected,)
    assert not ages(of, date(2026, 9, 9))[0].is_late
    assert ages(of[:3], date(2027, 9, 9))[0] == ReporterAge(
        784, "202603", (date(2027, 9, 9) - date(2026, 3, 31)).days, None, None, False
    )


def test_ends_of_periods():
    assert [period_end(p) for p in ("2024", "202402", "202412")] == [
        date(2024, 12, 31), date(2024, 2, 29), date(2024, 12, 31),
    ]  # fmt: skip
