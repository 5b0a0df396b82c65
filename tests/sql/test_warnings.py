"""Sentences for things that do not stop an edition but must be known; none where nothing is."""

import pytest


@pytest.fixture
def said(run_model):
    def run(name, **tables):
        return [row["warning"] for row in run_model(name, **tables)]

    return run


def row(fate, partner=784, hs="7108", **other):
    return {
        "frequency": "A",
        "period": 2016,
        "reporter_code": 466,
        "reporter_iso3": "MLI",
        "partner_code": partner,
        "partner_iso3": {784: "ARE", 757: "CHE"}[partner],
        "flow_code": "X",
        "hs_code": hs,
        "fate": fate,
    } | other


def test_breakdown_without_its_total(said):
    rows = [row("breakdown"), row("breakdown"), row("breakdown", 757)]
    records = [row("used", 757), row("used", 784, hs="710812"), row("used", 784, period=2015)]
    assert said("breakdown_without_total", stg_rows=rows, stg_records=records) == [
        "1 flows stand in the files only by breakdown, without their total, and are left out: "
        "MLI X ARE 2016"
    ]
    assert said("breakdown_without_total", stg_rows=rows[2:], stg_records=records) == []


def compared(agrees, months=12):
    return {"months_reported": months, "is_agreeing": agrees}


def test_months_that_do_not_add_up_where_all_twelve_are_there(said):
    """Five months beside a year are a part of it, whatever their sum."""
    rows = [compared(False), compared(True), compared(True), compared(False, 5)]
    (sentence,) = said("months_differ_from_year", annual_against_monthly=rows)
    assert sentence.startswith("1 of 3 yearly figures differ from the sum of their months")
    assert said("months_differ_from_year", annual_against_monthly=rows[1:]) == []


def priced(period, months, price=40.0):
    return {"period": period, "months_priced": months, "gold_price_usd_per_kg": price}


def test_periods_the_price_series_has_not_reached(said):
    rows = [priced(202608, 0), priced(202607, 0), priced(2016, 12), priced(1985, 0, None)]
    assert said("price_not_reached", int_prices=rows) == [
        "data/reference/gold_price.csv has no price for 202607, 202608; "
        "the newest price before was taken"
    ]
    assert said("price_not_reached", int_prices=rows[2:]) == []


def test_columns_that_no_layout_has(said):
    sources = [
        {"label": "b.csv", "unknown_columns": "colour"},
        {"label": "a.csv", "unknown_columns": "size; taste"},
        {"label": "c.csv", "unknown_columns": None},
    ]
    assert said("unknown_columns", raw_sources=sources) == [
        "a.csv has columns that are not known and not read: size; taste",
        "b.csv has columns that are not known and not read: colour",
    ]


def test_years_after_the_window(said):
    years = [{"year": 2016}, {"year": 2017}, {"year": 2017}, {"year": 2018}]
    window = [{"first_year": 2007, "last_year": 2016}]
    assert said("years_outside_the_window", int_pair_years=years, int_window=window) == [
        "3 pairs of 2017, 2018 are outside the ranking: too few reporters for a complete year"
    ]
    assert said("years_outside_the_window", int_pair_years=years[:1], int_window=window) == []


def test_a_mirror_of_the_un_that_differs_without_a_reason(said):
    rows = [{"comparison": "same"}, {"comparison": "unexplained"}, {"comparison": "other_vintage"}]
    assert said("un_mirror_differs", un_mirror_check=rows) == [
        "1 pairs differ from the United Nations' own mirror without a known reason; "
        "see un_mirror_check.csv"
    ]
    assert said("un_mirror_differs", un_mirror_check=rows[:1]) == []
