"""In how many days a whole history comes, by what the service allows: `make proof-days`.

Days are played with a clock until the lake holds what the world published; what the plan said
before the first call and after the first day is printed beside it. Nothing is asked of UN Comtrade.
"""

import argparse
import logging
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import time_machine

from commands import mirror
from comtrade_service.compare import settings_for
from comtrade_service.endpoints import AVAILABILITY, METADATA, RECORDS
from comtrade_service.service import KEY, Service
from comtrade_service.world import FLOWS, PRODUCTS, World
from mirror.lake import Lake
from mirror.steps.fetch import FetchRequest, fetch

START = datetime(2026, 11, 5, 6, tzinfo=UTC)
QUICKLY = [f"MIRROR_COMTRADE_{what}_SECONDS" for what in ("PAUSE", "BACKOFF", "WAIT")]
MOST_DAYS = 90
RUNS_A_DAY = 3  # a run that ends with failed calls is started again, as a scheduler would
SPANS = {"A": ("1995", "2025"), "M": ("2010-01", "2026-12")}
# so many bytes never come, but that they are counted lets large replies be packed too
A_DAY: dict[str, Any] = {"calls_a_day": 500, "public_calls_a_day": 500, "bytes_a_day": 10**12}
SCENARIOS: dict[str, dict[str, Any]] = {
    "a free key, 500 rows a call": {"keyed_cap": 500},
    "100,000 rows a call": {"keyed_cap": 100_000},
    "an unknown cap of 50,000 rows": {"keyed_cap": 50_000},
    "504 above 20,000 rows": {"slow_rows": 20_000},
    "calls without a key refused": {
        "keyless_refused": frozenset({RECORDS, AVAILABILITY, METADATA}),
    },
    "411.82 MB a day, replies not packed": {"bytes_a_day": 411_820_000, "zipped": False},
    "411.82 MB a day, counted as unpacked": {"bytes_a_day": 411_820_000, "counts_packed": False},
}


@dataclass
class Day:
    """One day of calls; `outcomes` as the service noted them."""

    runs: int = 0
    keyed_calls: int = 0
    keyless_calls: int = 0
    bytes: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)


@dataclass
class History:
    """How a scenario went. What --dry-run said: `guess` before the first call, `plans` at the
    beginning of each day, of the first one after `mirror fetch --check`.
    """

    guess: str
    is_complete: bool = False
    rows: int = 0
    plans: list[str] = field(default_factory=list)
    days: list[Day] = field(default_factory=list)

    def total(self, name: str) -> int:
        return sum(getattr(day, name) for day in self.days)


def play(
    world: World, knobs: dict[str, Any], frequency: str, span: tuple[str, str], out: Path
) -> History:
    """Fetch once a day until the lake holds the world's rows, or 90 days are over."""
    request = FetchRequest.of_span(frequency, *span)
    with Service(world, **A_DAY | knobs).running() as service:
        settings = settings_for(service, out, comtrade_calls_a_day=service.calls_a_day)
        history = History(_planned(service, frequency, span, out, START))
        _said(service, out, START, "--check")
        while not history.is_complete and len(history.days) < MOST_DAYS:
            now = START + timedelta(days=len(history.days))
            service.clock = now.timestamp
            history.plans.append(_planned(service, frequency, span, out, now))
            history.days.append(_day(service, request, settings, now))
            history.rows, history.is_complete = _held(world, request, out)
    return history


def _planned(
    service: Service, frequency: str, span: tuple[str, str], out: Path, now: datetime
) -> str:
    """The sum that `mirror fetch --dry-run` prints, without the list of its calls."""
    names = {"A": ("--years", f"{span[0]}-{span[1]}"),
             "M": ("--since", span[0], "--freq", "monthly")}  # fmt: skip
    said = _said(service, out, now, *names[frequency], "--dry-run")
    return "\n".join(line for line in said.splitlines() if "WARNING" not in line)


def _said(service: Service, out: Path, now: datetime, *arguments: str) -> str:
    """What the command says at that time."""
    service.clock = now.timestamp
    with time_machine.travel(now):
        said = mirror(
            "fetch", *arguments, "--out", out, MIRROR_COMTRADE_URL=service.url,
            MIRROR_COMTRADE_KEY=KEY, MIRROR_COMTRADE_CALLS_A_DAY=str(service.calls_a_day),
            **dict.fromkeys(QUICKLY, "0"),
        )  # fmt: skip
    assert said.returncode == 0 or "--check" in arguments, said.stderr
    return said.stderr


def _day(service: Service, request: FetchRequest, settings: Any, now: datetime) -> Day:
    day = Day()
    while day.runs < RUNS_A_DAY:
        day.runs += 1
        report = fetch(request, settings, clock=lambda: now)
        if report.resume_at or report.is_complete:
            break
    for call in service.calls:
        day.keyed_calls += call.is_keyed
        day.keyless_calls += not call.is_keyed
        day.bytes += call.bytes
        day.outcomes[call.outcome] += 1
    service.calls.clear()
    return day


def _held(world: World, request: FetchRequest, out: Path) -> tuple[int, bool]:
    """Rows in the lake, and whether they are all that the world published."""
    published = {period: _published(_Fixed(world), period) for period in request.periods}
    expected = {
        (period, code): rows for period, found in published.items() for code, rows in found.items()
    }
    with Lake.reading(out / "lake") as lake:
        held = {
            (one.period, one.reporter_code): one.gold_rows
            for one in lake.reporter_periods(request.frequency)
            if one.gold_rows
        }
    return sum(held.values()), held == expected


class _Fixed:
    """A world that does not change while it is played, so that it can be a key of a cache."""

    def __init__(self, world: World) -> None:
        self.world = world

    def __hash__(self) -> int:
        return id(self.world)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Fixed) and self.world is other.world


@cache
def _published(fixed: _Fixed, period: str) -> dict[int, int]:
    world = fixed.world
    return {
        code: len(world.rows([period], [code], list(FLOWS), list(PRODUCTS)))
        for code in world.codes.values()
        if world.publishes(period, code)
    }


def shown(name: str, frequency: str, history: History) -> str:
    """A scenario in a few lines."""
    outcomes = sum((day.outcomes for day in history.days), Counter())
    noted = ", ".join(f"{count:,} {what}" for what, count in outcomes.most_common())
    done = "complete" if history.is_complete else "NOT COMPLETE"
    return "\n".join([
        f"{name}; {'annual' if frequency == 'A' else 'monthly'}:",
        f"  {done} after {len(history.days)} days, {history.total('runs')} runs; "
        f"{history.total('keyed_calls'):,} calls with the key, "
        f"{history.total('keyless_calls'):,} without; {history.rows:,} rows; "
        f"{history.total('bytes') / 1e6:,.1f} MB as sent",
        f"  answers: {noted}",
        f"  planned before the first call: {history.guess}",
        f"  planned after --check: {history.plans[0]}",
        *(f"  planned after the first day: {said}" for said in history.plans[1:2]),
    ])  # fmt: skip


def main() -> None:
    """Play all scenarios at full size, or those that are named."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--only", default="", help="part of a scenario's name")
    arguments.add_argument("--freq", choices=["A", "M"], help="default: both")
    chosen = arguments.parse_args()
    logging.disable(logging.WARNING)
    world = World()
    for name, knobs in SCENARIOS.items():
        for frequency, span in SPANS.items():
            if chosen.only in name and chosen.freq in (None, frequency):
                with tempfile.TemporaryDirectory() as folder:
                    history = play(world, knobs, frequency, span, Path(folder))
                sys.stdout.write(shown(name, frequency, history) + "\n\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
