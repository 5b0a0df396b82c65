"""A country's own total beside its partners' words, and how much of its gaps that leaves."""

import pytest


def pair(exporter, importer, export=None, imported=None, fob=None, **other):
    return {
        "frequency": "A",
        "period": 2016,
        "exporter_iso3": exporter,
        "importer_iso3": importer,
        "exporter_kind": "country",
        "importer_kind": "country",
        "export_value_usd": export,
        "import_value_usd": imported,
        "import_fob_value_usd": fob,
    } | other


def control(reporter, code, world):
    return {
        "frequency": "A",
        "period": 2016,
        "reporter_iso3": reporter,
        "flow_code": code,
        "world_value_usd": world,
        "world_net_weight_kg": 5.0,
        "named_value_usd": 30.0,
        "pool_usd": 20.0,
        "pool_share": 0.4,
    }


def world_basis(basis="CIF", margin=None, kind="world", importer="ARE"):
    return {
        "frequency": "A",
        "period": 2016,
        "importer_iso3": importer,
        "partner_kind": kind,
        "import_basis": basis,
        "margin_of_row": margin,
    }


@pytest.fixture
def balances(run_model):
    def run(pairs, *controls, bases=()):
        rows = run_model(
            "int_balances",
            int_measures=pairs,
            int_controls=controls or [control("ZZZ", "X", None)],
            int_import_bases=bases or [world_basis(kind="country")],
            freight_margins=[
                {"importer_iso3": "ARE", "margin_mid": 0.02},
                {"importer_iso3": "*", "margin_mid": 0.03},
            ],
        )
        return {row["iso3"]: row for row in rows}

    return run


def test_exporters_total_beside_what_importers_report(balances):
    pairs = [pair("MLI", "ARE", 30.0, 102.0, 100.0), pair("MLI", "CHE", 25.0, 5.0, 5.0)]
    assert balances(pairs, control("MLI", "X", 50.0))["MLI"] == {
        "frequency": "A",
        "period": 2016,
        "iso3": "MLI",
        "export_world_value_usd": 50.0,
        "export_world_net_weight_kg": 5.0,
        "export_named_value_usd": 30.0,
        "export_pool_usd": 20.0,
        "export_pool_share": 0.4,
        "mirrored_export_cif_value_usd": 102.0 + 5,
        "mirrored_export_value_usd": 100.0 + 5,
        "importers_reporting": 2,
        "export_gaps_usd": 100.0 - 30,
        "import_world_value_usd": None,
        "import_world_fob_value_usd": None,
        "import_pool_usd": None,
        "import_pool_share": None,
        "mirrored_import_value_usd": None,
        "exporters_reporting": 0,
        "import_gaps_usd": None,
        "export_balance_usd": 105.0 - 50,
        "export_support": (105 - 50) / (100 - 30),
        "import_balance_usd": None,
        "import_support": None,
    }


def test_a_total_above_what_partners_report_supports_no_gap(balances):
    pairs = [pair("MLI", "ARE", 30.0, 100.0, 100.0), pair("MLI", "CHE", 170.0, 10.0, 10.0)]
    row = balances(pairs, control("MLI", "X", 200.0))["MLI"]
    assert (row["export_balance_usd"], row["export_support"]) == (110 - 200, 0)


def test_support_is_one_at_most(balances):
    """The World total is below what the pairs name: 100 - 20 over a gap of 100 - 30."""
    row = balances([pair("MLI", "ARE", 30.0, 100.0, 100.0)], control("MLI", "X", 20.0))["MLI"]
    assert row["export_support"] == 1


def test_support_is_unknown_without_the_world_total_and_without_a_gap(balances):
    unknown = balances([pair("MLI", "ARE", 30.0, 100.0, 100.0)], control("MLI", "X", None))
    no_gap = balances([pair("MLI", "ARE", 30.0, 20.0, 20.0)], control("MLI", "X", 30.0))
    assert unknown["MLI"]["export_support"] is no_gap["MLI"]["export_support"] is None
    assert unknown["MLI"]["export_gaps_usd"] == 70


def test_silent_exporter_has_no_total_and_no_support(balances):
    row = balances([pair("MLI", "ARE", None, 100.0, 100.0)])["MLI"]
    assert (row["mirrored_export_value_usd"], row["export_gaps_usd"]) == (100, 100)
    assert row["export_support"] is row["export_balance_usd"] is None


@pytest.mark.parametrize(
    ("basis", "world_fob"),
    [
        (world_basis("FOB"), 90.0),
        (world_basis("CIF"), 90 / 1.02),
        (world_basis("CIF", 0.05), 90 / 1.05),
    ],
)
def test_importers_total_is_freed_of_freight_on_its_own_basis(balances, basis, world_fob):
    pairs = [pair("MLI", "ARE", 100.0, 20.0, 20.0), pair("GHA", "ARE", 50.0, 60.0, 60.0)]
    row = balances(pairs, control("ARE", "M", 90.0), bases=[basis])["ARE"]
    assert row["mirrored_import_value_usd"] == 100 + 50
    assert row["import_gaps_usd"] == 100 - 20
    assert row["import_world_fob_value_usd"] == pytest.approx(world_fob)
    assert row["import_balance_usd"] == pytest.approx(150 - world_fob)
    assert row["import_support"] == pytest.approx((150 - world_fob) / 80)


def test_an_importer_that_has_a_world_row_alone_takes_the_margin_of_all_together(balances):
    """No pair of it has an import, so that no margin is predicted for it."""
    pairs = [pair("MLI", "IND", 100.0)]
    basis = world_basis("CIF", importer="IND")
    row = balances(pairs, control("IND", "M", 90.0), bases=[basis])["IND"]
    assert row["import_world_fob_value_usd"] == pytest.approx(90 / 1.03)
    assert row["import_balance_usd"] == pytest.approx(100 - 90 / 1.03)


def test_areas_that_are_no_country_are_in_no_balance(balances):
    pairs = [
        pair("MLI", "ARE", 30.0, 100.0, 100.0),
        pair("MLI", "_X", 40.0, importer_kind="not_specified"),
        pair("_X", "ARE", None, 40.0, 40.0, exporter_kind="not_specified"),
    ]
    rows = balances(pairs)
    assert {"_X"}.isdisjoint(rows)
    assert (rows["ARE"]["mirrored_import_value_usd"], rows["ARE"]["exporters_reporting"]) == (30, 1)
    assert rows["MLI"]["importers_reporting"] == 1
