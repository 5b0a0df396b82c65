"""Whether the folder of the lake and its manifest agree; neither is changed to make them."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from mirror.lake import entries
from mirror.lake.schema import how_to_rebuild


@dataclass(frozen=True)
class Condition:
    """Paths below the lake. `lost`: replies that the manifest named once, as their entries show,
    and does not name now; `unknown`: files that no manifest and no entry names; `missing`: replies
    that the manifest names and that are not there.
    """

    folder: Path
    lost: tuple[str, ...]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]

    def sentences(self) -> list[str]:
        """What does not agree, each with what to do about it."""
        said = [self.lost_sentence(), self.unknown_sentence(), self.missing_sentence()]
        return [sentence for sentence in said if sentence]

    def lost_sentence(self) -> str:
        """Say which replies the manifest has lost; empty if none."""
        if not self.lost:
            return ""
        return (
            f"The manifest of the lake {self.folder} does not name {_counted(self.lost)}: it was "
            "lost, or replaced by an older one. Nothing is deleted; "
            f"{how_to_rebuild(self.folder)}, then run this again."
        )

    def unknown_sentence(self) -> str:
        """Say which files nothing names; empty if none."""
        if not self.unknown:
            return ""
        return (
            f"The lake {self.folder} holds what neither its manifest nor an entry names: "
            f"{_counted(self.unknown)}. Nothing is deleted and nothing of it is read; restore "
            "manifest.sqlite or entries/ from a backup, or give the files with --source."
        )

    def missing_sentence(self) -> str:
        """Say which bodies are not there; empty if none."""
        if not self.missing:
            return ""
        return (
            f"The lake {self.folder} lacks what its manifest names: {_counted(self.missing)}; "
            f"restore it from a backup, or {how_to_rebuild(self.folder)} without it, and the next "
            "fetch asks for it again."
        )


def inspect(folder: Path, db: sqlite3.Connection) -> Condition:
    """Compare files and manifest. The files are listed first: a fetch names what it has kept."""
    bodies = {path.relative_to(folder).as_posix(): path.name.split(".")[0]
              for path in (folder / "replies").rglob("*") if path.is_file()}  # fmt: skip
    found = entries.names(folder)
    rows = db.execute("select path, sha256, fetched_at, query from replies").fetchall()
    named = {row["path"] for row in rows}
    lost = {name.split(".")[0] for name in found - {entries.name_of(row) for row in rows}}
    return Condition(
        folder,
        # a body that came again after a rebuild without it is named, though an old entry is not
        lost=tuple(sorted(path for path, sha256 in bodies.items() if path not in named
                          and sha256 in lost)),
        unknown=tuple(sorted(p for p, sha256 in bodies.items() if p not in named
                             and sha256 not in lost)),
        missing=tuple(sorted(named - bodies.keys())),
    )  # fmt: skip


def _counted(paths: tuple[str, ...]) -> str:
    if len(paths) == 1:
        return f"the reply {paths[0]}"
    return f"{len(paths):,} replies, the first of them {paths[0]}"
