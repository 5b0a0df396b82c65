"""The lock on the folder that a run writes to: who holds it since when; readers need none."""

import json
import logging
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from mirror import leftovers
from mirror.errors import HeldByAnother, SettingsError
from mirror.machine import refusals_said
from mirror.settings import settings

log = logging.getLogger(__name__)
POLL_SECONDS = 0.2


@contextmanager
def held(out: Path, command: str) -> Iterator[None]:
    """Hold `out` for one command that writes below it; removes what killed runs left there.

    What the disk refuses meanwhile is raised as its sentence. Raises HeldByAnother, after
    MIRROR_WAIT_SECONDS, if another process holds it, and SettingsError where there is no such
    folder or it cannot be locked.
    """
    if not out.is_dir():  # only `new_run` makes it
        raise SettingsError(f"There is no folder {out}: give the --out of a run.")
    with refusals_said(out), locked(out / "mirror.lock", command):
        leftovers.sweep(out)
        if leftovers.of_lake(out / "lake"):
            with suppress(HeldByAnother), locked(out / "lake" / "writer.lock", command):
                leftovers.sweep_lake(out / "lake")
        yield


@contextmanager
def locked(file: Path, command: str) -> Iterator[None]:
    """Hold the folder of `file` by a lock on that file, which ends with the process.

    Raises HeldByAnother, SettingsError.
    """
    lock = FileLock(file, thread_local=False, fallback_to_soft=False)
    _acquire(lock, file)
    try:
        _record(file, {"command": command, "pid": os.getpid(), "host": platform.node(),
                       "since": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"})  # fmt: skip
        yield
    finally:
        _record(file, None)
        lock.release()


def _acquire(lock: FileLock, file: Path) -> None:
    try:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            seconds = settings().wait_seconds
            if not seconds:
                raise
            log.info("%s, waiting up to %g seconds", _holding(file), seconds)
            lock.acquire(timeout=seconds, poll_interval=POLL_SECONDS)
    except Timeout as error:
        raise HeldByAnother(f"{_holding(file)}: run again when it has ended.") from error
    except OSError as error:
        if file.is_symlink():
            raise SettingsError(
                f"{file} is a link, and the lock must be a file: remove it and run again."
            ) from error
        raise SettingsError(
            f"{file} cannot be written or locked ({error.strerror}): mirror needs a folder "
            "that it may write, on a file system with locks; choose another --out."
        ) from error


def _record(file: Path, holder: dict[str, object] | None) -> None:
    """Say who holds the lock, or nobody; a full disk keeps nobody from pruning."""
    with suppress(OSError):
        file.write_text(json.dumps(holder) + "\n" if holder else "", encoding="utf-8")


def _holding(file: Path) -> str:
    """Say who holds the folder, as far as the file tells."""
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        who = (f"{said['command']} (process {said['pid']} on {said['host']}, "
               f"since {said['since']} UTC)")  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        who = "another run"
    return f"{file.parent} is held by {who}"
