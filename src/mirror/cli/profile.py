"""The command that shows one country."""

from typing import TYPE_CHECKING, Annotated

import typer

from mirror.cli.app import Out, app, sentences, standing

if TYPE_CHECKING:
    import polars as pl

    from mirror.publish.page import Profile


@app.command()
def profile(
    country: Annotated[str, typer.Argument(help="Country, by name or ISO 3166 alpha-3.")],
    out: Out = None,
) -> None:
    """Show one country: balance, partners, quality of its data; and where its page lies."""
    with sentences():
        from mirror.steps.pages import profile as profile_step

        found, path = profile_step(standing(out), country)
        _show(found)
        typer.echo(f"To print: {path}")


def _show(found: "Profile") -> None:
    import polars as pl

    from mirror.publish.page.numbers import odds
    from mirror.terminal import console, table

    out = console()
    out.print(f"[bold]{found.name}[/bold] ({found.iso3})\n")
    out.print(table(_balance(found), "Balance, million USD; production in kg"))
    if found.reading:
        out.print(f"{found.reading[0]}: {found.name} {found.reading[1]}.", soft_wrap=True)
    for title, pairs, partner in (
        ("As exporter", found.as_exporter, "importer_name"),
        ("As importer", found.as_importer, "exporter_name"),
    ):
        shown = pairs.head(10).select(
            pl.col(partner).alias("partner"), "direction", "rank", "tier",
            pl.col("probability_material").map_elements(odds, pl.String).alias("P"),
            pl.col("at_least_fine_kg").alias("at least (kg)"),
            pl.col("missing_fine_kg").alias("missing (kg)"), "grade", "main_other_explanation",
        )  # fmt: skip
        said = f"{title}: {shown.height} of {pairs.height} ranked pairs, kg of fine gold"
        out.print(table(shown, said))
    if found.hubs.height:
        out.print(f"As a hub: {found.hubs.height} gaps apart from the ranking, in gaps_of_hubs.")
    for row in found.aside.head(5).to_dicts():
        out.print(f"Excluded: {row['exporter_name']} → {row['importer_name']}, "
                  f"{row['set_aside_reason']}.")  # fmt: skip
    delay = found.usual_delay_days
    late = "not stated in the records" if delay is None else f"{delay} days after the year's end"
    out.print(f"First release, usually: {late}.")
    out.print(
        "A gap proves no undeclared trade: it is consistent with it, or with other bookkeeping."
    )


def _balance(found: "Profile") -> "pl.DataFrame":
    import polars as pl

    million = {
        "export_world_value_usd": "exports declared",
        "mirrored_export_value_usd": "exports, partners report",
        "export_balance_usd": "balance",
        "import_world_value_usd": "imports declared",
        "mirrored_import_value_usd": "imports, partners say",
        "import_balance_usd": "balance of imports",
    }
    return found.balance.select(
        "year",
        *((pl.col(column) / 1e6).round(1).alias(name) for column, name in million.items()),
        pl.col("production_kg").alias("production (kg)"),
        pl.col("country_role").alias("role"),
    )
