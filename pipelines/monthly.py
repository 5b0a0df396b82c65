"""The monthly run as a Prefect flow: each step of `mirror run` is a task; nothing is computed.

The steps are imported where they are called. Prefect keeps a flow, and all that its module names,
until the interpreter is gone; DuckDB 2.0 would report what of it is left as forty lines of leaks.
"""

import os
import sys
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

ROOT = Path(__file__).parents[1]
for name, value in {
    "PREFECT_HOME": str(ROOT / ".prefect"),
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "90",
    "DO_NOT_TRACK": "1",
}.items():
    os.environ.setdefault(name, value)

import requests  # noqa: E402
from prefect import flow, task  # noqa: E402
from prefect.artifacts import (  # noqa: E402
    create_link_artifact,
    create_markdown_artifact,
    create_table_artifact,
)
from prefect.logging.loggers import flow_run_logger  # noqa: E402

from mirror.errors import MirrorError  # noqa: E402
from mirror.lock import held  # noqa: E402
from mirror.settings import Notices, settings  # noqa: E402
from mirror.steps.run import Run, as_one, new_run  # noqa: E402

if TYPE_CHECKING:
    import polars as pl
    from prefect import Flow, Task
    from prefect.client.schemas.objects import FlowRun, State

T = TypeVar("T")
HOUR = 3600
DAY = 24 * HOUR
"""No run takes longer: the longest hours that the settings allow its tasks make a day."""


@task(name="fetch", retries=0)
def fetch_task(run: Run) -> None:
    """Bring the lake up to date; used-up calls are a rest, and no failure.

    Each call is retried below, so that the task is not: that would spend the day's calls.
    """
    from mirror.steps.refresh import refresh

    refresh(run)


@task(name="build", retries=0)
def build_task(run: Run) -> None:
    """Read the sources and build every table."""
    from mirror.steps.build import build

    build(run)


@task(name="check", retries=0)
def check_task(run: Run) -> list[str]:
    """Check the build; a critical failure ends the run here."""
    from mirror.steps.check import check

    return check(run)


@task(name="publish", retries=0)
def publish_task(run: Run) -> Path:
    """Publish the edition and swap it in."""
    from mirror.steps.publish import publish_edition

    return publish_edition(run)


@task(name="artifacts", retries=2, retry_delay_seconds=10)
def artifacts_task(folder: Path) -> None:
    """Show the page's place, the summary, the top of the ranking and the changes in Prefect.

    Asks Prefect alone, and may be tried again: the edition stands already.
    """
    import polars as pl

    from mirror import publish
    from mirror.terminal import summary_markdown

    page = _page(folder)
    if page.startswith("http"):
        create_link_artifact(key="page", link=page, link_text=f"The page of {folder.name}")
    else:
        create_markdown_artifact(key="page", markdown=page)
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
    shown = f"[The page]({page})" if page.startswith("http") else page
    summary = summary_markdown(publish.read_summary(folder))
    create_markdown_artifact(key="summary", markdown=f"{shown}\n\n{summary}")
    if (folder / "changes.parquet").exists():
        create_table_artifact(
            key="changes",
            table=_largest(pl.read_parquet(folder / "changes.parquet")),
            description="Largest changes since the edition before.",
        )


def _page(folder: Path) -> str:
    """The page's address below that of `mirror serve`, or a sentence that says where it lies.

    No browser follows a link to a file from a page of the network.
    """
    if base := settings().serve_url:
        return f"{base.rstrip('/')}/{folder.name}/report.html"
    return (
        f"The page is the file `{folder / 'report.html'}`. Start `mirror serve` and set "
        "`MIRROR_SERVE_URL` to its address, and a link stands here."
    )


def _largest(changes: "pl.DataFrame") -> list[dict[str, Any]]:
    import polars as pl

    moved = changes.sort(
        pl.col("missing_change_fine_kg").abs(), descending=True, nulls_last=True
    ).head(10)
    columns = ("exporter_name", "importer_name", "^(rank|tier)_(before|after)$", "sentence")
    return moved.select(columns).to_dicts()


def tell(flow: "Flow[..., Any]", flow_run: "FlowRun", state: "State[Any]") -> None:
    """Post to the webhook how a run ended; a webhook that fails is a warning, and never more.

    `text` is what chats show; the address is a secret, and stands in no message.
    """
    said = Notices()
    if said.webhook_url is None:
        return
    log = flow_run_logger(flow_run, flow)
    message = state.message or ""
    try:
        answer = requests.post(
            said.webhook_url.get_secret_value(),
            json={
                "text": f"mirror: {flow.name} {flow_run.name} ended as {state.name}: {message}",
                "flow": flow.name, "run": flow_run.name, "run_id": str(flow_run.id),
                "state": state.name, "message": message,
                "at": state.timestamp.isoformat(timespec="seconds"),
            },
            timeout=said.webhook_seconds,
        )  # fmt: skip
    except requests.RequestException as error:
        log.warning("The webhook was not told (%s): see MIRROR_WEBHOOK_URL.", type(error).__name__)
        return
    if not answer.ok:
        log.warning("The webhook answered %d: see MIRROR_WEBHOOK_URL.", answer.status_code)


@flow(
    name="monthly", log_prints=False, retries=0, timeout_seconds=DAY,
    on_failure=[tell], on_crashed=[tell], on_cancellation=[tell],
)  # fmt: skip
def monthly(
    sources: list[Path] | None = None,
    edition: str | None = None,
    out: Path | None = None,
    frequency: str = "annual",
    window_years: int | None = None,
    new_baseline: bool = False,
    reference: Path | None = None,
    corrections: Path | None = None,
    with_records: bool = False,
) -> Path:
    """Fetch, build, check and publish an edition; without sources and a lake, from the sample.

    Fails with the sentence of the first error; the last good edition stands then.
    """
    run = as_one(new_run(
        out, tuple(sources or ()), edition, frequency, window_years, new_baseline,
        reference=reference, corrections=corrections, with_records=with_records,
    ))  # fmt: skip
    try:
        with held(run.out, "the flow monthly"):
            folder = _steps(run)
    except TimeoutError as error:
        raise MirrorError(
            "A step of the run took longer than it may, see its log for which; the last good "
            "edition stands. Run again, or raise MIRROR_FETCH_HOURS or MIRROR_STEP_HOURS."
        ) from error
    artifacts_task(folder)
    return folder


def _steps(run: Run) -> Path:
    from mirror.steps.publish import demand_same_frequency

    demand_same_frequency(run, run.frequency)
    hours = settings().step_hours
    _within(fetch_task, settings().fetch_hours, run)
    _within(build_task, hours, run)
    _within(check_task, hours, run)
    return _within(publish_task, hours, run)


def _within(step: "Task[[Run], T]", hours: float, run: Run) -> T:
    """Run a step; raises TimeoutError where it takes longer, whatever was interrupted says of it.

    Prefect interrupts the thread, and DuckDB makes an error of its own of that.
    """
    began, seconds = monotonic(), hours * HOUR
    try:
        return step.with_options(timeout_seconds=seconds)(run)
    except MirrorError:
        raise
    except Exception as error:
        if monotonic() - began < seconds:
            raise
        raise TimeoutError(f"{step.name} took longer than {hours:g} hours") from error


def main() -> int:
    """Run the flow once and show what it published."""
    try:
        folder = monthly()
    except MirrorError as error:
        sys.stderr.write(f"mirror: {error}\n")
        return 1
    import polars as pl

    from mirror.terminal import console, top

    out, ranking = console(), pl.read_parquet(folder / "ranked_gaps.parquet")
    out.print(f"Published: {folder}")
    out.print(top(ranking.filter(pl.col("direction") == "undeclared_export").head(10)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
