"""What a file is by its first bytes, and its content unpacked within limits."""

import gzip
import io
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from mirror.errors import SourceError
from mirror.records.encoding import encoding_of
from mirror.records.layout import NotRecords
from mirror.records.limits import (
    EXPANSION_FREE_BYTES,
    EXPANSION_MOST,
    MEMBERS_MOST,
    in_short,
)

_MAGIC = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"PAR1": "parquet",
    b"ARROW1": "arrow",
    b"\xff\xff\xff\xff": "arrow stream",
}
HEAD_BYTES = 1024
"""So much of a file shows what it is."""

_UNREAD = {
    b"\xd0\xcf\x11\xe0": "an old workbook (.xls): save it as .xlsx or CSV",
    b"BZh": "packed with bzip2: unpack it",
    b"\xfd7zXZ": "packed with xz: unpack it",
    b"\x28\xb5\x2f\xfd": "packed with zstd: unpack it",
    b"\x5d\x00\x00": "packed with lzma: unpack it",
    b"\x04\x22\x4d\x18": "packed with lz4: unpack it",
    b"\x1f\x9d": "packed with compress: unpack it",
    b"7z\xbc\xaf": "packed with 7-Zip: unpack it",
    b"Rar!": "packed with RAR: unpack it",
    b"SQLite format 3": "a database of SQLite: export the table as CSV",
    b"FEA1": "an old Feather file: write it again as Parquet or Arrow",
    b"\x89HDF": "an HDF5 file: export the table as CSV or Parquet",
    b"<stata_dta>": "a file of Stata: export it as CSV",
    b"$FL": "a file of SPSS: export it as CSV",
    b"Obj\x01": "an Avro file: write the table as Parquet or CSV",
    b"ORC": "an ORC file: write the table as Parquet or CSV",
    b"RDX": "a file of R: write it with write.csv",
    b"X\n\x00\x00\x00": "a file of R: write it with write.csv",
}
"""First bytes of files that can hold records and are not read: what each is, what to do."""

_NO_TABLES = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"%PDF",
    b"\x7fELF",
    b"MZ",
    b"II*\x00",
    b"MM\x00*",
    b"RIFF",
)


def container_of(head: bytes, label: str) -> str:
    """Name what a file is packed in or stored as; `plain` for text.

    Raises NotRecords for pictures and the like, SourceError for a table in a form that is not read.
    """
    for magic, name in _MAGIC.items():
        if head.startswith(magic):
            return name
    for magic, what in _UNREAD.items():
        if head.startswith(magic):
            raise SourceError(f"{label} is {what}, or name it with --skip if it holds no records.")
    if head.startswith(_NO_TABLES) or head[8:12] == b"DUCK" or head[4:8] == b"ftyp":
        raise NotRecords(
            f"{label} is not Comtrade data: its first line is no header of columns. "
            "Give files of records as UN Comtrade sends them."
        )
    if head[257:262] == b"ustar":
        raise SourceError(f"{label} is an archive of tar: unpack it and give what is in it.")
    if b"\x00" in head and encoding_of(head) == "utf-8":
        raise SourceError(
            f"{label} is neither text nor of a form that is read: export its table as CSV, or name "
            "it with --skip if it holds no records."
        )
    return "plain"


def demand_file(path: Path, label: str) -> os.stat_result:
    """Return what the system says of a file; raises SourceError for one that cannot be read whole.

    A pipe or device would be waited for without end; files of /proc have no size.
    """
    seen = path.stat()
    if not stat.S_ISREG(seen.st_mode):
        what = "a named pipe" if stat.S_ISFIFO(seen.st_mode) else "a device or socket"
        raise SourceError(
            f"{label} is {what} and no file: write its content to a file and give it."
        )
    if seen.st_size == 0:
        raise NotRecords(
            f"{label} is not Comtrade data: it is empty and has no header of columns. "
            "Give files of records as UN Comtrade sends them."
        )
    return seen


class _Bounded(io.RawIOBase):
    """An unpacked stream that may be so much larger than what it was packed in."""

    def __init__(self, stream: IO[bytes], packed_bytes: int, label: str) -> None:
        self._stream, self._label = stream, label
        self._most = max(EXPANSION_FREE_BYTES, EXPANSION_MOST * packed_bytes)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    # typeshed wants any buffer here; io.BufferedReader gives a memoryview
    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        content = self._stream.read(len(buffer))
        buffer[: len(content)] = content
        if self._stream.tell() > self._most:
            raise SourceError(
                f"{self._label} unpacks to more than {self._most >> 20:,} MB, over "
                f"{EXPANSION_MOST} times its size, which no table of records does: leave it out, "
                "or unpack it and give what is in it."
            )
        return len(content)


@contextmanager
def open_bytes(path: Path, label: str, member: str | None = None) -> Iterator[IO[bytes]]:
    """Open a file, unpacked if its first bytes say gzip; or a member of a zip archive.

    A damaged one raises SourceError.
    """
    demand_file(path, label)
    with path.open("rb") as raw, _damage(label):
        if member is not None:
            with zipfile.ZipFile(raw) as archive, archive.open(member) as packed:
                size = archive.getinfo(member).compress_size
                yield io.BufferedReader(_Bounded(packed, size, label), 1 << 20)
            return
        is_gzip = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        if not is_gzip:
            yield raw
            return
        unpacked = cast(IO[bytes], gzip.GzipFile(fileobj=raw))
        yield io.BufferedReader(_Bounded(unpacked, path.stat().st_size, label), 1 << 20)


@contextmanager
def _damage(label: str) -> Iterator[None]:
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise SourceError(
            f"{label} is a .gz that ends too early or is damaged: download it again."
        ) from error
    # zipfile's own: damage; a version or packing that it lacks; a password; a member that is gone
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, KeyError) as error:
        if type(error) is RuntimeError and "password" not in str(error):
            raise
        raise SourceError(
            f"{label} is a .zip that is damaged or locked by a password "
            f"({in_short(error)}): download it again, or unpack it and give what is in it."
        ) from error


def members(path: Path, label: str) -> list[str]:
    """List the files in a zip archive, those that systems hide left out."""
    with path.open("rb") as raw, _damage(label), zipfile.ZipFile(raw) as archive:
        if not all(archive.namelist()):
            raise zipfile.BadZipFile("a file in it has no name")
        names = [info.filename for info in archive.infolist() if not info.is_dir()]
    if len(names) > MEMBERS_MOST:
        raise SourceError(
            f"{label} has {len(names):,} files in it, more than {MEMBERS_MOST:,}: unpack it and "
            "give the folder."
        )
    return names


def is_hidden(name: str) -> bool:
    """Say whether a path is one that systems hide."""
    return any(part.startswith((".", "__MACOSX", "~$")) for part in Path(name).parts)
