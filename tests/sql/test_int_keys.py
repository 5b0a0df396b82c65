"""The ranking key: odds of a material residual, times one plus how often it is there at least."""

import pytest


def direction(exporter="MLI", towards="undeclared_export", low=200.0):
    return {
        "direction": towards,
        "exporter_iso3": exporter,
        "importer_iso3": "ARE",
        "amount_fine_kg_low": low,
    }


def draw(exporter="MLI", towards="undeclared_export", odds=0.9, material=100.0):
    return {
        "direction": towards,
        "exporter_iso3": exporter,
        "importer_iso3": "ARE",
        "material_fine_kg": material,
        "probability_material": 0.5,  # of the years of the direction alone, which is not ranked on
        "probability_net": odds,
        "draw_rank_low": 1,
        "draw_rank_high": 4,
    }


def test_key(run_model):
    (row,) = run_model("int_keys", int_directions=[direction()], int_pair_draws=[draw()])
    assert row == direction() | {
        "material_fine_kg": 100.0,
        "probability_material": 0.9,
        "draw_rank_low": 1,
        "draw_rank_high": 4,
        "ranking_key": pytest.approx(0.9 * (1 + 200 / 100)),
    }


@pytest.mark.parametrize(
    ("low", "odds", "material", "key"),
    [
        (0.0, 0.9, 100.0, 0.9),  # nothing at least: the odds alone
        (0.0, 0.0, 100.0, 0.0),
        (5000.0, 0.0, 100.0, 0.0),  # the years of the other direction outweigh it in every draw
        (200.0, 0.9, 400.0, 0.9 * 1.5),  # 5 % of a large trade
        (200.0, 1.0, 100.0, 3.0),
    ],
)
def test_what_raises_a_key(run_model, low, odds, material, key):
    (row,) = run_model(
        "int_keys",
        int_directions=[direction(low=low)],
        int_pair_draws=[draw(odds=odds, material=material)],
    )
    assert row["ranking_key"] == pytest.approx(key)


def test_a_pair_without_draws_has_no_odds_and_the_least_material_amount(run_model):
    other = [draw("GHA"), draw(towards="undeclared_import")]
    (row,) = run_model("int_keys", int_directions=[direction()], int_pair_draws=other)
    assert (row["material_fine_kg"], row["probability_material"], row["ranking_key"]) == (100, 0, 0)
    assert row["draw_rank_low"] is row["draw_rank_high"] is None
