"""What one call may bring, and the time between two: units of what calls teach."""

import io
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comtrade_service.faults import Faults
from comtrade_service.service import Service
from comtrade_service.world import World
from mirror.comtrade import (
    FLOWS,
    GOLD,
    LIMITS,
    Client,
    Manners,
    Need,
    Query,
    expected_rows,
    is_round,
    pieces,
    plan_calls,
    span,
    split_to_fit,
)
from mirror.comtrade.pace import CALM_CALLS, Pace
from mirror.errors import CallTooLarge, SourceError

EVERYONE = tuple(range(1, 31))


@pytest.mark.parametrize("rows", [100, 500, 900, 1_000, 1_250, 9_750, 50_000, 65_000, 100_000])
def test_round_numbers(rows):
    assert is_round(rows) and not is_round(rows + 1) and not is_round(rows - 1)


def test_a_size_is_doubted_if_it_is_round_or_larger_than_any_that_is_known_to_be_whole():
    doubted = LIMITS.is_doubtful
    assert doubted("records", 50_000, 90_000, False)
    assert doubted("records", 12_345, 12_000, True)
    assert not doubted("records", 12_345, 12_345, True)
    assert not doubted("records", 12_345, 0, False), "nobody is missing from it"
    assert not doubted("records", 499, 0, True), "no source names so small a cap"
    assert not LIMITS.with_cap("records", 20_000).is_doubtful("records", 12_345, 0, True)


def test_what_was_learned_changes_the_plan_and_not_what_is_asked_for():
    learned = LIMITS.with_cap("records", 500).with_rows_in_time("preview", 300)
    assert (learned.rows("records"), learned.room("records")) == (500, 375)
    assert (learned.rows("preview"), learned.room("preview")) == (500, 300)
    assert learned.max_records("records") == 100_000 and learned.max_records("preview") == 500
    assert learned.is_cut("records", 500) and not learned.is_cut("records", 499)
    assert LIMITS.periods("preview") == 1 and LIMITS.periods("records") == 12
    query = Query("records", "A", ("2022",), (784,), (), ("7108",), ("M",))
    assert query.path(100_000).endswith("&includeDesc=false&maxRecords=100000")


caps = st.one_of(st.sampled_from([500, 50_000, 100_000, 250_000]), st.integers(100, 120_000))
limits_of = st.builds(
    lambda cap, in_time, kind: (
        LIMITS.with_cap(kind, cap).with_rows_in_time(kind, in_time) if in_time
        else LIMITS.with_cap(kind, cap)
    ),
    caps, st.one_of(st.none(), st.integers(250, 60_000)), st.sampled_from(["records", "preview"]),
)  # fmt: skip
reporter_sizes = st.lists(st.integers(0, 900), min_size=len(EVERYONE), max_size=len(EVERYONE))
cells = st.sets(st.tuples(st.sampled_from(FLOWS), st.sampled_from(GOLD)), min_size=1)
needs = st.dictionaries(
    st.sampled_from(span("A", "2015", "2022")),
    st.tuples(cells, st.sets(st.sampled_from(EVERYONE), min_size=1)),
    min_size=1,
)


def atoms(query):
    return itertools.product(
        query.periods, query.reporters or EVERYONE, query.flows, query.products
    )


def whole_plan(wanted, kind, limits, sizes):
    """The plan with the calls that are counted first cut as their count would cut them."""
    everyone = {period: frozenset(EVERYONE) for period in wanted}
    by_period = {period: dict(zip(EVERYONE, map(float, sizes), strict=True)) for period in wanted}
    listed = [
        Need(period, reporter, frozenset(of))
        for period, (of, reporters) in wanted.items()
        for reporter in reporters
    ]
    calls = plan_calls(kind, "A", listed, everyone, by_period, limits)
    room = limits.room(kind)
    return calls, [
        part for call in calls for part in split_to_fit(call.query, by_period, room)
    ], by_period  # fmt: skip


@settings(max_examples=50)
@given(needs, limits_of, st.sampled_from(["records", "preview"]), reporter_sizes)
def test_whatever_the_limits_all_needs_are_asked_for_once(wanted, limits, kind, sizes):
    _calls, parts, by_period = whole_plan(wanted, kind, limits, sizes)
    found = sorted(atom for part in parts for atom in atoms(part))
    assert found == sorted(
        (period, reporter, *cell)
        for period, (of, reporters) in wanted.items()
        for reporter in reporters
        for cell in of
    )
    for part in parts:
        fits = expected_rows(part, by_period) <= limits.room(kind) + 1e-6
        is_one = len(list(atoms(part))) == 1
        assert fits or is_one
        assert len(part.periods) <= limits.periods(kind) and part.path(limits.max_records(kind))
    assert all(part.kind == kind for part in parts)


@settings(max_examples=30)
@given(st.sampled_from([500, 1_000, 5_000, 50_000]), reporter_sizes)
def test_a_year_is_cut_into_calls_that_are_filled_well(cap, sizes):
    """No more than twice the calls that its rows need, but for a call for each flow and product."""
    limits = LIMITS.with_cap("records", cap)
    wanted = {"2022": ({(f, p) for f in FLOWS for p in GOLD}, set(EVERYONE))}
    calls, parts, _by_period = whole_plan(wanted, "records", limits, sizes)
    assert len(parts) <= 2 * sum(sizes) / limits.room("records") + 16
    assert sum(pieces(call, limits) for call in calls) <= len(parts)


def test_the_pause_grows_to_what_was_needed_and_shrinks_with_care():
    changes = []
    pace = Pace(0.0, 60.0, lambda is_keyed, seconds: changes.append((is_keyed, seconds)))
    pace.refused(True, None)
    pace.refused(True, None)
    assert (pace.pause(True), pace.pause(False)) == (0.75, 0.0)
    pace.refused(True, 5.0)
    assert pace.pause(True) == 5.0
    pace.refused(True, 3_600.0)
    assert pace.pause(True) == 7.5, "one and a half times; an hour is no pace"
    for _ in range(CALM_CALLS - 1):
        pace.went_well(True)
    assert pace.pause(True) == 7.5
    pace.went_well(True)
    assert pace.pause(True) == pytest.approx(6.75)
    assert changes == [(True, s) for s in (0.5, 0.75, 5.0, 7.5, pytest.approx(6.75))]


def test_the_pause_is_never_below_the_configured_one_nor_above_the_cap_of_waiting():
    pace = Pace(2.0, 4.0)
    for _ in range(5):
        pace.refused(False, 60.0)
    assert pace.pause(False) == 4.0
    for _ in range(50 * CALM_CALLS):
        pace.went_well(False)
    assert pace.pause(False) == 2.0
    pace.remember(False, 0.1)
    assert pace.pause(False) == 2.0
    pace.remember(False, 3.0)
    assert pace.pause(False) == 3.0


@pytest.mark.parametrize(("way", "attempts"), [("error_503", 2), ("stall", 2), ("busy", 5)])
def test_a_call_that_can_be_cut_is_tried_once_more_and_a_busy_service_is_waited_for(way, attempts):
    with Service(World(reporters=2, partners=2), faults=Faults(rate=1, ways=(way,))).running() as s:
        client = Client(s.url, None, Manners(pause=0, backoff=0, wait=0, read=0.05))
        query = Query("preview", "A", ("2022",), (288,), (), ("7108",), ("M",))
        with pytest.raises(SourceError if way == "busy" else CallTooLarge):
            client.ask(query, io.BytesIO(), attempts=2)
        assert len(s.calls) == attempts
        s.calls.clear()
        with pytest.raises(SourceError):
            client.ask(query, io.BytesIO())
        assert len(s.calls) == 5
