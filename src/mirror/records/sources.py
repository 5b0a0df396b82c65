"""Which files a run reads, and what identifies each of them."""

import hashlib
import logging
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BufferedReader
from pathlib import Path
from typing import cast

from mirror.errors import SourceError
from mirror.records import container, workbook
from mirror.records.layout import NotRecords
from mirror.records.opening import opened
from mirror.records.table import Counts

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SourceFile:
    """One file, or one `member` of an archive or `sheet` of a workbook.

    `label` names it without the folder it lies in on this machine.
    """

    path: Path
    label: str
    sha256: str
    size_bytes: int
    released: date | None
    """Release date that the name of a bulk file carries in brackets; null elsewhere."""
    member: str | None = None
    sheet: str | None = None
    units: tuple[str, ...] = ()
    """Units that a person says its values and weights are in, where these are not USD and kg."""


def find_sources(paths: Iterable[Path], skip: Sequence[Path] = ()) -> list[SourceFile]:
    """List the files below the given files and folders, sorted by label, the same file once.

    What holds nothing of Comtrade's beside files that do is left out by name, as is what `skip`
    names. Raises SourceError where nothing is there to read, a file or folder cannot be read, or a
    file may hold records and cannot be read.
    """
    found: dict[tuple[str, str | None], SourceFile] = {}
    passed_over = {path.resolve() for path in skip}
    for path in paths:
        try:
            for source in _sources_of(path, passed_over):
                found.setdefault((source.sha256, source.sheet), source)
        except OSError as error:
            raise SourceError(
                f"{error.filename or path} cannot be read ({error.strerror}): mend its "
                "permissions or leave it out."
            ) from error
    return sorted(found.values(), key=lambda source: (source.label, source.sha256))


def _sources_of(path: Path, skip: set[Path]) -> list[SourceFile]:
    if not path.exists():
        raise SourceError(f"The source {path} does not exist: give a file or a folder of records.")
    if not path.is_dir():
        return _parts(path, path.name)
    root = path.resolve()
    files = sorted(p for p in _walk(path) if not container.is_hidden(p.name))
    kept: list[SourceFile] = []
    reasons: list[NotRecords] = []
    for file in files:
        if file.resolve() in skip:
            log.warning("%s is left out, as --skip says", file.name)
            continue
        label = f"{root.name}/{file.relative_to(path).as_posix()}"
        try:
            kept += _held(_parts(file, label), reasons)
        except NotRecords as reason:
            reasons.append(reason)
    if not kept and reasons:
        raise reasons[0]
    if not kept:
        raise SourceError(
            f"The folder {path} holds no records: put files of UN Comtrade there, such as .csv, "
            ".json, .gz, .zip, .xlsx or .parquet, or name another folder."
        )
    _say(reasons)
    return kept


def _say(reasons: list[NotRecords]) -> None:
    for why in reasons:
        log.warning("left out: %s", str(why).split(". Give files")[0])


def _held(sources: list[SourceFile], reasons: list[NotRecords]) -> list[SourceFile]:
    """Return the sources that hold something of Comtrade's; why others do not joins `reasons`."""
    kept = []
    for source in sources:
        try:
            with opened(source, Counts()) as reader:
                next(reader.frames(), None)
            kept.append(source)
        except NotRecords as reason:
            reasons.append(reason)
    return kept


def _walk(folder: Path) -> Iterator[Path]:
    """Yield what lies below a folder; unlike `rglob`, raise OSError where one cannot be listed."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path)
        else:
            yield path


def _parts(file: Path, label: str) -> list[SourceFile]:
    """Return a file as a source, or as several: the tables in an archive, the sheets of a book."""
    size = container.demand_file(file, label).st_size
    with file.open("rb") as stream:
        kind = container.container_of(stream.read(container.HEAD_BYTES), label)
        stream.seek(0)
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    whole = SourceFile(file, label, sha256, size, _released(file.name, label))
    return _of_zip(whole) if kind == "zip" else [whole]


def _of_zip(whole: SourceFile) -> list[SourceFile]:
    names = container.members(whole.path, whole.label)
    if "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names):
        listed = workbook.sheets(whole.path, whole.label)
        sources = [
            SourceFile(whole.path, f"{whole.label}/{sheet}", whole.sha256, whole.size_bytes, None,
                       sheet=sheet)
            for sheet in listed
        ]  # fmt: skip
    else:
        _demand_archive(whole, names)
        sources = [_member(whole, name) for name in names if not container.is_hidden(name)]
    reasons: list[NotRecords] = []
    kept = _held(sources, reasons)
    if not kept:
        raise NotRecords(
            f"{whole.label} is not Comtrade data: none of the {len(sources)} tables in it has "
            "columns of records. Give files of records as UN Comtrade sends them."
        )
    _say(reasons)
    return kept


def _demand_archive(whole: SourceFile, names: Sequence[str]) -> None:
    """Refuse the documents of office programs, which are archives of their own kind."""
    if {"mimetype", "content.xml"} <= set(names):
        raise SourceError(
            f"{whole.label} is a spreadsheet or text of OpenDocument: save it as .xlsx or CSV, or "
            "name it with --skip if it holds no records."
        )
    if "[Content_Types].xml" in names:
        raise NotRecords(
            f"{whole.label} is not Comtrade data: it is an office document and no workbook. "
            "Give files of records as UN Comtrade sends them."
        )


def _member(whole: SourceFile, name: str) -> SourceFile:
    label = f"{whole.label}/{name}"
    with container.open_bytes(whole.path, label, name) as stream:
        sha256 = hashlib.file_digest(cast(BufferedReader, stream), "sha256").hexdigest()
    with zipfile.ZipFile(whole.path) as archive:
        size = archive.getinfo(name).file_size
    return SourceFile(whole.path, label, sha256, size, _released(Path(name).name, label), name)


def _released(name: str, label: str) -> date | None:
    """Return the date in brackets in the name of a bulk file; 1900 is the service's for none."""
    stamp = re.search(r"\[(\d{4})-?(\d\d)-?(\d\d)(?:_\d{6})?\]", name)
    if stamp is None or stamp[1] == "1900":
        return None
    try:
        return date(int(stamp[1]), int(stamp[2]), int(stamp[3]))
    except ValueError as error:
        raise SourceError(
            f"The name of {label} holds no date in its brackets: give it back its own name."
        ) from error
