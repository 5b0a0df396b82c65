"""Parts as the method computed them, joined to their pairs: freight beside them, and in kilograms.

The price is 40 USD per kg. That the parts are right is held in tests/test_waterfall.py.
"""

import pytest

COMPUTED = ("quality", "not_assessable", "class_swap", "timing", "unallocated", "reexport")
ENDS = ("low", "mid", "high")
PRICE = 40.0
KEYS = {"frequency": "A", "period": 2016, "exporter_iso3": "MLI"}


def gap(importer="ARE", export=None, imported=None, fob=(None, None, None), **other):
    """One pair of Mali; `fob` is the import freed of the highest, mid and lowest margin."""
    return (
        KEYS
        | {
            "importer_iso3": importer,
            "export_value_usd": export,
            "import_value_usd": imported,
            "import_fob_value_usd_low": fob[0],
            "import_fob_value_usd": fob[1],
            "import_fob_value_usd_high": fob[2],
            "gap_value_usd": (imported or 0.0) - (export or 0.0),
            "gold_price_usd_per_kg": PRICE,
        }
        | other
    )


def part(importer="ARE", residual=(0.0, 0.0, 0.0), kg=(0.0, 0.0), period=2016, **usd):
    """Parts of the same pair by name, the residual's ends in USD, its ends in kg."""
    amounts = {name: (amount,) * 3 for name, amount in (dict.fromkeys(COMPUTED, 0.0) | usd).items()}
    names = {f"{name}_usd": ends for name, ends in amounts.items()}
    names["residual_value_usd"] = residual
    return (
        KEYS
        | {"importer_iso3": importer, "period": period}
        | {
            f"{name}_{end}": value
            for name, ends in names.items()
            for end, value in zip(ENDS, ends, strict=True)
        }
        | {"residual_fine_kg_low": kg[0], "residual_fine_kg_high": kg[1]}
        | {"pair_spread": 0.1, "pair_spread_flows": 3}
    )


@pytest.fixture
def fall(run_model):
    """Map importer to its row."""

    def run(gaps, parts):
        rows = run_model("int_waterfall", int_gaps=gaps, int_parts=parts)
        return {row["importer_iso3"]: row for row in rows}

    return run


def ends(row, name):
    return tuple(row[f"{name}_{end}"] for end in ENDS)


def test_freight_is_what_the_margins_take_off_the_import(fall):
    """The lowest margin takes least: low goes with the highest FOB value."""
    given = gap("ARE", 60.0, 160.0, (160 / 1.25, 160 / 1.06, 160.0))
    row = fall([given], [part(residual=(60.0, 160 / 1.06 - 60, 100.0))])["ARE"]
    assert ends(row, "freight_usd") == (160 - 160, 160 - 160 / 1.06, 160 - 160 / 1.25)
    assert row["after_freight"] == 160 / 1.06 - 60
    assert row["gap_value_usd"] == pytest.approx(
        row["freight_usd_mid"] + row["residual_value_usd_mid"]
    )


def test_a_missing_side_counts_as_nothing_declared(fall):
    rows = fall(
        [gap("ARE", None, 160.0, (150.0,) * 3), gap("CHE", 70.0)], [part("ARE"), part("CHE")]
    )
    assert (rows["ARE"]["after_freight"], rows["CHE"]["after_freight"]) == (150, -70)
    assert ends(rows["ARE"], "freight_usd") == (10, 10, 10)
    assert ends(rows["CHE"], "freight_usd") == (0, 0, 0)


def test_every_part_in_kilograms_at_the_mean_price_adds_up(fall):
    """160 - 60 in USD is freight 10 and six parts of 4, 8, 12, 16, 20 and 24, and 6 are left."""
    mids = {name: 4.0 * n for n, name in enumerate(COMPUTED, start=1)}
    given = part(residual=(1.0, 6.0, 9.0), kg=(0.02, 0.25), **mids)
    row = fall([gap("ARE", 60.0, 160.0, (140.0, 150.0, 160.0))], [given])["ARE"]
    kilograms = [row[f"{name}_fine_kg"] for name in ("freight", *COMPUTED)]
    assert kilograms == pytest.approx([10 / 40, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    assert row["gap_fine_kg"] == 100 / 40
    assert row["gap_fine_kg"] == pytest.approx(sum(kilograms) + row["residual_fine_kg_mid"])
    assert ends(row, "residual_fine_kg") == (0.02, 6 / 40, 0.25)
    assert [row[f"{name}_usd_mid"] for name in COMPUTED] == [4, 8, 12, 16, 20, 24]


def test_the_best_estimate_never_lies_outside_the_drawn_ends(fall):
    """80 USD are 2 kg; all draws above or below it move only the end on their side."""
    given = gap("ARE", 60.0, 140.0, (140.0,) * 3)
    usd = (80.0, 80.0, 80.0)
    above = fall([given], [part(residual=usd, kg=(2.1, 2.5))])["ARE"]
    below = fall([given], [part(residual=usd, kg=(1.5, 1.9))])["ARE"]
    assert ends(above, "residual_fine_kg") == (2, 2, 2.5)
    assert ends(below, "residual_fine_kg") == (1.5, 2, 2)


def test_flows_without_parts_are_of_a_frequency_that_is_not_published(fall):
    month = gap("CHE", 60.0, 160.0, (160.0,) * 3, frequency="M", period=201601)
    assert list(fall([gap("ARE", 60.0, 60.0, (60.0,) * 3), month], [part("ARE")])) == ["ARE"]


def test_parts_are_those_of_the_same_period(run_model):
    gaps = [gap("ARE", 60.0, 60.0, (60.0,) * 3), gap("ARE", 60.0, 60.0, (60.0,) * 3, period=2015)]
    parts = [part("ARE", timing=5.0), part("ARE", timing=-5.0, period=2015)]
    rows = run_model("int_waterfall", int_gaps=gaps, int_parts=parts)
    assert {row["period"]: row["timing_usd_mid"] for row in rows} == {2016: 5, 2015: -5}
    assert {row["pair_spread"] for row in rows} == {0.1}
