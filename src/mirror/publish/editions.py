"""Which editions stand below a folder. One is a folder, or a link to one, that says its own name:

published/2026-11.r1/     the first edition of the month, never changed
published/2026-11.r2/     a rerun that gave other bytes
published/2026-11         -> 2026-11.r2
published/latest          -> 2026-11.r2

Version 0.1 published `2026-11` -> `.files/2026-11-<hash>`, which counts as 2026-11.r1. Copies,
notes and whatever else lies there are no editions.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mirror.errors import MirrorError
from mirror.publish import sums

DAY_SECONDS = 86_400
MONTH = r"[12][0-9]{3}-(?:0[1-9]|1[0-2])"
_NAME = re.compile(rf"({MONTH})(?:\.r([1-9][0-9]*))?")


@dataclass(frozen=True, order=True)
class Edition:
    """A revision of a month's edition. `folder`: where it stands, which may be a link.

    `is_readable`: its summary.json says this name; one that does not is damaged.
    """

    month: str
    revision: int
    folder: Path = field(compare=False)
    is_readable: bool = field(compare=False, default=True)

    @property
    def name(self) -> str:
        """The name by which it is cited, such as 2026-11.r2."""
        return name_of(self.month, self.revision)


def name_of(month: str, revision: int) -> str:
    """The name of a revision."""
    return f"{month}.r{revision}"


def present_month() -> str:
    """The month of today, UTC."""
    return datetime.now(UTC).strftime("%Y-%m")


def found(published: Path) -> list[Edition]:
    """List all editions, the oldest first, damaged ones among them."""
    by_name: dict[str, Edition] = {}
    places: set[Path] = set()
    for entry in _entries(published):
        edition = _read(entry)
        if edition and edition.name not in by_name and entry.resolve() not in places:
            by_name[edition.name] = edition
            places.add(entry.resolve())
    return sorted(by_name.values())


def editions(published: Path) -> list[Edition]:
    """List the editions that can be read, the oldest first."""
    return [edition for edition in found(published) if edition.is_readable]


def newest_of(published: Path, month: str) -> Edition | None:
    """Return the newest revision of a month, one that can be read before one that cannot."""
    of_month = [edition for edition in found(published) if edition.month == month]
    return max(of_month, key=lambda edition: (edition.is_readable, edition), default=None)


def shown(published: Path) -> Edition | None:
    """Return the edition that `latest` shows, or null where it leads to none."""
    said = _summary(published / "latest") or {}
    name = name_in(said)
    return next((edition for edition in editions(published) if edition.name == name), None)


def current(published: Path) -> Edition | None:
    """Return what `latest` shows, or if it leads nowhere the newest edition; null where none is."""
    return shown(published) or newest_until(published, present_month())


def has_come(edition: Edition, present: str) -> bool:
    """Whether the month of an edition has begun, by the clock or because the edition was written
    after the day that the clock shows, which is wrong then.
    """
    try:
        written = (edition.folder / "summary.json").stat().st_mtime
    except OSError:
        written = 0.0
    return edition.month <= present or written > datetime.now(UTC).timestamp() + DAY_SECONDS


def newest_until(published: Path, month: str) -> Edition | None:
    """Return the newest edition up to a month."""
    return max((one for one in editions(published) if one.month <= month), default=None)


def find(published: Path, text: str) -> Edition | None:
    """Return the edition that `2026-11`, `2026-11.r2` or `latest` names, or null."""
    if text == "latest":
        return shown(published)
    if re.fullmatch(MONTH, text):
        return newest_of(published, text)
    return next((edition for edition in found(published) if edition.name == text), None)


def newest(published: Path) -> Path | None:
    """Return the folder of the edition that readers are shown, or null where none stands."""
    edition = current(published)
    return edition.folder.resolve() if edition else None


def names(published: Path) -> str:
    """List the names of all editions in one line, for a sentence."""
    return ", ".join(edition.name for edition in found(published)) or "none"


def name_in(summary: Mapping[str, Any]) -> str:
    """The name that a summary says; editions of version 0.1 said their month alone."""
    return name_of(str(summary.get("edition")), int(summary.get("revision", 1)))


def read_summary(folder: Path) -> dict[str, Any]:
    """Return an edition's summary.json; raises MirrorError where it cannot be read."""
    said = _summary(folder)
    if said is None:
        raise MirrorError(
            f"{folder / 'summary.json'} cannot be read, so that the edition is damaged: publish "
            "its month again, or restore it from a backup."
        )
    return said


def _entries(published: Path) -> Iterator[Path]:
    """Yield the folders whose names have the form of an edition's, revisions before months."""
    if published.is_dir():
        named = (path for path in published.iterdir() if _NAME.fullmatch(path.name))
        folders = [path for path in named if path.is_dir()]
        yield from sorted(folders, key=lambda path: (".r" not in path.name, path.is_symlink()))


def _read(entry: Path) -> Edition | None:
    """The edition at an entry; null for a copy of another one, and for no edition at all."""
    month, number = _parts(entry.name)
    said = _summary(entry)
    if said is not None and said.get("edition") == month:
        revision = int(said.get("revision", 1))
        if number in (None, revision):
            return Edition(month, revision, entry)
    listed = sums.read(entry)
    if listed is None or sums.is_as_listed(entry, "summary.json", listed):
        return None
    return Edition(month, number or 1, entry, is_readable=False)


def _parts(name: str) -> tuple[str, int | None]:
    matched = _NAME.fullmatch(name)
    if matched is None:
        raise ValueError(name)
    return matched[1], int(matched[2]) if matched[2] else None


def _summary(folder: Path) -> dict[str, Any] | None:
    try:
        said = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    is_one = isinstance(said, dict) and isinstance(said.get("revision", 1), int)
    return said if is_one else None
