"""One world, scored: ours, with each part switched off, with other keys, and what others do."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks import harness
from benchmarks.rivals import RIVALS, key_of
from benchmarks.scores import PAIR, average_precision, coverage, pairs_of, recall_at, with_truth
from benchmarks.worlds import Recipe, World, make

PARTS = ("class_swap", "timing", "unallocated", "reexport")
LEAST_KG, LEAST_SHARE = 100.0, 0.05
"""What is material, as the parameters material_fine_kg and material_share say."""
EPSILON = 1e-9


@dataclass
class Trial:
    """Scores of one world. `precision` maps a ranking to its average precision."""

    seed: int
    name: str
    pairs: int
    true_routes: int
    unseen_routes: int
    precision: dict[str, float] = field(default_factory=dict)
    recall: dict[str, float] = field(default_factory=dict)
    total: dict[str, float] = field(default_factory=dict)
    coverage_all: float = float("nan")
    coverage_true: float = float("nan")
    above_floor: float = float("nan")


@dataclass(frozen=True)
class Answer:
    """What the pipeline publishes of a world."""

    flows: pl.DataFrame
    ranking: pl.DataFrame
    draws: pl.DataFrame


def answer(world: World, options: dict[str, str]) -> Answer:
    """Build every model on a world."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "world.duckdb"
        with harness.built(world, path, options) as house:
            return Answer(
                with_truth(house.frame("from gap_years"), world.truth),
                house.frame("from ranked_gaps"),
                house.frame("from int_pair_draws"),
            )


def run(seed: int, recipe: Recipe, side: int = 1) -> Trial:
    """Score one world in one direction: 1 what exporters hide, -1 what importers hide."""
    world = make(seed, recipe)
    full = answer(world, {})
    pairs = pairs_of(full.flows, side, LEAST_KG, LEAST_SHARE)
    is_true = pairs["is_true"].to_numpy()
    trial = Trial(seed, recipe.name, pairs.height, int(is_true.sum()),
                  int((pairs["hidden_anywhere_kg"] > 0).sum() - is_true.sum()))  # fmt: skip
    keys = _keys(full, pairs, side)
    keys |= {name: key_of(rival(full.flows, side), pairs) for name, rival in RIVALS.items()}
    for part in PARTS:
        without = answer(world, {"parts_switched_off": part})
        keys[f"without {part}"] = _keys(without, pairs, side)["published"]
        trial.total[f"without {part}"] = _total(without.flows, pairs, side)
    for name, key in keys.items():
        trial.precision[name] = average_precision(key, is_true)
        trial.recall[name] = recall_at(key, is_true, int(is_true.sum()))
    trial.total["best estimate"] = _total(full.flows, pairs, side)
    true = pairs.filter("is_true")
    trial.total["at least"] = float(true["low_kg"].sum() / max(true["hidden_kg"].sum(), EPSILON))
    _intervals(trial, full.flows)
    trial.above_floor = _above(full.ranking, pairs)
    return trial


def _direction(side: int) -> str:
    return "undeclared_export" if side == 1 else "undeclared_import"


def _keys(full: Answer, pairs: pl.DataFrame, side: int) -> dict[str, np.ndarray]:
    """The candidates for the ranking key; ties are broken by the best estimate."""
    ranked = full.ranking.filter(pl.col("direction") == _direction(side))
    mid = (side * pl.col("residual_fine_kg_mid")).alias("mid")
    joined = pairs.select(PAIR).join(
        ranked.with_columns(mid).join(
            full.draws.drop("material_fine_kg"), on=["direction", *PAIR], how="left"
        ),
        on=PAIR, how="left", maintain_order="left",
    )  # fmt: skip
    column = {name: joined[name].fill_null(0).to_numpy() for name in (
        "mid", "at_least_fine_kg", "probability_material", "ranking_key", "net_fine_kg_low",
        "years_positive", "years_assessed", "sum_fine_kg_low")}  # fmt: skip
    persistence = column["years_positive"] / np.maximum(column["years_assessed"], 1)
    tie = EPSILON * column["mid"]
    low, odds = column["at_least_fine_kg"], column["probability_material"]
    return {
        "published": column["ranking_key"] + tie,
        "lower bound": low + tie,
        "lower bound of the sum": np.maximum(column["sum_fine_kg_low"], 0) + tie,
        "net lower bound": np.maximum(column["net_fine_kg_low"], 0) + tie,
        "best estimate": column["mid"],
        "probability": odds + tie,
        "probability x lower bound": odds * low + tie,
        "lower bound x persistence": low * persistence + tie,
        "lower bound x support": low * _support(full, pairs, side) + tie,
    }


def _support(full: Answer, pairs: pl.DataFrame, side: int) -> np.ndarray:
    """How much of the exporter's (importer's) gaps survives when partners are added up."""
    column = "export_support" if side == 1 else "import_support"
    weight = (side * pl.col("residual_fine_kg_mid")).clip(0)
    support = full.flows.group_by(*PAIR).agg(
        key=(pl.col(column).fill_null(1) * weight).sum() / weight.sum()
    )
    return key_of(support.with_columns(pl.col("key").fill_nan(0)), pairs)


def _total(flows: pl.DataFrame, pairs: pl.DataFrame, side: int) -> float:
    """Estimated over true amount on the true routes."""
    again = pairs_of(flows, side, LEAST_KG, LEAST_SHARE).filter("is_true")
    return float(again["estimated_kg"].sum() / max(pairs.filter("is_true")["hidden_kg"].sum(),
                                                   EPSILON))  # fmt: skip


def _intervals(trial: Trial, flows: pl.DataFrame) -> None:
    counted = flows.filter("is_counted")
    true = counted.filter(pl.col("hidden_fine_kg") != 0)
    ends = ("residual_fine_kg_low", "residual_fine_kg_high", "hidden_fine_kg")
    trial.coverage_all = coverage(*(counted[end].to_numpy() for end in ends))
    trial.coverage_true = coverage(*(true[end].to_numpy() for end in ends))


def _above(ranking: pl.DataFrame, pairs: pl.DataFrame) -> float:
    """Share of the compared pairs that stand above a noise floor."""
    above = ranking.filter("above_noise_floor").select(PAIR).unique().height
    return above / max(int(pairs["is_compared"].sum()), 1)
