"""Which files a run reads, and what identifies each of them."""

import hashlib
import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mirror.errors import SourceError

log = logging.getLogger(__name__)

_READ = {".csv", ".tsv", ".txt", ".json", ".gz"}


@dataclass(frozen=True)
class SourceFile:
    """One file. `label` names it without the folder it lies in on this machine."""

    path: Path
    label: str
    sha256: str
    size_bytes: int
    released: date | None
    """Release date that the name of a bulk file carries in brackets; null elsewhere."""


def find_sources(paths: Iterable[Path]) -> list[SourceFile]:
    """List the files below the given files and folders, sorted by label, the same file once.

    Raises SourceError where nothing is there to read or a file or folder cannot be read.
    """
    found: dict[str, SourceFile] = {}
    for path in paths:
        try:
            for file, label in _files_of(path):
                source = _identify(file, label)
                found.setdefault(source.sha256, source)
        except OSError as error:
            raise SourceError(
                f"{error.filename or path} cannot be read ({error.strerror}): mend its "
                "permissions or leave it out."
            ) from error
    return sorted(found.values(), key=lambda source: (source.label, source.sha256))


def _files_of(path: Path) -> list[tuple[Path, str]]:
    if path.is_file():
        return [(path, path.name)]
    if not path.is_dir():
        raise SourceError(f"The source {path} does not exist: give a file or a folder of records.")
    files = sorted(p for p in _walk(path) if p.is_file() and not p.name.startswith("."))
    inside = [p for p in files if p.suffix.lower() in _READ]
    for other in files:
        if other not in inside:
            log.warning("%s is passed over: it is no .csv, .tsv, .txt, .json or .gz", other)
    if not inside:
        raise SourceError(
            f"The folder {path} holds no records: put .csv, .json, .txt or .gz files of UN "
            "Comtrade there, or name another folder."
        )
    root = path.resolve()
    return [(p, f"{root.name}/{p.relative_to(path).as_posix()}") for p in inside]


def _walk(folder: Path) -> Iterator[Path]:
    """Yield what lies below a folder; unlike `rglob`, raise OSError where one cannot be listed."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path)
        else:
            yield path


def _identify(file: Path, label: str) -> SourceFile:
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return SourceFile(file, label, digest, file.stat().st_size, _released(file, label))


def _released(file: Path, label: str) -> date | None:
    stamp = re.search(r"\[(\d{4}-\d{2}-\d{2})\]", file.name)
    if stamp is None:
        return None
    try:
        return date.fromisoformat(stamp[1])
    except ValueError as error:
        raise SourceError(
            f"The name of {label} holds no date in its brackets: give it back its own name."
        ) from error
