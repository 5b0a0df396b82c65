"""A service with the limits of one account or another, and what a fetch from it must bring."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from comtrade_service.closed import Closed
from comtrade_service.compare import lake_rows, world_rows
from comtrade_service.world import World
from mirror.lake import Lake, account_of
from mirror.settings import Settings
from mirror.steps import planning
from mirror.steps.fetch import FetchReport, FetchRequest, fetch

START = datetime(2026, 11, 5, 6, tzinfo=UTC)
YEARS = FetchRequest.of_span("A", "2021", "2022")
"""Two years of 1,724 rows each, of 20 reporters with about 86."""
ROWS = 3_448
Serve = Callable[..., Closed]


def at(day: int) -> Callable[[], datetime]:
    return lambda: START + timedelta(days=day)


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Start a service with those limits over the same world, whose mean is the usual number."""
    monkeypatch.setattr(planning, "USUAL_ROWS", {"A": 86, "M": 43})
    with ExitStack() as running:
        yield lambda **limits: running.enter_context(
            Closed(World(reporters=20, partners=8), **limits).running()
        )


def outcomes(service: Closed) -> Counter[str]:
    """How many calls were answered in which way; counts apart from what they count."""
    return Counter(
        "count" if call.outcome == "ok" and "countOnly" in call.path else call.outcome
        for call in service.calls
    )


def demand_complete(service: Closed, settings: Settings, request: FetchRequest = YEARS) -> None:
    with Lake.reading(settings.out / "lake") as lake:
        assert lake_rows(lake) == world_rows(service.world, request.periods)


def bring(service: Closed, settings: Settings, request: FetchRequest = YEARS) -> FetchReport:
    """A complete fetch, and a second one without a call; returns the first."""
    report = fetch(request, settings, clock=at(0))
    assert report.is_complete and report.failures == () and report.rows == ROWS
    demand_complete(service, settings, request)
    made = len(service.calls)
    assert fetch(request, settings, clock=at(0)).is_complete
    assert len(service.calls) == made
    return report


def learned(settings: Settings, fact: Any, kind: str = "records") -> str | None:
    with Lake.reading(settings.out / "lake") as lake:
        key = settings.comtrade_key
        return lake.learned.get(account_of(key and key.get_secret_value()), kind, fact)
