"""Tier, place by evidence and kg, place by share, and hubs apart."""

import pytest


def direction(exporter="MLI", towards="undeclared_export", **other):
    return {
        "direction": towards,
        "exporter_iso3": exporter,
        "importer_iso3": "ARE",
        "amount_fine_kg_mid": 300.0,
        "years_assessed": 5,
        "is_one_side_missing": False,
        "is_every_weight_agreeing": None,
    } | other


def verdict(exporter="MLI", towards="undeclared_export", odds=0.96, **other):
    return {
        "direction": towards,
        "exporter_iso3": exporter,
        "importer_iso3": "ARE",
        "probability_material": odds,
        "material_fine_kg": 100.0,
        "at_least_fine_kg": 200.0,
        "missing_fine_kg": 300.0,
        "at_most_fine_kg": 400.0,
        "fuller_fine_kg": 1000.0,
        "chance_lawful": 0.1,
        "main_cause": None,
        "is_matched": False,
        "is_beyond_declared": False,
        "is_hub": False,
        "row_fine_kg": 500.0,
        "column_fine_kg": 500.0,
        "draw_rank_low": 1,
        "draw_rank_high": 2,
    } | other


@pytest.fixture
def keys(run_model):
    """Map exporter to its row."""

    def run(*pairs):
        rows = run_model(
            "int_ranking_keys",
            int_directions=[one for one, _ in pairs],
            int_verdicts=[two for _, two in pairs],
        )
        return {row["exporter_iso3"]: row for row in rows}

    return run


@pytest.mark.parametrize(
    ("given", "found", "tier"),
    [
        ({}, {}, 1),
        ({"years_assessed": 3}, {}, 1),
        ({"years_assessed": 2}, {}, 2),
        ({"is_one_side_missing": True}, {}, 3),  # declares nothing, and could have sold elsewhere
        ({"is_one_side_missing": True}, {"is_beyond_declared": True}, 1),
        ({}, {"odds": 0.94}, 3),
        ({}, {"odds": 0.5}, 3),
        ({}, {"odds": 0.49}, 4),
    ],
)
def test_tier(keys, given, found, tier):
    assert keys((direction(**given), verdict(**found)))["MLI"]["tier"] == tier


def test_evidence_comes_first_then_kg(keys):
    """Classes 0.75 and 0.5 of tier 3; inside a class by probability times kg: 240 before 210."""
    pairs = [
        (direction("AAA"), verdict("AAA", odds=0.60, missing_fine_kg=9000.0)),
        (direction("BBB"), verdict("BBB", odds=0.80, missing_fine_kg=300.0)),
        (direction("CCC"), verdict("CCC", odds=0.84, missing_fine_kg=250.0)),
        (direction("DDD"), verdict("DDD", odds=0.96, missing_fine_kg=1.0)),
        (direction("EEE"), verdict("EEE", odds=0.30, missing_fine_kg=99_000.0)),
    ]
    found = keys(*pairs)
    assert sorted(found, key=lambda name: found[name]["rank"]) == [
        "DDD",
        "BBB",
        "CCC",
        "AAA",
        "EEE",
    ]


def test_the_share_of_the_trade_is_an_order_of_its_own(keys):
    pairs = [
        (direction("AAA"), verdict("AAA", missing_fine_kg=300.0, fuller_fine_kg=310.0)),
        (direction("BBB"), verdict("BBB", missing_fine_kg=900.0, fuller_fine_kg=3000.0)),
    ]
    found = keys(*pairs)
    assert (found["BBB"]["rank"], found["BBB"]["rank_by_share"]) == (1, 2)
    assert (found["AAA"]["rank"], found["AAA"]["rank_by_share"]) == (2, 1)


@pytest.mark.parametrize(
    ("agreeing", "row", "column", "least"),
    [(None, 500.0, 500.0, 0), (False, 500.0, 500.0, 0), (True, 199.0, 500.0, 0),
     (True, 500.0, 199.0, 0), (True, 500.0, 500.0, 200)],
)  # fmt: skip
def test_at_least_of_a_hub_needs_weights_row_and_column(keys, agreeing, row, column, least):
    hub = verdict(is_hub=True, row_fine_kg=row, column_fine_kg=column)
    found = keys((direction(is_every_weight_agreeing=agreeing), hub))["MLI"]
    assert (found["is_hub_exporter"], found["at_least_fine_kg"]) == (True, least)


def test_a_hub_takes_no_place_from_others_and_importers_that_are_hubs_are_ranked(keys):
    pairs = [
        (direction("AAA"), verdict("AAA", is_hub=True, missing_fine_kg=9e9)),
        (direction("BBB"), verdict("BBB")),
        (direction("CCC", "undeclared_import"), verdict("CCC", "undeclared_import", is_hub=True)),
    ]
    found = keys(*pairs)
    assert found["BBB"]["rank"] == 1
    assert not found["CCC"]["is_hub_exporter"]


def test_a_pair_without_a_verdict_is_one_of_which_the_records_cannot_tell(keys):
    found = keys((direction(), verdict("GHA")))["MLI"]
    assert (found["tier"], found["probability_material"], found["at_least_fine_kg"]) == (4, 0, 0)
    assert found["material_fine_kg"] == 100  # the parameter
