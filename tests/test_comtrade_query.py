"""A query is a value: exact addresses, spans, splits that lose nothing, exact plans."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mirror.comtrade import FLOWS, GOLD, LIMITS, Limits, Need, Query, plan_calls, span, windows
from mirror.comtrade.plan import rectangles
from mirror.comtrade.split import expected_rows, split, split_to_fit
from mirror.errors import SourceError

CLASSIC = "partner2Code=0&customsCode=C00&motCode=0&includeDesc=false"


@pytest.mark.parametrize(
    ("query", "address"),
    [
        (
            Query("records", "A", ("2021", "2022"), (784, 288), (), ("7108",), ("M", "X")),
            "/data/v1/get/C/A/HS?reportercode=784,288&period=2021,2022&cmdCode=7108&flowCode=M,X&"
            + CLASSIC,
        ),
        (
            Query("preview", "M", ("202206",), (), (0,), ("7108",), count_only=True),
            f"/public/v1/preview/C/M/HS?period=202206&partnerCode=0&cmdCode=7108&{CLASSIC}"
            "&countOnly=true",
        ),
        (Query("availability", "M", ("202206",)), "/public/v1/getDA/C/M/HS?period=202206"),
        (Query("availability_keyed", "M", ("202206",)), "/data/v1/getDa/C/M/HS?period=202206"),
        (Query("bilateral", "A", ("2022",), (288,), (784,), ("7108",), ("X",)),
         "/tools/v1/getBilateralData/C/A/HS?reportercode=288&period=2022&partnerCode=784"
         "&cmdCode=7108&flowCode=X"),
        (Query("reference", name="Reporters"), "/files/v1/app/reference/Reporters.json"),
    ],
)  # fmt: skip
def test_address(query, address):
    assert query.path() == address
    assert Query.from_json(query.to_json()) == query


def test_address_keeps_the_service_limits():
    with pytest.raises(SourceError, match="13 periods"):
        Query("records", "A", span("A", "2000", "2012")).path()
    with pytest.raises(SourceError, match="characters"):
        Query("records", "A", ("2022",), tuple(range(1000, 1900))).path()


def test_spans_and_windows():
    assert span("M", "2021-11", "2022-02") == ("202111", "202112", "202201", "202202")
    assert span("A", "1995", "2025")[::15] == ("1995", "2010", "2025")
    assert [len(w) for w in windows("A", span("A", "1995", "2025"))] == [9, 12, 10]
    assert [len(w) for w in windows("M", span("M", "2010-01", "2026-12"))] == [12] * 17


queries = st.builds(
    Query,
    st.sampled_from(["records", "preview"]),
    st.just("A"),
    st.lists(st.sampled_from(span("A", "2010", "2021")), min_size=1, unique=True).map(tuple),
    st.lists(st.integers(1, 20), unique=True, max_size=6).map(tuple),
    st.just(()),
    st.lists(st.sampled_from(GOLD), min_size=1, unique=True).map(tuple),
    st.lists(st.sampled_from(FLOWS), min_size=1, unique=True).map(tuple),
)


def atoms(query, everyone=range(1, 21)):
    return [
        (period, reporter, flow, product)
        for period in query.periods
        for reporter in query.reporters or everyone
        for flow in query.flows
        for product in query.products
    ]


@given(queries)
def test_parts_ask_for_the_same_and_for_nothing_twice(query):
    parts = split(query, range(1, 21))
    found = [atom for part in parts for atom in atoms(part)]
    assert sorted(found) == (sorted(atoms(query)) if parts else [])
    assert bool(parts) == (len(atoms(query)) > 1)


@given(queries, st.integers(1, 500))
def test_parts_fit_or_cannot_be_cut(query, room):
    sizes = {period: dict.fromkeys(range(1, 21), 100.0) for period in query.periods}
    parts = split_to_fit(query, sizes, room)
    assert sorted(a for p in parts for a in atoms(p)) == sorted(atoms(query))
    assert all(expected_rows(p, sizes) <= room or not split(p, range(1, 21)) for p in parts)


needs = st.dictionaries(
    st.tuples(st.sampled_from(span("A", "2001", "2025")), st.integers(1, 12)),
    st.sets(st.tuples(st.sampled_from(FLOWS), st.sampled_from(GOLD)), min_size=1, max_size=4),
    max_size=40,
)


@settings(max_examples=60)
@given(needs, st.booleans())
def test_a_plan_asks_for_every_need_once_and_for_nothing_else(wanted, is_keyed):
    everyone = {p: frozenset(range(1, 13)) for p in span("A", "2001", "2025")}
    sizes = {period: dict.fromkeys(range(1, 13), 10.0) for period in everyone}
    listed = [Need(p, r, frozenset(cells)) for (p, r), cells in wanted.items()]
    kind = "records" if is_keyed else "preview"
    calls = plan_calls(kind, "A", listed, everyone, sizes)
    found = [atom for call in calls for atom in atoms(call.query, range(1, 13))]
    expected = [(p, r, f, c) for (p, r), cells in wanted.items() for f, c in cells]
    assert sorted(found) == sorted(expected)
    assert all(call.query.path() for call in calls)
    assert all(call.rows <= LIMITS.rows(kind) for call in calls)


def test_rectangles_merge_what_is_alike():
    cells = frozenset({("M", "1"), ("X", "1"), ("M", "2"), ("X", "2"), ("M", "3")})
    assert rectangles(cells) == [(("M",), ("3",)), (("M", "X"), ("1", "2"))]


def test_a_first_fetch_names_no_reporter_and_a_refresh_names_only_what_changed():
    cells = Query("records", products=GOLD, flows=FLOWS).cells()
    everyone = {p: frozenset(range(1, 151)) for p in ("2020", "2021", "2022")}
    sizes = {p: dict.fromkeys(everyone[p], 400.0) for p in everyone}
    first = [Need(p, r, cells) for p in everyone for r in everyone[p]]
    calls = plan_calls("records", "A", first, everyone, sizes)
    assert [(c.query.periods, c.query.reporters) for c in calls] == [
        (("2020",), ()), (("2021",), ()), (("2022",), ()),
    ]  # fmt: skip
    changed = [Need("2021", 7, cells), Need("2022", 7, cells), Need("2022", 9, cells)]
    calls = plan_calls("records", "A", changed, everyone, sizes)
    assert [(c.query.periods, c.query.reporters) for c in calls] == [
        (("2021",), (7,)), (("2022",), (7, 9)),
    ]  # fmt: skip


@pytest.mark.parametrize("rows", [500, 100_000, 250_000])
def test_a_count_at_any_cap_is_a_cut_reply(rows):
    assert LIMITS.is_cut("records", rows) and LIMITS.is_cut("preview", rows)
    assert not LIMITS.is_cut("records", rows - 1)
    assert Limits(preview_rows=100).is_cut("preview", 101)
