"""What is written is on the disk before it gets its name."""

import logging
import os
from pathlib import Path

log = logging.getLogger(__name__)


def sync(folder: Path) -> None:
    """Wait until every file and folder below a folder, and itself, is on the disk."""
    for path in folder.rglob("*"):
        _sync(path)
    _sync(folder)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def move_aside(folder: Path, beside: Path | None = None) -> None:
    """Free the place of a link or a file from a folder, of which nothing is deleted.

    It stays next to `beside`, or next to where it was.
    """
    place, number = beside or folder, 1
    while (aside := place.with_name(f"{place.name}.copy-{number}")).exists():
        number += 1
    folder.rename(aside)
    log.warning("%s stood where a link or file belongs and is now %s", folder, aside)
