"""The command line of mirror: in a process of its own, or in this one where that says the same.

A process takes a second to start, or three where it checks; each kind of answer is asked of a real
process once, all others are asked here.
"""

import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from typer.testing import CliRunner

from mirror.cli import app
from mirror.settings import settings

MIRROR = Path(sys.executable).with_name("mirror")
WIDTH = {"COLUMNS": "100"}


class Said(NamedTuple):
    """What a command answered."""

    returncode: int
    stdout: str
    stderr: str


def mirror(*arguments: str | Path, given: str = "", **environment: str) -> Said:
    """Run a command in this process, with the log on stderr, settings read anew."""
    with _fresh():
        result = CliRunner().invoke(
            app, [str(one) for one in arguments], input=given, env=environment,
            prog_name="mirror",
        )  # fmt: skip
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Said(result.exit_code, result.stdout, result.stderr)


def process(*arguments: str | Path, given: str = "", **environment: str) -> Said:
    """Run the command as a user starts it."""
    done = subprocess.run(
        [str(MIRROR), *map(str, arguments)], capture_output=True, text=True, check=False,
        input=given, env=os.environ | environment, cwd=tempfile.gettempdir(),
    )  # fmt: skip
    return Said(done.returncode, done.stdout, done.stderr)


@contextmanager
def _fresh() -> Iterator[None]:
    """Let a command set up its log and read its settings as if it were alone."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()
    settings.cache_clear()
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        settings.cache_clear()
