"""The monthly run as a Prefect flow: each step of `mirror run` is a task; nothing is computed."""

import atexit
import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
for name, value in {
    "PREFECT_HOME": str(ROOT / ".prefect"),
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "90",
    "DO_NOT_TRACK": "1",
}.items():
    os.environ.setdefault(name, value)

import polars as pl  # noqa: E402
from prefect import flow, task  # noqa: E402
from prefect.artifacts import (  # noqa: E402
    create_link_artifact,
    create_markdown_artifact,
    create_table_artifact,
)

from mirror import publish  # noqa: E402
from mirror.errors import MirrorError  # noqa: E402
from mirror.lock import held  # noqa: E402
from mirror.steps.build import build  # noqa: E402
from mirror.steps.check import check  # noqa: E402
from mirror.steps.publish import publish_edition  # noqa: E402
from mirror.steps.refresh import refresh  # noqa: E402
from mirror.steps.run import Run, as_one, new_run  # noqa: E402
from mirror.terminal import console, summary_markdown, top  # noqa: E402


@task(name="fetch")
def fetch_task(run: Run) -> None:
    """Bring the lake up to date; used-up calls are a rest, and no failure."""
    refresh(run)


@task(name="build")
def build_task(run: Run) -> None:
    """Read the sources and build every table."""
    build(run)


@task(name="check")
def check_task(run: Run) -> list[str]:
    """Check the build; a critical failure ends the run here."""
    return check(run)


@task(name="publish")
def publish_task(run: Run) -> Path:
    """Publish the edition and swap it in."""
    return publish_edition(run)


@task(name="artifacts")
def artifacts_task(folder: Path) -> None:
    """Show the page's place, the summary, the top of the ranking and the changes in Prefect."""
    report = (folder / "report.html").resolve().as_uri()
    create_link_artifact(key="page", link=report, link_text=f"The page of edition {folder.name}")
    ranking = pl.read_parquet(folder / "ranked_gaps.parquet").filter(pl.col("rank") <= 20)
    create_table_artifact(
        key="top-of-the-ranking",
        table=ranking.select(
            "direction", "rank", "tier", "exporter_name", "importer_name", "probability_material",
            "at_least_fine_kg", "missing_fine_kg", "at_most_fine_kg", "grade", "flags",
            "main_other_explanation",
        ).to_dicts(),
        description="First pairs of both rankings. A gap proves no undeclared trade.",
    )  # fmt: skip
    summary = summary_markdown(publish.read_summary(folder))
    create_markdown_artifact(key="summary", markdown=f"[The page]({report})\n\n{summary}")
    changes = folder / "changes.parquet"
    if changes.exists():
        create_table_artifact(
            key="changes",
            table=pl.read_parquet(changes)
            .sort(pl.col("missing_change_fine_kg").abs(), descending=True, nulls_last=True)
            .select("exporter_name", "importer_name", "^(rank|tier)_(before|after)$", "sentence")
            .head(10)
            .to_dicts(),
            description="Largest changes since the edition before.",
        )


@flow(name="monthly", log_prints=False)
def monthly(
    sources: list[Path] | None = None,
    edition: str | None = None,
    out: Path | None = None,
    frequency: str = "annual",
    window_years: int | None = None,
) -> Path:
    """Fetch, build, check and publish an edition; without sources and a lake, from the sample.

    Fails with the sentence of the first error; the last good edition stands then.
    """
    run = as_one(new_run(out, tuple(sources or ()), edition, frequency, window_years))
    with held(run.out, "the flow monthly"):
        fetch_task(run)
        build_task(run)
        check_task(run)
        folder = publish_task(run)
    artifacts_task(folder)
    return folder


def main() -> int:
    """Run the flow once and show what it published."""
    try:
        folder = monthly()
    except MirrorError as error:
        sys.stderr.write(f"mirror: {error}\n")
        return 1
    ranking = pl.read_parquet(folder / "ranked_gaps.parquet")
    out = console()
    out.print(f"Published: {folder}")
    out.print(top(ranking.filter(pl.col("direction") == "undeclared_export").head(10)))
    return 0


if __name__ == "__main__":
    code = main()
    # Prefect's threads outlive the run and hold on to DuckDB 2.0, which would report that as fifty
    # lines of leaks below the ranking: end in good order, but leave the interpreter standing.
    atexit._run_exitfuncs()
    sys.stdout.flush()
    os._exit(code)
