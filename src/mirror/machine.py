"""What the machine refuses (disk, rights, memory), each in one sentence; small files kept whole."""

import errno
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from mirror.errors import MirrorError, ResourceLacking, SettingsError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_RIGHTS = (errno.EROFS, errno.EACCES, errno.EPERM)
_SAID = (*_FULL, *_RIGHTS, errno.EIO, errno.ENAMETOOLONG)
_SQLITE = {3: errno.EACCES, 8: errno.EROFS, 10: errno.EIO, 13: errno.ENOSPC, 14: errno.EACCES}
"""SQLite's primary codes: PERM, READONLY, IOERR, FULL, CANTOPEN."""

_FILES_TOO_FEW = 4
"""With room for so few further files SQLite cannot open its journal, and does not say why."""

_LIBRARIES = {"duckdb", "_duckdb", "polars", "pyarrow", "sqlite3", "xlsxwriter"}
_QUOTED = re.compile(r'"(/[^"]+)"')
_STANDS = "the last good edition stands"


@contextmanager
def refusals_said(place: Path) -> Iterator[None]:
    """Turn what the machine refuses below `place` into its sentence, a MirrorError."""
    try:
        yield
    except Exception as error:
        said = refusal(error, place)
        if said is None:
            raise
        raise said from error


def refusal(error: BaseException, place: Path) -> MirrorError | None:
    """The sentence of a disk, a right or memory that is lacking below `place`; null for all else.

    A MirrorError is null as well, unless a full disk or too little memory is behind it.
    """
    if isinstance(error, ResourceLacking):
        return None  # said where it came up, while the disk was full
    for one in _chain(error):
        if _is_memory(one):
            return ResourceLacking(
                "The memory that DuckDB may use (MIRROR_MEMORY_LIMIT) is too little for these "
                f"records: raise it, or set MIRROR_THREADS=1, and run again; {_STANDS}."
            )
        code = _code(one)
        if code in _FULL or (_is_unopened(one) and _has_few_files(_disk(one, place))):
            return ResourceLacking(_full(code or errno.ENOSPC, _disk(one, place)))
    if isinstance(error, MirrorError) or (code := _code(error)) is None:
        return None
    return _other(code, _file(error) or place)


def write_whole(path: Path, text: str) -> None:
    """Write a small file in one step: whoever reads it finds the old one or the new one, whole."""
    draft = path.with_name(f".draft-{uuid4().hex}")
    try:
        with draft.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _other(code: int, file: Path) -> MirrorError:
    why = os.strerror(code)
    if code in _RIGHTS:
        return SettingsError(f"{file} cannot be written ({why}): choose another --out; {_STANDS}.")
    if code == errno.ENAMETOOLONG:
        return SettingsError(f"{file} cannot be written ({why}): choose a shorter --out.")
    return MirrorError(f"{file} cannot be read or written ({why}): check the disk; {_STANDS}.")


def _full(code: int, disk: Path) -> str:
    said = os.statvfs(disk)
    free = f"{said.f_bavail * said.f_frsize / 1e6:,.0f} MB free"
    if said.f_files and said.f_favail < _FILES_TOO_FEW:
        free += f" but room for {said.f_favail or 'no'} further file{'s' * (said.f_favail > 1)}"
    elif code != errno.ENOSPC:
        free += f", but: {os.strerror(code)}"
    return f"The disk of {disk} is full ({free}): free space or choose another --out; {_STANDS}."


def _is_unopened(error: BaseException) -> bool:
    """Whether SQLite could not open one of its files."""
    return ((getattr(error, "sqlite_errorcode", None) or 0) & 0xFF) == sqlite3.SQLITE_CANTOPEN


def _has_few_files(folder: Path) -> bool:
    said = os.statvfs(folder)
    return bool(said.f_files) and said.f_favail < _FILES_TOO_FEW


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what led to it."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _is_memory(error: BaseException) -> bool:
    if isinstance(error, MemoryError):
        return True
    return type(error).__name__ == "OutOfMemoryException" and not _is_spill(error)


def _is_spill(error: BaseException) -> bool:
    """Whether it is the disk that has no room for what does not fit into memory."""
    return "max_temp_directory_size" in str(error)


def _code(error: BaseException) -> int | None:
    """The number of a refusal of the system, however a library words it."""
    if isinstance(error, ConnectionError):  # a pipe or a service, which no disk explains
        return None
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    is_of_library = type(error).__module__.split(".")[0] in _LIBRARIES
    if not is_of_library and type(error) is not OSError:
        return None
    if type(error).__name__ == "OutOfMemoryException":
        return errno.ENOSPC
    known = _SQLITE.get((getattr(error, "sqlite_errorcode", None) or 0) & 0xFF)
    text = str(error)
    return known or next((code for code in _SAID if os.strerror(code) in text), None)


def _file(error: BaseException) -> Path | None:
    """The file of an error, where it names one."""
    if isinstance(error, OSError) and isinstance(error.filename, str):
        return Path(error.filename)
    found = _QUOTED.search(str(error))
    return Path(found[1]) if found else None


def _disk(error: BaseException, place: Path) -> Path:
    """`place`, or the folder of the error's file if that lies on another disk."""
    here, there = _standing(place), _standing(_file(error) or place)
    return place if here.stat().st_dev == there.stat().st_dev and place.exists() else there


def _standing(path: Path) -> Path:
    """The nearest folder that is there."""
    return next(folder for folder in (path, *path.absolute().parents) if folder.is_dir())
