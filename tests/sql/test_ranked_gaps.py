"""Band, noise floor, grade and the strongest other explanation of each place."""

import pytest


def key(exporter="MLI", kg=(200.0, 300.0, 400.0), towards="undeclared_export", **other):
    """One pair of tier 1 with all that grade A needs."""
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
        "unallocated_usd_taken": 0.0,
        "own_pool_usd": 0.0,
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
        "at_least_fine_kg": low,
        "missing_fine_kg": mid,
        "at_most_fine_kg": high,
        "chance_lawful": 0.0,
        "main_cause": None,
        "tier": 1,
        "rank": 1,
        "rank_by_share": 1,
        "is_hub_exporter": False,
        "draw_rank_low": None,
        "draw_rank_high": None,
    } | other


BEFORE = {
    "direction": "undeclared_export",
    "exporter_iso3": "GHA",
    "importer_iso3": "ARE",
    "rank": 7,
}


NO_FLOOR = [{"direction": "none", "noise_floor_fine_kg": 0.0}]
NO_AREA = [{"reporter_iso3": "ZZZ", "flow_code": "X", "unallocated_area_name": "Areas, nes"}]


@pytest.fixture
def ranking(run_model):
    def run(*keys, before=BEFORE, floors=NO_FLOOR):
        return run_model(
            "ranked_gaps",
            int_ranking_keys=keys,
            int_noise_floors=floors,
            int_unallocated_areas=NO_AREA,
            raw_previous_ranking=[before],
        )

    return run


def test_places_are_those_of_the_keys_and_hubs_stand_elsewhere(ranking):
    rows = ranking(
        key("MLI", rank=2),
        key("GHA", rank=1, rank_by_share=3),
        key("CHE", is_hub_exporter=True),
    )
    assert [(r["rank"], r["rank_by_share"], r["exporter_iso3"]) for r in rows] == [
        (1, 3, "GHA"),
        (2, 1, "MLI"),
    ]
    assert [row["rank_previous_edition"] for row in rows] == [7, None]


@pytest.mark.parametrize(("drawn", "band"), [((2, 3), (2, 3)), ((None, None), (1, 1))])
def test_the_band_is_that_of_the_place_by_kg_and_need_not_hold_the_rank(ranking, drawn, band):
    (row,) = ranking(key(draw_rank_low=drawn[0], draw_rank_high=drawn[1]))
    assert (row["rank"], row["rank_low"], row["rank_high"]) == (1, *band)


def test_an_undeclared_import_is_negative_in_the_table_and_positive_in_its_key(ranking):
    (row,) = ranking(key("MLI", (200.0, 300.0, 400.0), "undeclared_import"))
    names = ("residual_fine_kg_low", "residual_fine_kg_mid", "residual_fine_kg_high")
    assert tuple(row[name] for name in names) == (-400, -300, -200)
    assert row["residual_value_usd_low"] == -400 * 40
    assert row["residual_value_usd_high"] == -200 * 40
    assert row["at_least_fine_kg"] == 200


FLOORS = [
    {"direction": "undeclared_export", "noise_floor_fine_kg": 250.0},
    {"direction": "undeclared_import", "noise_floor_fine_kg": 900.0},
]


@pytest.mark.parametrize(("missing", "above"), [(250.1, True), (250.0, False)])
def test_above_what_pairs_of_reliable_reporters_show(ranking, missing, above):
    (row,) = ranking(key(missing_fine_kg=missing), floors=FLOORS)
    assert row["above_noise_floor"] is above


def test_each_direction_has_its_own_floor(ranking):
    (row,) = ranking(key(towards="undeclared_import", missing_fine_kg=300.0), floors=FLOORS)
    assert row["above_noise_floor"] is False


def test_without_a_floor_nothing_is_said_to_be_above_it(ranking):
    (row,) = ranking(key())
    assert row["above_noise_floor"] is None


@pytest.mark.parametrize(
    ("fields", "grade"),
    [
        ({}, "A"),
        ({"is_every_weight_agreeing": False}, "A"),
        ({"support": None}, "A"),
        ({"support": 0.3}, "A"),
        ({"support": 0.29}, "C"),  # the balance contradicts
        ({"is_valued_low": True}, "B"),
        ({"is_valued_low": True, "is_one_side_missing": True}, "C"),
        ({"tier": 2}, "B"),
        ({"tier": 3, "probability_material": 0.85}, "B"),
        ({"tier": 3, "probability_material": 0.84}, "C"),
        ({"tier": 3, "probability_material": 0.9, "is_one_side_missing": True}, "C"),
        ({"tier": 4, "probability_material": 0.49}, "D"),
        ({"years_not_assessable_usd": 50.0}, "A"),
        ({"years_not_assessable_usd": 50.1}, "D"),
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
        ({"chance_lawful": 0.5, "main_cause": "row_open"}, "other gaps of the exporter could hold"),
        ({"chance_lawful": 0.49, "main_cause": "row_open"}, "goods booked"),
        ({"chance_lawful": 0.5, "main_cause": "column_holds"}, "other gaps of the importer could"),
        ({"chance_lawful": 0.6, "main_cause": "chain_agrees"}, "passed through one of the two"),
        ({"chance_lawful": 0.6, "main_cause": "row_blind"}, "so large that its errors hide it"),
        ({"chance_lawful": 0.6, "main_cause": "passing_on"}, "that the exporter passes on"),
        ({"chance_lawful": 0.6, "main_cause": "unnamed_origin"}, "credits the origin of gold"),
        ({"chance_lawful": 0.6, "main_cause": "hub"}, "passing through the exporter, a hub"),
        (
            {"chance_lawful": 0.6, "main_cause": "row_holds", "towards": "undeclared_import"},
            "other gaps of the importer could hold",
        ),
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
