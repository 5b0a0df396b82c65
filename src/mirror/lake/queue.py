"""The calls still to make, kept so that a run that was stopped goes on where it was."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from mirror.lake.schema import transaction


@dataclass(frozen=True)
class Work:
    """A call to make: the query as its room wrote it, and the rows expected."""

    id: int
    query: str
    rows: float


class Queue:
    """One plan at a time: that of the request which was fetched last."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def open(self, request: str) -> list[Work]:
        """Calls that are left of this request's plan, in order."""
        sql = "select id, query, rows from work where request = ? order by id"
        return [Work(*row) for row in self._db.execute(sql, (request,))]

    def after(self, request: str, number: int) -> Work | None:
        """The next call of the plan beyond that number; null at the end."""
        sql = "select id, query, rows from work where request = ? and id > ? order by id limit 1"
        row = self._db.execute(sql, (request, number)).fetchone()
        return Work(*row) if row else None

    def plan(self, request: str, calls: Iterable[tuple[str, float]]) -> None:
        """Put a new plan in the place of any other."""
        with transaction(self._db):
            self._db.execute("delete from work")
            self._add(request, calls)

    def split(self, request: str, work: Work, parts: Iterable[tuple[str, float]]) -> None:
        """Put the parts of a call in its place."""
        with transaction(self._db):
            self._db.execute("delete from work where id = ?", (work.id,))
            self._add(request, parts)

    def _add(self, request: str, calls: Iterable[tuple[str, float]]) -> None:
        sql = "insert or ignore into work (request, query, rows) values (?, ?, ?)"
        self._db.executemany(sql, [(request, query, rows) for query, rows in calls])
