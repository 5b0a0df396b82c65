"""The pairs whose place, evidence or amount differs between two editions, and why."""

import polars as pl

from mirror.changes.choice import chosen_causes
from mirror.changes.common import PAIR
from mirror.changes.edition import Compared
from mirror.changes.published import comparable
from mirror.changes.sentences import names, sentence
from mirror.changes.shared import shared_causes

KEY = ["direction", *PAIR]
SIDES = ("before", "after")
SCHEMA = {
    **dict.fromkeys(KEY[:2], pl.String), "exporter_name": pl.String,
    "importer_iso3": pl.String, "importer_name": pl.String, "change": pl.String,
    "rank_before": pl.Int64, "rank_after": pl.Int64, "tier_before": pl.Int64,
    "tier_after": pl.Int64, "probability_before": pl.Float64, "probability_after": pl.Float64,
    "at_least_before_fine_kg": pl.Float64, "at_least_after_fine_kg": pl.Float64,
    "at_least_change_fine_kg": pl.Float64, "missing_before_fine_kg": pl.Float64,
    "missing_after_fine_kg": pl.Float64, "missing_change_fine_kg": pl.Float64,
    "cause": pl.String, "cause_reporter_iso3": pl.String, "cause_period": pl.Int64,
    "value_before_usd": pl.Float64, "value_after_usd": pl.Float64,
    "released_before_date": pl.Date, "released_after_date": pl.Date,
    "other_causes": pl.String, "edition_before": pl.String, "sentence": pl.String,
}  # fmt: skip
"""Columns of `changes`, in order."""

_RESIDUAL = "residual_fine_kg_mid"
"""Orders pairs of which nothing is likely to be missing, in editions that have it."""
_LEAST_KG, _LEAST_PROBABILITY = 1.0, 0.005
"""Differences below these are none that anybody reads: pages show whole kg and whole per cent."""


def changes(compared: Compared) -> pl.DataFrame:
    """Pairs that are new, gone, moved, or of another tier, probability or amount, those first whose
    missing gold changed most.

    Raises SchemaDrift where an edition's ranking lacks what makes a ranking; what else an edition
    of another version lacks is left out of the search for causes and named in `compared.lacking`.
    """
    compared.demand("ranked_gaps", [*KEY, "rank", "at_least_fine_kg"])
    compared = comparable(compared)
    moved = _moved(compared).with_columns(size=_size())
    shared = shared_causes(compared)
    chosen = chosen_causes(moved, compared, shared)
    rows = _released(_read(chosen, compared), compared).to_dicts()
    called = names(compared)
    for row in rows:
        row["edition_before"] = compared.before.name
        row["sentence"] = sentence(row, shared, called)
    frame = pl.DataFrame([{name: row[name] for name in SCHEMA} for row in rows], schema=SCHEMA)
    return frame.sort(pl.col("direction"), -_size(), *PAIR, maintain_order=True)


def _size() -> pl.Expr:
    """How much a change is worth, kg of fine gold: the larger of at least and missing."""
    changed = pl.col("at_least_change_fine_kg", "missing_change_fine_kg").abs().fill_null(0)
    return pl.max_horizontal(changed)


def _moved(compared: Compared) -> pl.DataFrame:
    figures = ["probability_material", "at_least_fine_kg", "missing_fine_kg"]
    told = ["rank", "tier", *figures]
    if all(_RESIDUAL in one.tables["ranked_gaps"].columns for one in compared.editions):
        figures.append(_RESIDUAL)
    told = list(dict.fromkeys([*told, *figures]))
    pairs = compared.joined("ranked_gaps", KEY, [*told, "exporter_name", "importer_name"])
    at_least, missing = _change("at_least_fine_kg"), _change("missing_fine_kg")
    is_amount = (
        (at_least.abs() >= _LEAST_KG) | (missing.abs() >= _LEAST_KG)
        | (_change("probability_material").abs() >= _LEAST_PROBABILITY)
        | (_change("tier") != 0)
    )  # fmt: skip
    is_new_or_gone = ~(pl.col("in_before") & pl.col("in_after"))
    change = (
        pl.when(~pl.col("in_before")).then(pl.lit("new"))
        .when(~pl.col("in_after")).then(pl.lit("gone"))
        .when(pl.col("rank_after") < pl.col("rank_before")).then(pl.lit("up"))
        .when(pl.col("rank_after") > pl.col("rank_before")).then(pl.lit("down"))
        .when(is_amount).then(pl.lit("amount"))
    )  # fmt: skip
    return pairs.select(
        *KEY,
        pl.coalesce("exporter_name_after", "exporter_name_before").alias("exporter_name"),
        pl.coalesce("importer_name_after", "importer_name_before").alias("importer_name"),
        change.alias("change"),
        "rank_before",
        "rank_after",
        pl.col("tier_before", "tier_after"),
        *_sides("probability_material", "probability_{}"),
        *_sides("at_least_fine_kg", "at_least_{}_fine_kg"),
        at_least.alias("at_least_change_fine_kg"),
        *_sides("missing_fine_kg", "missing_{}_fine_kg"),
        missing.alias("missing_change_fine_kg"),
        (is_amount | is_new_or_gone).alias("is_own"),
        pl.any_horizontal(is_new_or_gone, *(_change(name) != 0 for name in figures)).alias(
            "is_touched"
        ),
    ).filter(pl.col("change").is_not_null())


def _change(name: str) -> pl.Expr:
    """What a column is now less what it was; a pair that is not ranked counts as nothing."""
    was, now = (pl.col(f"{name}_{side}").cast(pl.Float64).fill_null(0) for side in SIDES)
    return now - was


def _sides(name: str, called: str) -> list[pl.Expr]:
    return [pl.col(f"{name}_{side}").alias(called.format(side)) for side in SIDES]


def _read(chosen: pl.DataFrame, compared: Compared) -> pl.DataFrame:
    """Add what the edition after reads of the pair, for those that are gone."""
    years = compared.joined("gap_years", [*PAIR, "period"], ["reading"])
    readings = (
        years.filter("in_after")
        .sort(*PAIR, "period")
        .group_by(PAIR)
        .agg(pl.col("reading_after").cast(pl.String).last().alias("reading"))
    )
    hubs = compared.joined("gaps_of_hubs", PAIR, []).filter("in_after").select(PAIR)
    is_hub = (pl.col("direction") == "undeclared_export") & pl.col("is_of_hub").fill_null(False)
    return (
        chosen.join(readings, on=PAIR, how="left")
        .join(hubs.with_columns(is_of_hub=pl.lit(True)), on=PAIR, how="left")
        .with_columns(reading=pl.when(is_hub).then(pl.lit("hub")).otherwise("reading"))
    )


def _released(chosen: pl.DataFrame, compared: Compared) -> pl.DataFrame:
    """Add the release dates of the reporter of the cause."""
    key = ["period", "reporter_iso3", "flow_code"]
    coverage = compared.joined("reporter_coverage", key, ["last_released_date"])
    is_exporter = pl.col("reporter") == pl.col("exporter_iso3")
    own = pl.when(is_exporter).then(pl.lit("X")).otherwise(pl.lit("M"))
    dated = coverage.rename({"reporter_iso3": "reporter"})
    return (
        chosen.with_columns(pl.coalesce("flow_code", own).alias("flow_code"))
        .join(dated, on=["period", "reporter", "flow_code"], how="left")
        .with_columns(cause_reporter_iso3="reporter")
        .rename(
            {
                "period": "cause_period",
                "last_released_date_before": "released_before_date",
                "last_released_date_after": "released_after_date",
            }
        )
    )
