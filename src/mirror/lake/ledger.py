"""Calls and bytes of each key and day, counted in the manifest, across runs and processes."""

import hashlib
import sqlite3
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from mirror.errors import QuotaExceeded
from mirror.lake.schema import transaction
from mirror.lake.times import LONGEST_REST, moment

PUBLIC = "public"
BYTES_A_DAY = 411_820_000
"""What one user of a free key recorded as the quota of a day, beside 500 calls."""


def account_of(key: str | None) -> str:
    """Name under which calls are counted: a fingerprint that does not give the key away."""
    if not key:
        return PUBLIC
    return hashlib.sha256(b"mirror ledger " + key.encode()).hexdigest()[:12]


class Ledger:
    """Counts calls before they leave, bytes when they came; days are UTC days."""

    def __init__(
        self, db: sqlite3.Connection, calls_a_day: int, bytes_a_day: int = BYTES_A_DAY
    ) -> None:
        self._db = db
        self.calls_a_day = calls_a_day
        self.bytes_a_day = bytes_a_day

    def spend(self, account: str, address: str, now: datetime) -> None:
        """Count one call; raise QuotaExceeded, uncounted, if the day or a rest forbids it."""
        with transaction(self._db):
            self._check(account, now)
            self._db.execute(
                "insert into calls (account, day, at, address) values (?, ?, ?, ?)",
                (account, f"{now:%Y-%m-%d}", now.isoformat(timespec="seconds"), address),
            )

    def left(self, account: str, now: datetime) -> int:
        """Calls left today; 0 while the account must rest, or where its bytes are used up."""
        if not self.bytes_left(account, now):
            return 0
        return max(0, self.calls_a_day - self.spent(account, now))

    def bytes_left(self, account: str, now: datetime) -> int:
        """Bytes left today; 0 while the account must rest."""
        if self.rest(account, now):
            return 0
        return max(0, self.bytes_a_day - self.received(account, now))

    def receive(self, account: str, kind: str, size: int, rows: int, now: datetime) -> None:
        """Count the bytes of a body as they came over the wire, and the rows in it."""
        with transaction(self._db):
            day = f"{now.astimezone(UTC):%Y-%m-%d}"
            self._db.execute(_RECEIVE, (account, day, kind, size, rows))

    def received(self, account: str, now: datetime) -> int:
        """Bytes that came today."""
        sql = "select coalesce(sum(bytes), 0) from received where account = ? and day = ?"
        day = f"{now.astimezone(UTC):%Y-%m-%d}"
        return int(self._db.execute(sql, (account, day)).fetchone()[0])

    def bytes_a_row(self, kinds: Collection[str]) -> float | None:
        """Bytes over the wire for each row of these kinds; null if fewer than 1,000 rows came."""
        size, rows = 0, 0
        for kind in kinds:
            sql = "select coalesce(sum(bytes), 0), coalesce(sum(rows), 0) from received"
            one = self._db.execute(f"{sql} where kind = ?", (kind,)).fetchone()
            size, rows = size + int(one[0]), rows + int(one[1])
        return size / rows if rows >= 1_000 else None

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
        has_bytes = self.received(account, now) < self.bytes_a_day
        if until is None and not (has_bytes and self.spent(account, now) < self.calls_a_day):
            tomorrow = now.astimezone(UTC).date() + timedelta(days=1)
            until = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=UTC)
        if until:
            what = "call" if has_bytes else "byte"
            whose = f"keyless {what}" if account == PUBLIC else f"{what} of this key"
            raise QuotaExceeded(
                f"No {whose} is left before {until:%Y-%m-%d %H:%M} UTC. What was fetched is kept;"
                " run again after that.",
                until,
            )


_RECEIVE = """
insert into received values (?, ?, ?, ?, ?) on conflict (account, day, kind)
do update set bytes = bytes + excluded.bytes, rows = rows + excluded.rows
"""
_SPENT = """
select count(*) from calls
where account = :account and day = :day and id > coalesce(
    (select max(id) from calls where account = :account and day < :day), 0
)
"""
