"""Margin, fineness and what each weight is worth. The price is 40,000 USD per kg."""

import pytest

PRICE = 40_000.0


def pair(**other):
    return {
        "frequency": "A",
        "period": 2016,
        "exporter_iso3": "MLI",
        "importer_iso3": "ARE",
        "export_value_usd": 3_600_000.0,
        "import_value_usd": 7_200_000.0,
        "export_net_weight_kg": 100.0,
        "import_net_weight_kg": 200.0,
        "is_export_weight_estimated": False,
        "is_import_weight_estimated": False,
        "import_basis": "CIF",
        "margin_of_row": None,
    } | other


@pytest.fixture
def measured(run_model):
    def single(**fields):
        margin = {"margin_low": 0.0, "margin_mid": 0.02, "margin_high": 0.10}
        price = {
            "frequency": "A",
            "period": 2016,
            "year": 2016,
            "gold_price_usd_per_kg": PRICE,
            "gold_price_usd_per_kg_low": 36_000.0,
            "gold_price_usd_per_kg_high": 44_000.0,
        }
        (row,) = run_model(
            "int_measures",
            int_states_of_pairs=[pair(**fields)],
            freight_margins=[{"importer_iso3": "ARE", **margin}],
            int_prices=[price],
        )
        return row

    return single


def fob_values(row):
    names = ("import_fob_value_usd_low", "import_fob_value_usd", "import_fob_value_usd_high")
    return tuple(row[name] for name in names)


def test_cif_value_is_freed_of_the_importers_margin(measured):
    """The highest margin leaves the lowest value."""
    assert fob_values(measured()) == (7_200_000 / 1.10, 7_200_000 / 1.02, 7_200_000 / 1.0)


def test_the_margin_of_the_row_itself_goes_before_the_importers(measured):
    assert fob_values(measured(margin_of_row=0.06)) == (7_200_000 / 1.06,) * 3


def test_fob_value_stays_as_it_is(measured):
    assert fob_values(measured(import_basis="FOB")) == (7_200_000,) * 3


def test_no_import_is_null_and_not_zero(measured):
    row = measured(import_value_usd=None, import_net_weight_kg=None, import_basis=None)
    assert fob_values(row) == (None, None, None)
    assert row["import_weight_quality"] is row["import_fineness"] is None
    assert (row["margin_low"], row["margin_mid"], row["margin_high"]) == (0, 0, 0)


def test_fineness_is_value_over_weight_and_price(measured):
    row = measured(import_net_weight_kg=300.0)
    assert row["export_fineness"] == 3_600_000 / (100 * PRICE)  # 0.9
    assert row["import_fineness"] == 7_200_000 / (300 * PRICE)  # 0.6
    assert row["fineness_ratio"] == pytest.approx(0.9 / 0.6)
    assert row["gap_net_weight_kg"] == 300 - 100


def test_a_weight_of_one_side_makes_no_gap_of_weights(measured):
    """Sudan and Guinea export to the UAE in 2016 with a value and no weight."""
    row = measured(export_net_weight_kg=None)
    assert (row["export_weight_quality"], row["import_weight_quality"]) == ("missing", "ok")
    assert row["gap_net_weight_kg"] is None


@pytest.mark.parametrize(
    ("weight", "quality"),
    [
        (90.0, "ok"),  # 3.6 m USD buy 90 kg fine: 90 kg are of fineness 1
        (90 / 1.099, "ok"),
        (90 / 1.101, "fineness_out_of_range"),
        (90 / 0.301, "ok"),
        (90 / 0.299, "fineness_out_of_range"),
        (90 / 1000, "unit_error"),  # tonnes for kilograms
        (90 * 1000, "unit_error"),  # grams for kilograms
        (90 / 299, "fineness_out_of_range"),
        (90 / 1101, "fineness_out_of_range"),
        (90 / 10, "fineness_out_of_range"),
    ],
)
def test_quality_of_a_weight_by_its_fineness(measured, weight, quality):
    row = measured(export_net_weight_kg=weight)
    assert (row["export_weight_quality"], row["import_weight_quality"]) == (quality, "ok")
    assert (row["gap_net_weight_kg"] is None) == (quality != "ok")

    row = measured(import_net_weight_kg=2 * weight)
    assert (row["export_weight_quality"], row["import_weight_quality"]) == ("ok", quality)
    assert (row["gap_net_weight_kg"] is None) == (quality != "ok")


@pytest.mark.parametrize(
    ("factor", "quality"),
    [
        (32.1507466, "unit_error"),  # troy ounces for kilograms
        (31.1034768, "unit_error"),
        (31.1034768 * 0.94, "fineness_out_of_range"),
        (32.1507466 * 1.06, "fineness_out_of_range"),
        (1 / 32.1507466, "unit_error"),
    ],
)
def test_a_weight_off_by_ounces_to_the_kilogram_against_the_other_side(measured, factor, quality):
    """Both sides trade at fineness 0.9, so that the factor is the ratio of the two."""
    of_import = measured(import_net_weight_kg=200.0 * factor)
    of_export = measured(export_net_weight_kg=100.0 * factor)
    assert (of_import["export_weight_quality"], of_import["import_weight_quality"]) == (
        "ok",
        quality,
    )
    assert (of_export["export_weight_quality"], of_export["import_weight_quality"]) == (
        quality,
        "ok",
    )


def test_estimated_weights_are_not_used(measured):
    heard = measured(is_import_weight_estimated=True)
    said = measured(is_export_weight_estimated=True)
    assert (heard["export_weight_quality"], heard["import_weight_quality"]) == ("ok", "estimated")
    assert (said["export_weight_quality"], said["import_weight_quality"]) == ("estimated", "ok")
    assert heard["gap_net_weight_kg"] is said["gap_net_weight_kg"] is None


@pytest.mark.parametrize(
    ("value", "weight", "expected"),
    [
        (3_600_000.0 * 1000, 100.0, True),  # like weights beside values a thousandfold apart
        (3_600_000.0 * 1000, 40.0, False),
        (3_600_000.0 * 1060, 100.0, False),
        (3_600_000.0 / 1000, 100.0, True),
        (3_600_000.0 * 1000, None, False),
        (7_200_000.0, 0.2, False),  # an error of weight leaves the value alone
    ],
)
def test_error_of_value(measured, value, weight, expected):
    row = measured(import_value_usd=value, import_net_weight_kg=weight)
    assert row["has_value_error"] is expected
