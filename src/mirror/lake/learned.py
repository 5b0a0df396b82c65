"""What an account was found to be allowed: facts that calls taught, kept across runs."""

import sqlite3
from datetime import datetime
from typing import Literal

from mirror.lake.schema import transaction
from mirror.lake.times import moment

Fact = Literal[
    "rows_a_call", "rows_in_time", "rows_too_slow", "rows_whole", "pause_seconds", "bytes_a_day",
    "refused", "answered",
]  # fmt: skip
"""`rows_a_call`: where replies end; `rows_in_time`: the largest size planned after one that took
too long, and `rows_too_slow`, the smallest one that did; `rows_whole`: the largest reply that a
count confirmed; `pause_seconds`: between two calls; `bytes_a_day`: of bodies as they came over the
wire; `refused`: the sentence with which this kind of call was refused; `answered`: when one was
answered last.
"""


class Learned:
    """Facts by account and kind of call; a fact that was never learned is null."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def get(self, account: str, kind: str, fact: Fact, since: datetime | None = None) -> str | None:
        """What is known, and was learned after `since` (null: ever)."""
        sql = "select value, learned_at from learned where account = ? and kind = ? and fact = ?"
        row = self._db.execute(sql, (account, kind, fact)).fetchone()
        is_old = bool(row and since and moment(row["learned_at"]) < since)
        return str(row["value"]) if row and not is_old else None

    def kinds(self, account: str, fact: Fact) -> frozenset[str]:
        """Kinds of call of which a fact is known."""
        sql = "select kind from learned where account = ? and fact = ?"
        return frozenset(row["kind"] for row in self._db.execute(sql, (account, fact)))

    def set(self, account: str, kind: str, fact: Fact, value: object, now: datetime) -> None:
        """Remember it, in the place of what was known before."""
        with transaction(self._db):
            self._db.execute(
                "replace into learned values (?, ?, ?, ?, ?)",
                (account, kind, fact, str(value), now.isoformat(timespec="seconds")),
            )

    def forget(self, account: str, kind: str, fact: Fact) -> None:
        """Know it no longer."""
        sql = "delete from learned where account = ? and kind = ? and fact = ?"
        with transaction(self._db):
            self._db.execute(sql, (account, kind, fact))
