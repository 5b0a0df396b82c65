"""Scores of many worlds as one: means over worlds, and shares over all their pairs together."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from benchmarks.scores import calibration
from benchmarks.trial import PUBLISHED, Trial

GRADES = ("A", "B", "C", "D")


@dataclass(frozen=True)
class Spread:
    """Mean over worlds, its standard error and the lowest; nan where no world has the score."""

    mean: float
    error: float
    least: float


class Pool:
    """Trials of one mix and direction."""

    def __init__(self, trials: Iterable[Trial], direction: str) -> None:
        self.trials = [trial for trial in trials if trial.direction == direction]
        self.pairs = pl.concat([trial.pairs for trial in self.trials])

    def spread(self, score: str, ranking: str = PUBLISHED) -> Spread:
        """A score of a ranking over the worlds that have it."""
        found = [t.scores[ranking][score] for t in self.trials if ranking in t.scores]
        values = [value for value in found if not math.isnan(value)]
        if not values:
            return Spread(math.nan, math.nan, math.nan)
        series = pl.Series(values)
        error = float(series.std() or 0.0) / math.sqrt(len(values))  # type: ignore[arg-type]
        return Spread(sum(values) / len(values), error, min(values))

    def total(self, score: str) -> float:
        """Sum of a score of the published ranking over all worlds."""
        return sum(trial.scores[PUBLISHED][score] for trial in self.trials)

    @property
    def claimed(self) -> pl.DataFrame:
        """Pairs of which something is claimed."""
        return self.pairs.filter(pl.col("at_least_fine_kg") > 0)

    @property
    def below(self) -> float:
        """Share of the claims that are above the truth."""
        return share(self.claimed["hidden_kg"] < self.claimed["at_least_fine_kg"])

    @property
    def sure(self) -> pl.Series:
        """Whether the pairs with P of 0.95 and more are true."""
        return self.pairs.filter(pl.col("probability_material") >= 0.95)["is_true"]

    @property
    def above(self) -> float:
        """Share of the pairs that hide more than at_most, among those that hide anything."""
        hiding = self.pairs.filter("is_true")
        return share(hiding["hidden_kg"] > hiding["at_most_fine_kg"])

    @property
    def at_least_share(self) -> float:
        """At least over hidden kg on true pairs, ranked or not."""
        found = float(self.pairs.filter("is_true")["at_least_fine_kg"].sum())
        return found / 1000 / max(self.total("true_tonnes"), 1e-9)

    @property
    def missing_over_truth(self) -> float:
        """The mean of what is missing over what is hidden, on true pairs that are ranked."""
        true = self.pairs.filter("is_true")
        return float(true["missing_fine_kg"].sum()) / max(float(true["hidden_kg"].sum()), 1e-9)

    @property
    def claimed_tonnes(self) -> float:
        """Everything that is claimed, in the ranking and in the list of hubs."""
        return self.total("at_least_all_tonnes") + self.total("at_least_tonnes_of_hubs")

    def bins(self) -> pl.DataFrame:
        """P against what happens."""
        return calibration([self.pairs])

    def by_grade(self) -> dict[str, tuple[int, float]]:
        """Number of pairs and the share of them that are true."""
        groups = {g: self.pairs.filter(pl.col("grade") == g)["is_true"] for g in GRADES}
        return {grade: (len(found), share(found)) for grade, found in groups.items()}


def pools(trials: Sequence[Trial], direction: str) -> dict[str, Pool]:
    """One pool a mix, in the order of the trials."""
    mixes = dict.fromkeys(trial.world.mix for trial in trials)
    return {m: Pool([t for t in trials if t.world.mix == m], direction) for m in mixes}


def share(is_so: pl.Series) -> float:
    """Share of true values, nan where there are none."""
    return float(is_so.mean()) if len(is_so) else math.nan  # type: ignore[arg-type]
