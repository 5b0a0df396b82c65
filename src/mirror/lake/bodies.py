"""Bodies of replies on disk: named by their hash, written once, whole or not at all."""

import gzip
import hashlib
import os
import zlib
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self
from uuid import uuid4

from mirror.errors import LakeError
from mirror.lake.schema import how_to_rebuild

_CHUNK = 1 << 20
_LEVEL = 4
_GZIP = b"\x1f\x8b"


class Draft:
    """A body being written. It counts for nothing before `settle` and leaves nothing if dropped.

    A body that is gzip already is kept as it came, any other is compressed; `sha256` and `bytes`
    are always of the body as it came.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.path = folder / "drafts" / f"{uuid4().hex}.part"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file: BinaryIO = self.path.open("wb")
        self._packer: gzip.GzipFile | None = None
        self._hash = hashlib.sha256()
        self.bytes = 0

    def write(self, data: bytes, /) -> int:
        """Take the next bytes of the body."""
        if self.bytes == 0 and not data.startswith(_GZIP):
            self._packer = gzip.GzipFile("", "wb", _LEVEL, self._file, mtime=0)
        self._hash.update(data)
        self.bytes += len(data)
        (self._packer or self._file).write(data)
        return len(data)

    @property
    def sha256(self) -> str:
        """Hash of what was written so far."""
        return self._hash.hexdigest()

    def seal(self) -> Path:
        """Bring all of it to the disk; the draft can now be read, and not be written."""
        if not self._file.closed:
            if self._packer:
                self._packer.close()
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        return self.path

    def settle(self) -> str:
        """Give the body its lasting name; returns it, relative to the lake."""
        kind = "json" if self._packer or not self.bytes else "data"
        name = Path("replies") / self.sha256[:2] / f"{self.sha256}.{kind}.gz"
        target = self._folder / name
        self.seal()
        if target.is_dir():
            raise LakeError(
                f"{target} is a folder where a reply belongs: move it away and run this again."
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        self.path.replace(target)
        _sync_folder(target.parent)
        _sync_folder(target.parent.parent)
        return name.as_posix()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if not self._file.closed:
            self._file.close()
        self.path.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove the drafts that a crash left. A body is never removed, whoever names it."""
    for path in (folder / "drafts").glob("*.part"):
        path.unlink()


def verify(path: Path, sha256: str) -> None:
    """Raise LakeError if the body at `path` is missing, damaged or not the one that was kept."""
    if said := fault(path, sha256):
        raise LakeError(
            f"{said}: restore it from a backup, or {how_to_rebuild(path.parents[2])} without it, "
            "and the next fetch asks for it again."
        )


def fault(path: Path, sha256: str) -> str:
    """Say what is wrong with the body at `path`, without a full stop; empty if nothing is."""
    is_as_came = path.name.endswith(".data.gz")
    found = hashlib.sha256()
    try:
        with path.open("rb") if is_as_came else gzip.open(path, "rb") as stream:
            while chunk := stream.read(_CHUNK):
                found.update(chunk)
    except (OSError, EOFError, zlib.error) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else error
        return f"The reply {path} cannot be read ({said})"
    return "" if found.hexdigest() == sha256 else f"The reply {path} is not what was fetched"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
