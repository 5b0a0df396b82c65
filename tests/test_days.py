"""A history of some years under each kind of limit: complete in few days, and the plan says so.

The caps are those of the live service where that is possible; the day is smaller, as the world is:
twenty reporters with 8,300 rows a year.
"""

import re

import pytest

from comtrade_service.days import play
from comtrade_service.endpoints import AVAILABILITY, METADATA, RECORDS
from comtrade_service.world import World

SPAN = ("2021", "2025")


@pytest.fixture(scope="module")
def world():
    return World(reporters=20)


CHECK = 12  # calls that finding out what a key may do takes, at most
KEYLESS = frozenset({RECORDS, AVAILABILITY, METADATA})


def played(tmp_path, world, knobs, days, calls):
    history = play(world, knobs, "A", SPAN, tmp_path)
    assert history.is_complete and history.rows == 41_610
    assert len(history.days) <= days
    assert history.total("keyed_calls") + history.total("keyless_calls") <= calls + CHECK
    assert history.total("runs") == len(history.days)
    return history


@pytest.mark.slow
def test_a_large_cap_takes_a_day_and_a_call(tmp_path, world):
    played(tmp_path, world, {}, days=1, calls=2)


@pytest.mark.proof
@pytest.mark.parametrize(
    ("knobs", "days", "calls"),
    [
        # 41,610 rows are 84 calls of 500 rows at least; 80 calls a day, half of them keyless
        ({"keyed_cap": 500, "calls_a_day": 40, "public_calls_a_day": 40}, 4, 200),
        ({"keyed_cap": 20_000}, 1, 10),
        ({"slow_rows": 5_000}, 1, 30),
        ({"slow_rows": 5_000, "slow_status": 400}, 1, 30),
        ({"keyless_refused": KEYLESS}, 1, 3),
        # 37.7 MB unpacked, in calls of 4.5 MB
        ({"keyed_cap": 5_000, "bytes_a_day": 12_000_000, "zipped": False}, 4, 40),
        ({"keyed_cap": 5_000, "bytes_a_day": 12_000_000, "counts_packed": False}, 4, 40),
    ],
    ids=["500 rows", "20,000 rows", "504", "400", "no keyless", "bytes", "bytes unpacked"],
)
def test_a_small_cap_takes_few_days_and_the_plan_says_so(tmp_path, world, knobs, days, calls):
    history = played(tmp_path, world, knobs, days, calls)
    for begun, plan in enumerate(history.plans[1:], start=1):
        # once a day has taught what the account may do, the plan is right within a day
        said = re.search(r"It (?:takes (\d+) days|fits into one day)", plan)
        assert said and abs(begun + int(said[1] or 1) - len(history.days)) <= 1
