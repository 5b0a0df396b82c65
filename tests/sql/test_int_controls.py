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


@pytest.fixture
def control(run_model):
    def single(*flows):
        (row,) = run_model("int_controls", int_gold_flows=flows)
        return row

    return single


def test_pool_is_the_world_less_named_countries(run_model):
    flows = [
        flow("W00", 100.0, 9.0, 5.0),
        flow("ARE", 30.0),
        flow("CHE", 20.0, released_date=date(2021, 1, 1)),
        flow("_X", 45.0),
    ]
    assert run_model("int_controls", int_gold_flows=flows) == [
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


def test_flows_and_periods_stand_apart_and_reexports_stay_out(run_model):
    flows = [
        flow("ARE", 1.0),
        flow("ARE", 2.0, flow_code="M"),
        flow("ARE", 4.0, period=201601, frequency="M"),
        flow("ARE", 8.0, flow_code="RX"),
    ]
    rows = run_model("int_controls", int_gold_flows=flows)
    named = {(row["frequency"], row["flow_code"]): row["named_value_usd"] for row in rows}
    assert named == {("A", "X"): 1, ("A", "M"): 2, ("M", "X"): 4}
