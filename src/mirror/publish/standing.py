"""A draft beside the edition that stands: whether it says the same, and what it can restore."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mirror.publish import disk, sums
from mirror.publish.editions import Edition

Same = Callable[[Path, Path], bool]


def holds(edition: Edition, draft: Path, is_same_database: Same) -> bool:
    """Whether the edition has every file of a draft, as it was published or as it is."""
    listed = sums.read(edition.folder) or {}
    return all(
        _is_same(edition.folder / name, path, listed.get(name), is_same_database)
        for name, path in sums.files(draft).items()
    )


def is_same(edition: Edition, draft: Path, is_same_database: Same) -> bool:
    """Whether a whole draft and the edition have the same files with the same content."""
    listed = sums.read(edition.folder) or {}
    return listed.keys() <= sums.files(draft).keys() and holds(edition, draft, is_same_database)


def restore(edition: Edition, draft: Path) -> list[str]:
    """Put the files of a draft of the same content in place of those that are damaged.

    Returns their names. SHA256SUMS follows, which a database of the same tables changes.
    """
    listed = sums.read(edition.folder) or {}
    there = sums.files(draft)
    wrong = [
        name
        for name, path in there.items()
        if not _is_whole(edition.folder / name, path, listed.get(name))
    ]
    disk.sync(draft)
    for name in wrong:
        place = edition.folder / name
        place.parent.mkdir(exist_ok=True)
        if place.is_dir() and not place.is_symlink():
            disk.move_aside(place, edition.folder.with_name(f"{edition.name}.{place.name}"))
        there[name].replace(place)
        disk.sync_folder(place.parent)
    now = {name: sums.sha256(edition.folder / name) for name in there}
    if now != listed:
        sums.write(edition.folder, now)
        wrong.append(sums.NAME)
    disk.sync(edition.folder)
    return wrong


def _is_whole(standing: Path, draft: Path, listed: str | None) -> bool:
    """Whether a file is what was published, or is what the draft has, whatever SHA256SUMS says."""
    return standing.is_file() and sums.sha256(standing) in (listed, sums.sha256(draft))


def _is_same(standing: Path, draft: Path, listed: str | None, is_same_database: Same) -> bool:
    """Compare a file of the draft with what was published, which may be damaged by now."""
    there = sums.sha256(standing) if standing.is_file() else None
    if sums.sha256(draft) in (listed, there):
        return True
    if draft.suffix == ".duckdb":
        return there != listed or is_same_database(standing, draft)
    return draft.name == "summary.json" and _said(draft) == _said(standing)


def _said(summary: Path) -> dict[str, Any] | None:
    """What a summary says but for when the service was last asked; null if it cannot be read."""
    try:
        said: dict[str, Any] = json.loads(summary.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    upstream = said.get("upstream") or {}
    return said | {"upstream": {key: upstream[key] for key in upstream if key != "checked_at"}}
