"""Every file of the lake held against what is known of it; nothing is written."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from mirror.errors import LakeError
from mirror.lake import bodies, entries
from mirror.lake.condition import inspect
from mirror.lake.schema import opened


def faults(folder: Path) -> list[str]:
    """One sentence for each fault of the lake: bodies, entries, manifest; empty if it is whole.

    An absent lake has none. Raises nothing for what is damaged; a fetch may write meanwhile.
    """
    if not folder.is_dir():
        return [f"{folder} is a file where the lake belongs."] if folder.exists() else []
    try:
        strange = [
            f"{folder / name} is a file where a folder belongs: restore it from a backup."
            for name in ("replies", "entries")
            if (folder / name).is_file()
        ]
        with opened(folder, may_make=False) as db:
            before = inspect(folder, db).sentences()
            found = [*_of_bodies(folder, db), *_of_entries(folder, db)]
            # what a fetch had kept and not yet named when it was listed is named by now
            after = inspect(folder, db).sentences()
            return [*strange, *(said for said in before if said in after), *found]
    except LakeError as error:
        return [str(error)]


def _of_bodies(folder: Path, db: sqlite3.Connection) -> Iterator[str]:
    """Bodies that are there and are not what was fetched."""
    for row in db.execute("select distinct path, sha256 from replies order by path").fetchall():
        path = folder / row["path"]
        if path.is_file() and (said := bodies.fault(path, row["sha256"])):
            yield f"{said}."


def _of_entries(folder: Path, db: sqlite3.Connection) -> Iterator[str]:
    """Entries that cannot be read, or say something else than the manifest; and those lacking."""
    rows = db.execute("select * from replies order by id").fetchall()
    known = {entries.name_of(row): row for row in rows}
    for name in sorted(entries.names(folder)):
        path = entries.path_of(folder, name)
        try:
            entry = entries.read(path)
        except LakeError as error:
            yield str(error)
            continue
        if name in known and entry | {"id": 0} != entries.of_row(db, known[name]) | {"id": 0}:
            yield f"The entry {path} and the manifest say different things of one reply."
    # a lake of a version that wrote none gets them all with its next fetch
    lacking = known.keys() - entries.names(folder) if entries.names(folder) else ()
    for name in sorted(lacking):
        yield f"The entry {entries.path_of(folder, name)} is missing: the next fetch writes it."
