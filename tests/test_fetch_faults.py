"""Whatever fails, and whenever the process is killed: the lake ends complete, and the same."""

import os
import random
import signal
import time
from collections import Counter

import pytest

from comtrade_service.compare import figure, lake_content, lake_rows, settings_for, world_rows
from comtrade_service.faults import Faults
from comtrade_service.service import Service
from comtrade_service.world import World
from mirror.comtrade import Limits
from mirror.lake import Lake
from mirror.steps import planning
from mirror.steps.fetch import FetchRequest, fetch

REQUEST = FetchRequest.of_span("A", "2000", "2025")
LIMITS = Limits(50, 300, frozenset({50, 300}))
GOOD = ("ok", "slow_body")


@pytest.fixture
def small(monkeypatch):
    """Batches of two years for 26 years, most of which are cut and split."""
    monkeypatch.setattr(planning, "USUAL_ROWS", {"A": 20, "M": 20})
    with Service(World(reporters=4, partners=4), keyed_cap=300).running() as running:
        yield running


def survives(service, folder, seed):
    """Fetch with every tenth reply failing; returns the number of runs that it took."""
    service.calls.clear()
    service.faults = Faults(rate=0.1, seed=seed)
    settings = settings_for(service, folder)
    runs = 1
    while not fetch(REQUEST, settings, limits=LIMITS).is_complete:
        runs += 1
        assert runs < 6
    with Lake.reading(folder / "lake") as lake:
        assert lake_rows(lake) == world_rows(service.world, REQUEST.periods)
        kept = [reply.address for reply in lake.replies()]
    assert len(kept) == len(set(kept))
    full = [call.path for call in service.calls if call.outcome in GOOD]
    assert max(Counter(full).values()) == 1
    assert set(kept) <= set(full)
    return runs


@pytest.mark.parametrize("seed", range(6))
def test_every_tenth_reply_fails(small, tmp_path, seed):
    survives(small, tmp_path, seed)


@pytest.mark.proof
def test_every_tenth_reply_fails_with_200_seeds(small, tmp_path):
    started = time.monotonic()
    runs = Counter(survives(small, tmp_path / str(seed), seed) for seed in range(200))
    figure(f"200 seeds in {time.monotonic() - started:.0f} s; lakes by runs needed: {dict(runs)}")


@pytest.mark.slow
def test_killed_at_random_moments(small, tmp_path):
    assert kills(small, tmp_path, 4) == 4


@pytest.mark.proof
def test_killed_at_50_random_moments(small, tmp_path):
    started = time.monotonic()
    hit = kills(small, tmp_path, 50)
    figure(f"50 kills, {hit} before the end, in {time.monotonic() - started:.0f} s")
    assert hit == 50


def kills(service, folder, times):
    """Kill a fetch at random moments, complete it, compare; returns how many hit a running one.

    A moment is a number of calls, so that it lies within the fetch on every machine.
    """
    assert fetch(REQUEST, settings_for(service, folder / "whole"), limits=LIMITS).is_complete
    calls = len(service.calls)
    expected = lake_content(folder / "whole" / "lake")
    chance, hit = random.Random(5), 0
    for number in range(times):
        settings = settings_for(service, folder / str(number))
        hit += killed(service, settings, chance.randrange(calls * 3 // 4))
        assert fetch(REQUEST, settings, limits=LIMITS).is_complete
        assert lake_content(settings.out / "lake") == expected
    return hit


def killed(service, settings, after):
    """Kill a fetch in a process of its own after so many calls; whether it was still running."""
    before = len(service.calls)
    child = os.fork()
    if not child:
        try:
            fetch(REQUEST, settings, limits=LIMITS)
        finally:
            os._exit(0)
    while len(service.calls) - before <= after:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.WIFSIGNALED(status)
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])
