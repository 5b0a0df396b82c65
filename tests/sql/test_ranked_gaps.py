"""Rank, band, noise floor, grade and the strongest other explanation."""

import pytest


def direction(exporter="MLI", kg=(200.0, 300.0, 400.0), towards="undeclared_export", **other):
    """One pair with all that grade A needs."""
    low, mid, high = kg
    return {
        "direction": towards,
        "side": 1 if towards == "undeclared_export" else -1,
        "exporter_iso3": exporter,
        "exporter_name": exporter.title(),
        "importer_iso3": "ARE",
        "importer_name": "United Arab Emirates",
        "first_year": 2014,
        "last_year": 2016,
        "years_assessed": 3,
        "years_positive": 3,
        "years_positive_low": 3,
        "export_value_usd": 10.0,
        "import_value_usd": 110.0,
        "gap_value_usd": 100.0,
        "export_net_weight_kg": 1.0,
        "import_net_weight_kg": 3.0,
        "gap_net_weight_kg": 2.0,
        "freight_usd": 1.0,
        "quality_usd": 0.0,
        "not_assessable_usd": 0.0,
        "class_swap_usd": 0.0,
        "timing_usd": 0.0,
        "unallocated_usd": 0.0,
        "reexport_usd": 0.0,
        "unallocated_usd_most": 0.0,
        "freight_usd_more": 0.0,
        "residual_other_direction_usd": None,
        "amount_usd_low": low * 40,
        "amount_usd_mid": mid * 40,
        "amount_usd_high": high * 40,
        "amount_fine_kg_low": low,
        "amount_fine_kg_mid": mid,
        "amount_fine_kg_high": high,
        "mean_of_reports_fine_kg": 1000.0,
        "support": 0.7,
        "has_agreeing_weights": True,
        "is_every_weight_agreeing": True,
        "is_exporter_silent": False,
        "has_unit_error": False,
        "has_estimated_weight": False,
        "has_fineness_out_of_range": False,
        "is_under_priced": False,
        "is_valued_low": False,
        "gap_of_declared_weights_kg": None,
        "is_jump": False,
        "is_above_production": False,
        "production_multiple": 1.0,
        "is_pool_unknown": False,
        "is_one_side_missing": False,
        "years_not_assessable_usd": None,
        "all_years_usd": 100.0,
    } | other


BEFORE = {
    "direction": "undeclared_export",
    "exporter_iso3": "GHA",
    "importer_iso3": "ARE",
    "rank": 7,
}


@pytest.fixture
def ranking(run_model):
    def run(*directions, before=BEFORE):
        return run_model("ranked_gaps", int_directions=directions, raw_previous_ranking=[before])

    return run


def test_by_the_lower_bound_then_the_mid_then_the_name(ranking):
    rows = ranking(
        direction("TGO", (50.0, 900.0, 950.0)),
        direction("MLI", (200.0, 300.0, 400.0)),
        direction("GHA", (50.0, 900.0, 950.0)),
        direction("BFA", (50.0, 60.0, 70.0)),
    )
    assert [(row["rank"], row["exporter_iso3"]) for row in rows] == [
        (1, "MLI"),
        (2, "GHA"),
        (3, "TGO"),
        (4, "BFA"),
    ]
    assert [row["at_least_fine_kg"] for row in rows] == [200, 50, 50, 50]
    assert [row["rank_previous_edition"] for row in rows] == [None, 7, None, None]


def test_band_of_ranks_from_the_best_of_one_to_the_best_of_all_others(ranking):
    """MLI 200-400, GHA 50-950, BFA 50-70: BFA's best is below MLI's least, GHA's is above all."""
    rows = ranking(
        direction("MLI", (200.0, 300.0, 400.0)),
        direction("GHA", (50.0, 900.0, 950.0)),
        direction("BFA", (50.0, 60.0, 70.0)),
    )
    bands = {row["exporter_iso3"]: (row["rank_low"], row["rank_high"]) for row in rows}
    assert bands == {"MLI": (1, 2), "GHA": (1, 3), "BFA": (2, 3)}


def test_two_directions_are_two_rankings(ranking):
    rows = ranking(
        direction("MLI", (200.0, 300.0, 400.0), "undeclared_import"),
        direction("MLI", (10.0, 20.0, 30.0)),
    )
    assert [(row["direction"], row["rank"], row["rank_high"]) for row in rows] == [
        ("undeclared_export", 1, 1),
        ("undeclared_import", 1, 1),
    ]


def test_an_undeclared_import_is_negative_in_the_table_and_positive_in_its_key(ranking):
    (row,) = ranking(direction("MLI", (200.0, 300.0, 400.0), "undeclared_import"))
    names = ("residual_fine_kg_low", "residual_fine_kg_mid", "residual_fine_kg_high")
    assert tuple(row[name] for name in names) == (-400, -300, -200)
    assert row["residual_value_usd_low"] == -400 * 40
    assert row["residual_value_usd_high"] == -200 * 40
    assert row["at_least_fine_kg"] == 200


@pytest.mark.parametrize(
    ("low", "mean", "above"),
    [(100.0, 0.0, False), (100.1, 5000.0, True), (199.0, 10_000.0, False), (201.0, 10_000.0, True)],
)
def test_noise_floor_is_100_kg_or_two_percent_of_the_mean_of_both_sides(ranking, low, mean, above):
    (row,) = ranking(direction("MLI", (low, 300.0, 400.0), mean_of_reports_fine_kg=mean))
    assert row["above_noise_floor"] is above


@pytest.mark.parametrize(
    ("fields", "grade"),
    [
        ({}, "A"),
        ({"is_every_weight_agreeing": False}, "B"),
        ({"has_agreeing_weights": None, "is_every_weight_agreeing": None}, "B"),
        ({"support": None}, "B"),
        ({"years_positive_low": 2}, "B"),
        ({"kg": (99.0, 300.0, 400.0)}, "B"),
        ({"is_one_side_missing": True}, "B"),
        ({"is_above_production": True}, "B"),
        ({"is_valued_low": True}, "B"),
        ({"support": None, "years_positive_low": 2}, "C"),
        ({"support": 0.69}, "C"),
        ({"support": 0.0}, "C"),
        ({"is_exporter_silent": True}, "C"),
        ({"years_not_assessable_usd": 50.0}, "A"),
        ({"years_not_assessable_usd": 50.1}, "D"),
        ({"years_not_assessable_usd": 50.1, "is_exporter_silent": True}, "D"),
    ],
)
def test_grade(ranking, fields, grade):
    assert ranking(direction(**fields))[0]["grade"] == grade


def test_flags_name_what_speaks_for_and_against(ranking):
    (good,) = ranking(direction())
    (bad,) = ranking(
        direction(support=None, is_jump=True, is_pool_unknown=True, years_positive_low=1)
    )
    assert good["flags"] == "persistent;balance_supports;measures_agree"
    assert bad["flags"] == "balance_unknown;measures_agree;jump;unallocated_unknown"


VALUED_LOW = {
    "is_valued_low": True,
    "is_every_weight_agreeing": False,
    "gap_of_declared_weights_kg": 1770.4,
}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "goods booked in another year, class or under another partner"),
        ({"is_one_side_missing": True}, "the exporter credits another partner"),
        ({"freight_usd_more": 0.51 * 300 * 40}, "freight and insurance"),
        ({"freight_usd_more": 0.49 * 300 * 40}, "goods booked"),
        (
            {"unallocated_usd_most": 0.51 * 300 * 40, "freight_usd_more": 1e6},
            "trade that the exporter books",
        ),
        (VALUED_LOW, "at a low value: by the weights that both declare the gap is 1,770 kg"),
        (VALUED_LOW | {"is_every_weight_agreeing": True}, "goods booked"),
        (VALUED_LOW | {"towards": "undeclared_import"}, "goods booked"),
        ({"is_above_production": True, "production_multiple": 4.44}, "up to 4.4 times its mine"),
        ({"is_above_production": True, "production_multiple": None}, "no mine production"),
        (
            {"unallocated_usd_most": 1e6, "towards": "undeclared_import"},
            "trade that the importer books",
        ),
        ({"is_above_production": True, "towards": "undeclared_import"}, "goods booked"),
    ],
)
def test_strongest_other_explanation(ranking, fields, words):
    assert words in ranking(direction(**fields))[0]["main_other_explanation"]


def test_a_row_adds_up_with_what_the_other_years_leave(ranking):
    (row,) = ranking(direction(residual_other_direction_usd=None))
    assert row["residual_other_direction_usd"] == 0
