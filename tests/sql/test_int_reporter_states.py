"""Reported, suppressed, silent, absent or unknown: no row is not zero."""

from datetime import date

import pytest

DAY = date(2020, 1, 1)


def flow(reporter="ARE", partner="MLI", code="M", period=2016):
    return {
        "frequency": "A",
        "period": period,
        "reporter_iso3": reporter,
        "partner_iso3": partner,
        "partner_kind": "not_specified" if partner == "_X" else "country",
        "flow_code": code,
    }


def control(reporter="ARE", code="M", period=2016, world=100.0, suppressed=0.0):
    return {
        "frequency": "A",
        "period": period,
        "reporter_iso3": reporter,
        "flow_code": code,
        "world_value_usd": world,
        "world_suppressed_usd": suppressed,
        "has_partner_detail": True,
        "row_count": 4,
        "partner_count": 2,
        "first_released_date": DAY,
        "last_released_date": DAY,
    }


def silence(reporter="MLI", code="X", period=2016, partner="W00"):
    return {
        "frequency": "A",
        "period": period,
        "reporter_iso3": reporter,
        "flow_code": code,
        "partner_iso3": partner,
    }


def available(reporter, period=2016):
    return {
        "frequency": "A",
        "period": period,
        "reporter_iso3": reporter,
        "first_released_date": date(2018, 1, 1),
        "last_released_date": date(2019, 1, 1),
    }


NOWHERE = {"period": 1900}
LAKE = {
    "stg_asked": [flow() | NOWHERE],
    "stg_withdrawn": [flow() | NOWHERE],
    "stg_rows": [flow() | {"fate": "used"}],
}


@pytest.fixture
def states(run_model):
    """Map reporter and flow to state. The UAE imports from Mali, unless flows say otherwise."""

    def run(controls=(), silences=(), availability=(), flows=(), **lake):
        rows = run_model(
            "int_reporter_states",
            int_gold_flows=[flow(), *flows],
            int_controls=[control(), *controls],
            int_silences=silences or [silence() | NOWHERE],
            stg_availability=availability or [available("ARE") | NOWHERE],
            stg_countries=[{"iso3": i, "is_country": i != "_X"} for i in ("ARE", "MLI", "_X")],
            stg_looked=availability or [NOWHERE | {"frequency": "A"}],
            **LAKE | lake,
        )
        return {(row["reporter_iso3"], row["flow_code"]): row["reporter_state"] for row in rows}

    return run


def test_reporter_with_a_row_reported_and_its_partner_is_unknown(states):
    assert states() == {("ARE", "M"): "reported", ("MLI", "X"): "unknown"}


def test_other_goods_where_gold_of_all_partners_was_asked_for_are_silence(states):
    assert states(silences=[silence()])["MLI", "X"] == "silent"


@pytest.mark.parametrize("other", [{"partner": "ARE"}, {"code": "M"}, {"period": 2015}])
def test_silence_towards_one_partner_in_another_flow_or_year_is_no_state(states, other):
    assert states(silences=[silence(**other)])["MLI", "X"] == "unknown"


def test_not_on_the_services_list_is_absent_and_on_it_without_gold_unknown(states):
    assert states(availability=[available("ARE")])["MLI", "X"] == "absent"
    assert states(availability=[available("MLI")])["MLI", "X"] == "unknown"
    assert states(availability=[available("ARE", 2015)])["MLI", "X"] == "unknown"


def test_silent_is_not_absent(states):
    found = states(silences=[silence()], availability=[available("ARE")])
    assert found["MLI", "X"] == "silent"


def test_a_row_goes_before_the_services_list(states):
    found = states(controls=[control("MLI", "X")], availability=[available("ARE")])
    assert found["MLI", "X"] == "reported"


def test_asked_for_gold_and_on_the_services_list_without_a_row_is_silent(states):
    asked = [flow("MLI", code="X")]
    assert states(availability=[available("MLI")], stg_asked=asked)["MLI", "X"] == "silent"
    assert states(availability=[available("ARE")], stg_asked=asked)["MLI", "X"] == "absent"
    assert states(stg_asked=asked)["MLI", "X"] == "unknown"


def test_data_the_service_lists_no_more_is_withdrawn_rows_or_none(states):
    gone = [flow("MLI")]
    assert states(stg_withdrawn=gone)["MLI", "X"] == "withdrawn"
    assert states([control("MLI", "X")], stg_withdrawn=gone)["MLI", "X"] == "withdrawn"


def test_gold_that_only_older_replies_have_is_withdrawn(states):
    old = [flow("MLI", code="X") | {"fate": "superseded"}]
    assert states(silences=[silence()], stg_rows=old)["MLI", "X"] == "withdrawn"
    assert states([control("MLI", "X")], stg_rows=old)["MLI", "X"] == "reported"


@pytest.mark.parametrize(("suppressed", "state"), [(1.0, "reported"), (1.1, "suppressed")])
def test_more_than_a_hundredth_missing_from_the_subheadings_is_suppressed(
    states, suppressed, state
):
    found = states(controls=[control("MLI", "X", suppressed=suppressed)])
    assert found["MLI", "X"] == state


def test_partners_that_are_no_country_have_no_state(states):
    assert set(states(flows=[flow(partner="_X")])) == {("ARE", "M"), ("MLI", "X")}


def test_release_dates_are_the_services_own_where_it_was_asked(run_model):
    (row,) = run_model(
        "int_reporter_states",
        int_gold_flows=[flow(partner="_X")],
        int_controls=[control()],
        int_silences=[silence() | NOWHERE],
        stg_availability=[available("ARE")],
        stg_countries=[{"iso3": "ARE", "is_country": True}],
        stg_looked=[available("ARE")],
        **LAKE,
    )
    assert row == {
        "frequency": "A",
        "period": 2016,
        "reporter_iso3": "ARE",
        "flow_code": "M",
        "reporter_state": "reported",
        "has_partner_detail": True,
        "row_count": 4,
        "partner_count": 2,
        "first_released_date": date(2018, 1, 1),
        "last_released_date": date(2019, 1, 1),
    }
