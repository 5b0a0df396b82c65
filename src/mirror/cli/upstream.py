"""The command that asks UN Comtrade: fetch into the lake."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mirror.cli.app import Freq, Frequency, Out, app, run_of, sentences
from mirror.errors import SettingsError

if TYPE_CHECKING:
    from mirror.settings import Settings
    from mirror.steps.fetch import FetchReport
    from mirror.steps.planning import FetchRequest
    from mirror.steps.run import Run

log = logging.getLogger(__name__)

Reporters = Annotated[
    str, typer.Option("--reporters", help="ISO alpha-3 codes, comma between; default: all.")
]
Years = Annotated[str | None, typer.Option("--years", help="A year, or a span such as 2010-2025.")]
Since = Annotated[str | None, typer.Option("--since", help="From YYYY-MM to the current month.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print the calls that it would make.")]
Bilateral = Annotated[
    bool, typer.Option("--bilateral", help="The UN's own mirror of these periods, as a check.")
]
Rebuild = Annotated[
    bool,
    typer.Option("--rebuild", help="Write the lake's lost manifest from its replies; no call."),
]
Record = Annotated[
    Path | None,
    typer.Option("--record", help="Keep each request and reply in this folder, without the key."),
]


@app.command()
def fetch(
    years: Years = None,
    since: Since = None,
    freq: Freq = Frequency.annual,
    reporters: Reporters = "",
    dry_run: DryRun = False,
    bilateral: Bilateral = False,
    rebuild: Rebuild = False,
    record: Record = None,
    out: Out = None,
) -> None:
    """Fetch records into the lake; what is there in its newest release is not asked again."""
    with sentences():
        from mirror.lock import held
        from mirror.steps.fetch import fetch as fetch_step
        from mirror.steps.progress import shown
        from mirror.steps.spans import bilateral_queries, request_of

        settings = _settings(run_of(out, writes=not (dry_run or rebuild)), record)
        if rebuild:
            if years or since or reporters or dry_run or bilateral:
                raise SettingsError("--rebuild reads what is there: give it --out alone.")
            _rebuild(settings)
            return
        wanted = request_of(freq.value, years, since, reporters)
        if dry_run:
            _rehearse(wanted, settings)
            return
        with held(settings.out, "mirror fetch"):
            with shown() as watch:
                report = fetch_step(wanted, settings, watch=watch)
            if bilateral and report.is_complete:
                from mirror.steps.fetch import collect

                report = collect(bilateral_queries(wanted), settings)
        _say(report)


def _rehearse(wanted: "FetchRequest", settings: "Settings") -> None:
    from mirror.steps.fetch import plan
    from mirror.steps.run import is_folder
    from mirror.terminal import show_plan

    if not is_folder(settings.out):
        log.warning("There is no folder %s: this is the plan of a first fetch", settings.out)
    show_plan(plan(wanted, settings))


def _rebuild(settings: "Settings") -> None:
    from mirror.lock import held
    from mirror.steps.rebuild import rebuild

    with held(settings.out, "mirror fetch --rebuild"):
        done = rebuild(settings)
    typer.echo(
        f"The manifest names {done.replies:,} replies, {done.found_again:,} of them found again.",
        err=True,
    )


def _settings(run: "Run", record: Path | None) -> "Settings":
    from mirror.settings import settings

    chosen = settings()
    return chosen.model_copy(
        update={"out": run.out, "comtrade_record": record or chosen.comtrade_record}
    )


def _say(report: "FetchReport") -> None:
    """Say what a fetch did; exit 1 if calls failed, 0 if it only rests."""
    calls = report.keyed_calls + report.public_calls
    typer.echo(
        f"{report.rows:,} rows in {report.replies:,} replies, {calls:,} calls; "
        f"{report.remaining:,} calls still to make, {report.calls_left:,} left today.",
        err=True,
    )
    if report.rest:
        typer.echo(f"mirror: {report.rest}", err=True)
    if report.failures:
        typer.echo(
            f"mirror: {len(report.failures)} calls failed, the first with: {report.failures[0]} "
            "What came is kept; run again for the rest.",
            err=True,
        )
        raise typer.Exit(1)
