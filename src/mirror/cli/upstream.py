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


Check = Annotated[
    bool,
    typer.Option("--check", help="Find out in eight calls at most what this account may do."),
]


@app.command()
def fetch(
    years: Years = None,
    since: Since = None,
    freq: Freq = Frequency.annual,
    reporters: Reporters = "",
    dry_run: DryRun = False,
    bilateral: Bilateral = False,
    check: Check = False,
    rebuild: Rebuild = False,
    record: Record = None,
    out: Out = None,
) -> None:
    """Fetch records into the lake; what is there in its newest release is not asked again."""
    with sentences():
        from mirror.steps.spans import request_of

        settings = _settings(run_of(out, writes=not (dry_run or rebuild)), record)
        is_span_given = bool(years or since or reporters or dry_run or bilateral)
        if rebuild:
            if is_span_given or check or record:
                raise SettingsError("--rebuild reads what is there: give it --out alone.")
            _rebuild(settings)
            return
        if check:
            if is_span_given:
                raise SettingsError("--check is no fetch: give it --out and --record alone.")
            _find_access(settings)
            return
        wanted = request_of(freq.value, years, since, reporters)
        if dry_run:
            _rehearse(wanted, settings)
            return
        _fetch(wanted, settings, bilateral)


def _fetch(wanted: "FetchRequest", settings: "Settings", bilateral: bool) -> None:
    """Fetch, say what came of it; exit 1 if calls failed, 0 if it only rests."""
    from mirror.lock import held
    from mirror.steps.fetch import collect
    from mirror.steps.fetch import fetch as fetch_step
    from mirror.steps.progress import shown
    from mirror.steps.spans import bilateral_queries

    has_key = settings.comtrade_key is not None
    with held(settings.out, "mirror fetch"):
        with shown() as watch:
            report = fetch_step(wanted, settings, watch=watch)
        failures = _say(report, has_key)
        if bilateral and report.is_complete:
            failures += _say(collect(bilateral_queries(wanted), settings), has_key)
        elif bilateral:
            log.warning("--bilateral waits until the records are complete: run again for it.")
    if failures:
        raise typer.Exit(1)


def _find_access(settings: "Settings") -> None:
    """Show what this account may do; raises what keeps a fetch from working."""
    import polars as pl

    from mirror.lock import held
    from mirror.steps.access import find_access
    from mirror.steps.findings import findings, history
    from mirror.terminal import show

    with held(settings.out, "mirror fetch --check"):
        found = find_access(settings)
    whole = history(settings)
    rows = [(one.asked, one.answer, one.meaning) for one in findings(found, whole)]
    show(pl.DataFrame(rows, schema=["asked for", "answer", "what it means"], orient="row"))
    if found.trouble:
        raise found.trouble
    typer.echo(
        f"A fetch can work; found out in {found.calls:,} calls. Full history: {whole.sentence()}.",
        err=True,
    )


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


def _say(report: "FetchReport", has_key: bool) -> int:
    """Say what a fetch did; returns how many calls failed."""
    calls = report.keyed_calls + report.public_calls
    whose = "calls of the key" if has_key else "keyless calls"
    typer.echo(
        f"{report.rows:,} rows in {report.replies:,} replies, {calls:,} calls; "
        f"{report.remaining:,} calls still to make, {report.calls_left:,} {whose} left today.",
        err=True,
    )
    if report.rest:
        typer.echo(f"mirror: {report.rest}", err=True)
        if report.outlook and (said := report.outlook.sentence()):
            typer.echo(said, err=True)
    failed = len(report.failures)
    if failed:
        typer.echo(
            f"mirror: {failed:,} {'call' if failed == 1 else 'calls'} failed, the first with: "
            f"{report.failures[0]} What came is kept.",
            err=True,
        )
    return failed
