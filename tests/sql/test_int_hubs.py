"""Countries that send on more gold than they mine. The price is 40,000 USD per kg."""

import pytest

PRICE = 40_000.0


def control(code, fine_kg, iso3="ARE", detail=True, frequency="A", period=2016, world=True):
    return {
        "frequency": frequency,
        "period": period,
        "reporter_iso3": iso3,
        "flow_code": code,
        "world_value_usd": fine_kg * PRICE if world else None,
        "declared_value_usd": fine_kg * PRICE,
        "has_partner_detail": detail,
    }


@pytest.fixture
def hubs(run_model):
    def run(*controls, production=None, iso3="ARE", year=2016):
        prices = [
            {"frequency": f, "period": p, "year": y, "gold_price_usd_per_kg": PRICE}
            for f, p, y in (("A", 2016, 2016), ("A", 2017, 2017), ("M", 201605, 2016))
        ]
        return run_model(
            "int_hubs",
            int_controls=controls,
            int_prices=prices,
            stg_gold_mine_production=[{"iso3": iso3, "year": year, "production_kg": production}],
        )

    return run


def test_a_country_that_exports_what_it_imports(hubs):
    assert hubs(control("X", 5000.0), control("M", 6000.0), production=100.0) == [
        {
            "frequency": "A",
            "period": 2016,
            "iso3": "ARE",
            "export_fine_kg": 5000.0,
            "import_fine_kg": 6000.0,
            "production_kg": 100.0,
            "has_imports_by_partner": True,
            "has_exports_by_partner": True,
            "is_hub": True,
        }
    ]


@pytest.mark.parametrize(
    ("exports", "imports", "production", "expected"),
    [
        (1000.0, None, None, True),  # hub_fine_kg_least
        (999.0, None, None, False),
        (5000.0, None, 3300.0, True),  # 5,000 is above 1.5 x 3,300 = 4,950
        (5000.0, None, 3400.0, False),  # and below 1.5 x 3,400 = 5,100
        (5000.0, 2450.0, 100.0, True),  # half of 5,000 - 100 is imported
        (5000.0, 2440.0, 100.0, False),
    ],
)
def test_hub(hubs, exports, imports, production, expected):
    both = [control("X", exports)] + ([control("M", imports)] if imports else [])
    (row,) = hubs(*both, production=production)
    assert row["is_hub"] is expected
    assert row["import_fine_kg"] == imports
    assert row["has_imports_by_partner"] is (imports is not None)


def test_imports_without_partners_are_known_in_all_and_not_by_partner(hubs):
    (row,) = hubs(control("X", 5000.0, detail=False), control("M", 5000.0, detail=False))
    assert row["is_hub"]
    assert not row["has_imports_by_partner"] and not row["has_exports_by_partner"]


def test_imports_from_some_partners_are_not_its_imports(hubs):
    """Switzerland 2017: exports of 1,680 t; what it bought in Kenya and South Africa is at hand."""
    some = control("M", 20.0, detail=False, world=False)
    (row,) = hubs(control("X", 5000.0), some)
    assert (row["import_fine_kg"], row["is_hub"], row["has_imports_by_partner"]) == (
        None,
        True,
        False,
    )
    (row,) = hubs(control("X", 5000.0), control("M", 20.0, detail=True, world=False))
    assert (row["import_fine_kg"], row["is_hub"]) == (20, False), "all its partners are at hand"


def test_a_hub_over_all_years_is_one_in_its_quiet_years(hubs):
    """India: 56 t one year, 5 kg the next; 56,005 above 1.5 x 2 x 1,600 and above 2 x 1,000."""
    years = control("X", 56_000.0), control("X", 5.0, period=2017)
    assert [row["is_hub"] for row in hubs(*years)] == [True, True]
    quiet = control("X", 1990.0), control("X", 5.0, period=2017)  # 1,995 are below 2 x 1,000
    assert [row["is_hub"] for row in hubs(*quiet)] == [True, False]


def test_imports_over_all_years_are_held_against_the_years_in_which_they_are_known(hubs):
    years = [control("X", 9000.0), control("X", 900.0, period=2017)]
    matching = control("M", 450.0, period=2017)  # half of the 900 of that year
    assert [row["is_hub"] for row in hubs(*years, matching)] == [True, True]
    small = control("M", 440.0, period=2017)
    assert [row["is_hub"] for row in hubs(*years, small)] == [True, False]


def test_production_of_another_country_or_year_is_not_its_own(hubs):
    for other in ({"iso3": "MLI"}, {"year": 2015}):
        (row,) = hubs(control("X", 5000.0), production=9000.0, **other)
        assert (row["production_kg"], row["is_hub"]) == (0, True)


@pytest.mark.parametrize(("fine_kg", "expected"), [(84.0, True), (83.0, False)])
def test_a_month_is_held_against_a_twelfth(hubs, fine_kg, expected):
    """1,000 kg a year are 83.3 a month; 600 kg of mines are 50 a month, of which 1.5 times 75."""
    month = {"frequency": "M", "period": 201605}
    (row,) = hubs(control("X", fine_kg, **month), production=600.0)
    assert (row["production_kg"], row["is_hub"]) == (50, expected)
    (row,) = hubs(control("X", 84.0, **month), production=12 * 57.0)  # 84 < 1.5 x 57 = 85.5
    assert not row["is_hub"]


def test_a_country_that_declares_no_exports_has_no_row(hubs):
    assert hubs(control("M", 5000.0)) == []
