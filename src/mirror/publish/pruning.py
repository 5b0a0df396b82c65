"""Retention: what a folder of editions keeps, and how the rest goes, nothing half."""

import shutil
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mirror.publish import links
from mirror.publish.editions import Edition, editions, found, shown


@dataclass(frozen=True)
class Pruned:
    """An edition that goes, and the bytes that it takes below the folder of the editions."""

    edition: Edition
    size_bytes: int


def to_remove(published: Path, months: int) -> list[Pruned]:
    """List what goes, the oldest first, when the newest months are kept.

    Stays, however old: what `latest` shows, and what has a file `<name>.keep` beside it.
    """
    newest = sorted({edition.month for edition in editions(published)})[-months:]
    here = shown(published)
    return [
        Pruned(edition, _size(_own_folder(published, edition)))
        for edition in found(published)
        if newest and edition.month < newest[0]
        and edition != here and not _is_kept(published, edition)
    ]  # fmt: skip


def prune(published: Path, going: Sequence[Pruned], present: str) -> None:
    """Remove editions, then the links that led to them, and put the other links right."""
    for one in going:
        _remove(published, one.edition)
    for link in links.dangling(published):
        link.unlink()
    links.settle(published, present)


def keep(published: Path, edition: Edition) -> Path:
    """Mark an edition as one that stays, because it was cited."""
    mark = _mark(published, edition)
    mark.touch()
    return mark


def release(published: Path, edition: Edition) -> None:
    """Take the mark off."""
    _mark(published, edition).unlink(missing_ok=True)


def _mark(published: Path, edition: Edition) -> Path:
    return published / f"{edition.name}.keep"


def _is_kept(published: Path, edition: Edition) -> bool:
    marks = (_mark(published, edition), published / f"{edition.month}.keep")
    return any(mark.exists() for mark in marks)


def _own_folder(published: Path, edition: Edition) -> Path | None:
    """Where the files of an edition are; null for those that a link names elsewhere."""
    folder = edition.folder.resolve()
    return folder if folder.is_relative_to(published.resolve()) else None


def _size(folder: Path | None) -> int:
    if folder is None:
        return 0
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())


def _remove(published: Path, edition: Edition) -> None:
    """Take the name of an edition away, then its files; those elsewhere stay."""
    own = _own_folder(published, edition)
    if edition.folder.is_symlink():
        edition.folder.unlink()
    if own:
        going = published / f".draft-{uuid.uuid4().hex[:12]}"
        own.rename(going)
        shutil.rmtree(going)
