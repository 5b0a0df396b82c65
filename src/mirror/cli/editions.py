"""Commands that make an edition: run, and its steps one by one."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mirror.cli.app import (
    AsOf,
    Baseline,
    Corrections,
    Edition,
    FileTimes,
    Freq,
    Frequency,
    Out,
    Reference,
    Released,
    Skip,
    Source,
    Units,
    Window,
    WithRecords,
    app,
    run_of,
    sentences,
)

if TYPE_CHECKING:
    from mirror.steps.run import Run


@app.command()
def run(
    source: Source = None,
    edition: Edition = None,
    out: Out = None,
    freq: Freq = Frequency.annual,
    window_years: Window = None,
    new_baseline: Baseline = False,
    skip: Skip = None,
    released: Released = None,
    unit: Units = None,
    file_times: FileTimes = False,
    reference: Reference = None,
    corrections: Corrections = None,
    with_records: WithRecords = False,
) -> None:
    """Fetch or read, build, check and publish an edition.

    Without --source it fetches what is new, if there is a key, and reads the lake; without a lake
    it reads the sample.
    """
    with sentences():
        from mirror.steps.run import as_one

        this = as_one(run_of(
            out, source, edition, freq, window_years, new_baseline, skip=skip,
            released=released, unit=unit, file_times=file_times, reference=reference,
            corrections=corrections, with_records=with_records,
        ))  # fmt: skip
        folder = _made(this)
        typer.echo(str(folder))
        _show_top(folder)


def _made(this: "Run") -> Path:
    """Run every step, one after the other, alone."""
    from mirror.lock import held
    from mirror.steps.build import build as build_step
    from mirror.steps.check import check as check_step
    from mirror.steps.publish import demand_same_frequency, publish_edition
    from mirror.steps.refresh import refresh

    with held(this.out, "mirror run"):
        demand_same_frequency(this, this.frequency)
        refresh(this)
        build_step(this)
        check_step(this)
        return publish_edition(this)


@app.command()
def build(
    source: Source = None,
    edition: Edition = None,
    out: Out = None,
    freq: Freq = Frequency.annual,
    window_years: Window = None,
    as_of: AsOf = None,
    skip: Skip = None,
    released: Released = None,
    unit: Units = None,
    file_times: FileTimes = False,
    reference: Reference = None,
    corrections: Corrections = None,
    with_records: WithRecords = False,
) -> None:
    """Read the sources and build every table, beside what is published."""
    with sentences():
        from mirror.lock import held
        from mirror.steps.build import build as build_step

        this = run_of(
            out, source, edition, freq, window_years, as_of=as_of, skip=skip, released=released,
            unit=unit, file_times=file_times, reference=reference, corrections=corrections,
            with_records=with_records,
        )  # fmt: skip
        with held(this.out, "mirror build"):
            build_step(this)


@app.command()
def check(out: Out = None, new_baseline: Baseline = False) -> None:
    """Check what was built, of either frequency; exit 1 if a critical check fails."""
    with sentences():
        from mirror.lock import held
        from mirror.steps.check import check as check_step

        this = run_of(out, new_baseline=new_baseline)
        with held(this.out, "mirror check"):
            check_step(this)


@app.command()
def publish(
    edition: Annotated[
        str | None,
        typer.Option("--edition", help="Edition, YYYY-MM; default: the one that was built."),
    ] = None,
    out: Out = None,
    with_records: WithRecords = False,
) -> None:
    """Publish what was built and checked, as the edition that it was built as."""
    with sentences():
        from mirror.lock import held
        from mirror.steps.publish import publish_edition

        this = run_of(out, edition=edition, with_records=with_records)
        with held(this.out, "mirror publish"):
            folder = publish_edition(this)
        typer.echo(str(folder))


def _show_top(folder: Path) -> None:
    import polars as pl

    from mirror.terminal import console, top

    ranking = pl.read_parquet(folder / "ranked_gaps.parquet")
    console().print(top(ranking.filter(pl.col("direction") == "undeclared_export").head(10)))
