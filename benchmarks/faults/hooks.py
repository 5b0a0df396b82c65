"""What befalls a command from within: the file operations below one folder, one after the other.

Python announces them by audit events before they are done. What DuckDB and SQLite write by
themselves is not announced: kills at random moments cover it.
"""

import errno
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

EVENTS = {
    "open": 1, "os.rename": 2, "os.remove": 1, "os.mkdir": 1, "os.rmdir": 1, "os.symlink": 2,
    "os.link": 2, "os.truncate": 1, "os.chmod": 1, "shutil.rmtree": 1, "shutil.copyfile": 2,
    "shutil.move": 2, "sqlite3.connect": 1,
}  # fmt: skip
NEEDS_ROOM = {"open", "os.mkdir", "os.rename", "os.symlink", "os.link", "shutil.copyfile"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


@dataclass(frozen=True)
class AtOperation:
    """Do something before the `number`-th operation (from 1) that writes below `folder`.

    `error`: fail with this errno from there on (`once`: at that one only); none: SIGKILL.
    """

    folder: Path
    number: int
    error: int | None = None
    once: bool = False


@dataclass
class _Count:
    at: AtOperation
    report: Callable[[int, str], None]
    found: int = 0
    is_busy: bool = field(default=False)

    def __call__(self, event: str, given: tuple[object, ...]) -> None:
        if event not in EVENTS or self.is_busy or not self._is_meant(event, given):
            return
        self.found += 1
        self.is_busy = True
        try:
            self.report(self.found, f"{event} {' '.join(map(str, given[: EVENTS[event]]))}")
        finally:
            self.is_busy = False
        is_here = self.found == self.at.number
        if is_here and self.at.error is None:
            os.kill(os.getpid(), signal.SIGKILL)
        is_failing = is_here or (self.found > self.at.number and not self.at.once)
        if self.at.error is not None and is_failing and event in NEEDS_ROOM:
            raise OSError(self.at.error, os.strerror(self.at.error), str(given[0]))

    def _is_meant(self, event: str, given: tuple[object, ...]) -> bool:
        if event == "open" and not (isinstance(given[2], int) and given[2] & WRITING):
            return False
        paths = given[: EVENTS[event]]
        folders = given[-len(paths) :] if event.startswith("os.") else (-1,) * len(paths)
        return any(map(self._is_below, paths, folders))

    def _is_below(self, path: object, folder: object) -> bool:
        if not isinstance(path, str | bytes | os.PathLike):
            return False
        within = f"/proc/self/fd/{folder}" if isinstance(folder, int) and folder >= 0 else "."
        absolute = Path(os.path.realpath(within), os.fsdecode(path))
        return absolute.is_relative_to(self.at.folder)


def install(at: AtOperation, log: Path) -> None:
    """Count in this process from now on; `log` gets a line for each operation."""
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def report(number: int, what: str) -> None:
        os.write(handle, f"{number} {what}\n".encode(errors="replace"))

    sys.addaudithook(_Count(at, report))
    sync = os.fsync

    def told(handle: Any) -> None:
        """Say what is synced: no audit event does."""
        number = handle if isinstance(handle, int) else handle.fileno()
        report(0, f"fsync {Path(f'/proc/self/fd/{number}').readlink()}")
        sync(handle)

    os.fsync = told  # type: ignore[assignment]


FULL, BROKEN, READ_ONLY, NO_RIGHTS = errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES
