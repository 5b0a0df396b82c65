"""Rank, band, noise floor, grade and the strongest other explanation."""

import pytest


def key(exporter="MLI", kg=(200.0, 300.0, 400.0), towards="undeclared_export", **other):
    """One pair with all that grade A needs; its key is 0.95 x (1 + 200 / 100)."""
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
        "reexport_usd_more": 0.0,
        "timing_usd_more": 0.0,
        "residual_other_direction_usd": None,
        "amount_usd_low": low * 40,
        "amount_usd_mid": mid * 40,
        "amount_usd_high": high * 40,
        "amount_fine_kg_low": low,
        "amount_fine_kg_mid": mid,
        "amount_fine_kg_high": high,
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
        "is_round_trip": False,
        "is_exporter_hub": False,
        "is_importer_hub": False,
        "is_transit_unbounded": False,
        "is_above_production": False,
        "production_multiple": 1.0,
        "is_pool_unknown": False,
        "is_one_side_missing": False,
        "years_not_assessable_usd": None,
        "all_years_usd": 100.0,
        "material_fine_kg": 100.0,
        "probability_material": 0.95,
        "ranking_key": 0.95 * 3,
        "draw_rank_low": None,
        "draw_rank_high": None,
    } | other


BEFORE = {
    "direction": "undeclared_export",
    "exporter_iso3": "GHA",
    "importer_iso3": "ARE",
    "rank": 7,
}


NO_FLOOR = [{"direction": "none", "noise_floor_key": 0.0}]


@pytest.fixture
def ranking(run_model):
    def run(*keys, before=BEFORE, floors=NO_FLOOR):
        return run_model(
            "ranked_gaps", int_keys=keys, int_noise_floors=floors, raw_previous_ranking=[before]
        )

    return run


def test_by_the_key_then_the_lower_bound_then_the_mid_then_the_name(ranking):
    rows = ranking(
        key("TGO", (50.0, 900.0, 950.0), ranking_key=0.5),
        key("MLI", (200.0, 300.0, 400.0), ranking_key=0.5),
        key("GHA", (50.0, 900.0, 950.0), ranking_key=0.5),
        key("BFA", (50.0, 60.0, 70.0), ranking_key=0.5),
        key("NER", (0.0, 10.0, 20.0), ranking_key=0.51),
    )
    assert [(row["rank"], row["exporter_iso3"]) for row in rows] == [
        (1, "NER"),
        (2, "MLI"),
        (3, "GHA"),
        (4, "TGO"),
        (5, "BFA"),
    ]
    assert [row["at_least_fine_kg"] for row in rows] == [0, 200, 50, 50, 50]
    assert [row["rank_previous_edition"] for row in rows] == [None, None, 7, None, None]


def test_a_large_amount_that_is_improbable_stands_behind_a_probable_one(ranking):
    """Keys as int_keys makes them of 100 kg material: 0.2 x (1 + 0) and 0.9 x (1 + 1.5)."""
    rows = ranking(
        key("GHA", (0.0, 5000.0, 9000.0), ranking_key=0.2),
        key("MLI", (150.0, 200.0, 250.0), ranking_key=0.9 * 2.5),
    )
    assert [(row["exporter_iso3"], row["ranking_key"]) for row in rows] == [
        ("MLI", 0.9 * 2.5),
        ("GHA", 0.2),
    ]


@pytest.mark.parametrize(
    ("drawn", "band"),
    [
        ((1, 3), (1, 3)),
        ((2, 3), (1, 3)),  # the rank itself is always inside its band
        ((None, None), (1, 1)),
    ],
)
def test_band_of_ranks_over_the_draws_holds_the_rank(ranking, drawn, band):
    (row,) = ranking(key(draw_rank_low=drawn[0], draw_rank_high=drawn[1]))
    assert (row["rank"], row["rank_low"], row["rank_high"]) == (1, *band)


def test_a_rank_below_its_drawn_band_widens_it(ranking):
    first, second = key("GHA"), key("MLI", draw_rank_low=1, draw_rank_high=1, ranking_key=0.1)
    row = ranking(first, second)[1]
    assert (row["rank"], row["rank_low"], row["rank_high"]) == (2, 1, 2)


def test_two_directions_are_two_rankings(ranking):
    rows = ranking(
        key("MLI", (200.0, 300.0, 400.0), "undeclared_import"),
        key("MLI", (10.0, 20.0, 30.0), ranking_key=0.1),
    )
    assert [(row["direction"], row["rank"], row["rank_high"]) for row in rows] == [
        ("undeclared_export", 1, 1),
        ("undeclared_import", 1, 1),
    ]


def test_an_undeclared_import_is_negative_in_the_table_and_positive_in_its_key(ranking):
    (row,) = ranking(key("MLI", (200.0, 300.0, 400.0), "undeclared_import"))
    names = ("residual_fine_kg_low", "residual_fine_kg_mid", "residual_fine_kg_high")
    assert tuple(row[name] for name in names) == (-400, -300, -200)
    assert row["residual_value_usd_low"] == -400 * 40
    assert row["residual_value_usd_high"] == -200 * 40
    assert row["at_least_fine_kg"] == 200


FLOORS = [
    {"direction": "undeclared_export", "noise_floor_key": 2.0},
    {"direction": "undeclared_import", "noise_floor_key": 9.0},
]


@pytest.mark.parametrize(
    ("low", "material", "ranked_by", "above"),
    [
        (100.1, 100.0, 2.1, True),
        (100.0, 100.0, 2.1, False),
        (199.0, 200.0, 2.1, False),
        (201.0, 200.0, 2.1, True),
        (500.0, 100.0, 2.0, False),  # no higher than a pair of reliable reporters
    ],
)
def test_above_the_noise_at_least_material_and_ranked_above_the_placebo(
    ranking, low, material, ranked_by, above
):
    given = key(kg=(low, 300.0, 600.0), material_fine_kg=material, ranking_key=ranked_by)
    (row,) = ranking(given, floors=FLOORS)
    assert row["above_noise_floor"] is above
    assert row["noise_floor_key"] == 2
    assert row["material_fine_kg"] == material


def test_each_direction_has_its_own_floor(ranking):
    (row,) = ranking(key(towards="undeclared_import", ranking_key=5.0), floors=FLOORS)
    assert (row["noise_floor_key"], row["above_noise_floor"]) == (9, False)


def test_without_a_floor_what_is_at_least_material_is_above_it(ranking):
    (row,) = ranking(key(ranking_key=0.01))
    assert (row["noise_floor_key"], row["above_noise_floor"]) == (None, True)
    (row,) = ranking(key(ranking_key=0.0))  # nothing is probable
    assert row["above_noise_floor"] is False


@pytest.mark.parametrize(
    ("fields", "grade"),
    [
        ({}, "A"),
        ({"is_every_weight_agreeing": False}, "B"),
        ({"has_agreeing_weights": None, "is_every_weight_agreeing": None}, "B"),
        ({"support": None}, "B"),
        ({"years_positive_low": 2}, "B"),
        ({"probability_material": 0.94}, "B"),
        ({"kg": (0.0, 300.0, 400.0)}, "A"),  # the odds decide, not the lower bound
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
    assert ranking(key(**fields))[0]["grade"] == grade


def test_flags_name_what_speaks_for_and_against(ranking):
    (good,) = ranking(key())
    (bad,) = ranking(key(support=None, is_jump=True, is_pool_unknown=True, years_positive_low=1))
    assert good["flags"] == "persistent;balance_supports;measures_agree"
    assert bad["flags"] == "balance_unknown;measures_agree;jump;unallocated_unknown"


@pytest.mark.parametrize(
    ("fields", "flag"),
    [
        ({"is_exporter_hub": True}, "exporter_is_hub"),
        ({"is_importer_hub": True}, "importer_is_hub"),
        ({"is_transit_unbounded": True}, "transit_unbounded"),
        ({"is_round_trip": True}, "round_trip"),
        ({"is_above_production": True}, "exports_above_production"),
        ({"is_valued_low": True}, "exporter_values_low"),
        ({"is_under_priced": True}, "under_priced"),
        ({"has_unit_error": True}, "unit_error"),
        ({"has_estimated_weight": True}, "estimated_weight"),
        ({"has_fineness_out_of_range": True}, "fineness_out_of_range"),
        ({"is_exporter_silent": True}, "silent_exporter"),
        ({"is_one_side_missing": True}, "one_side_declares_nothing"),
        ({"years_not_assessable_usd": 50.1}, "mostly_not_assessable"),
    ],
)
def test_each_sign_has_its_flag(ranking, fields, flag):
    without, flags = (ranking(key(**f))[0]["flags"].split(";") for f in ({}, fields))
    assert set(flags) - set(without) == {flag}


@pytest.mark.parametrize(
    ("support", "flag"),
    [
        (0.7, "balance_supports"),
        (0.69, "balance_supports_partly"),
        (0.3, "balance_supports_partly"),
        (0.29, "balance_does_not_support"),
        (None, "balance_unknown"),
    ],
)
def test_support_has_one_flag(ranking, support, flag):
    flags = ranking(key(support=support))[0]["flags"].split(";")
    assert [name for name in flags if name.startswith("balance")] == [flag]


VALUED_LOW = {
    "is_valued_low": True,
    "is_every_weight_agreeing": False,
    "gap_of_declared_weights_kg": 120.4,
}
"""By weight less than half of the residual of 300 kg is missing."""


HALF = 0.5 * 300 * 40
"""USD that explain half of a residual of 300 kg at 40 USD."""


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "goods booked in another year, class or under another partner"),
        ({"is_one_side_missing": True}, "the exporter credits another partner"),
        (
            {"is_one_side_missing": True, "towards": "undeclared_import"},
            "the importer credits another partner",
        ),
        ({"timing_usd_more": HALF + 1}, "gold booked late"),
        ({"timing_usd_more": HALF - 1}, "goods booked"),
        ({"freight_usd_more": HALF + 1}, "freight and insurance"),
        ({"freight_usd_more": HALF - 1}, "goods booked"),
        ({"unallocated_usd_most": HALF + 1}, "trade that the exporter books"),
        (
            {"unallocated_usd_most": HALF + 1, "towards": "undeclared_import"},
            "trade that the importer books",
        ),
        ({"is_above_production": True, "production_multiple": 4.44}, "up to 4.4 times its mine"),
        (
            {"is_above_production": True, "production_multiple": None},
            "neither mine production nor imports are known",
        ),
        ({"is_above_production": True, "towards": "undeclared_import"}, "goods booked"),
        ({"reexport_usd_more": HALF + 1}, "credits to a place of transit"),
        ({"reexport_usd_more": HALF - 1}, "goods booked"),
        ({"is_transit_unbounded": True}, "passing through the exporter, a hub"),
        (
            {"is_transit_unbounded": True, "towards": "undeclared_import"},
            "passing through the importer, a hub",
        ),
        (VALUED_LOW, "at a low value: by the weights that both declare the gap is 120 kg"),
        (VALUED_LOW | {"gap_of_declared_weights_kg": -3.0}, "both declare nothing is missing"),
        (VALUED_LOW | {"gap_of_declared_weights_kg": 151.0}, "goods booked"),
        (VALUED_LOW | {"is_every_weight_agreeing": True}, "goods booked"),
        (VALUED_LOW | {"towards": "undeclared_import"}, "goods booked"),
    ],
)
def test_strongest_other_explanation(ranking, fields, words):
    assert words in ranking(key(**fields))[0]["main_other_explanation"]


def test_of_several_explanations_the_first_in_the_order_is_named(ranking):
    """Each of them is there with all that come after it."""
    ordered = [
        (VALUED_LOW, "at a low value"),
        ({"is_transit_unbounded": True}, "a hub"),
        ({"reexport_usd_more": 1e6}, "place of transit and the other does not"),
        ({"is_above_production": True}, "times its mine production"),
        ({"unallocated_usd_most": 1e6}, "without a partner"),
        ({"freight_usd_more": 1e6}, "freight and insurance"),
        ({"timing_usd_more": 1e6}, "booked late"),
        ({"is_one_side_missing": True}, "the exporter credits another partner"),
    ]
    fields = {}
    for more, words in reversed(ordered):
        fields |= more
        assert words in ranking(key(**fields))[0]["main_other_explanation"]


def test_a_row_adds_up_with_what_the_other_years_leave(ranking):
    (row,) = ranking(key(residual_other_direction_usd=None))
    assert row["residual_other_direction_usd"] == 0
