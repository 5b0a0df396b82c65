"""Gold that mines yield and that no report of a country's trade holds.

The price is 40,000 USD per kg, 32,000 to 50,000 over the months around the year.
"""

import pytest

PRICE, LOW, HIGH = 40_000.0, 32_000.0, 50_000.0
ERROR = 0.1  # parameter production_error_share
WHEN = {"frequency": "A", "period": 2020}


@pytest.fixture
def of(run_model):
    """Return the one row of a country that mines 40,000 kg, or none.

    `own_kg` and `partners_kg` are what it and its partners report of its exports, `imports_kg` what
    it reports as imported; `asked` are the reporters asked for their imports, of COD, ARE and CHE.
    """

    def run(
        own_kg, partners_kg, imports_kg=None, asked=(), has_detail=None, state="reported", **other
    ):
        def usd(kg):
            return None if kg is None else kg * PRICE

        exports = {
            "reporter_iso3": "COD",
            "flow_code": "X",
            "declared_value_usd": usd(own_kg),
            "world_value_usd": usd(own_kg) if has_detail is None else None,
            "has_partner_detail": bool(has_detail),
        }
        reporters = [WHEN | {"reporter_iso3": code} for code in ("ARE", "CHE", "COD")]
        nobody = WHEN | {"period": 1900, "reporter_iso3": "XXX", "flow_code": "M"}
        rows = run_model(
            "int_unreported_production",
            int_balances=[
                WHEN
                | {"iso3": "COD"}
                | {
                    "mirrored_export_value_usd": usd(partners_kg),
                    "import_world_fob_value_usd": usd(imports_kg),
                    "mirrored_import_value_usd": None,
                }
            ],
            int_controls=[
                (WHEN if own_kg is not None else WHEN | {"period": 1900}) | exports,
            ],
            int_reporter_states=[
                WHEN | {"reporter_iso3": "COD", "flow_code": "X", "reporter_state": state}
            ],
            int_prices=[
                WHEN
                | {
                    "year": 2020,
                    "gold_price_usd_per_kg": PRICE,
                    "gold_price_usd_per_kg_low": LOW,
                    "gold_price_usd_per_kg_high": HIGH,
                }
            ],
            stg_gold_mine_production=[
                {"iso3": "COD", "year": 2020, "production_kg": 40_000.0} | other
            ],
            stg_availability=reporters,
            stg_asked=[
                nobody,
                *(row | {"flow_code": "M"} for row in reporters if row["reporter_iso3"] in asked),
            ],
        )
        return rows[0] if rows else None

    return run


ALL = ("ARE", "CHE", "COD")


def interval(row):
    return tuple(
        pytest.approx(row[f"unreported_production_kg{end}"]) for end in ("_low", "", "_high")
    )


def test_what_own_reports_and_partners_leave(of):
    """Partners report more (2,000 kg), all of them were asked, imports are known to be none."""
    row = of(own_kg=1_000.0, partners_kg=2_000.0, imports_kg=0.0, asked=ALL)
    sold = 2_000.0 * PRICE
    assert interval(row) == (
        (1 - ERROR) * 40_000 - sold / LOW,
        40_000 - 2_000,
        (1 + ERROR) * 40_000 - sold / HIGH,
    )
    assert row["reported_export_fine_kg"] == 2_000


def test_own_reports_count_where_they_hold_more(of):
    assert of(5_000.0, 2_000.0)["unreported_production_kg"] == 35_000


@pytest.mark.parametrize("asked", [(), ("ARE", "COD")])
def test_partners_that_were_not_asked_leave_the_lower_end_open(of, asked):
    row = of(1_000.0, 2_000.0, imports_kg=0.0, asked=asked)
    assert (row["unreported_production_kg_low"], row["has_all_importers"]) == (0, False)
    assert row["unreported_production_kg"] == 38_000


def test_imports_that_are_not_known_leave_the_upper_end_open(of):
    """All that is exported may be other countries' gold."""
    assert of(1_000.0, 2_000.0)["unreported_production_kg_high"] == pytest.approx(44_000)


def test_imported_gold_may_be_what_was_exported(of):
    """10,000 kg exported, 4,000 kg imported: 6,000 kg of its own at the least."""
    row = of(10_000.0, None, imports_kg=4_000.0)
    assert row["unreported_production_kg"] == 30_000
    assert row["unreported_production_kg_high"] == pytest.approx(44_000 - 6_000 * PRICE / HIGH)
    assert not row["is_net_importer"]


def test_a_country_that_imports_more_than_it_exports(of):
    row = of(1_000.0, None, imports_kg=4_000.0)
    assert row["is_net_importer"]
    assert row["unreported_production_kg_high"] == pytest.approx(44_000)


def test_more_exported_than_mined_leaves_nothing(of):
    row = of(60_000.0, 50_000.0, imports_kg=0.0, asked=ALL)
    assert interval(row) == (0, 0, 0)


@pytest.mark.parametrize("partners", [None, 2_000.0])
def test_some_partners_alone_say_nothing_of_production(of, partners):
    assert of(None, partners) is None


def test_exports_to_one_importer_alone_say_nothing_of_production(of):
    """A file with what countries export to the Emirates holds no country's exports."""
    assert of(1_000.0, 2_000.0, has_detail=False) is None
    assert of(1_000.0, 2_000.0, has_detail=True)["unreported_production_kg"] == 38_000


def test_a_country_that_reports_no_gold_exports_reports_none(of):
    row = of(None, 2_000.0, state="silent")
    assert (row["unreported_production_kg"], row["reported_export_fine_kg"]) == (38_000, 2_000)
    assert of(None, 2_000.0, state="unknown") is None


def test_all_importers_asked_and_none_reports_gold_from_it(of):
    row = of(None, None, asked=ALL)
    assert interval(row) == (36_000, 40_000, 44_000)


@pytest.mark.parametrize("mined", [None, 0.0])
def test_no_mines_no_figure(of, mined):
    assert of(1_000.0, 2_000.0, production_kg=mined) is None
