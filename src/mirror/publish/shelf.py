"""The editions that stand below published/, as status and serve name them; nothing is written."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mirror.errors import SettingsError
from mirror.publish.package import sha256

_NAME = re.compile(r"([0-9]{4}-(?:0[1-9]|1[0-2]))(?:\.r([1-9][0-9]*))?")


@dataclass(frozen=True)
class StandingEdition:
    """An edition in its folder. `address`: what it is called below published/; `summary` is empty
    where summary.json cannot be read.
    """

    month: str
    revision: int
    address: str
    folder: Path
    summary: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Month and revision, as it is cited."""
        return f"{self.month}.r{self.revision}"

    @property
    def order(self) -> tuple[str, int]:
        """Newer ones come later."""
        return self.month, self.revision

    @property
    def is_complete(self) -> bool:
        """Whether all that the service had published is in it; true where no service was asked."""
        return self.upstream is None or bool(self.upstream.get("is_complete"))

    @property
    def upstream(self) -> dict[str, Any] | None:
        """How far it is behind the service; null for files, the sample and editions of 0.1."""
        return self.summary.get("upstream")

    def damages(self) -> list[str]:
        """Say of each file that is not what was published, how; every file is read."""
        if not self.summary:
            return ["summary.json cannot be read"]
        try:
            hashes = listed(self.folder)
        except (OSError, ValueError):
            return ["SHA256SUMS cannot be read"]
        return [f"{name} {fault}" for name, of in hashes.items()
                if (fault := _fault(self.folder / name, of))]  # fmt: skip


def listed(folder: Path) -> dict[str, str]:
    """Hash of every file of an edition by its path in it, SHA256SUMS itself left out.

    Raises OSError or ValueError where SHA256SUMS cannot be read.
    """
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("  ", 1) for line in lines)
    return {name: of for of, name in pairs}


def standing(published: Path) -> list[StandingEdition]:
    """List the editions, the oldest first. Whatever is none, such as a copy, is left out.

    Raises SettingsError where the folder is not to be read.
    """
    found: dict[str, StandingEdition] = {}
    for path in _paths(published):
        match = _NAME.fullmatch(path.name)
        folder = path.resolve()
        if match is None or not folder.is_dir() or not folder.is_relative_to(published.resolve()):
            continue
        if path.is_symlink() and _NAME.fullmatch(folder.name):
            continue  # a month, which shows a revision beside it
        edition = StandingEdition(match[1], int(match[2] or 1), path.name, folder, _summary(folder))
        if not edition.summary or _named(edition.summary) == edition.name:
            found[edition.name] = edition
    return sorted(found.values(), key=lambda edition: edition.order)


def latest(published: Path) -> str | None:
    """Name the edition that `latest` shows; null where it shows none."""
    folder = (published / "latest").resolve()
    return next((edition.name for edition in standing(published) if edition.folder == folder), None)


def _paths(published: Path) -> list[Path]:
    try:
        return sorted(published.iterdir()) if published.is_dir() else []
    except OSError as error:
        raise SettingsError(
            f"{published} cannot be read ({error.strerror}): ask whoever owns it for the right to "
            "read it, or choose another --out."
        ) from error


def _summary(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _named(summary: dict[str, Any]) -> str:
    """What a summary calls its edition; those of 0.1 know no revision and are the first."""
    return f"{summary.get('edition')}.r{summary.get('revision', 1)}"


def _fault(path: Path, expected: str) -> str:
    try:
        return "" if sha256(path) == expected else "is not what was published"
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
