"""The mean price of a period, its neighbours across years, and periods the series has not."""

import pytest


@pytest.fixture
def price(run_model):
    """Return the price row of one period for a series of months."""

    def single(frequency, period, **months):
        (row,) = run_model(
            "int_prices",
            stg_records=[{"frequency": frequency, "period": period}] * 2,
            stg_gold_price=[
                {"period": int(month[1:]), "gold_price_usd_per_kg": float(value)}
                for month, value in months.items()
            ],
        )
        return row

    return single


def ends(row):
    names = ("gold_price_usd_per_kg_low", "gold_price_usd_per_kg", "gold_price_usd_per_kg_high")
    return tuple(row[name] for name in names)


def test_year_takes_the_mean_of_its_months_and_the_extremes_from_december_to_january(price):
    row = price("A", 2016, m201511=1, m201512=30, m201601=40, m201612=50, m201701=90, m201702=99)
    assert ends(row) == (30, (40 + 50) / 2, 90)
    assert (row["year"], row["months_priced"]) == (2016, 2)


@pytest.mark.parametrize(
    ("period", "expected"), [(201601, (30, 40, 45)), (201512, (20, 30, 40)), (201602, (40, 45, 48))]
)
def test_month_has_its_neighbours_across_the_turn_of_the_year(price, period, expected):
    row = price("M", period, m201510=9, m201511=20, m201512=30, m201601=40, m201602=45, m201603=48)
    assert ends(row) == expected
    assert row["months_priced"] == 1
    assert row["year"] == period // 100


def test_period_the_series_has_not_reached_takes_the_newest_month(price):
    month = price("M", 202608, m202605=46, m202606=42)
    year = price("A", 2028, m202605=46, m202606=42)
    assert ends(month) == ends(year) == (42, 42, 42)
    assert month["months_priced"] == year["months_priced"] == 0


def test_year_the_series_ends_in_takes_the_months_there_are(price):
    row = price("A", 2026, m202512=30, m202601=40, m202602=44)
    assert ends(row) == (30, (40 + 44) / 2, 44)
    assert row["months_priced"] == 2


@pytest.mark.parametrize("year", [1985, 1986])
def test_year_before_the_series_is_kept_without_a_price(price, year):
    """A row that lost its period here would vanish from every table without a word."""
    row = price("A", year, m198801=15, m198802=14)
    assert (row["gold_price_usd_per_kg"], row["months_priced"]) == (None, 0)


def test_annual_and_monthly_periods_stand_beside_each_other_once(run_model):
    rows = run_model(
        "int_prices",
        stg_records=[
            {"frequency": "A", "period": 2016},
            {"frequency": "M", "period": 201601},
            {"frequency": "A", "period": 2016},
        ],
        stg_gold_price=[{"period": 201601, "gold_price_usd_per_kg": 40.0}],
    )
    assert sorted((row["frequency"], row["period"]) for row in rows) == [("A", 2016), ("M", 201601)]
