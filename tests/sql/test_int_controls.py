"""Totals, named countries and the pool of trade without a partner; null where not known."""

from datetime import date

import pytest


def flow(partner, value, weight=None, suppressed=0.0, **other):
    kinds = {"W00": "world", "_X": "not_specified"}
    return {
        "frequency": "A",
        "period": 2016,
        "reporter_iso3": "ZAF",
        "partner_iso3": partner,
        "partner_kind": kinds.get(partner, "country"),
        "flow_code": "X",
        "value_usd": value,
        "net_weight_kg": weight,
        "suppressed_value_usd": suppressed,
        "row_count": 2,
        "released_date": date(2020, 1, 1),
    } | other


def asked(reporter="ZAF", period=2016, frequency="A", code="X"):
    """What the service was asked for with all partners."""
    return {
        "frequency": frequency,
        "period": period,
        "reporter_iso3": reporter,
        "flow_code": code,
    }


@pytest.fixture
def controls(run_model):
    def run(flows, *of_the_service):
        asked_for = [asked("ZZZ"), *of_the_service]
        return run_model("int_controls", int_gold_flows=flows, stg_asked=asked_for)

    return run


@pytest.fixture
def control(controls):
    def single(*flows, is_asked=False):
        (row,) = controls(flows, *([asked()] if is_asked else []))
        return row

    return single


def test_pool_is_the_world_less_named_countries(controls):
    flows = [
        flow("W00", 100.0, 9.0, 5.0),
        flow("ARE", 30.0),
        flow("CHE", 20.0, released_date=date(2021, 1, 1)),
        flow("_X", 45.0),
    ]
    assert controls(flows) == [
        {
            "frequency": "A",
            "period": 2016,
            "reporter_iso3": "ZAF",
            "flow_code": "X",
            "world_value_usd": 100.0,
            "world_net_weight_kg": 9.0,
            "world_suppressed_usd": 5.0,
            "named_value_usd": 30.0 + 20.0,
            "not_specified_value_usd": 45.0,
            "partner_count": 3,
            "row_count": 4 * 2,
            "first_released_date": date(2020, 1, 1),
            "last_released_date": date(2021, 1, 1),
            "pool_usd": 100.0 - 50.0,
            "declared_value_usd": 100.0,
            "has_partner_detail": True,
            "pool_share": 50.0 / 100.0,
        }
    ]


def test_without_the_world_the_pool_is_what_stands_under_no_country(control):
    row = control(flow("ARE", 30.0), flow("_X", 45.0))
    assert (row["pool_usd"], row["declared_value_usd"]) == (45, 75)
    assert row["pool_share"] == 45 / 75
    assert not row["has_partner_detail"]


@pytest.mark.parametrize("flows", [[flow("ARE", 30.0)], [flow("W00", 100.0)]])
def test_pool_is_unknown_and_not_zero(control, flows):
    row = control(*flows)
    assert row["pool_usd"] is row["pool_share"] is None
    assert not row["has_partner_detail"]


def test_partners_above_their_world_leave_no_pool_below_zero(control):
    row = control(flow("W00", 100.0), flow("ARE", 101.0))
    assert (row["pool_usd"], row["pool_share"]) == (0, 0)


def test_everything_under_no_country_is_a_pool_of_one(control):
    row = control(flow("W00", 100.0), flow("_X", 100.0))
    assert (row["pool_usd"], row["pool_share"], row["named_value_usd"]) == (100, 1, None)


def test_a_declared_total_of_zero_has_a_pool_of_zero_and_no_share(control):
    row = control(flow("W00", 0.0), flow("ARE", 0.0))
    assert (row["pool_usd"], row["pool_share"]) == (0, None)


@pytest.mark.parametrize(
    ("partners", "whole"),
    [
        ([flow("ARE", 95.0)], True),  # a twentieth may be missing: partners_missing_share
        ([flow("ARE", 94.9)], False),
        ([flow("ARE", 20.0), flow("_X", 75.0)], True),  # the rest stands under no country
        ([flow("ARE", 20.0), flow("_X", 70.0)], False),
        ([flow("ARE", 50.0), flow("CHE", 46.0)], True),
        ([flow("ARE", 101.0)], True),
    ],
)
def test_partners_are_all_where_they_add_up_to_the_world(control, partners, whole):
    assert control(flow("W00", 100.0), *partners)["has_partner_detail"] is whole


def test_a_world_total_beside_one_partner_is_no_pool(control):
    """A download of one partner and the totals of everybody: 80 went somewhere, not nowhere."""
    row = control(flow("W00", 100.0), flow("ARE", 20.0))
    assert (row["pool_usd"], row["pool_share"], row["declared_value_usd"]) == (None, None, 100)
    row = control(flow("W00", 100.0), flow("ARE", 20.0), flow("_X", 5.0))
    assert (row["pool_usd"], row["pool_share"]) == (5, 0.05)


def test_who_was_asked_for_all_partners_has_them_all(control):
    row = control(flow("W00", 100.0), flow("ARE", 20.0), is_asked=True)
    assert (row["has_partner_detail"], row["pool_usd"]) == (True, 100 - 20)
    row = control(flow("ARE", 20.0), is_asked=True)
    assert (row["has_partner_detail"], row["pool_usd"], row["declared_value_usd"]) == (True, 0, 20)
    row = control(flow("_X", 20.0), is_asked=True)
    assert (row["pool_usd"], row["declared_value_usd"]) == (20, 20)


@pytest.mark.parametrize(
    "other", [asked(period=2015), asked(code="M"), asked(frequency="M"), asked("MLI")]
)
def test_what_another_was_asked_for_says_nothing(controls, other):
    (row,) = controls([flow("W00", 100.0), flow("ARE", 20.0)], other)
    assert not row["has_partner_detail"]


def test_a_world_total_of_zero_leaves_nothing_for_any_partner(control):
    row = control(flow("W00", 0.0))
    assert (row["has_partner_detail"], row["pool_usd"]) == (True, 0)


def test_flows_and_periods_stand_apart_and_reexports_stay_out(controls):
    flows = [
        flow("ARE", 1.0),
        flow("ARE", 2.0, flow_code="M"),
        flow("ARE", 4.0, period=201601, frequency="M"),
        flow("ARE", 8.0, flow_code="RX"),
    ]
    rows = controls(flows)
    named = {(row["frequency"], row["flow_code"]): row["named_value_usd"] for row in rows}
    assert named == {("A", "X"): 1, ("A", "M"): 2, ("M", "X"): 4}
