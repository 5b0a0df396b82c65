"""Scores of a ranking against the truth of a world; knows no generator and no product.

Frames: `truth` with exporter_iso3, importer_iso3, period, direction, hidden_fine_kg, is_comparable;
`ranked` as the product publishes it; `gap_years` with exporter_iso3, importer_iso3, period,
is_assessed or is_counted, export_value_usd, import_fob_value_usd, gold_price_usd_per_kg.
A missing score (nothing to divide by) is nan.
"""

import math
from collections.abc import Iterable, Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

PAIR = ["exporter_iso3", "importer_iso3"]
MATERIAL_KG, MATERIAL_SHARE = 100.0, 0.05  # the judges' brief
BINS = (0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0)
EXPORT = "undeclared_export"
# Scores of which more is worse; `summary` takes their largest as the worst world.
MORE_IS_WORSE = {
    "truth_below_at_least", "truth_above_at_most", "at_least_false_tonnes", "at_least_all_tonnes",
    "hidden_unassessed_tonnes", "hidden_unassessed_pairs", "true_pairs_unranked",
}  # fmt: skip


def _counted(gap_years: pl.DataFrame) -> pl.DataFrame:
    """Pair-years that the edition counts: `is_counted`, or else `is_assessed`."""
    name = next((k for k in ("is_counted", "is_assessed") if k in gap_years.columns), None)
    return gap_years if name is None else gap_years.filter(pl.col(name).fill_null(False))


def material_kg(gap_years: pl.DataFrame) -> pl.DataFrame:
    """Least kg that matter by pair: 100, or 5 % of the mean of both reports over the window."""
    both = pl.col("export_value_usd").fill_null(0) + pl.col("import_fob_value_usd").fill_null(0)
    mean = (both / 2 / pl.col("gold_price_usd_per_kg")).sum()
    return _counted(gap_years).group_by(PAIR).agg(
        pl.max_horizontal(pl.lit(MATERIAL_KG), MATERIAL_SHARE * mean).alias("material_kg")
    )  # fmt: skip


def pair_truth(
    truth: pl.DataFrame, gap_years: pl.DataFrame | None = None, direction: str = EXPORT
) -> pl.DataFrame:
    """By pair that hides: `hidden_kg` in years that can be compared and are counted (by
    `gap_years`, if given), `unseen_kg` in all others, `material_kg`, `is_true` and
    `is_unassessed` (true by all its kg, but not by those that can be compared).
    """
    kg, seen = pl.col("hidden_fine_kg").cast(pl.Float64), pl.col("is_comparable").cast(pl.String)
    seen = (seen == "true").fill_null(False)  # an empty file reads as text
    rows = truth.filter((pl.col("direction") == direction) & (kg > 0))
    least = pl.DataFrame(schema=dict.fromkeys(PAIR, pl.String) | {"material_kg": pl.Float64})
    if gap_years is not None:
        least = material_kg(gap_years)
        key = [*PAIR, "period"]
        counted = _counted(gap_years).select(
            *PAIR, pl.col("period").cast(truth.schema["period"]), pl.lit(True).alias("counted")
        ).unique(key)  # fmt: skip
        rows = rows.join(counted, on=key, how="left")
        seen = seen & pl.col("counted").fill_null(False)
    material = pl.col("material_kg")
    pairs = rows.group_by(PAIR).agg(kg.filter(seen).sum().alias("hidden_kg"), total=kg.sum())
    table = pairs.join(least, on=PAIR, how="left").with_columns(material.fill_null(MATERIAL_KG))
    hidden, total = pl.col("hidden_kg"), pl.col("total")
    return table.select(
        *PAIR, "hidden_kg", "material_kg",
        (total - hidden).alias("unseen_kg"),
        (hidden > material).alias("is_true"),
        ((total > material) & (hidden <= material)).alias("is_unassessed"),
    ).sort("hidden_kg", *PAIR, descending=[True, False, False])  # fmt: skip


def joined(
    ranked: pl.DataFrame, known: pl.DataFrame, order: str = "rank", direction: str = EXPORT
) -> pl.DataFrame:
    """Ranked pairs with their truth, best first; rows without a place in `order` are left out."""
    has = "direction" in ranked.columns
    rows = ranked.filter(pl.col("direction") == direction) if has else ranked
    told = known.with_row_index("true_place", offset=1)
    return (
        rows.filter(pl.col(order).is_not_null())
        .sort(order, *PAIR)
        .unique(PAIR, keep="first", maintain_order=True)
        .join(told, on=PAIR, how="left", maintain_order="left")
        .with_columns(pl.col("hidden_kg").fill_null(0.0), pl.col("is_true").fill_null(False))
    )


def average_precision(is_true: NDArray[np.bool_], n_true: int) -> float:
    """Mean over all true pairs of the precision at their place; 0 for one that is not ranked."""
    places = np.flatnonzero(is_true) + 1
    return _ratio(float((np.arange(1, len(places) + 1) / places).sum()), n_true)


def ndcg(kg: NDArray[np.float64], every_kg: NDArray[np.float64]) -> float:
    """Discounted kg in the order given over those of the best order of all that is hidden."""
    got, best = (
        float((gain / np.log2(np.arange(2, len(gain) + 2))).sum())
        for gain in (kg, np.sort(every_kg)[::-1])
    )
    return _ratio(got, best)


def score(
    truth: pl.DataFrame,
    ranked: pl.DataFrame,
    gap_years: pl.DataFrame | None = None,
    direction: str = EXPORT,
    order: str = "rank",
) -> dict[str, float]:
    """All scores of one edition and direction; those of columns that `ranked` lacks are absent.

    Hidden kg are those that can be compared; the others stand under `hidden_unassessed_*`.
    """
    known = pair_truth(truth, gap_years, direction)
    rows, best = joined(ranked, known, order, direction), known["hidden_kg"].to_numpy()
    kg, is_true = rows["hidden_kg"].to_numpy(), rows["is_true"].to_numpy()
    n_true = int(known["is_true"].sum())
    out = {
        "average_precision": average_precision(is_true, n_true),
        "ndcg": ndcg(kg, best),
        "share_of_kg_in_first_n": _ratio(float(kg[:n_true].sum()), float(best.sum())),
        "first_5_against_best_5": _ratio(float(kg[:5].sum()), float(best[:5].sum())),
        "pairs_ranked": float(len(rows)),
        "true_pairs": float(n_true),
        "true_pairs_unranked": float(n_true - int(is_true.sum())),
        "hidden_tonnes": float(best.sum()) / 1000,
        "hidden_unassessed_tonnes": float(known["unseen_kg"].sum()) / 1000,
        "hidden_unassessed_pairs": float(known["is_unassessed"].sum()),
    }
    return out | _claims(rows, known) | _probabilities(rows) | _bands(rows)


def _claims(rows: pl.DataFrame, known: pl.DataFrame) -> dict[str, float]:
    """Scores of at_least, missing and at_most; kg are compared with the truth of the pair."""
    out: dict[str, float] = {}
    kg, is_true = rows["hidden_kg"], rows["is_true"]
    truth = float(known.filter("is_true")["hidden_kg"].sum())  # ranked or not
    if "at_least_fine_kg" in rows.columns:
        least = rows["at_least_fine_kg"].fill_null(0).clip(0)
        out["at_least_pairs"] = float((least > 0).sum())
        out["truth_below_at_least"] = _share((kg < least).filter(least > 0))
        out["at_least_true_share"] = _ratio(float(least.filter(is_true).sum()), truth)
        out["at_least_false_tonnes"] = float(least.filter(~is_true).sum()) / 1000
        out["at_least_all_tonnes"] = float(least.sum()) / 1000
    if "missing_fine_kg" in rows.columns:
        missing = float(rows["missing_fine_kg"].fill_null(0).filter(is_true).sum())
        out["missing_over_truth"] = _ratio(missing, float(kg.filter(is_true).sum()))
    if "at_most_fine_kg" in rows.columns:
        most = rows["at_most_fine_kg"]
        out["truth_above_at_most"] = _share((kg > most).filter(most.is_not_null()))
    return out


def _probabilities(rows: pl.DataFrame) -> dict[str, float]:
    """Share of pairs with P of 0.95 and more that are true, and how many there are."""
    if "probability_material" not in rows.columns:
        return {}
    sure = rows.filter(pl.col("probability_material") >= 0.95)["is_true"]
    return {"sure_pairs": float(len(sure)), "sure_true": _share(sure)}


def _bands(rows: pl.DataFrame) -> dict[str, float]:
    """Share of true pairs whose place by hidden kg, among all of the direction, is in its band."""
    if not {"rank_low", "rank_high"} <= set(rows.columns):
        return {}
    true = rows.filter(pl.col("is_true") & pl.col("rank_low").is_not_null())
    return {
        "bands_hold": _share(true["true_place"].is_between(true["rank_low"], true["rank_high"]))
    }


def calibration(rows: Iterable[pl.DataFrame], bins: tuple[float, ...] = BINS) -> pl.DataFrame:
    """By bin of P, over `joined` tables of one or more worlds: mean P, share true, pairs."""
    p = pl.col("probability_material")
    table = pl.concat([one.select(p, "is_true") for one in rows]).drop_nulls()
    low = pl.lit(bins[0])
    for edge in bins[1:-1]:
        low = pl.when(p >= edge).then(pl.lit(edge)).otherwise(low)
    means = (p.mean().alias("mean_probability"), pl.col("is_true").mean().alias("share_true"))
    return table.group_by(low.alias("bin_from")).agg(*means, pl.len().alias("n")).sort("bin_from")


def naive_order(ranked: pl.DataFrame, margin: float = 0.0) -> pl.DataFrame:
    """The same pairs ranked by the plain gap: 0 for the raw gap, 0.10 for 10 % off the import.

    Adds `naive`, 1 for the largest gap of either direction.
    """
    gap = pl.col("import_value_usd").fill_null(0) / (1 + margin)
    gap = _by_direction(ranked, gap - pl.col("export_value_usd").fill_null(0))
    return ranked.with_columns(gap.rank("ordinal", descending=True).alias("naive"))


def _by_direction(ranked: pl.DataFrame, gap: pl.Expr) -> pl.Expr:
    """Gap as it is where exporters hide, turned where importers do."""
    if "direction" not in ranked.columns:
        return gap
    return pl.when(pl.col("direction") == EXPORT).then(gap).otherwise(-gap)


def oracle_order(
    ranked: pl.DataFrame, gap_years: pl.DataFrame, causes: pl.DataFrame, known: Iterable[str]
) -> pl.DataFrame:
    """The same pairs ranked by the gap less the causes named in `known`, in fine kg.

    Adds `oracle` (1 for the largest) and `oracle_fine_kg`; counts the years that are counted.
    """
    lawful = causes.filter(pl.col("cause").is_in(list(known))).group_by(*PAIR, "period")
    sums = lawful.agg(pl.col("gap_value_usd").sum().alias("lawful"))
    years = _counted(gap_years).with_columns(pl.col("period").cast(causes.schema["period"]))
    gap = pl.col("import_fob_value_usd").fill_null(0) - pl.col("export_value_usd").fill_null(0)
    left = (gap - pl.col("lawful").fill_null(0)) / pl.col("gold_price_usd_per_kg")
    pairs = (
        years.join(sums, on=[*PAIR, "period"], how="left")
        .group_by(PAIR)
        .agg(left.sum().alias("left_kg"))
    )
    signed = _by_direction(ranked, pl.col("left_kg")).fill_null(0.0)
    return (
        ranked.join(pairs, on=PAIR, how="left", maintain_order="left")
        .with_columns(signed.alias("oracle_fine_kg"))
        .drop("left_kg")
        .with_columns(pl.col("oracle_fine_kg").rank("ordinal", descending=True).alias("oracle"))
    )


def summary(worlds: Iterable[Mapping[str, float]]) -> pl.DataFrame:
    """Mean, standard error and worst world of every score; worlds without one are left out."""
    each = list(worlds)
    rows: list[tuple[str, float, float, float, int]] = []
    for name in dict.fromkeys(name for one in each for name in one):
        values = np.array([one[name] for one in each if not math.isnan(one.get(name, math.nan))])
        n = len(values)
        if n == 0:
            rows.append((name, math.nan, math.nan, math.nan, 0))
            continue
        error = float(values.std(ddof=1) / math.sqrt(n)) if n > 1 else math.nan
        worst = float(values.max() if name in MORE_IS_WORSE else values.min())
        rows.append((name, float(values.mean()), error, worst, n))
    return pl.DataFrame(rows, schema=["score", "mean", "error", "worst", "worlds"], orient="row")


def _ratio(part: float, whole: float) -> float:
    """Part of a whole, nan where the whole is 0."""
    return part / whole if whole else math.nan


def _share(is_so: pl.Series) -> float:
    """Share of true values, nan where there are none."""
    return float(is_so.mean()) if len(is_so) else math.nan  # type: ignore[arg-type]
