"""Which editions stand below a folder: each is a folder, or a link to one, with its own name."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mirror.publish import sums

_NAME = re.compile(r"([12][0-9]{3}-(?:0[1-9]|1[0-2]))(?:\.r([1-9][0-9]*))?")


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
        return f"{self.month}.r{self.revision}"


def found(published: Path) -> list[Edition]:
    """List all editions, the oldest first, damaged ones among them."""
    by_name: dict[str, Edition] = {}
    paths = published.iterdir() if published.is_dir() else iter(())
    for entry in sorted(paths, key=lambda path: (".r" not in path.name, path.name)):
        edition = _read(entry)
        if edition:
            by_name.setdefault(edition.name, edition)
    return sorted(by_name.values())


def shown(published: Path) -> Edition | None:
    """Return the edition that `latest` shows, or null where it leads to none."""
    folder = (published / "latest").resolve()
    return next((one for one in found(published) if one.folder.resolve() == folder), None)


def damages(edition: Edition) -> list[str]:
    """Say what is wrong with an edition, file by file; an empty list is a good edition."""
    listed = sums.read(edition.folder)
    if not listed:
        return [f"{sums.NAME} is missing or cannot be read"]
    paths = {name: edition.folder / name for name in listed}
    wrong = [f"{name} is missing" if not path.is_file() else f"{name} is not what was published"
             for name, path in paths.items()
             if not path.is_file() or sums.sha256(path) != listed[name]]  # fmt: skip
    return wrong or ([] if edition.is_readable else [f"summary.json does not say {edition.name}"])


def _read(entry: Path) -> Edition | None:
    matched = _NAME.fullmatch(entry.name)
    if matched is None or not entry.is_dir():
        return None
    month, number = matched[1], int(matched[2]) if matched[2] else None
    try:
        said: dict[str, Any] = json.loads((entry / "summary.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Edition(month, number or 1, entry, is_readable=False)
    revision = said.get("revision", 1)
    is_it = said.get("edition") == month and number in (None, revision)
    return Edition(month, revision, entry) if is_it else None
