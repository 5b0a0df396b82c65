"""A small world of each kind goes through the real models; `make proof` judges on many."""

import math
from functools import cache

import numpy as np
import polars as pl
import pytest
from benchmarks import fit, plan, sections
from benchmarks.harness import AS_IT_IS, Variant
from benchmarks.ledgers import Recipe, make
from benchmarks.pooled import Pool
from benchmarks.seeds import SEEDS
from benchmarks.trial import DIRECTIONS, NAIVE, ORACLE, PUBLISHED, Trial, hubs_put_back, run
from benchmarks.wanted import WANTED
from benchmarks.worlds import KIND_OF, MIXES, WorldName

EXPORT, IMPORT = DIRECTIONS
WORLDS = (WorldName("plain", 21), WorldName("chain_plain", 21), WorldName("ledgers", 30))


@cache
def trials(world: WorldName, variant: Variant = AS_IT_IS) -> dict[str, Trial]:
    return {trial.direction: trial for trial in run(world, variant)}


def test_no_seed_that_judges_chose_the_method():
    for mix in MIXES:
        assert not set(SEEDS["choosing"][mix]) & set(SEEDS["judging"][mix])
    assert set(SEEDS["choosing"]) == set(SEEDS["judging"]) == set(WANTED) == set(MIXES)


@pytest.mark.slow
@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.mix)
def test_every_kind_of_world_goes_through_the_models_and_is_scored(world: WorldName):
    for direction, trial in trials(world).items():
        assert set(trial.scores) >= {PUBLISHED, *NAIVE}
        assert (ORACLE in trial.scores) == (KIND_OF[world.mix] != "ledgers")
        own = trial.scores[PUBLISHED]
        assert own["true_pairs"] > 0 and trial.pairs["is_true"].sum() > 0
        for name in ("average_precision", "ndcg", "share_of_kg_in_first_n"):
            assert 0 <= own[name] <= 1, (direction, name)
        in_rank = own["true_pairs"] - own["true_pairs_unranked"]
        assert trial.pairs["is_true"].sum() == in_rank
        assert own["true_pairs_of_hubs"] <= own["true_pairs_unranked"]


def test_the_ranking_is_better_than_the_raw_gap_and_claims_less_than_there_is():
    for world in (WORLDS[0], WORLDS[2]):
        own = trials(world)[EXPORT].scores
        for name in NAIVE:
            ap = own[name]["average_precision"]
            assert own[PUBLISHED]["average_precision"] > 1.4 * ap, (world, name)
    pool = Pool([trials(WORLDS[0])[EXPORT]], EXPORT)
    assert pool.claimed.height > 0 and pool.below <= 0.2
    assert pool.sure.len() > 0 and pool.sure.mean() >= 0.85


@pytest.mark.slow
@pytest.mark.parametrize(
    "mix, seed", [pytest.param("plain", 21, marks=pytest.mark.proof), ("ledgers", 30)]
)
def test_where_nothing_is_hidden_hardly_anything_is_claimed(mix: str, seed: int):
    hiding = Pool([trials(WorldName(mix, seed))[EXPORT]], EXPORT)
    honest = Pool([trials(WorldName(mix, seed, hiding=False))[EXPORT]], EXPORT)
    assert honest.total("true_pairs") == 0 and honest.pairs["is_true"].sum() == 0
    assert honest.claimed_tonnes <= 0.02 * hiding.claimed_tonnes


def test_a_part_that_is_off_changes_what_is_published():
    world = WORLDS[2]
    plain = trials(world)[EXPORT].pairs.sort("exporter_iso3", "importer_iso3")
    variant = Variant("reexport", causes_off=("all",))
    changed = trials(world, variant)[EXPORT].pairs.sort("exporter_iso3", "importer_iso3")
    assert not plain.equals(changed)
    off = Variant(causes_off=("hub",)).lawful_causes()
    assert set(off.filter(pl.col("cause") == "hub")["chance"]) == {"0"}
    assert set(off.filter(pl.col("cause") != "hub")["chance"]) != {"0"}


def test_hubs_are_put_back_by_the_order_of_the_ranking():
    keys = pl.DataFrame({
        "direction": [EXPORT] * 4, "exporter_iso3": ["MLI", "ARE", "GHA", "CHE"],
        "importer_iso3": ["CHE", "IND", "ARE", "GBR"], "tier": [1, 1, 3, 4],
        "probability_class": [5, 5, 3, 0], "probability_material": [0.96, 0.99, 0.6, 0.0],
        "missing_fine_kg": [1000.0, 2000.0, 9000.0, 0.0], "amount_fine_kg_mid": [1.0] * 4,
        "is_hub_exporter": [False, True, False, True],
    })  # fmt: skip
    placed = hubs_put_back(keys)
    assert dict(zip(placed["exporter_iso3"], placed["place"], strict=True)) == {
        "ARE": 1, "MLI": 2, "GHA": 3, "CHE": 4,
    }  # fmt: skip


def test_shares_are_taken_over_the_pairs_of_all_worlds():
    def trial(seed: int, least: list[float], hidden: list[float]) -> Trial:
        pairs = pl.DataFrame({
            "probability_material": [0.96, 0.97], "grade": ["A", "B"], "at_least_fine_kg": least,
            "missing_fine_kg": [300.0, 300.0], "at_most_fine_kg": [400.0, 400.0],
            "hidden_kg": hidden, "is_true": [kg > 100 for kg in hidden],
            "exporter_iso3": ["MLI", "GHA"], "importer_iso3": ["ARE", "ARE"],
        })  # fmt: skip
        own = {"average_precision": 0.5 if seed else math.nan, "true_tonnes": sum(hidden) / 1000}
        return Trial(WorldName("plain", seed), EXPORT, {PUBLISHED: own}, pairs)

    pool = Pool(
        [trial(0, [200.0, 0.0], [0.0, 500.0]), trial(1, [50.0, 60.0], [200.0, 300.0])], EXPORT
    )
    assert pool.spread("average_precision").mean == 0.5  # the world without one is left out
    assert pool.below == pytest.approx(1 / 3)  # 200 claimed of 0; 50 and 60 hold
    assert pool.above == pytest.approx(1 / 3)  # 500 hidden, 400 at most
    assert pool.at_least_share == pytest.approx((0 + 50 + 60) / (500 + 200 + 300))
    assert pool.missing_over_truth == pytest.approx(900 / 1000)
    assert pool.by_grade()["A"] == (2, 0.5) and pool.by_grade()["C"][0] == 0


def test_every_section_is_written_of_few_worlds():
    found = {world.mix: list(trials(world).values()) for world in WORLDS}
    honest = {"ledgers": list(trials(WorldName("ledgers", 30, hiding=False)).values())}
    text = "\n".join([
        *sections.ranking(found), *sections.claims(found), *sections.unranked(found),
        *sections.calibration(found), *sections.grades(found), *sections.other_direction(found),
        *sections.nothing_hidden(found, honest),
    ])  # fmt: skip
    assert "nan" not in text.replace("finance", "")
    for mix in found:
        assert f"| {mix} |" in text


def test_tasks_of_diagnosis_use_choosing_seeds_and_every_trap():
    tasks = [*plan.switched_off(MIXES, 2), *plan.alone(2)]
    assert all(task.world.seed in SEEDS["choosing"][task.world.mix] for task in tasks)
    lines = {task.line for task in tasks}
    assert {
        "without transit",
        "without lawful causes",
        "all_traps: case_1",
        "chain_all: echoes",
    } <= lines


def test_chances_are_recovered_from_pairs_that_obey_them():
    random = np.random.default_rng(7)
    number = 20_000
    strengths = np.zeros((number, len(fit.CAUSES)))
    strengths[:, :2] = random.random((number, 2))
    before = random.uniform(0.3, 0.95, number)
    true = random.random(number) < before * (1 - 0.8 * strengths[:, 0]) * (
        1 - 0.3 * strengths[:, 1]
    )
    lesson = fit.Lesson(
        np.full(number, "routes"), true, before, strengths, np.full(number, 1 / number)
    )
    chances = fit.fitted(lesson, lesson.weight)
    assert chances[:2] == pytest.approx([0.8, 0.3], abs=0.05)
    held = fit.fitted(lesson, lesson.weight * 1e-6, common=np.full(len(fit.CAUSES), 0.5))
    assert held == pytest.approx(0.5, abs=0.01)  # no evidence: the common chances stand


def test_an_honest_ledger_hides_nothing_and_the_same_seed_makes_the_same_world():
    quiet = Recipe(smuggled_share=0, silent_share=0)
    assert make(7, quiet).truth.is_empty()
    one, two = make(7, Recipe()), make(7, Recipe())
    assert one.records.equals(two.records) and one.truth.equals(two.truth)
    assert (one.truth["hidden_usd"].sign() == one.truth["hidden_fine_kg"].sign()).all()


@pytest.mark.slow
def test_pairs_that_teach_have_a_label_a_chance_and_the_strength_of_every_cause():
    pairs = fit.pairs_of(WORLDS[2])
    strengths = pairs.select(pl.col("^strength_.*$"))
    assert strengths.columns == [f"strength_{cause}" for cause in fit.CAUSES]
    assert strengths.min_horizontal().min() >= 0 and strengths.max_horizontal().max() <= 1
    assert pairs["chance_before_causes"].is_between(fit.LEAST_CHANCE, 1 + 1e-6).all()
    assert set(pairs["direction"]) == set(DIRECTIONS)
    assert 0 < pairs.filter(pl.col("direction") == EXPORT)["is_true"].sum() < pairs.height
