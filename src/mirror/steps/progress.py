"""Show how far a fetch is: a bar on a terminal, a line now and then in a log."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

log = logging.getLogger(__name__)
_EVERY = 10
"""Calls between two lines of a log."""


@dataclass(frozen=True)
class Progress:
    """How far a fetch is: replies kept, rows in them, calls that are planned and open."""

    replies: int
    rows: int
    open: int
    doing: str


@contextmanager
def shown() -> Iterator[Callable[[Progress], None]]:
    """Give a `watch` for `fetch`: a bar on standard error if that is a terminal, else log lines."""
    if not sys.stderr.isatty():
        yield _line
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("UN Comtrade", total=None)

        def watch(progress: Progress) -> None:
            said = f"{progress.doing}: {progress.rows:,} rows"
            total = progress.replies + progress.open
            bar.update(task, completed=progress.replies, total=total, description=said)

        yield watch


def _line(progress: Progress) -> None:
    if progress.replies % _EVERY == 0:
        log.info("%d replies, %d calls open, %d rows", progress.replies, progress.open,
                 progress.rows)  # fmt: skip
