"""`python -m benchmarks.life --months 24 --seeds 10`: exit 1 if the referee found anything."""

from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from benchmarks.life.findings import table
from benchmarks.life.playing import MOST_MONTHS, timed


def main(
    months: Annotated[int, typer.Option(min=1, max=MOST_MONTHS, help="Months of a life.")] = 24,
    seeds: Annotated[int, typer.Option(min=1, help="Lives.")] = 10,
    first: Annotated[int, typer.Option(help="The first seed.")] = 1,
    jobs: Annotated[int, typer.Option(min=1, help="Lives at a time.")] = 2,
    details: Annotated[bool, typer.Option(help="A line for each finding, too.")] = False,
) -> None:
    """Play lives of a known truth through the real commands, and judge every month."""
    chosen = range(first, first + seeds)
    with TemporaryDirectory(prefix="mirror-life-") as folder:
        outs = [Path(folder) / str(seed) for seed in chosen]
        with ProcessPoolExecutor(jobs, get_context("spawn"), max_tasks_per_child=1) as pool:
            lives = list(pool.map(timed, chosen, repeat(months), outs))
    found = [finding for life, _ in lives for finding in life]
    if details:
        typer.echo("\n".join(finding.line() for finding in found))
    pace = sum(seconds for _, seconds in lives) / len(lives)
    typer.echo(
        f"{seeds} lives of {months} months, {pace:.1f} s a month: {len(found)} findings"
        + (f"\n{table(found)}" if found else "")
    )
    raise typer.Exit(bool(found))


if __name__ == "__main__":
    typer.run(main)
