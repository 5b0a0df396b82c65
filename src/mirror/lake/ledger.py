"""Calls of each key and day, counted in the manifest, across runs and processes."""

import hashlib
import sqlite3
from datetime import UTC, datetime, timedelta

from mirror.errors import QuotaExceeded
from mirror.lake.schema import transaction
from mirror.lake.times import LONGEST_REST, moment

PUBLIC = "public"


def account_of(key: str | None) -> str:
    """Name under which calls are counted: a fingerprint that does not give the key away."""
    if not key:
        return PUBLIC
    return hashlib.sha256(b"mirror ledger " + key.encode()).hexdigest()[:12]


class Ledger:
    """Counts calls before they leave; days are UTC days."""

    def __init__(self, db: sqlite3.Connection, calls_a_day: int) -> None:
        self._db = db
        self._calls_a_day = calls_a_day

    def spend(self, account: str, address: str, now: datetime) -> None:
        """Count one call; raise QuotaExceeded, uncounted, if the day or a rest forbids it."""
        with transaction(self._db):
            self._check(account, now)
            self._db.execute(
                "insert into calls (account, day, at, address) values (?, ?, ?, ?)",
                (account, f"{now:%Y-%m-%d}", now.isoformat(timespec="seconds"), address),
            )

    def left(self, account: str, now: datetime) -> int:
        """Calls left today; 0 while the account must rest."""
        if self.rest(account, now):
            return 0
        return max(0, self._calls_a_day - self.spent(account, now))

    def spent(self, account: str, now: datetime) -> int:
        """Calls made today: since the last of an earlier day, for a clock may have been ahead."""
        asked = {"account": account, "day": f"{now:%Y-%m-%d}"}
        return int(self._db.execute(_SPENT, asked).fetchone()[0])

    def set_rest(self, account: str, until: datetime) -> None:
        """Remember that the service gives this account no data before `until`."""
        with transaction(self._db):
            self._db.execute("replace into rests values (?, ?)", (account, until.isoformat()))

    def rest(self, account: str, now: datetime) -> datetime | None:
        """Until when the account must rest; null if it need not."""
        row = self._db.execute("select until from rests where account = ?", (account,)).fetchone()
        until = moment(row["until"]) if row else None
        return until if until and now < until <= now + LONGEST_REST else None

    def _check(self, account: str, now: datetime) -> None:
        until = self.rest(account, now)
        if until is None and self.spent(account, now) >= self._calls_a_day:
            tomorrow = now.astimezone(UTC).date() + timedelta(days=1)
            until = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=UTC)
        if until:
            whose = "keyless call" if account == PUBLIC else "call of this key"
            raise QuotaExceeded(
                f"No {whose} is left before {until:%Y-%m-%d %H:%M} UTC. What was fetched is kept;"
                " run again after that.",
                until,
            )


_SPENT = """
select count(*) from calls
where account = :account and day = :day and id > coalesce(
    (select max(id) from calls where account = :account and day < :day), 0
)
"""
