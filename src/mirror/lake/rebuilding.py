"""The manifest written anew from what lies on the disk: bodies, and the entry of each."""

import sqlite3
from collections import Counter
from collections.abc import Container, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from mirror.errors import LakeError
from mirror.lake import entries
from mirror.lake.bodies import fault
from mirror.lake.condition import inspect
from mirror.lake.entries import Entry
from mirror.lake.schema import connect, is_readable, only_writer, opened, transaction

MANIFEST = "manifest.sqlite"


@dataclass(frozen=True)
class Rebuilt:
    """Replies that the manifest names now, those of them that it did not name before, and one
    sentence for each thing that it cannot name.
    """

    replies: int
    found_again: int
    left: tuple[str, ...]


def rebuild(folder: Path) -> Rebuilt:
    """Write the manifest from every whole body with its entry, and what the old manifest knows.

    Deletes nothing: what is damaged is set apart in damaged/. Calls, rests and open work of a
    manifest that can be read stay. Raises LakeError where there is no lake or another writes to it.
    """
    if not folder.is_dir():
        raise LakeError(f"There is no lake in {folder}: nothing to rebuild a manifest from.")
    left = []
    with only_writer(folder):
        if not is_readable(folder) or not _is_whole(folder):
            left.append(_set_apart(folder, MANIFEST, "The manifest cannot be read"))
        with opened(folder, may_make=True) as db:
            known = {entries.name_of(entry): entry for entry in _named(db)}
            others, damaged = _read_others(folder, known.keys())
            whole, broken = _whole(folder, [*known.values(), *others])
            _write(db, _numbered(whole, known.keys()))
            entries.complete(folder, db)
            left += [*damaged, *broken, *inspect(folder, db).sentences()]
        names = {entries.name_of(entry) for entry in whole}
        return Rebuilt(len(whole), len(names - known.keys()), tuple(left))


def _named(db: sqlite3.Connection) -> list[Entry]:
    rows = db.execute("select * from replies").fetchall()
    return [entries.of_row(db, row) for row in rows]


def _is_whole(folder: Path) -> bool:
    """Whether each row of the manifest is that of a reply."""
    try:
        with closing(connect(folder, may_make=False)) as db:
            for entry in _named(db):
                entries.demand_whole(entry)
    except (sqlite3.DatabaseError, ValueError, KeyError, TypeError):
        return False
    return True


def _read_others(folder: Path, known: Iterable[str]) -> tuple[list[Entry], list[str]]:
    """Entries that the manifest does not hold, and a sentence for each that cannot be read."""
    found, damaged = [], []
    for name in sorted(entries.names(folder) - set(known)):
        path = entries.path_of(folder, name)
        try:
            found.append(entries.read(path))
        except LakeError as error:
            damaged.append(_set_apart(folder, path.relative_to(folder).as_posix(), str(error)))
    return found, damaged


def _whole(folder: Path, found: Iterable[Entry]) -> tuple[list[Entry], list[str]]:
    """Entries whose body is there and is what was fetched, and a sentence for each other body."""
    whole: list[Entry] = []
    broken: dict[str, str] = {}
    checked: set[str] = set()
    for entry in found:
        path = str(entry["path"])
        if path not in checked | broken.keys():
            if said := fault(folder / path, entry["sha256"]):
                is_there = (folder / path).exists()
                broken[path] = _set_apart(folder, path, said) if is_there else f"{said}."
            else:
                checked.add(path)
        if path in checked:
            whole.append(entry)
    return whole, list(broken.values())


def _numbered(found: list[Entry], named: Container[str]) -> list[Entry]:
    """Replies in the order in which they came; numbers stay unless two manifests gave the same.

    Then an older manifest was put in the place of the one that knew the others: what only entries
    name came before what the manifest names from the first number that both gave.
    """
    ordered = sorted(found, key=lambda entry: (entry["id"], entry["fetched_at"]))
    times = Counter(entry["id"] for entry in ordered)
    twice = min((number for number, count in times.items() if count > 1), default=None)
    if twice is None:
        return ordered

    def place(entry: Entry) -> tuple[bool, bool, int, str]:
        is_after = entry["id"] >= twice
        is_named = entries.name_of(entry) in named
        return is_after, is_after and is_named, entry["id"], entry["fetched_at"]

    ordered.sort(key=place)
    return [entry | {"id": number} for number, entry in enumerate(ordered, start=1)]


def _write(db: sqlite3.Connection, found: Iterable[Entry]) -> None:
    with transaction(db):
        for table in (*entries.PARTS, "replies"):
            db.execute(f"delete from {table}")
        for entry in found:
            _insert(db, "replies", [entry[column] for column in entries.COLUMNS])
            for table in entries.PARTS:
                for part in entry[table]:
                    _insert(db, table, [entry["id"], *part])


def _insert(db: sqlite3.Connection, table: str, values: list[object]) -> None:
    db.execute(f"insert into {table} values ({', '.join('?' * len(values))})", values)


def _set_apart(folder: Path, path: str, reason: str) -> str:
    """Move a file to damaged/, beside what is there; returns the sentence that says so."""
    target = folder / "damaged" / Path(path).name
    target.parent.mkdir(exist_ok=True)
    number = 1
    while target.exists():
        number += 1
        target = target.with_name(f"{Path(path).name}.{number}")
    (folder / path).replace(target)
    return f"{reason.rstrip('.')}; it is set apart as {target}."
