"""What commands share: data on stdout, messages on stderr, exit 0 done, 1 stopped, 2 wrong use."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from mirror.cli.stopping import stops_said
from mirror.errors import MirrorError, SettingsError
from mirror.machine import refusals_said

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
Skip = Annotated[
    list[Path] | None,
    typer.Option("--skip", help="File in a folder of --source to leave out; may be given again."),
]
Released = Annotated[
    list[str] | None,
    typer.Option("--released", help="FILE=YYYY-MM-DD: when a file was released; again for more."),
]
FileTimes = Annotated[
    bool,
    typer.Option(
        "--file-times",
        help="Take a file that says no date of release to be released when it was last written.",
    ),
]
Units = Annotated[
    list[str] | None,
    typer.Option(
        "--unit",
        help="FILE=UNIT: values or weights of a file that are not in USD or kg, such as "
        "thousand-usd, grams or troy-ounces; again for more.",
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
AsOf = Annotated[
    datetime | None,
    typer.Option(
        "--as-of", formats=["%Y-%m-%d"], help="The lake as it was known at the end of that day."
    ),
]
Reference = Annotated[
    Path | None,
    typer.Option("--reference", help="Folder of newer reference tables, such as gold_price.csv."),
]
Corrections = Annotated[
    Path | None,
    typer.Option("--corrections", help="Folder of your own corrections, such as exclusions.csv."),
]
WithRecords = Annotated[
    bool,
    typer.Option("--with-records", help="Publish all records, for your own use, not to pass on."),
]
Baseline = Annotated[
    bool,
    typer.Option("--new-baseline", help="Do not compare row counts with the last good edition."),
]


@contextmanager
def sentences() -> Iterator[None]:
    """Turn a MirrorError into its sentence on stderr and the exit code."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(message)s")
    try:
        with stops_said(), refusals_said(Path()):
            yield
    except MirrorError as error:
        typer.echo(f"mirror: {error}", err=True)
        raise typer.Exit(2 if isinstance(error, SettingsError) else 1) from error


def standing(out: Path | None) -> "Run":
    """Make a run that only reads what stands."""
    from mirror.steps.run import standing_run

    return standing_run(out)


def run_of(
    out: Path | None,
    source: list[Path] | None = None,
    edition: str | None = None,
    freq: Frequency = Frequency.annual,
    window_years: int | None = None,
    new_baseline: bool = False,
    as_of: datetime | None = None,
    writes: bool = True,
    skip: list[Path] | None = None,
    released: list[str] | None = None,
    unit: list[str] | None = None,
    file_times: bool = False,
    reference: Path | None = None,
    corrections: Path | None = None,
    with_records: bool = False,
) -> "Run":
    """Make a run of what was typed; one that does not write makes no folder."""
    from mirror.steps.run import new_run

    day = as_of.date() if as_of else None
    return new_run(
        out, tuple(source or ()), edition, freq.value, window_years, new_baseline, day, writes,
        tuple(skip or ()), tuple(released or ()), tuple(unit or ()), file_times, reference,
        corrections, with_records,
    )  # fmt: skip
