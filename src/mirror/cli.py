"""The command line. Data on stdout, messages on stderr; exit 0 done, 1 stopped, 2 wrong usage."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from mirror.errors import MirrorError, SettingsError

if TYPE_CHECKING:
    from mirror.steps.run import Run


class _Commands(TyperGroup):
    """Commands of which wrong usage, too, is one sentence on stderr."""

    def main(self, *args: Any, **options: Any) -> NoReturn:
        """Run a command and exit with its code; 2 for an option or argument that is wrong."""
        try:
            code = super().main(*args, **options | {"standalone_mode": False})
        except typer.TyperException as error:
            said = " ".join(error.format_message().split())
            if said:  # empty where no command was given and the help was shown
                command = getattr(getattr(error, "ctx", None), "command_path", "mirror")
                typer.echo(f"mirror: {said.rstrip('.?')}; see {command} --help.", err=True)
            code = 2
        sys.exit(code)


app = typer.Typer(
    cls=_Commands,
    help="Gaps between what exporters and importers declare of the same flow of gold.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


class Frequency(StrEnum):
    """Which records a run reads."""

    annual = "annual"
    monthly = "monthly"


Source = Annotated[
    list[Path] | None,
    typer.Option(
        "--source",
        readable=False,  # find_sources says it, and for what lies in a folder
        help="File or folder of Comtrade records; may be given again.",
    ),
]
Out = Annotated[Path | None, typer.Option("--out", help="Folder that holds all a run writes.")]
Edition = Annotated[
    str | None, typer.Option("--edition", help="Edition, YYYY-MM; default: the current month.")
]
Freq = Annotated[Frequency, typer.Option("--freq", help="Annual or monthly records.")]
Window = Annotated[
    int | None, typer.Option("--window-years", min=1, help="Years that the ranking sums over.")
]
Baseline = Annotated[
    bool,
    typer.Option("--new-baseline", help="Do not compare row counts with the last good edition."),
]


@contextmanager
def _sentences() -> Iterator[None]:
    """Turn a MirrorError into its sentence on stderr and the exit code."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(message)s")
    try:
        yield
    except MirrorError as error:
        typer.echo(f"mirror: {error}", err=True)
        raise typer.Exit(2 if isinstance(error, SettingsError) else 1) from error


@app.command()
def run(
    source: Source = None,
    edition: Edition = None,
    out: Out = None,
    freq: Freq = Frequency.annual,
    window_years: Window = None,
    new_baseline: Baseline = False,
) -> None:
    """Read, build, check and publish an edition; without --source, from the sample."""
    with _sentences():
        from mirror.steps.build import build as build_step
        from mirror.steps.check import check as check_step
        from mirror.steps.publish import publish_edition

        this = _run(out, source, edition, freq, window_years, new_baseline)
        build_step(this)
        check_step(this)
        folder = publish_edition(this)
        typer.echo(str(folder))
        _show_top(folder)


@app.command()
def build(
    source: Source = None,
    edition: Edition = None,
    out: Out = None,
    freq: Freq = Frequency.annual,
    window_years: Window = None,
) -> None:
    """Read the sources and build every table, beside what is published."""
    with _sentences():
        from mirror.steps.build import build as build_step

        build_step(_run(out, source, edition, freq, window_years))


@app.command()
def check(out: Out = None, freq: Freq = Frequency.annual, new_baseline: Baseline = False) -> None:
    """Check what was built; exit 1 if a critical check fails."""
    with _sentences():
        from mirror.steps.check import check as check_step

        check_step(_run(out, freq=freq, new_baseline=new_baseline))


@app.command()
def publish(edition: Edition = None, out: Out = None) -> None:
    """Publish what was built and checked as an edition."""
    with _sentences():
        from mirror.steps.publish import publish_edition

        typer.echo(str(publish_edition(_run(out, edition=edition))))


@app.command()
def explain(
    exporter: Annotated[str, typer.Argument(help="Exporter, ISO 3166 alpha-3, such as MLI.")],
    importer: Annotated[str, typer.Argument(help="Importer, ISO 3166 alpha-3, such as ARE.")],
    year: Annotated[int | None, typer.Option("--year", help="One year only.")] = None,
    out: Out = None,
) -> None:
    """Show one pair: both reports, the waterfall, flags and the rows behind it."""
    with _sentences():
        from mirror.steps.explain import explain as explain_step
        from mirror.terminal import show_explanation

        show_explanation(explain_step(_run(out), exporter, importer, year))


@app.command()
def tables(
    name: Annotated[str | None, typer.Argument(help="Table to describe.")] = None, out: Out = None
) -> None:
    """List the published tables, or the columns of one with units."""
    with _sentences():
        from mirror.steps.query import describe
        from mirror.terminal import show

        show(describe(_run(out), name))


@app.command()
def sql(
    query: Annotated[str | None, typer.Argument(help="Query; a shell without one.")] = None,
    out: Out = None,
) -> None:
    """Query the published warehouse, read-only."""
    with _sentences():
        from mirror.steps.query import answers
        from mirror.terminal import show

        for frame in answers(_run(out), [query] if query else _typed()):
            show(frame)


def _typed() -> Iterator[str]:
    """Yield statements as they are typed or piped in, each up to its semicolon."""
    statement = ""
    if sys.stdin.isatty():
        typer.echo("Statements end with ; and the shell with Ctrl-D.", err=True)
    for line in sys.stdin:
        statement += line
        if statement.rstrip().endswith(";"):
            yield statement
            statement = ""
    if statement.strip():
        yield statement


def _run(
    out: Path | None,
    source: list[Path] | None = None,
    edition: str | None = None,
    freq: Frequency = Frequency.annual,
    window_years: int | None = None,
    new_baseline: bool = False,
) -> "Run":
    from mirror.steps.run import new_run

    return new_run(out, tuple(source or ()), edition, freq.value, window_years, new_baseline)


def _show_top(folder: Path) -> None:
    import polars as pl

    from mirror.terminal import console, top

    ranking = pl.read_parquet(folder / "ranked_gaps.parquet")
    console().print(top(ranking.filter(pl.col("direction") == "undeclared_export").head(10)))
