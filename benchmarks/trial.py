"""One world through the real models, and every score of what they publish of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from benchmarks import scores
from benchmarks.harness import AS_IT_IS, Variant, built
from benchmarks.scores import PAIR
from benchmarks.worlds import Told, WorldName

DIRECTIONS = ("undeclared_export", "undeclared_import")
PUBLISHED, WITH_HUBS, ORACLE = "published", "hubs put back", "oracle"
NAIVE = {"raw gap": 0.0, "10 % CIF": 0.10}
"""Rankings by the plain gap: what is taken off the importer's value."""
BOTH_REPORT = "exporter declares something"

Scores = dict[str, float]


@dataclass(frozen=True)
class Edition:
    """Tables of a build that are judged. `keys` holds every pair with its place, hubs too."""

    ranked: pl.DataFrame
    keys: pl.DataFrame
    gap_years: pl.DataFrame

    @property
    def hubs(self) -> pl.DataFrame:
        """Pairs that stand in gaps_of_hubs."""
        return self.keys.filter("is_hub_exporter")


@dataclass(frozen=True)
class Trial:
    """Scores of a world in one direction by ranking, and the pairs behind the published one:
    probability_material, grade, what is claimed of them, hidden_kg, is_true.
    """

    world: WorldName
    direction: str
    scores: Mapping[str, Scores]
    pairs: pl.DataFrame = field(repr=False)


def run(world: WorldName, variant: Variant = AS_IT_IS) -> list[Trial]:
    """Build a world and score both directions."""
    with built(world, variant) as (house, told):
        edition = Edition(*(house.frame(f"from {table}") for table in (
            "ranked_gaps", "int_ranking_keys", "gap_years")))  # fmt: skip
    return [trial_of(world, edition, told, direction) for direction in DIRECTIONS]


def trial_of(world: WorldName, edition: Edition, told: Told, direction: str) -> Trial:
    """Score one direction of what a build publishes."""
    truth, years = told.truth, edition.gap_years
    ranked = edition.ranked.filter(pl.col("direction") == direction)
    known = scores.pair_truth(truth, years, direction)
    hubs = edition.hubs.filter(pl.col("direction") == direction)
    published = scores.score(truth, ranked, years, direction)
    published |= _of_hubs(known, hubs)
    published |= _bands(truth.join(hubs, on=PAIR, how="anti"), ranked, years, direction)
    found = {PUBLISHED: published}
    found[WITH_HUBS] = scores.score(truth, hubs_put_back(edition.keys), years, direction, "place")
    found[BOTH_REPORT] = _both_report(truth, ranked, years, direction)
    everything = _raw_pairs(years, direction)
    for name, margin in NAIVE.items():
        order = scores.naive_order(everything, margin)
        found[name] = scores.score(truth, order, years, direction, "naive")
    if told.causes is not None:
        order = scores.oracle_order(everything, years, told.causes, told.known)
        found[ORACLE] = scores.score(truth, order, years, direction, "oracle")
    pairs = scores.joined(ranked, known, "rank", direction).select(
        "probability_material", "grade", "at_least_fine_kg", "missing_fine_kg",
        "at_most_fine_kg", "hidden_kg", "is_true", *PAIR,
    )  # fmt: skip
    return Trial(world, direction, found, pairs)


def hubs_put_back(keys: pl.DataFrame) -> pl.DataFrame:
    """All pairs in one ranking, by the order of int_ranking_keys; `place` from 1 by direction."""
    sure_kg = -pl.col("probability_material") * pl.col("missing_fine_kg")
    order = ["tier", -pl.col("probability_class"), sure_kg, -pl.col("amount_fine_kg_mid"), *PAIR]
    return keys.sort(order).with_columns(place=pl.int_range(1, pl.len() + 1).over("direction"))


def _of_hubs(known: pl.DataFrame, hubs: pl.DataFrame) -> Scores:
    """True pairs that stand in gaps_of_hubs and so have no rank, and what is claimed of hubs."""
    found = known.join(hubs.select(*PAIR, "at_least_fine_kg"), on=PAIR, how="inner")
    true = found.filter("is_true")
    return {
        "true_tonnes": float(known.filter("is_true")["hidden_kg"].sum()) / 1000,
        "true_pairs_of_hubs": float(true.height),
        "hidden_tonnes_of_hubs": float(true["hidden_kg"].sum()) / 1000,
        "at_least_tonnes_of_hubs": float(hubs["at_least_fine_kg"].sum()) / 1000,
    }


def _bands(
    truth: pl.DataFrame, ranked: pl.DataFrame, years: pl.DataFrame, direction: str
) -> Scores:
    """Share of bands that hold the true place among the pairs that can have a rank."""
    found = scores.score(truth, ranked, years, direction)
    return {"bands_hold": found["bands_hold"]}


def _both_report(
    truth: pl.DataFrame, ranked: pl.DataFrame, years: pl.DataFrame, direction: str
) -> Scores:
    """Scores over the pairs alone on which the side that would hide declares something."""
    side = "export_value_usd" if direction == DIRECTIONS[0] else "import_value_usd"
    declares = _raw_pairs(years, direction).filter(pl.col(side) > 0)
    truth, ranked = (table.join(declares, on=PAIR, how="semi") for table in (truth, ranked))
    return scores.score(truth, ranked, years, direction)


def _raw_pairs(years: pl.DataFrame, direction: str) -> pl.DataFrame:
    """Both reports of every pair, summed over the years that count."""
    values = pl.col("export_value_usd", "import_value_usd").fill_null(0).sum()
    sums = years.filter("is_counted").group_by(PAIR).agg(values)
    return sums.sort(PAIR).with_columns(direction=pl.lit(direction))
