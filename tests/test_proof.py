"""A small proof of each kind stays here; `make proof` judges on forty worlds."""

import numpy as np
import polars as pl
import pytest
from benchmarks import trials
from benchmarks.proof import _broken, _honest
from benchmarks.recipes import JUDGING_SEEDS, TUNING_SEEDS, recipe_of
from benchmarks.rivals import raw_gap, reconciled, six_percent_matched
from benchmarks.scores import average_precision, coverage, recall_at
from benchmarks.trials import run
from benchmarks.worlds import Recipe, make

SMALL = next(seed for seed in JUDGING_SEEDS if recipe_of(seed).name == "few countries")


def test_average_precision_by_hand():
    key = np.array([5.0, 4.0, 3.0, 2.0, 0.0])
    true = np.array([True, False, True, False, True])
    # found at places 1 and 3, the third has no key and is never found
    assert average_precision(key, true) == pytest.approx((1 / 1 + 2 / 3) / 3)
    assert average_precision(np.ones(2), np.array([True, False])) == pytest.approx(1 / 2)
    assert recall_at(key, true, 3) == pytest.approx(2 / 3)


def test_coverage_by_hand():
    low, high = np.array([0.0, 10.0, 10.0]), np.array([5.0, 20.0, 20.0])
    assert coverage(low, high, np.array([1.0, 9.0, 20.4])) == pytest.approx(2 / 3)


def test_rivals_by_hand():
    flows = pl.DataFrame({
        "exporter_iso3": ["MLI", "MLI", "GHA"], "importer_iso3": ["ARE", "ARE", "ARE"],
        "is_in_window": [True, True, True], "import_value_usd": [212.0, None, 106.0],
        "import_fob_value_usd": [200.0, None, 100.0], "export_value_usd": [100.0, 50.0, None],
    })  # fmt: skip
    assert raw_gap(flows, 1)["key"].to_list() == [106.0, 212.0 - 150.0]
    assert six_percent_matched(flows, 1)["key"].to_list() == pytest.approx([0.0, 100.0])
    # both reporters are as far apart as each other: half of the gap of the one matched flow
    assert reconciled(flows, 1)["key"].to_list() == pytest.approx([0.0, 50.0])


def test_the_same_seed_makes_the_same_world_and_seeds_that_judge_are_not_those_that_tune():
    one, two = make(1000, Recipe()), make(1000, Recipe())
    assert one.records.equals(two.records) and one.truth.equals(two.truth)
    assert not set(JUDGING_SEEDS) & set(TUNING_SEEDS)


def test_an_honest_world_hides_nothing_and_a_hidden_kilogram_is_missing_in_the_books():
    quiet = Recipe(smuggled_share=0, silent_share=0)
    assert make(7, quiet).truth.is_empty()
    truth = make(7, Recipe()).truth
    assert (truth["hidden_usd"].sign() == truth["hidden_fine_kg"].sign()).all()
    assert truth.height > 0


@pytest.mark.slow
def test_the_ranking_finds_what_is_hidden_in_a_world_it_was_not_tuned_on(monkeypatch):
    monkeypatch.setattr(trials, "PARTS", ("reexport",))
    trial = run(SMALL, recipe_of(SMALL))
    ours = trial.precision["published"]
    assert ours >= 2 * trial.precision["raw gap"]
    assert ours >= 0.75
    assert trial.coverage_all >= 0.8
    assert ours > trial.precision["without reexport"]


@pytest.mark.slow
def test_where_nothing_is_hidden_hardly_a_pair_stands_above_the_noise_floor():
    assert _honest(SMALL) <= 0.05


@pytest.mark.slow
def test_unknown_production_moves_the_ranking_little():
    plain, blind = (_broken((1000, change)) for change in ({}, {"production_known": 0.3}))
    assert blind[0] == pytest.approx(plain[0], abs=0.1)
