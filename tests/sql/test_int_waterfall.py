"""Every raw gap in parts: each signed like the gap, capped by what is left, and none twice.

The price is 40 USD per kg, 32 at least and 50 at most.
"""

import pytest

PARTS = ("freight", "quality", "not_assessable", "class_swap", "timing", "unallocated", "reexport")
PRICE = 40.0


def measure(importer="ARE", export=None, imported=None, fob=(None, None, None), **other):
    """One pair of Mali; `fob` is the import freed of the highest, mid and lowest margin."""
    return {
        "frequency": "A",
        "period": 2016,
        "year": 2016,
        "exporter_iso3": "MLI",
        "importer_iso3": importer,
        "export_value_usd": export,
        "import_value_usd": imported,
        "import_fob_value_usd_low": fob[0],
        "import_fob_value_usd": fob[1],
        "import_fob_value_usd_high": fob[2],
        "has_value_error": False,
        "is_assessed": True,
        "export_suppressed_usd": 0.0,
        "import_suppressed_usd": 0.0,
        "gold_price_usd_per_kg": PRICE,
        "gold_price_usd_per_kg_low": 32.0,
        "gold_price_usd_per_kg_high": 50.0,
    } | other


def same(value):
    return (float(value),) * 3


def pool(reporter, code, usd, share=0.1):
    return {
        "frequency": "A",
        "period": 2016,
        "reporter_iso3": reporter,
        "flow_code": code,
        "pool_usd": usd,
        "pool_share": share,
    }


@pytest.fixture
def fall(run_model):
    """Map importer to its row; every row of a test adds up and has its ends in order."""

    def run(*measures, pools=()):
        rows = run_model(
            "int_waterfall",
            int_measures=measures,
            int_controls=[pool("ZZZ", "X", 9.0), *pools],
        )
        for row in rows:
            holds(row)
        return {row["importer_iso3"]: row for row in rows}

    return run


def holds(row):
    explained = sum(row[f"{part}_usd_mid"] for part in PARTS)
    in_kg = sum(row[f"{part}_fine_kg"] for part in PARTS)
    cent = {"rel": 0, "abs": 0.005}
    assert row["gap_value_usd"] == pytest.approx(explained + row["residual_value_usd_mid"], **cent)
    assert row["gap_fine_kg"] == pytest.approx(in_kg + row["residual_fine_kg_mid"], **cent)
    for name in (*(f"{part}_usd" for part in PARTS), "residual_value_usd", "residual_fine_kg"):
        assert row[f"{name}_low"] <= row[f"{name}_mid"] <= row[f"{name}_high"], name


def ends(row, part):
    return tuple(row[f"{part}_{end}"] for end in ("low", "mid", "high"))


def test_freight_goes_first_and_the_rest_is_residual(fall):
    row = fall(measure("ARE", 60.0, 160.0, (160 / 1.25, 160 / 1.06, 160.0)))["ARE"]
    assert ends(row, "freight_usd") == (160 - 160, 160 - 160 / 1.06, 160 - 160 / 1.25)
    assert ends(row, "residual_value_usd") == (160 / 1.25 - 60, 160 / 1.06 - 60, 160 - 60)
    assert row["gap_value_usd"] == 160 - 60


def test_kilograms_are_fewest_at_the_highest_price_and_most_at_the_lowest(fall):
    above = fall(measure("ARE", 60.0, 160.0, (120.0, 140.0, 160.0)))["ARE"]
    below = fall(measure("ARE", 200.0, 160.0, (120.0, 140.0, 160.0)))["ARE"]
    assert ends(above, "residual_fine_kg") == (60 / 50, 80 / 40, 100 / 32)
    assert ends(below, "residual_fine_kg") == (-80 / 32, -60 / 40, -40 / 50)
    assert above["gap_fine_kg"] == 100 / 40


def test_a_missing_side_counts_as_nothing_declared(fall):
    rows = fall(measure("ARE", None, 160.0, same(150)), measure("CHE", 70.0))
    assert (rows["ARE"]["gap_value_usd"], rows["CHE"]["gap_value_usd"]) == (160, -70)
    assert ends(rows["ARE"], "residual_value_usd") == same(150)
    assert ends(rows["CHE"], "residual_value_usd") == same(-70)


def test_a_value_error_takes_the_whole_gap(fall):
    row = fall(measure("ARE", 60.0, 160.0, same(160), has_value_error=True))["ARE"]
    assert (row["quality_usd_mid"], ends(row, "residual_value_usd")) == (100, same(0))


def test_what_cannot_be_assessed_leaves_no_residual(fall):
    row = fall(measure("ARE", None, 160.0, (120.0, 150.0, 160.0), is_assessed=False))["ARE"]
    assert (row["freight_usd_mid"], row["not_assessable_usd_mid"]) == (160 - 150, 150)
    assert ends(row, "residual_value_usd") == same(0)


@pytest.mark.parametrize(("suppressed", "residual"), [(30.0, 100 - 30), (130.0, 0)])
def test_what_the_exporter_suppresses_is_capped_by_the_gap(fall, suppressed, residual):
    given = measure("ARE", 60.0, 160.0, same(160), export_suppressed_usd=suppressed)
    row = fall(given)["ARE"]
    assert row["not_assessable_usd_mid"] == min(suppressed, 100)
    assert row["residual_value_usd_mid"] == residual


def test_what_the_wrong_side_suppresses_explains_nothing(fall):
    above = measure("ARE", 60.0, 160.0, same(160), import_suppressed_usd=50.0)
    below = measure("CHE", 160.0, 60.0, same(60), import_suppressed_usd=50.0)
    rows = fall(above, below)
    assert rows["ARE"]["not_assessable_usd_mid"] == 0
    assert (rows["CHE"]["not_assessable_usd_mid"], rows["CHE"]["residual_value_usd_mid"]) == (
        -50,
        -100 + 50,
    )


def test_pool_is_shared_in_proportion_and_never_spent_twice(fall):
    """A pool of 60 beside gaps of 100 and 20; either gap could be all of it, both cannot."""
    given = [measure("ARE", 0.0, 100.0, same(100)), measure("CHE", 0.0, 20.0, same(20))]
    rows = fall(*given, measure("IND", 70.0), pools=[pool("MLI", "X", 60.0)])
    assert ends(rows["ARE"], "unallocated_usd") == (0, 100 * 60 / 120, 60)
    assert ends(rows["CHE"], "unallocated_usd") == (0, 20 * 60 / 120, 20)
    assert ends(rows["IND"], "unallocated_usd") == same(0)
    assert ends(rows["ARE"], "residual_value_usd") == (100 - 60, 100 - 50, 100)
    assert ends(rows["CHE"], "residual_value_usd") == (0, 20 - 10, 20)


def test_pool_above_the_gaps_explains_them_and_no_more(fall):
    given = [measure("ARE", 0.0, 100.0, same(100)), measure("CHE", 0.0, 20.0, same(20))]
    rows = fall(*given, pools=[pool("MLI", "X", 500.0)])
    assert ends(rows["ARE"], "unallocated_usd") == (0, 100, 100)
    assert rows["ARE"]["residual_value_usd_mid"] == rows["CHE"]["residual_value_usd_mid"] == 0


def test_a_negative_gap_draws_on_the_pool_of_the_importer(fall):
    given = measure("ARE", 100.0, 40.0, same(40))
    row = fall(given, pools=[pool("MLI", "X", 7.0), pool("ARE", "M", 15.0)])["ARE"]
    assert ends(row, "unallocated_usd") == (-15, -15, 0)
    assert ends(row, "residual_value_usd") == (-60, -60 + 15, -60 + 15)


def test_an_unknown_pool_explains_nothing_and_stays_unknown(fall):
    row = fall(measure("ARE", 0.0, 100.0, same(100)), pools=[pool("MLI", "X", None)])["ARE"]
    assert row["exporter_pool_usd"] is row["importer_pool_usd"] is None
    assert ends(row, "unallocated_usd") == same(0)
    assert ends(row, "residual_value_usd") == same(100)


def test_gaps_that_cannot_be_assessed_take_nothing_from_the_pool(fall):
    given = [
        measure("ARE", 0.0, 100.0, same(100)),
        measure("CHE", None, 300.0, same(300), is_assessed=False),
    ]
    rows = fall(*given, pools=[pool("MLI", "X", 50.0)])
    assert rows["ARE"]["unallocated_usd_mid"] == 50


def test_margins_that_turn_the_sign_keep_the_ends_on_both_sides_of_zero(fall):
    given = measure("ARE", 100.0, 110.0, (90.0, 105.0, 110.0))
    row = fall(given, pools=[pool("MLI", "X", 2.0), pool("ARE", "M", 3.0)])["ARE"]
    assert ends(row, "unallocated_usd") == (0, 2, 2)
    assert ends(row, "residual_value_usd") == (90 - 100, 105 - 100 - 2, 110 - 100)


def test_less_than_half_a_cent_is_no_gold(fall):
    rows = fall(
        measure("ARE", 100.0, 100.0, same(100.004)), measure("CHE", 100.0, 100.0, same(100.006))
    )
    assert rows["ARE"]["residual_value_usd_mid"] == 0
    assert rows["CHE"]["residual_value_usd_mid"] == pytest.approx(0.006)
