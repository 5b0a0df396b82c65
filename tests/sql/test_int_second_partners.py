"""Gold credited to its origin that came through a third country, as second partners show it."""

import pytest

AREAS = [
    {"area_code": 784, "iso3": "ARE", "is_country": True},
    {"area_code": 757, "iso3": "CHE", "is_country": True},
    {"area_code": 466, "iso3": "MLI", "is_country": True},
    {"area_code": 899, "iso3": "_X", "is_country": False},
]
ROUTE = {"frequency": "A", "period": 2016, "exporter_iso3": "MLI", "importer_iso3": "CHE"}


def row(value=106.0, hub=784, **other):
    """Switzerland imports gold of Mali that came through `hub`."""
    return {
        "frequency": "A",
        "period": 2016,
        "reporter_iso3": "CHE",
        "partner_iso3": "MLI",
        "partner_kind": "country",
        "partner2_code": hub,
        "flow_code": "M",
        "hs_code": "7108",
        "fate": "breakdown",
        "is_second_partner": True,
        "value_usd": value,
    } | other


@pytest.fixture
def routes(run_model):
    def run(*rows, margin=0.06):
        measures = [ROUTE | {"margin_mid": margin}, ROUTE | {"period": 2015, "margin_mid": 0.5}]
        return run_model(
            "int_second_partners", stg_rows=rows, stg_areas=AREAS, int_measures=measures
        )

    return run


def test_a_route_is_freed_of_freight_at_the_margin_of_the_import(routes):
    assert routes(row()) == [ROUTE | {"hub_iso3": "ARE", "value_usd": 106 / 1.06}]


def test_an_import_at_fob_value_has_no_freight_to_be_freed_of(routes):
    """int_measures gives such a row a margin of zero."""
    (found,) = routes(row(), margin=0.0)
    assert found["value_usd"] == 106


def test_the_same_breakdown_in_two_files_counts_once(routes):
    (found,) = routes(row(100.0), row(106.0), row(106.0), margin=0.0)
    assert found["value_usd"] == 106


@pytest.mark.parametrize(
    "other",
    [
        {"hub": 899},  # through nobody knows where
        {"hub": 466},  # through its own origin
        {"hub": 757},  # through the importer itself
        {"is_second_partner": False},
        {"fate": "superseded"},
        {"flow_code": "X"},
        {"hs_code": "710812"},
        {"partner_kind": "world"},
        {"partner_iso3": "GHA"},  # without a total there is no gap that it could explain
    ],
)
def test_rows_that_show_no_route(routes, other):
    assert routes(row(**other)) == []
