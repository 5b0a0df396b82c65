"""What is written is on the disk before it gets its name."""

import os
from pathlib import Path


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
