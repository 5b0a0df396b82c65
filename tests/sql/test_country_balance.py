"""What a country is in the trade of gold, and what its trade without a partner leaves open.

The price is 40,000 USD per kg.
"""

import pytest

PRICE = 40_000.0
NOTHING = {
    "production_kg": 10_000.0,
    "reported_export_fine_kg": 9_000.0,
    "unreported_production_kg": 1_000.0,
    "unreported_production_kg_low": 0.0,
    "unreported_production_kg_high": 2_000.0,
    "has_all_importers": True,
    "is_net_importer": False,
}


def balance(mirrored_kg=None, imports_kg=None, **other):
    row = {
        "frequency": "A",
        "period": 2016,
        "iso3": "MLI",
        "export_world_value_usd": 8e6,
        "export_world_net_weight_kg": 210.0,
        "export_named_value_usd": 7e6,
        "export_pool_usd": None,
        "export_pool_share": None,
        "mirrored_export_cif_value_usd": None,
        "mirrored_export_value_usd": mirrored_kg and mirrored_kg * PRICE,
        "importers_reporting": 2,
        "export_balance_usd": 1.0,
        "export_gaps_usd": 5e6,
        "export_support": 0.5,
        "import_world_value_usd": imports_kg and imports_kg * PRICE,
        "import_pool_usd": None,
        "import_pool_share": None,
        "mirrored_import_value_usd": 3.0,
        "exporters_reporting": 1,
        "import_balance_usd": 2.0,
        "import_support": None,
    }
    return row | other


@pytest.fixture
def of(run_model):
    """Return the one row of a country; `frequency` M puts it into May 2016."""

    def run(row, production=None, hub=False, frequency="A", is_country=True, unreported=None):
        when = {"frequency": frequency, "period": 2016 if frequency == "A" else 201605}
        parameters = run_model("stg_parameters")[0] | {"frequency": frequency}
        rows = run_model(
            "country_balance",
            int_balances=[row | when],
            stg_parameters=[parameters],
            int_prices=[when | {"year": 2016, "gold_price_usd_per_kg": PRICE}],
            stg_gold_mine_production=[{"iso3": "MLI", "year": 2016, "production_kg": production}],
            stg_countries=[{"iso3": "MLI", "area_name": "Mali", "is_country": is_country}],
            int_hubs=[when | {"iso3": "MLI", "is_hub": hub}],
            int_unreported_production=[
                when | {"iso3": "MLI" if unreported else "GHA"} | NOTHING | (unreported or {})
            ],
        )
        return rows[0] if rows else None

    return run


def test_money_in_kilograms_of_fine_gold(of):
    row = of(balance(mirrored_kg=900.0, imports_kg=50.0), production=600.0)
    assert row["country_name"] == "Mali"
    assert row["export_world_fine_kg"] == 8e6 / PRICE
    assert row["mirrored_export_fine_kg"] == 900
    assert row["import_world_fine_kg"] == 50
    assert row["production_kg"] == 600


@pytest.mark.parametrize(
    ("mirrored", "imports", "production", "role"),
    [
        (1600.0, 50.0, 1000.0, "conduit"),  # above 1.5 x (1,000 + 50) = 1,575
        (1600.0, 70.0, 1000.0, "producer"),  # below 1.5 x (1,000 + 70) = 1,605
        (1000.0, None, None, "conduit"),  # hub_fine_kg_least; neither mines nor imports
        (999.0, None, 600.0, "producer"),  # below it; above 1.5 x 600 = 900, mines hold most
        (999.0, None, 499.0, "conduit"),  # above 2 x 499 = 998
        (999.0, 1.0, 499.0, "other"),  # below 2 x (499 + 1) = 1,000, and mines hold less than half
        (999.0, 600.0, None, "other"),
        (999.0, 400.0, None, "conduit"),  # above 2 x 400 = 800
        (None, None, None, "other"),
        (None, None, 1.0, "producer"),
        (None, None, 0.0, "other"),
    ],
)
def test_role_by_what_partners_report(of, mirrored, imports, production, role):
    row = balance(mirrored_kg=mirrored, imports_kg=imports, export_world_value_usd=None)
    row |= {"export_named_value_usd": None}
    assert of(row, production)["country_role"] == role


@pytest.mark.parametrize(
    ("exports", "production", "role"),
    [
        ({"export_world_value_usd": 8e6}, 100.0, "producer"),  # 200 kg, of which half is mined
        ({"export_world_value_usd": 8e6}, 99.0, "conduit"),
        ({"export_world_value_usd": None, "export_named_value_usd": 4e6}, 50.0, "producer"),
        ({"export_world_value_usd": None, "export_named_value_usd": 4e6}, 49.0, "conduit"),
    ],
)
def test_role_by_what_the_country_itself_reports(of, exports, production, role):
    assert of(balance(**exports), production)["country_role"] == role


def test_a_hub_by_its_own_books_is_a_hub_before_all_else(of):
    assert of(balance(mirrored_kg=1600.0), production=1000.0, hub=True)["country_role"] == "hub"


@pytest.mark.parametrize(("mirrored", "role"), [(84.0, "conduit"), (83.0, "producer")])
def test_a_month_is_held_against_a_twelfth(of, mirrored, role):
    """1,000 kg a year are 83.3 a month; 600 kg of mines are 50 a month, of which 1.5 times 75."""
    own = {"export_world_value_usd": 80 * PRICE}
    row = of(balance(mirrored_kg=mirrored, **own), production=600.0, frequency="M")
    assert (row["country_role"], row["production_kg"]) == (role, None)


def test_what_a_reporter_without_a_partner_split_leaves_open(of):
    row = of(balance(export_pool_usd=2e6, export_pool_share=0.6))
    assert row["export_beyond_pool_usd"] == 5e6 - 2e6
    assert row["balance_reading"] == (
        "books 60.0 % of its exports without a partner: of gaps of 5.0 M USD these 2.0 M USD can "
        "explain all but 3.0 M USD; gold of other countries refined there and its own way of "
        "recording may explain the rest"
    )


def test_a_pool_above_the_gaps_leaves_nothing_open(of):
    row = of(balance(export_pool_usd=7e6, export_pool_share=0.5))
    assert row["export_beyond_pool_usd"] == 0
    assert "can explain all but 0.0 M USD" in row["balance_reading"]


@pytest.mark.parametrize(("pool", "share"), [(2e6, 0.49), (None, None)])
def test_a_split_that_is_good_enough_or_unknown_needs_no_reading(of, pool, share):
    row = of(balance(export_pool_usd=pool, export_pool_share=share))
    assert row["balance_reading"] is None
    assert row["export_beyond_pool_usd"] == (None if pool is None else 5e6 - pool)


def test_areas_that_are_no_country_have_no_balance(of):
    assert of(balance(), is_country=False) is None


def test_production_that_is_in_no_report_is_shown_with_its_ends(of):
    row = of(balance(), unreported={"unreported_production_kg": 1_500.0})
    ends = [row[f"unreported_production_kg{end}"] for end in ("_low", "", "_high")]
    assert ends == [0, 1_500, 2_000]
    assert row["production_reading"] is None, "less than half of 10,000 kg"
    assert of(balance())["unreported_production_kg"] is None


@pytest.mark.parametrize(
    ("mined", "unreported", "has_reading"),
    [
        (10_000.0, 5_000.0, True),  # unreported_production_share 0.5
        (10_000.0, 4_999.0, False),
        (1_500.0, 1_000.0, True),  # unreported_production_kg_least 1,000
        (1_500.0, 999.0, False),
    ],
)
def test_half_of_the_production_and_a_tonne_get_a_reading(of, mined, unreported, has_reading):
    row = of(balance(), unreported={"production_kg": mined, "unreported_production_kg": unreported})
    assert (row["production_reading"] is not None) == has_reading


@pytest.mark.parametrize(
    ("importer", "all_asked", "end"),
    [
        (False, True, ""),
        (True, True, "; it imports more than it exports"),
        (False, False, "; partners whose reports are not available may hold more"),
    ],
)
def test_what_else_may_have_become_of_the_gold(of, importer, all_asked, end):
    unreported = {
        "production_kg": 43_800.0,
        "reported_export_fine_kg": 2_184.0,
        "unreported_production_kg": 41_616.0,
        "is_net_importer": importer,
        "has_all_importers": all_asked,
    }
    assert of(balance(), unreported=unreported)["production_reading"] == (
        "production in no reported export or import: mines 43.8 t, fuller report of exports 2.2 t; "
        "gold that stays in the country or leaves in ores and concentrates is not in these records"
        + end
    )
