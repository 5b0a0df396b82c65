"""One `mirror` command in a forked process: the imports are paid for once, not by every trial.

Safe because nothing that starts threads of its own has been used, nor polars imported, before the
fork (`prepare` sees to that); tested by `tests/faults/test_faults.py`. DuckDB, polars and the rest
start in the child, as they would in a process of its own.
"""

import atexit
import ctypes
import gc
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from benchmarks.faults.hooks import AtOperation, install

TIMEOUT_SECONDS = 180
CAPABILITIES_VERSION = 0x20080522


@dataclass(frozen=True)
class Said:
    """What a command answered; a negative `code` is the signal that ended it."""

    command: str
    code: int
    stdout: str
    stderr: str
    seconds: float
    cpu_seconds: float

    @property
    def sentences(self) -> list[str]:
        """Its lines for an operator who looks only when it failed."""
        return [line for line in self.stderr.splitlines() if line.startswith("mirror: ")]

    @property
    def has_traceback(self) -> bool:
        """Whether it ended as no user should see it."""
        return "Traceback" in self.stderr or "Traceback" in self.stdout


@dataclass(frozen=True)
class Circumstances:
    """In what a command runs. `clock`: what the time is when it starts; it goes on from there.

    `is_powerless`: root, too, may write only where the modes of its own files say so.
    """

    environment: Mapping[str, str] = field(default_factory=dict)
    clock: datetime | None = None
    operation: AtOperation | None = None
    is_powerless: bool = False
    is_page_real: bool = False
    stdout_closed: bool = False


@dataclass
class Running:
    """A command under way."""

    command: str
    pid: int
    folder: Path
    began: float

    def signal(self, number: int) -> None:
        """Send a signal to it."""
        os.kill(self.pid, number)

    def wait(self, timeout_seconds: float = TIMEOUT_SECONDS) -> Said:
        """Wait until it has ended; one that does not is ended, and said so in its stderr."""
        hung = ""
        while True:
            pid, status, usage = os.wait4(self.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() - self.began > timeout_seconds and not hung:
                hung = f"\nHUNG for {timeout_seconds} s"
                os.kill(self.pid, signal.SIGKILL)
            time.sleep(0.004)
        out, err = (
            (self.folder / name).read_text(encoding="utf-8", errors="replace")
            for name in ("stdout", "stderr")
        )
        cpu = usage.ru_utime + usage.ru_stime
        seconds = time.monotonic() - self.began
        return Said(self.command, os.waitstatus_to_exitcode(status), out, err + hung, seconds, cpu)


def prepare() -> None:
    """Import what takes long and starts no threads that a fork would lose."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    for name in tuple(os.environ):
        if name.startswith(("MIRROR_", "LD_PRELOAD", "FORCE_COLOR")):
            del os.environ[name]
    os.environ |= {"COLUMNS": "400", "NO_COLOR": "1", "TERM": "dumb", "NO_PROXY": "127.0.0.1"}
    import duckdb
    import great_expectations
    import numpy
    import pandas

    import mirror.cli

    assert "polars" not in sys.modules
    assert all((duckdb, great_expectations, numpy, pandas, mirror.cli))
    gc.freeze()


def start(
    arguments: list[str],
    folder: Path,
    at: Circumstances,
    *,
    first: Callable[[], None] | None = None,
) -> Running:
    """Begin a command; its stdout and stderr go to files in `folder`, a new one."""
    folder.mkdir(parents=True)
    began = time.monotonic()
    pid = os.fork()
    if pid == 0:
        _become(arguments, folder, at, first)
    return Running("mirror " + " ".join(arguments), pid, folder, began)


def _become(
    arguments: list[str], folder: Path, at: Circumstances, first: Callable[[], None] | None
) -> NoReturn:
    code = 1
    try:
        os.setsid()
        _redirect(folder, at)
        os.environ |= at.environment
        os.chdir(folder)
        if first:
            first()
        if at.is_powerless:
            give_up_rights()
        code = _run(arguments, folder, at)
    except BaseException:  # noqa: BLE001  nothing above it could tell
        traceback.print_exc()
    finally:
        # what a process of its own would do when it ends
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except OSError:
                code = code or 1
        os._exit(code)


def give_up_rights() -> None:
    """Root without capabilities: a user like any other, who can read what Python is made of."""
    header = (ctypes.c_uint32 * 2)(CAPABILITIES_VERSION, 0)
    if ctypes.CDLL(None, use_errno=True).capset(header, (ctypes.c_uint32 * 6)()):
        raise OSError(ctypes.get_errno(), "capset")


def _redirect(folder: Path, at: Circumstances) -> None:
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    for number, name in ((1, "stdout"), (2, "stderr")):
        handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        os.dup2(handle, number)
    if at.stdout_closed:
        reader, writer = os.pipe()
        os.close(reader)
        os.dup2(writer, 1)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False, buffering=1)


def _run(arguments: list[str], folder: Path, at: Circumstances) -> int:
    from mirror.cli import app

    if not at.is_page_real:
        stub_pages()
    if at.operation:
        install(at.operation, folder / "operations")
    if at.clock:
        import time_machine

        time_machine.travel(at.clock, tick=True).start()
    sys.argv = ["mirror", *arguments]
    try:
        app(prog_name="mirror")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001  as the interpreter would
        sys.excepthook(*sys.exc_info())  # typer's own by now
        return 1
    return 0


def stub_pages() -> None:
    """The one place where the product is replaced: pages and figures are drawn as three files."""
    from mirror.publish import page

    if not hasattr(page, "pages"):
        raise SystemExit("mirror.publish.page.pages is no more: give the stub its new place")
    stub = {
        "report.html": b"<!doctype html><title>stub</title>\n",
        "figures/stub.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>\n",
        "profiles/GHA.html": b"<!doctype html><title>stub</title>\n",
    }
    page.pages = lambda *_, **__: stub
