"""A year beside the sum of its months."""

import pytest


def flow(period, value, partner="ARE", code="X"):
    return {
        "frequency": "A" if period < 10_000 else "M",
        "period": period,
        "reporter_iso3": "ZAF",
        "partner_iso3": partner,
        "flow_code": code,
        "value_usd": value,
    }


def test_year_and_months_that_both_frequencies_have(run_model):
    flows = [
        flow(2017, 300.0, "CHE"),
        flow(2017, 100.0),
        flow(201701, 60.0),
        flow(201712, 37.0),
        flow(201801, 99.0),
        flow(2018, 50.0, "IND"),
        flow(201702, 30.0, code="RX"),
        flow(201703, None),
    ]
    assert run_model("annual_against_monthly", int_gold_flows=flows) == [
        {
            "year": 2017,
            "reporter_iso3": "ZAF",
            "partner_iso3": "ARE",
            "flow_code": "X",
            "annual_value_usd": 100.0,
            "monthly_value_usd": 60.0 + 37.0,
            "months_reported": 2,
            "difference_usd": 60.0 + 37.0 - 100.0,
            "is_agreeing": False,
        }
    ]


@pytest.mark.parametrize(
    ("months", "agrees"), [(99.0, True), (98.9, False), (101.0, True), (101.1, False), (0.0, False)]
)
def test_one_percent_of_the_larger_is_agreement(run_model, months, agrees):
    flows = [flow(2017, 100.0), flow(201701, months)]
    (row,) = run_model("annual_against_monthly", int_gold_flows=flows)
    assert row["is_agreeing"] is agrees


def test_two_zeros_agree(run_model):
    (row,) = run_model(
        "annual_against_monthly", int_gold_flows=[flow(2017, 0.0), flow(201701, 0.0)]
    )
    assert row["is_agreeing"]


def test_rows_come_in_the_order_of_their_key(run_model):
    keys = [(2018, "ARE"), (2017, "IND"), (2017, "ARE")]
    flows = [flow(year, 1.0, to) for year, to in keys]
    flows += [flow(year * 100 + 1, 1.0, to) for year, to in keys]
    rows = run_model("annual_against_monthly", int_gold_flows=flows)
    assert [(row["year"], row["partner_iso3"]) for row in rows] == sorted(keys)
