"""Every raw gap in parts: each signed like the gap, capped by what is left, and none twice.

The price is 40 USD per kg, 32 at least and 50 at most; reporters make no noise unless a test says.
"""

import numpy as np
import polars as pl
import pytest

from mirror import method
from mirror.method.waterfall import Caps, Sides, explain
from mirror.settings import ASSETS

CAUSES = pl.read_csv(ASSETS / "data" / "reference" / "lawful_causes.csv")

PARTS = ("quality", "not_assessable", "class_swap", "timing", "unallocated", "reexport")
ENDS = ("low", "mid", "high")
NO_SECOND_PARTNERS = pl.DataFrame(
    schema={
        "frequency": pl.String,
        "period": pl.Int32,
        "exporter_iso3": pl.String,
        "hub_iso3": pl.String,
        "importer_iso3": pl.String,
        "value_usd": pl.Float64,
    }
)


# explain: all caps given


def caps(flows, **given):
    """Caps of zero, but for those given: one number, or a pair of them, for every flow."""
    column = {
        name: np.full(flows, given.get(name, value))
        for name, value in (
            ("is_assessed", True), ("is_value_error", False), ("timing", 0.0),
            ("transit", 0.0),
        )
    }  # fmt: skip
    pairs = {
        name: tuple(np.full(flows, end) for end in given.get(name, (0.0, 0.0)))
        for name in ("suppressed", "swap", "pools")
    }
    return Caps(**column, **pairs)


def split(gap, **given):
    """Split one gap; return its parts by name."""
    ends = np.zeros(1, int)
    parts = explain(np.array([gap]), caps(1, **given), Sides.of(ends, ends))
    return {name: float(value[0]) for name, value in vars(parts).items()}


def taken(**amounts):
    names = ("quality", "not_assessable", "class_swap", "timing", "unallocated", "transit")
    return dict.fromkeys((*names, "residual"), 0.0) | amounts


def test_without_a_cap_the_gap_is_residual():
    assert split(100.0) == taken(residual=100.0)
    assert split(-100.0) == taken(residual=-100.0)


@pytest.mark.parametrize("side", [1, -1])
def test_each_part_takes_its_cap_of_what_the_parts_before_it_left(side):
    """Of 100: 30 suppressed, 25 in another class, 20 late, 15 of the pool, 5 in transit, 5 left."""
    of_side = {name: (cap, 0.0)[::side] for name, cap in
               (("suppressed", 30.0), ("swap", 25.0), ("pools", 15.0))}  # fmt: skip
    found = split(side * 100.0, timing=side * 20.0, transit=side * 5.0, **of_side)
    amounts = {"not_assessable": 30, "class_swap": 25, "timing": 20, "unallocated": 15,
               "transit": 5, "residual": 100 - 30 - 25 - 20 - 15 - 5}  # fmt: skip
    assert found == taken(**{name: side * amount for name, amount in amounts.items()})


@pytest.mark.parametrize("side", [1, -1])
def test_the_last_part_takes_only_what_is_left_and_the_next_ones_nothing(side):
    """30 + 60 leave 10 to timing, which could explain 20."""
    of_side = {"suppressed": (30.0, 0.0)[::side], "swap": (60.0, 0.0)[::side],
               "pools": (15.0, 0.0)[::side]}  # fmt: skip
    found = split(side * 100.0, timing=side * 20.0, transit=side * 5.0, **of_side)
    amounts = {"not_assessable": 30, "class_swap": 60, "timing": 10}
    assert found == taken(**{name: side * amount for name, amount in amounts.items()})


@pytest.mark.parametrize("side", [1, -1])
def test_a_cap_of_the_other_sign_explains_nothing(side):
    of_other = dict.fromkeys(("suppressed", "swap", "pools"), (0.0, 50.0)[::side])
    found = split(side * 100.0, timing=-side * 50.0, transit=-side * 50.0, **of_other)
    assert found == taken(residual=side * 100.0)


EVERYTHING = {
    "suppressed": (50.0, 50.0),
    "swap": (50.0, 50.0),
    "pools": (50.0, 50.0),
    "timing": 50.0,
    "transit": 50.0,
}


def test_an_error_of_value_takes_the_whole_gap_before_all_else():
    assert split(100.0, is_value_error=True, **EVERYTHING) == taken(quality=100.0)
    assert split(-100.0, is_value_error=True, is_assessed=False) == taken(quality=-100.0)


def test_what_cannot_be_assessed_leaves_nothing():
    assert split(-100.0, is_assessed=False, **EVERYTHING) == taken(not_assessable=-100.0)


def test_no_gap_needs_no_explanation():
    assert split(0.0, **EVERYTHING) == taken()


def test_a_pool_is_shared_in_proportion_and_never_spent_twice():
    """Three gaps of one exporter draw on 60, in proportion to 100 and 20; a fourth flow has its own
    pool, larger than its gap.
    """
    gap = np.array([100.0, 20.0, -70.0, 50.0])
    exporters, importers = np.array([0, 0, 0, 1]), np.array([0, 1, 2, 0])
    pools = np.array([60.0, 60.0, 60.0, 80.0]), np.zeros(4)
    given = Caps(**vars(caps(4)) | {"pools": pools})
    found = explain(gap, given, Sides.of(exporters, importers)).unallocated
    assert found == pytest.approx([60 * 100 / 120, 60 * 20 / 120, 0, 50])


# estimate: flows as int_gaps has them
UNSEEN = {"is_assessed": False, "is_counted": False}


def flow(importer="ARE", export=None, imported=None, margin=0.0, **other):
    """One pair of Mali; `margin` is one number or low, mid and high."""
    ends = margin if isinstance(margin, tuple) else (margin,) * 3
    return (
        {
            "frequency": "A",
            "period": 2016,
            "year": 2016,
            "exporter_iso3": "MLI",
            "importer_iso3": importer,
            "export_value_usd": export,
            "import_value_usd": imported,
            "is_assessed": True,
            "is_set_aside": False,
            "is_counted": True,
            "is_in_window": True,
            "is_transit_unbounded": False,
            "has_value_error": False,
            "export_suppressed_usd": 0.0,
            "import_suppressed_usd": 0.0,
            "swap_of_positive_usd": 0.0,
            "swap_of_negative_usd": 0.0,
            "exporter_pool_usd": None,
            "importer_pool_usd": None,
            "exporter_pool_share": None,
            "importer_pool_share": None,
            "exporter_declared_usd": export or 0.0,
            "importer_declared_usd": imported or 0.0,
            "exporter_received_usd": None,
            "importer_sold_usd": None,
            "valuation_usd": 0.0,
            "weight_gap_fine_kg": None,
            "is_exporter_hub": False,
            "is_importer_hub": False,
            "gold_price_usd_per_kg": 40.0,
            "gold_price_usd_per_kg_low": 32.0,
            "gold_price_usd_per_kg_high": 50.0,
        }
        | {f"margin_{end}": value for end, value in zip(ENDS, ends, strict=True)}
        | other
    )


TEXTS = ("frequency", "exporter_iso3", "importer_iso3")


@pytest.fixture
def fall(run_model):
    """Map importer to its parts; every row of a test adds up and has its ends in order."""
    published = run_model("stg_parameters")[0]

    def run(*flows, by="importer_iso3", **changes):
        schema = {
            name: type(value) if isinstance(value, (bool, int)) else pl.Float64
            for name, value in flow().items()
        } | dict.fromkeys(TEXTS, pl.String)
        frame = pl.DataFrame(list(flows), schema=schema)
        parts = method.estimate(frame, NO_SECOND_PARTNERS, CAUSES, published | changes).parts
        given = {key(row): row for row in flows}
        for row in parts.to_dicts():
            holds(row, given[key(row)])
        return {row[by]: row for row in parts.to_dicts()}

    return run


def key(row):
    return row["frequency"], row["period"], row["exporter_iso3"], row["importer_iso3"]


def holds(row, given):
    fob = (given["import_value_usd"] or 0) / (1 + given["margin_mid"])
    gap = fob - (given["export_value_usd"] or 0)
    explained = sum(row[f"{part}_usd_mid"] for part in PARTS)
    assert gap == pytest.approx(explained + row["residual_value_usd_mid"], rel=0, abs=0.005)
    for name in (*(f"{part}_usd" for part in PARTS), "residual_value_usd"):
        assert row[f"{name}_low"] <= row[f"{name}_mid"] <= row[f"{name}_high"], name


def ends(row, part):
    return tuple(row[f"{part}_{end}"] for end in ENDS)


def same(value):
    return (float(value),) * 3


def near(*values):
    return pytest.approx(values, rel=1e-3)


def test_freight_goes_first_and_the_rest_is_residual(fall):
    """Ends of the margin are its 5 and 95 % quantiles."""
    row = fall(flow("ARE", 60.0, 160.0, (0.02, 0.06, 0.25)))["ARE"]
    assert row["residual_value_usd_mid"] == pytest.approx(160 / 1.06 - 60)
    assert row["residual_value_usd_low"] == pytest.approx(160 / 1.25 - 60, rel=0.03)
    assert row["residual_value_usd_high"] == pytest.approx(160 / 1.02 - 60, rel=0.01)


def test_kilograms_are_fewest_at_a_high_price_and_most_at_a_low_one(fall):
    """Prices between 32 and 50 USD a kg; the residual itself has no bounds here."""
    rows = fall(flow("ARE", 60.0, 140.0), flow("CHE", 200.0, 140.0))
    kg = {i: (r["residual_fine_kg_low"], r["residual_fine_kg_high"]) for i, r in rows.items()}
    assert kg["ARE"] == pytest.approx((80 / 50, 80 / 32))
    assert kg["CHE"] == pytest.approx((-60 / 32, -60 / 50))
    assert ends(rows["ARE"], "residual_value_usd") == near(80, 80, 80)


def test_a_missing_side_counts_as_nothing_declared(fall):
    rows = fall(flow("ARE", None, 159.0, 0.06), flow("CHE", 70.0))
    assert ends(rows["ARE"], "residual_value_usd") == near(*same(159 / 1.06))
    assert ends(rows["CHE"], "residual_value_usd") == near(*same(-70))


def test_a_value_error_takes_the_whole_gap(fall):
    row = fall(flow("ARE", 60.0, 160.0, has_value_error=True), spread_default=0.3)["ARE"]
    assert ends(row, "quality_usd") == same(100)
    assert ends(row, "residual_value_usd") == same(0)


def test_what_cannot_be_assessed_leaves_no_residual_in_any_draw(fall):
    given = flow("ARE", None, 159.0, (0.01, 0.06, 0.2), exporter_pool_usd=50.0, **UNSEEN)
    row = fall(given, spread_default=0.3)["ARE"]
    assert row["not_assessable_usd_mid"] == pytest.approx(159 / 1.06)
    assert ends(row, "unallocated_usd") == ends(row, "residual_value_usd") == same(0)


@pytest.mark.parametrize(("suppressed", "residual"), [(30.0, 100 - 30), (130.0, 0)])
def test_what_the_exporter_suppresses_is_capped_by_the_gap(fall, suppressed, residual):
    row = fall(flow("ARE", 60.0, 160.0, export_suppressed_usd=suppressed))["ARE"]
    assert row["not_assessable_usd_mid"] == min(suppressed, 100)
    assert row["residual_value_usd_mid"] == residual


def test_what_the_wrong_side_suppresses_explains_nothing(fall):
    above = flow("ARE", 60.0, 160.0, import_suppressed_usd=50.0)
    below = flow("CHE", 160.0, 60.0, import_suppressed_usd=50.0)
    rows = fall(above, below)
    assert rows["ARE"]["not_assessable_usd_mid"] == 0
    assert rows["CHE"]["not_assessable_usd_mid"] == -50
    assert rows["CHE"]["residual_value_usd_mid"] == -100 + 50


def test_another_class_explains_at_best_and_may_explain_nothing(fall):
    above = flow("ARE", 60.0, 160.0, swap_of_positive_usd=30.0, swap_of_negative_usd=80.0)
    below = flow("CHE", 160.0, 60.0, swap_of_positive_usd=30.0, swap_of_negative_usd=180.0)
    rows = fall(above, below)
    assert ends(rows["ARE"], "class_swap_usd") == (0, 30, 30)
    assert ends(rows["CHE"], "class_swap_usd") == (-100, -100, 0)


def test_pool_is_shared_in_proportion_and_never_spent_twice(fall):
    """A pool of 60 beside gaps of 100 and 20; either gap could be all of it, both cannot."""
    pool = {"exporter_pool_usd": 60.0}
    given = [flow("ARE", 0.0, 100.0, **pool), flow("CHE", 0.0, 20.0, **pool)]
    rows = fall(*given, flow("IND", 70.0, **pool))
    assert ends(rows["ARE"], "unallocated_usd") == near(0, 100 * 60 / 120, 60)
    assert ends(rows["CHE"], "unallocated_usd") == near(0, 20 * 60 / 120, 20)
    assert ends(rows["IND"], "unallocated_usd") == same(0)
    assert rows["ARE"]["residual_value_usd_mid"] == pytest.approx(100 - 50)
    assert rows["CHE"]["residual_value_usd_mid"] == pytest.approx(20 - 10)
    assert rows["ARE"]["residual_value_usd_low"] >= 100 - 60 - 1e-4
    assert rows["CHE"]["residual_value_usd_low"] >= 0


def test_pool_above_the_gaps_explains_them_and_no_more(fall):
    pool = {"exporter_pool_usd": 500.0}
    rows = fall(flow("ARE", 0.0, 100.0, **pool), flow("CHE", 0.0, 20.0, **pool))
    assert ends(rows["ARE"], "unallocated_usd") == (0, 100, 100)
    assert rows["ARE"]["residual_value_usd_mid"] == rows["CHE"]["residual_value_usd_mid"] == 0


def test_a_negative_gap_draws_on_the_pool_of_the_importer(fall):
    row = fall(flow("ARE", 100.0, 40.0, exporter_pool_usd=7.0, importer_pool_usd=15.0))["ARE"]
    assert ends(row, "unallocated_usd") == (-15, -15, 0)
    assert ends(row, "residual_value_usd") == near(-60, -60 + 15, -60 + 15)  # or nothing at all


def test_exporters_share_the_pool_of_their_importer_in_each_period(fall):
    """Gaps of 60 and 30 draw on 15 in proportion; no draw takes more than all of it."""
    both = [flow("ARE", 100.0, 40.0, importer_pool_usd=15.0),
            flow("ARE", 70.0, 40.0, importer_pool_usd=15.0, exporter_iso3="GHA")]  # fmt: skip
    before = [row | {"period": 2014} for row in both]
    apart = flow("CHE", 70.0, 40.0, importer_pool_usd=1.0, exporter_iso3="TGO")
    rows = fall(*both, *before, apart, by="exporter_iso3")
    assert ends(rows["MLI"], "unallocated_usd") == near(-15, -15 * 60 / 90, 0)
    assert ends(rows["GHA"], "unallocated_usd") == near(-15, -15 * 30 / 90, 0)
    assert ends(rows["TGO"], "unallocated_usd") == (-1, -1, 0)
    assert rows["MLI"]["residual_value_usd_high"] <= -60 + 15 + 1e-4


def test_an_unknown_pool_explains_nothing(fall):
    row = fall(flow("ARE", 0.0, 100.0))["ARE"]
    assert ends(row, "unallocated_usd") == same(0)
    assert ends(row, "residual_value_usd") == near(*same(100))


def test_gaps_that_cannot_be_assessed_take_nothing_from_the_pool(fall):
    pool = {"exporter_pool_usd": 50.0}
    rows = fall(flow("ARE", 0.0, 100.0, **pool), flow("CHE", None, 300.0, **UNSEEN, **pool))
    assert rows["ARE"]["unallocated_usd_mid"] == 50


def test_another_periods_pool_is_another_pool(fall):
    pool = {"exporter_pool_usd": 50.0}
    given = [flow("ARE", 0.0, 100.0, **pool), flow("ARE", 0.0, 100.0, period=2014, **pool)]
    rows = fall(*given, by="period")
    assert [rows[year]["unallocated_usd_mid"] for year in (2014, 2016)] == [50, 50]


def test_margins_that_turn_the_sign_keep_the_ends_on_both_sides_of_zero(fall):
    """5 USD above at best, of which the pool takes 2; at the dear end 10 below, which it cannot."""
    margin = (0.0001, 110 / 105 - 1, 110 / 90 - 1)
    given = flow("ARE", 100.0, 110.0, margin, exporter_pool_usd=2.0, importer_pool_usd=3.0)
    row = fall(given)["ARE"]
    assert ends(row, "unallocated_usd") == (0, 2, 2)
    assert row["residual_value_usd_mid"] == pytest.approx(105 - 100 - 2)
    assert row["residual_value_usd_low"] == pytest.approx(90 - 100)
    assert row["residual_value_usd_high"] == pytest.approx(110 / 1.0001 - 100)


def test_less_than_half_a_cent_is_no_gold(fall):
    rows = fall(flow("ARE", 100.0, 100.004), flow("CHE", 100.0, 100.006))
    assert rows["ARE"]["residual_value_usd_mid"] == 0
    assert rows["CHE"]["residual_value_usd_mid"] == pytest.approx(0.006)


def test_late_booking_moves_a_twelfth_of_the_fall_a_month(fall):
    """From 1,200 to 600 USD: 50 a month, of which half a month at best and 1.5 at most."""
    given = [flow("ARE", 1200.0, 1200.0, period=2015), flow("ARE", 300.0, 600.0)]
    row = fall(*given, by="period")[2016]
    assert ends(row, "timing_usd") == (0, 0.5 * 50, 1.5 * 50)
    assert row["residual_value_usd_mid"] == 300 - 25


def test_where_a_hubs_books_are_missing_transit_could_explain_all_that_is_left(fall):
    """At most all 70 that the other class leaves, so that nothing may be left."""
    given = flow("ARE", 60.0, 160.0, is_transit_unbounded=True, swap_of_positive_usd=30.0)
    row = fall(given)["ARE"]
    assert ends(row, "reexport_usd") == (0, 0, 100 - 30)
    assert row["residual_value_usd_mid"] == 70
    assert row["residual_value_usd_low"] == 0
    assert row["residual_value_usd_high"] == 70 + 30  # the other class may explain nothing


@pytest.mark.parametrize(
    ("part", "explained"),
    [("class_swap", 30.0), ("timing", 25.0), ("unallocated", 40.0)],
)
def test_a_part_can_be_left_out(fall, part, explained):
    """Each explains something by itself and leaves it to the residual when it is switched off."""
    before = flow("ARE", 1200.0, 1200.0, period=2015)
    given = flow("ARE", 300.0, 600.0, swap_of_positive_usd=30.0, exporter_pool_usd=40.0)
    everything, without = (
        fall(before, given, by="period", parts_switched_off=off)[2016] for off in ("none", part)
    )
    assert (everything[f"{part}_usd_mid"], without[f"{part}_usd_mid"]) == (explained, 0)
    assert without["residual_value_usd_mid"] == everything["residual_value_usd_mid"] + explained


def test_other_frequencies_have_no_parts(fall):
    rows = fall(flow("ARE", 0.0, 100.0), flow("CHE", 0.0, 100.0, frequency="M", period=201601))
    assert list(rows) == ["ARE"]
