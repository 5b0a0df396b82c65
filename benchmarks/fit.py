"""make fit: chances of the lawful causes from the choosing seeds, data/reference/lawful_causes.csv.

P = chance_before_causes * product over causes of (1 - chance * strength), noisy or, against whether
a pair is true; maximum likelihood (Pearl 1988, section 4.3.2, for the model).
"""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import polars as pl
import typer
from scipy.optimize import minimize

from benchmarks import scores
from benchmarks.harness import built
from benchmarks.parallel import in_parallel
from benchmarks.scores import PAIR
from benchmarks.seeds import SEEDS
from benchmarks.trial import DIRECTIONS
from benchmarks.worlds import KIND_OF, MIXES, WorldName
from mirror.method.causes import CAUSES
from mirror.settings import ASSETS

Array = np.ndarray

TARGET = ASSETS / "data" / "reference" / "lawful_causes.csv"
LEAST_CHANCE = 0.02
"""Pairs whose chance before causes is below it teach nothing."""
HIGHEST = 0.97
RIDGE = 0.05
"""Price of a squared distance between the chances of a kind and those common to all kinds."""
START = 0.2
P_RANGE = (0.001, 0.999)
BEFORE_MOST = 0.99


@dataclass(frozen=True)
class Lesson:
    """Pairs of one direction. `strengths`: pairs by causes; `weight`: every mix weighs 1 in all."""

    kind: Array
    is_true: Array
    before: Array
    strengths: Array
    weight: Array

    @classmethod
    def of(cls, rows: pl.DataFrame) -> "Lesson":
        """Take the columns of `pairs_of` worlds."""
        weight = rows.select(1 / pl.len().over("mix")).to_series().to_numpy()
        return cls(
            kind=rows["mix"].replace_strict(KIND_OF).to_numpy(),
            is_true=rows["is_true"].to_numpy(),
            before=rows["chance_before_causes"].clip(0, BEFORE_MOST).to_numpy(),
            strengths=rows.select(f"strength_{cause}" for cause in CAUSES).to_numpy(),
            weight=weight,
        )

    def loss(self, chances: Array, weight: Array) -> float:
        """Weighted minus log-likelihood."""
        p = np.clip(self.before * np.prod(1 - chances * self.strengths, axis=1), *P_RANGE)
        return -float((weight * np.where(self.is_true, np.log(p), np.log(1 - p))).sum())

    def weight_of(self, kind: str) -> Array:
        """Weights of one kind, as heavy together as those of all."""
        own = self.weight * (self.kind == kind)
        return own * (self.weight.sum() / own.sum())


def fitted(lesson: Lesson, weight: Array, common: Array | None = None) -> Array:
    """Fit the chances; towards `common` ones where they are given."""
    start = np.full(len(CAUSES), START) if common is None else common

    def price(chances: Array) -> float:
        apart = 0.0 if common is None else RIDGE * float(((chances - common) ** 2).sum())
        return lesson.loss(chances, weight) + apart

    bounds = [(0.0, HIGHEST)] * len(CAUSES)
    return np.asarray(minimize(price, start, bounds=bounds, method="L-BFGS-B").x)


def pairs_of(world: WorldName) -> pl.DataFrame:
    """Pairs of a world that can teach: not matched by routing, nothing immaterial hidden."""
    with built(world) as (house, told):
        verdicts, years = (house.frame(f"from {name}") for name in ("int_verdicts", "gap_years"))
    frames = []
    for direction in DIRECTIONS:
        known = scores.pair_truth(told.truth, years, direction)
        rows = verdicts.filter(
            (pl.col("direction") == direction)
            & ~pl.col("is_matched")
            & (pl.col("chance_before_causes") > LEAST_CHANCE)
        ).join(known.select(*PAIR, "is_true", "hidden_kg"), on=PAIR, how="left")
        is_true = pl.col("is_true").fill_null(False)
        frames.append(
            rows.filter(is_true | (pl.col("hidden_kg").fill_null(0) == 0)).select(
                pl.lit(world.mix).alias("mix"), "direction", is_true.alias("is_true"),
                "chance_before_causes", *(f"strength_{cause}" for cause in CAUSES),
            )
        )  # fmt: skip
    return pl.concat(frames)


def table_of(pairs: pl.DataFrame) -> pl.DataFrame:
    """Chances by direction, cause and kind of world: the columns of lawful_causes.csv."""
    rows: list[tuple[str, str, str, float]] = []
    for direction in DIRECTIONS:
        lesson = Lesson.of(pairs.filter(pl.col("direction") == direction))
        common = fitted(lesson, lesson.weight)
        for kind in sorted(set(lesson.kind)):
            own = fitted(lesson, lesson.weight_of(kind), common)
            rows += [
                (direction, cause, kind, round(float(chance), 2))
                for cause, chance in zip(CAUSES, own, strict=True)
            ]
    columns = ["direction", "cause", "kind_of_world", "chance"]
    return pl.DataFrame(rows, schema=columns, orient="row").sort(columns[:3])


def compared(new: pl.DataFrame, old: pl.DataFrame) -> str:
    """The new chances beside the published ones, a line a cause: kind old → new."""
    keys = ["direction", "cause", "kind_of_world"]
    both = new.join(old, on=keys, suffix="_before", how="left", maintain_order="left")
    lines = []
    for (direction, cause), rows in both.group_by(keys[:2], maintain_order=True):
        told = [
            f"{row['kind_of_world']} {row['chance_before']} → {row['chance']}"
            for row in rows.iter_rows(named=True)
        ]
        lines.append(f"{direction} {cause}: {', '.join(told)}")
    return "\n".join(lines)


def main(
    write: Annotated[bool, typer.Option(help="Write the table, or only compare.")] = True,
) -> None:
    """Fit on every choosing seed."""
    worlds = [WorldName(mix, seed) for mix in MIXES for seed in SEEDS["choosing"][mix]]
    pairs = pl.concat(in_parallel(pairs_of, worlds))
    new = table_of(pairs)
    typer.echo(f"{pairs.height} pairs of {len(worlds)} worlds")
    typer.echo(compared(new, pl.read_csv(TARGET)))
    if write:
        new.write_csv(TARGET)


if __name__ == "__main__":
    typer.run(main)
