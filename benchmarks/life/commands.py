"""The commands as a schedule runs them, in this process, with the clock where it is wanted."""

import contextlib
import io
import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

import time_machine

from mirror.cli import app
from mirror.settings import settings

TRACEBACK = "Traceback (most recent call last)"
PAGES = "mirror.publish.page.pages"
"""Writes pages and figures, most of a month's time; `without_pages` replaces it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one command ended with."""

    command: tuple[str, ...]
    at: datetime
    code: int
    stdout: str
    stderr: str

    @property
    def sentences(self) -> list[str]:
        """The failure's sentences, without the lines of the log."""
        return [
            line.removeprefix("mirror: ")
            for line in self.stderr.splitlines()
            if line.startswith("mirror: ")
        ]

    @property
    def has_traceback(self) -> bool:
        """Whether the failure came out as a stack of calls."""
        return TRACEBACK in self.stderr or TRACEBACK in self.stdout


@dataclass(frozen=True, slots=True)
class Commands:
    """`mirror …` with one `--out`, at any time."""

    out: Path

    def __call__(self, at: datetime, *command: str) -> Outcome:
        """Run a command as if it were that moment; the clock goes on from there."""
        stdout, stderr = io.StringIO(), io.StringIO()
        _forget()
        with (
            time_machine.travel(at, tick=True),
            contextlib.redirect_stdout(stdout),
            contextlib.redirect_stderr(stderr),
        ):
            code = _run([*command, "--out", str(self.out)], stderr)
        return Outcome(command, at, code, stdout.getvalue(), stderr.getvalue())


def _run(arguments: list[str], stderr: io.StringIO) -> int:
    try:
        app(arguments)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except Exception as fault:  # noqa: BLE001 the referee reports what a user would see
        stderr.write(f"{TRACEBACK}\n{type(fault).__name__}: {fault}\n")
        return 1
    return 0


def _forget() -> None:
    """A process of its own would have neither settings nor a log that another command opened."""
    settings.cache_clear()
    for name in (None, "mirror"):
        logger = logging.getLogger(name)
        for handler in list(logger.handlers):
            logger.removeHandler(handler)


@contextlib.contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """Settings as a schedule gives them, and none of whoever runs the harness."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("MIRROR_")}
    with patch.dict(os.environ, own | dict(values), clear=True):
        yield
    settings.cache_clear()


@contextlib.contextmanager
def without_pages() -> Iterator[None]:
    """Editions with an empty page and no figures: the tables are the same."""
    with patch(PAGES, lambda contents: {"report.html": b"<!doctype html><title>none</title>"}):
        yield
