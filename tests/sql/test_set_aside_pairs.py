"""Pairs kept out of the ranking, over the window, with the pool of the reason's own side."""

import pytest


def year(at, reason="vault_transfers", **other):
    return {
        "period": at,
        "year": at,
        "is_in_window": True,
        "reading": "set_aside",
        "exporter_iso3": "GBR",
        "exporter_name": "United Kingdom",
        "importer_iso3": "CHE",
        "importer_name": "Switzerland",
        "set_aside_reason": reason,
        "set_aside_source": "link",
        "export_value_usd": 10.0,
        "import_value_usd": 30.0,
        "gap_value_usd": 20.0,
        "exporter_pool_usd": 3.0,
        "importer_pool_usd": 5.0,
    } | other


def test_years_of_one_reason_are_one_row(run_model):
    years = [
        year(2014),
        year(2016, import_value_usd=None, gap_value_usd=-10.0),
        year(2005, is_in_window=False),
        year(2015, reading="undeclared_export", set_aside_reason=None),
    ]
    assert run_model("set_aside_pairs", int_pair_years=years) == [
        {
            "exporter_iso3": "GBR",
            "exporter_name": "United Kingdom",
            "importer_iso3": "CHE",
            "importer_name": "Switzerland",
            "set_aside_reason": "vault_transfers",
            "set_aside_source": "link",
            "first_year": 2014,
            "last_year": 2016,
            "years_set_aside": 2,
            "export_value_usd": 10.0 + 10.0,
            "import_value_usd": 30.0,
            "gap_value_usd": 20.0 - 10.0,
            "pool_usd": None,
            "country_reply": None,
        }
    ]


@pytest.mark.parametrize(
    ("reason", "pool"),
    [
        ("exporter_without_partner_split", 3.0 + 3.0),
        ("importer_without_partner_split", 5.0 + 5.0),
        ("same_country", None),
    ],
)
def test_pool_is_that_of_the_side_that_names_no_partner(run_model, reason, pool):
    (row,) = run_model("set_aside_pairs", int_pair_years=[year(2015, reason), year(2016, reason)])
    assert row["pool_usd"] == pool


def test_two_reasons_are_two_rows_and_months_of_a_year_one_year(run_model):
    years = [
        year(2016, period=201601),
        year(2016, period=201602),
        year(2016, "same_country", period=201603),
    ]
    rows = run_model("set_aside_pairs", int_pair_years=years)
    assert [(row["set_aside_reason"], row["years_set_aside"]) for row in rows] == [
        ("same_country", 1),
        ("vault_transfers", 1),
    ]
