"""A disk of a few megabytes, and a folder that cannot be written: real ones, whoever runs this."""

import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

Room = Callable[[int], "object"]


def mounts(*command: str | Path) -> bool:
    """Run mount or umount; false where this user may not."""
    return not subprocess.run([*map(str, command)], capture_output=True, check=False).returncode


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator["Disk"]:
    """A file system of its own in `folder`; where none may be mounted, files are kept small."""
    folder.mkdir()
    is_mounted = mounts("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", folder)
    try:
        yield Disk(folder, is_mounted)
    finally:
        if is_mounted:
            mounts("umount", "-l", folder)


class Disk:
    """A disk that can be filled."""

    def __init__(self, folder: Path, is_mounted: bool) -> None:
        self.folder = folder
        self._is_mounted = is_mounted

    @contextmanager
    def room(self, left: int) -> Iterator[None]:
        """Leave so many bytes for what is written meanwhile."""
        if not self._is_mounted:
            soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (left, hard))
            try:
                yield
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            return
        ballast = self.folder / "ballast"
        said = os.statvfs(self.folder)
        ballast.write_bytes(bytes(max(said.f_bavail * said.f_frsize - left, 0)))
        try:
            yield
        finally:
            ballast.unlink()


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Nobody can write below `folder`: for root, whom modes do not bind, by a mount."""
    if os.geteuid() == 0 and mounts("mount", "--bind", folder, folder):
        assert mounts("mount", "-o", "remount,bind,ro", folder)
        try:
            yield
        finally:
            mounts("umount", "-l", folder)
        return
    assert os.geteuid(), "root can be kept from writing by a mount only"
    paths = [path for path in (folder, *folder.rglob("*")) if not path.is_symlink()]
    modes = [(path, path.stat().st_mode) for path in paths]
    for path, mode in modes:
        path.chmod(mode & ~0o222)
    try:
        yield
    finally:
        for path, mode in modes:
            path.chmod(mode)
