"""Commands that ask what is published: explain, diff, tables, sql."""

import sys
from collections.abc import Iterator
from typing import Annotated

import typer

from mirror.cli.app import Out, app, sentences, standing


@app.command()
def explain(
    exporter: Annotated[str, typer.Argument(help="Exporter, ISO 3166 alpha-3, such as MLI.")],
    importer: Annotated[str, typer.Argument(help="Importer, ISO 3166 alpha-3, such as ARE.")],
    year: Annotated[int | None, typer.Option("--year", help="One year only.")] = None,
    html: Annotated[bool, typer.Option("--html", help="As a page of HTML on stdout.")] = False,
    out: Out = None,
) -> None:
    """Show one pair: both reports, the waterfall, flags and the rows behind it."""
    with sentences():
        from mirror.steps.explain import explain as explain_step

        if html:
            from mirror.steps.pages import dossier

            said = explain_step(standing(out), exporter, importer, year)
            sys.stdout.buffer.write(dossier(said))
            return
        from mirror.terminal import show_explanation

        show_explanation(explain_step(standing(out), exporter, importer, year))


@app.command()
def diff(
    before: Annotated[str, typer.Argument(help="The earlier edition, YYYY-MM, or its folder.")],
    after: Annotated[str, typer.Argument(help="The later edition, YYYY-MM, or its folder.")],
    out: Out = None,
) -> None:
    """Show what moved between two editions, and which revision moved it."""
    with sentences():
        from mirror.steps.diff import diff as diff_step
        from mirror.terminal import show_changes

        show_changes(diff_step(standing(out), before, after))


@app.command()
def tables(
    name: Annotated[str | None, typer.Argument(help="Table to describe.")] = None, out: Out = None
) -> None:
    """List the published tables, or the columns of one with units."""
    with sentences():
        from mirror.steps.query import describe
        from mirror.terminal import show

        show(describe(standing(out), name))


@app.command()
def sql(
    query: Annotated[str | None, typer.Argument(help="Query; a shell without one.")] = None,
    out: Out = None,
) -> None:
    """Query the published warehouse, read-only."""
    with sentences():
        from mirror.steps.query import answers
        from mirror.terminal import show

        for frame in answers(standing(out), [query] if query else _typed()):
            show(frame)


def _typed() -> Iterator[str]:
    """Yield statements as they are typed or piped in, each up to its semicolon."""
    statement = ""
    if sys.stdin.isatty():
        typer.echo("Statements end with ; and the shell with Ctrl-D.", err=True)
    for line in sys.stdin:
        statement += line
        if line.rstrip().endswith(";") and not line.lstrip().startswith("--"):
            yield statement
            statement = ""
    if statement.strip():
        yield statement
