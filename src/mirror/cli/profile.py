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
            partner, "direction", "rank", "at_least_fine_kg", "grade", "main_other_explanation"
        )
        said = f"{title}: {shown.height} of {pairs.height} ranked pairs, at least kg of fine gold"
        out.print(table(shown.rename({partner: "partner", "at_least_fine_kg": "kg"}), said))
    for row in found.aside.head(5).to_dicts():
        out.print(f"Set aside: {row['exporter_name']} → {row['importer_name']}, "
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
        "mirrored_export_value_usd": "exports, partners say",
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
