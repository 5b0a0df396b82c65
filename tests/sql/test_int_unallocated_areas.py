"""Under which area that is no country a reporter books most of its trade without a partner."""

import pytest

AREAS = [
    {"iso3": "X2", "area_name": "Free Zones"},
    {"iso3": "_X", "area_name": "Areas, nes"},
    {"iso3": "W00", "area_name": "World"},
    {"iso3": "CHE", "area_name": "Switzerland"},
]


def flow(partner, value, period=2016, kind="not_specified", **other):
    return {
        "frequency": "A",
        "period": period,
        "reporter_iso3": "COL",
        "flow_code": "X",
        "partner_iso3": partner,
        "partner_kind": kind,
        "value_usd": value,
    } | other


@pytest.fixture
def area(run_model):
    """Map reporter and flow to the area; the window is 2014 to 2023."""

    def run(*flows):
        rows = run_model(
            "int_unallocated_areas",
            int_gold_flows=flows,
            stg_countries=AREAS,
            int_window=[{"first_year": 2014, "last_year": 2023}],
        )
        return {(r["reporter_iso3"], r["flow_code"]): r["unallocated_area_name"] for r in rows}

    return run


def test_the_area_with_most_value_over_the_window(area):
    flows = [flow("X2", 3.0), flow("_X", 5.0), flow("X2", 3.0, 2017), flow("_X", 9.0, 2013)]
    assert area(*flows) == {("COL", "X"): "Free Zones"}


def test_countries_and_the_world_are_no_such_area(area):
    flows = [flow("W00", 9.0, kind="world"), flow("CHE", 9.0, kind="country"), flow("_X", 1.0)]
    assert area(*flows) == {("COL", "X"): "Areas, nes"}
    assert area(*flows[:2]) == {}


def test_imports_and_exports_are_apart_and_months_do_not_count(area):
    flows = [
        flow("X2", 1.0),
        flow("_X", 2.0, flow_code="M"),
        flow("_X", 9.0, 201601, frequency="M"),
    ]
    assert area(*flows) == {("COL", "X"): "Free Zones", ("COL", "M"): "Areas, nes"}
