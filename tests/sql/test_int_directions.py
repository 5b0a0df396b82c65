"""A pair over the window, once for each direction in which a year of it has a residual."""

import pytest

OF_THE_DIRECTION = ("is_exporter_hub", "is_importer_hub", "is_transit_unbounded")


def year(at=2016, residual=(80.0, 100.0, 120.0), kg=(1.0, 2.0, 4.0), **other):
    """One assessed year; the residual in USD and in kg as low, mid and high."""
    names = ("residual_value_usd", "residual_fine_kg")
    ends = {
        f"{name}_{end}": value
        for name, values in zip(names, (residual, kg), strict=True)
        for end, value in zip(("low", "mid", "high"), values, strict=True)
    }
    parts = ("freight", "quality", "not_assessable", "class_swap", "timing", "unallocated",
             "reexport")  # fmt: skip
    zeros = {f"{part}_usd_{end}": 0.0 for part in parts for end in ("low", "mid", "high")}
    signs = ("is_exporter_silent", "has_unit_error", "has_estimated_weight",
             "has_fineness_out_of_range", "is_under_priced", "is_valued_low", "is_jump",
             "is_above_production", "is_round_trip", *OF_THE_DIRECTION)  # fmt: skip
    return (
        {
            "period": at,
            "year": at,
            "is_in_window": True,
            "exporter_iso3": "MLI",
            "exporter_name": "Mali",
            "importer_iso3": "ARE",
            "importer_name": "United Arab Emirates",
            "set_aside_reason": None,
            "is_assessed": True,
            "is_counted": True,
            "export_value_usd": 10.0,
            "import_value_usd": 110.0,
            "gap_value_usd": 100.0,
            "after_freight": 100.0,
            "export_net_weight_kg": 1.0,
            "import_net_weight_kg": 3.0,
            "gap_net_weight_kg": 2.0,
            "is_weight_gap_agreeing": True,
            "mean_of_reports_fine_kg": 5.0,
            "support": 0.5,
            "production_multiple": 2.0,
            "exporter_pool_usd": 7.0,
            "importer_pool_usd": None,
        }
        | zeros
        | dict.fromkeys(signs, False)
        | ends
        | other
    )


OPPOSITE = {"residual": (-60.0, -50.0, -40.0), "kg": (-3.0, -2.0, -1.0), "after_freight": -50.0}
UNSURE = {"residual": (-20.0, 30.0, 60.0), "kg": (-0.5, 0.5, 2.0)}


def ends_of(part):
    return [f"{part}_usd_{end}" for end in ("low", "mid", "high")]


@pytest.fixture
def directions(run_model):
    """Map direction to row; a pair apart keeps text columns text where a test has only nulls."""
    apart = year(exporter_iso3="GHA", set_aside_reason="vault_transfers", is_counted=False)

    def run(*years):
        rows = run_model("int_directions", int_pair_years=[*years, apart])
        assert {row["exporter_iso3"] for row in rows} <= {"MLI"}
        return {row["direction"]: row for row in rows}

    return run


def amounts(row, unit):
    return tuple(row[f"amount_{unit}_{end}"] for end in ("low", "mid", "high"))


def test_one_year_in_one_direction(directions):
    found = directions(year())
    assert list(found) == ["undeclared_export"]
    row = found["undeclared_export"]
    assert amounts(row, "usd") == (80, 100, 120)
    assert amounts(row, "fine_kg") == (1, 2, 4)
    assert (row["first_year"], row["last_year"], row["years_assessed"]) == (2016, 2016, 1)
    assert (row["support"], row["is_pool_unknown"]) == (0.5, False)


def test_the_other_direction_counts_its_amounts_up_from_zero(directions):
    row = directions(year(**OPPOSITE))["undeclared_import"]
    assert amounts(row, "usd") == (40, 50, 60)
    assert amounts(row, "fine_kg") == (1, 2, 3)
    assert row["is_pool_unknown"]  # the importer's pool, of which nothing is known


def test_years_of_both_directions_are_never_netted(directions):
    found = directions(year(2015), year(2016, **OPPOSITE))
    above, below = found["undeclared_export"], found["undeclared_import"]
    assert (amounts(above, "fine_kg"), amounts(below, "fine_kg")) == ((1, 2, 4), (1, 2, 3))
    assert above["residual_other_direction_usd"] == -50
    assert below["residual_other_direction_usd"] == 100
    assert above["years_assessed"] == below["years_assessed"] == 2
    assert above["years_positive"] == below["years_positive"] == 1


def test_a_year_whose_low_end_is_below_zero_adds_nothing_at_least_and_takes_nothing_off(directions):
    row = directions(year(2015), year(2016, **UNSURE))["undeclared_export"]
    assert amounts(row, "usd") == (80 + 0, 100 + 30, 120 + 60)
    assert amounts(row, "fine_kg") == (1 + 0, 2 + 0.5, 4 + 2)
    assert (row["years_positive"], row["years_positive_low"]) == (2, 1)


def test_years_outside_the_window_set_aside_or_not_assessed_add_nothing(directions):
    row = directions(
        year(2016),
        year(2005, is_in_window=False, is_counted=False),
        year(2014, set_aside_reason="vault_transfers", is_counted=False),
        year(2015, is_assessed=False, is_counted=False, after_freight=-300.0),
    )["undeclared_export"]
    assert amounts(row, "usd") == (80, 100, 120)
    assert (row["first_year"], row["years_assessed"], row["gap_value_usd"]) == (2016, 1, 100)
    assert row["years_not_assessable_usd"] == 300
    assert row["all_years_usd"] == 100 + 300


def test_a_balanced_pair_is_in_neither_direction(directions):
    assert directions(year(residual=(-5.0, 0.0, 5.0), kg=(-1.0, 0.0, 1.0))) == {}


COVERED = {"residual": (-5.0, 0.0, 90.0), "kg": (-1.0, 0.0, 2.0)}


def test_a_gap_that_trade_without_a_partner_covers_whole_stays_in_its_direction(directions):
    part = dict(zip(ends_of("unallocated"), (0.0, 90.0, 90.0), strict=True))
    found = directions(year(2015, **COVERED, **part), year(2016, **COVERED))
    assert list(found) == ["undeclared_export"]
    row = found["undeclared_export"]
    assert (row["amount_usd_low"], row["amount_usd_mid"], row["amount_usd_high"]) == (0, 0, 180)
    assert (row["unallocated_usd_taken"], row["own_pool_usd"]) == (90, 7.0), "of 2015 alone"
    assert row["years_positive"] == 0


def test_a_gap_that_is_covered_in_every_case_is_in_neither_direction(directions):
    part = dict(zip(ends_of("unallocated"), (90.0, 90.0, 90.0), strict=True))
    assert directions(year(residual=(0.0, 0.0, 0.0), kg=(0.0, 0.0, 0.0), **part)) == {}


def test_weights_are_summed_over_years_in_which_both_are_usable(directions):
    row = directions(year(2015), year(2016, gap_net_weight_kg=None, is_weight_gap_agreeing=None))[
        "undeclared_export"
    ]
    weights = ("export_net_weight_kg", "import_net_weight_kg", "gap_net_weight_kg")
    assert tuple(row[name] for name in weights) == (1, 3, 2)
    assert (row["has_agreeing_weights"], row["is_every_weight_agreeing"]) == (True, True)


def test_one_year_that_disagrees_is_enough_to_disagree(directions):
    row = directions(year(2015), year(2016, is_weight_gap_agreeing=False))["undeclared_export"]
    assert (row["has_agreeing_weights"], row["is_every_weight_agreeing"]) == (True, False)


@pytest.mark.parametrize(
    ("supports", "expected"),
    [
        ((0.5, 0.9), (0.5 * 100 + 0.9 * 30) / (100 + 30)),
        ((0.5, None), 0.5),
        ((None, 0.9), None),  # known for 30 of 130 USD only
        ((None, None), None),
    ],
)
def test_support_is_weighed_by_the_amounts_it_supports(directions, supports, expected):
    years = [year(2015, support=supports[0]), year(2016, **UNSURE, support=supports[1])]
    assert directions(*years)["undeclared_export"]["support"] == pytest.approx(expected)


def test_signs_of_years_in_the_other_direction_do_not_count_against_the_pair(directions):
    signs = {"is_under_priced": True, "is_above_production": True, "production_multiple": 9.0}
    row = directions(year(2015), year(2016, **OPPOSITE, **signs))["undeclared_export"]
    assert not row["is_under_priced"] and not row["is_above_production"]
    assert row["production_multiple"] == 2


def test_the_side_that_declares_nothing_is_the_one_that_should_have_declared(directions):
    found = directions(
        year(2015, import_value_usd=None), year(2016, **OPPOSITE, export_value_usd=None)
    )
    assert not found["undeclared_export"]["is_one_side_missing"]
    assert not found["undeclared_import"]["is_one_side_missing"]
    silent = directions(year(2015, export_value_usd=None))["undeclared_export"]
    assert silent["is_one_side_missing"]


@pytest.mark.parametrize("sign", OF_THE_DIRECTION)
def test_hubs_count_in_the_years_of_the_direction(directions, sign):
    found = directions(year(2015), year(2016, **OPPOSITE, **{sign: True}))
    assert (found["undeclared_export"][sign], found["undeclared_import"][sign]) == (False, True)


def test_a_round_trip_counts_in_any_year_that_is_compared(directions):
    found = directions(year(2015), year(2016, **OPPOSITE, is_round_trip=True))
    assert found["undeclared_export"]["is_round_trip"]
    apart = year(2016, is_round_trip=True, is_assessed=False, is_counted=False)
    assert not directions(year(2015), apart)["undeclared_export"]["is_round_trip"]


@pytest.mark.parametrize("part", ["reexport", "timing"])
def test_what_a_part_could_explain_more_counts_the_years_of_the_direction(directions, part):
    """20 of at most 70 USD above, 10 of at most 40 below: the best estimates are not netted."""
    above = dict(zip(ends_of(part), (0.0, 20.0, 70.0), strict=True))
    below = dict(zip(ends_of(part), (-40.0, -10.0, 0.0), strict=True))
    found = directions(year(2015, **above), year(2016, **OPPOSITE, **below))
    assert found["undeclared_export"][f"{part}_usd_more"] == 70 - 20
    assert found["undeclared_import"][f"{part}_usd_more"] == 40 - 10
    assert found["undeclared_export"][f"{part}_usd"] == 20 - 10


def test_months_of_a_year_are_one_year(directions):
    months = [year(2016, period=201601), year(2016, period=201602)]
    row = directions(*months)["undeclared_export"]
    assert (row["years_assessed"], row["years_positive"]) == (1, 1)
    assert amounts(row, "usd") == (2 * 80, 2 * 100, 2 * 120)
