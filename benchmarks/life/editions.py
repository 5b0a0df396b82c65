"""An edition as a reader has it: folder, tables and sums of its files."""

import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.life.deliveries import View

SUMS = "SHA256SUMS"


@dataclass(frozen=True)
class Edition:
    """A published folder, and the records that it must have seen."""

    month: str
    folder: Path
    view: View
    is_complete: bool
    sums: dict[str, str] = field(default_factory=dict)
    """Hash of every file when it was published, to see later that none changed."""

    @cached_property
    def summary(self) -> dict[str, Any]:
        """What `summary.json` says."""
        said: dict[str, Any] = json.loads((self.folder / "summary.json").read_text("utf-8"))
        return said

    @cached_property
    def gap_years(self) -> pl.DataFrame:
        """Both reports of every flow."""
        return self.table("gap_years")

    @cached_property
    def ranked_gaps(self) -> pl.DataFrame:
        """The ranking."""
        return self.table("ranked_gaps")

    def has_seen(self, view: View, is_complete: bool) -> bool:
        """Whether it was made from these very records, and is as complete."""
        return self.view == view and self.is_complete == is_complete

    def table(self, name: str) -> pl.DataFrame:
        """A table of the edition."""
        return pl.read_parquet(self.folder / f"{name}.parquet")

    @property
    def warnings(self) -> list[str]:
        """The edition's warnings, first one first."""
        return [str(warning) for warning in self.summary.get("warnings", [])]


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder, by its path there."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def damage(folder: Path) -> str | None:
    """What is wrong with an edition by its own sums; nothing if it is whole."""
    if not (folder / SUMS).is_file():
        return f"{folder.name} has no {SUMS}"
    lines = (folder / SUMS).read_text("utf-8").splitlines()
    told = {line[64:].lstrip(" *"): line[:64] for line in lines}
    there = hashes(folder)
    there.pop(SUMS)
    differing = sorted(
        name for name in told.keys() | there.keys() if told.get(name) != there.get(name)
    )
    return f"{folder.name}: {differing[:3]} of {len(told)} files" if differing else None
