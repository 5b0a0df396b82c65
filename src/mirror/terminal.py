"""Frames and explanations as people read them: tables on a terminal, CSV in a pipe."""

import sys
from typing import Any

import polars as pl
from rich.console import Console
from rich.table import Table

from mirror.publish.page.contents import TIERS
from mirror.publish.page.numbers import odds
from mirror.steps.explain import Explanation
from mirror.steps.fetch import FetchPlan

_WIDTH_OF_A_PIPE = 200
_FLOOR = {True: "above it", False: "below it",
          None: "no floor, too few pairs of reliable reporters"}  # fmt: skip


def show(frame: pl.DataFrame, title: str = "") -> None:
    """Print a table on a terminal, CSV elsewhere."""
    if sys.stdout.isatty():
        console().print(table(frame, title))
    else:
        sys.stdout.write(frame.write_csv(float_scientific=False))


def console() -> Console:
    """Make a console on stdout that does not cut tables when it is no terminal."""
    return Console(width=None if sys.stdout.isatty() else _WIDTH_OF_A_PIPE)


def table(frame: pl.DataFrame, title: str = "") -> Table:
    """Make a table of a frame: numbers to the right, an empty cell for null."""
    drawn = Table(title=title or None, title_justify="left", header_style="bold")
    for name, kind in frame.schema.items():
        drawn.add_column(name, justify="right" if kind.is_numeric() else "left")
    for row in frame.iter_rows():
        drawn.add_row(*(_cell(value) for value in row))
    return drawn


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        is_short = value == round(value, 1) or abs(value) >= 10
        return f"{value:,.{0 if abs(value) >= 1000 else 1 if is_short else 3}f}"
    return str(value)


def top(ranking: pl.DataFrame) -> Table:
    """Make the table of the first pairs of a ranking."""
    reports = {"export_value_usd": "exporter (M USD)", "import_value_usd": "importer (M USD)"}
    kg = {"at_least_fine_kg": "at least (kg)", "missing_fine_kg": "missing (kg)",
          "at_most_fine_kg": "at most (kg)"}  # fmt: skip
    return table(
        ranking.select(
            "rank",
            "tier",
            pl.col("exporter_name").alias("exporter"),
            pl.col("importer_name").alias("importer"),
            *((pl.col(column) / 1e6).round(1).alias(name) for column, name in reports.items()),
            pl.col("probability_material").map_elements(odds, pl.String).alias("P"),
            *(pl.col(column).round(0).cast(pl.Int64).alias(name) for column, name in kg.items()),
            "grade",
            pl.col("main_other_explanation").alias("what else could explain it"),
        )
    )


def show_changes(changes: pl.DataFrame) -> None:
    """Print on a terminal a sentence for each pair; elsewhere the whole table as CSV."""
    if not sys.stdout.isatty():
        return show(changes)
    pair = pl.concat_str("exporter_iso3", pl.lit(" → "), "importer_iso3").alias("pair")
    for direction in changes["direction"].unique(maintain_order=True):
        of = changes.filter(pl.col("direction") == direction)
        show(of.select(pair, "cause", "sentence"), f"{direction}, {of.height} pairs")
    if changes.is_empty():
        console().print("Nothing moved: both rankings are the same.")


def show_explanation(said: Explanation) -> None:
    """Print an explanation: reports, waterfall, ranking, rows."""
    out = console()
    out.print(f"[bold]{said.title}[/bold], edition {said.edition}\n")
    out.print(table(_reports(said.years), "Both reports"))
    out.print(table(_waterfall(said.waterfall), "Waterfall over these periods"))
    for sentence in said.sentences:
        out.print(f"- {sentence}", soft_wrap=True)
    out.print()
    _show_standing(said, out)
    out.print(
        "A gap proves no undeclared trade: it is consistent with it, or with other bookkeeping."
    )
    out.print()
    if said.left_out:
        out.print(f"The rows behind it are not in this edition: {said.left_out}", soft_wrap=True)
    else:
        out.print(table(said.rows.drop("year"), f"The {said.rows.height} rows behind it"))


def _show_standing(said: Explanation, out: Console) -> None:
    """Print where the pair stands: in the ranking, among hubs, excluded, or nowhere and why."""
    for row in said.ranking.to_dicts():
        out.print(
            f"Ranked {row['rank']} of {row['direction']}, tier {row['tier']} "
            f"({TIERS[row['tier']]}), grade {row['grade']}; by kg alone between "
            f"{row['rank_low']} and {row['rank_high']}, by share of the trade "
            f"{row['rank_by_share']}.\n"
            f"  {_missing(row)}\n"
            f"  Noise floor: {_FLOOR[row['above_noise_floor']]}.\n"
            f"  Flags: {row['flags'] or 'none'}.\n"
            f"  What else could explain it: {row['main_other_explanation']}."
        )
    for row in said.hub.to_dicts():
        out.print(
            f"Not in the ranking: the exporter is a hub; place {row['place_among_hubs']} in "
            f"gaps_of_hubs.\n  {_missing(row)}"
        )
        if not row["is_borne_out"]:
            out.print(
                "  Weights, the exporter's row and the importer's column do not all bear it out."
            )
    for row in said.set_aside.to_dicts():
        pool = f", pool {row['pool_usd']:,.0f} USD" if row["pool_usd"] is not None else ""
        source = f" ({row['set_aside_source']})" if row["set_aside_source"] else ""
        out.print(f"Excluded in {row['first_year']}–{row['last_year']}: "
                  f"{row['set_aside_reason']}{source}{pool}.", markup=False)  # fmt: skip
    for row in said.replies.to_dicts():
        out.print(f"Reply of {row['given_by']}, {row['correction_date']}: {row['reply']} "
                  f"({row['link']})", markup=False, soft_wrap=True)  # fmt: skip
    if said.ranking.is_empty() and said.hub.is_empty() and said.set_aside.is_empty():
        out.print("Not ranked: " + ", ".join(sorted(set(said.years["reading"]))) + ".")


def _missing(row: dict[str, Any]) -> str:
    """Say how sure it is that gold is missing, and how much."""
    material = f" ({row['material_fine_kg']:,.0f} kg)" if "material_fine_kg" in row else ""
    return (
        f"The probability that a material amount{material} is missing is "
        f"{odds(row['probability_material'])}: at least {row['at_least_fine_kg']:,.0f} kg of fine "
        f"gold, {row['missing_fine_kg']:,.0f} kg on average, at most "
        f"{row['at_most_fine_kg']:,.0f} kg."
    )


def _waterfall(parts: pl.DataFrame) -> pl.DataFrame:
    ends = {"usd_low": "low, USD", "usd_mid": "USD", "usd_high": "high, USD"}
    return parts.rename(ends | {"fine_kg_mid": "kg of fine gold"})


def _reports(years: pl.DataFrame) -> pl.DataFrame:
    return years.select(
        "period",
        pl.col("exporter_state").alias("exporter"),
        pl.col("importer_state").alias("importer"),
        pl.col("export_value_usd").alias("export USD"),
        pl.col("import_value_usd").alias("import USD"),
        pl.col("import_basis").alias("basis"),
        pl.col("export_net_weight_kg").alias("export kg"),
        pl.col("import_net_weight_kg").alias("import kg"),
        pl.col("export_weight_quality").alias("export weight"),
        pl.col("import_weight_quality").alias("import weight"),
        pl.col("residual_value_usd_mid").alias("residual USD"),
        "reading",
    )


def summary_markdown(summary: dict[str, Any]) -> str:
    """Say in Markdown what an edition holds, for a page that shows artifacts."""
    window = summary["window"]
    lines = [
        f"# Edition {summary['edition']}",
        f"Years {window['first_year']} to {window['last_year']}, "
        f"{summary['rows']['gap_years']:,} pairs and years, "
        f"{summary['checks']['passed']} of {summary['checks']['rules']} checks passed.",
        "",
        "| ranking | sure (tiers 1 and 2) | at least, kg of fine gold | possible (tier 3) "
        "| missing, kg of fine gold | cannot tell (tier 4) |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, ranking in summary["rankings"].items():
        sure, possible = ranking["sure"], ranking["possible"]
        lines.append(
            f"| {name} | {sure['pairs']:,} | {sure['at_least_fine_kg']:,.0f} "
            f"| {possible['pairs']:,} | {possible['missing_fine_kg']:,.0f} "
            f"| {ranking['pairs_by_tier']['4']:,} |"
        )
    warnings = [f"- {warning}" for warning in summary["warnings"]]
    return "\n".join([*lines, "", "## Warnings", *(warnings or ["None."])])


def show_plan(plan: FetchPlan) -> None:
    """Print the calls of a plan, then their sum."""
    rows = [(call.query.path(), round(call.rows)) for call in plan.calls]
    looks = [(query.path(), None) for query in plan.looks]
    schema = {"call": pl.String, "rows expected": pl.Int64}
    show(pl.DataFrame([*looks, *rows], schema=schema, orient="row"))
    guess = " (a guess: availability was never asked for part of it)" if plan.is_guess else ""
    sys.stderr.write(
        f"{plan.keyed_calls:,} calls with the key and {plan.public_calls:,} without, about "
        f"{plan.rows:,} rows{guess}; {plan.calls_left:,} calls left today.\n"
    )
    if said := plan.outlook.sentence():
        sys.stderr.write(f"{said}\n")
