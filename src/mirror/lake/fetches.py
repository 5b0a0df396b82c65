"""How fetches ended: an edition says whether the last one of its frequency brought everything."""

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from mirror.lake.schema import transaction
from mirror.lake.times import EVERYTHING

STOPPED = "the last fetch was stopped before its end"


@dataclass(frozen=True)
class Fetched:
    """A fetch of some periods. `reporters`: empty, all of them; `reason` why it did not finish, a
    clause, empty if it did.
    """

    periods: frozenset[str]
    reporters: frozenset[str]
    reason: str

    def without(self, later: "Fetched") -> "Fetched":
        """What a later fetch that finished leaves open of this one."""
        covers = not later.reporters or (self.reporters and self.reporters <= later.reporters)
        return replace(self, periods=self.periods - later.periods) if covers else self


class Fetches:
    """One row for each fetch, written when it begins and again when it ends."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def begin(
        self, frequency: str, periods: Collection[str], reporters: Collection[str], now: datetime
    ) -> int:
        """Remember that a fetch has begun; returns its number. It counts as stopped until `end`."""
        with transaction(self._db):
            cursor = self._db.execute(
                "insert into fetches (frequency, periods, reporters, began_at, last_reply, reason)"
                " values (?, ?, ?, ?, (select coalesce(max(id), 0) from replies), ?)",
                (frequency, ",".join(sorted(periods)), ",".join(sorted(reporters)),
                 now.astimezone(UTC).isoformat(timespec="microseconds"), STOPPED),
            )  # fmt: skip
        return int(cursor.lastrowid or 0)

    def end(self, number: int, reason: str) -> None:
        """Remember how a fetch ended; `reason` is empty if it brought everything."""
        with transaction(self._db):
            self._db.execute(
                "update fetches set reason = ?,"
                " last_reply = (select coalesce(max(id), 0) from replies) where id = ?",
                (reason, number),
            )

    def unfinished(
        self, frequency: str, as_of: date | None = None, newest: int = EVERYTHING
    ) -> list[Fetched]:
        """What fetches left open and no later one has brought, oldest first.

        `as_of` and `newest`, the number of the newest reply of that day, look back.
        """
        day = as_of.isoformat() if as_of and newest < EVERYTHING else None
        left: list[Fetched] = []
        rows = self._db.execute(_ENDED, (frequency, newest, day))
        for row in rows:
            one = Fetched(_listed(row["periods"]), _listed(row["reporters"]), row["reason"])
            if one.reason:
                left.append(one)
            else:
                left = [rest for old in left if (rest := old.without(one)).periods]
        return left


def _listed(text: str) -> frozenset[str]:
    return frozenset(filter(None, text.split(",")))


_ENDED = """
select periods, reporters, reason from fetches
where frequency = ? and last_reply <= ? and substr(began_at, 1, 10) <= coalesce(?, '9999')
order by id
"""
