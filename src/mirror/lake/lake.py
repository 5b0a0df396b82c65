"""The archive of replies: write-once bodies, and a manifest in which a reply counts or does not."""

import logging
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from mirror.errors import LakeError
from mirror.lake import entries, times, vintages
from mirror.lake.bodies import Draft, sweep, verify
from mirror.lake.condition import Condition, inspect
from mirror.lake.fetches import Fetched, Fetches
from mirror.lake.learned import Learned
from mirror.lake.ledger import BYTES_A_DAY, Ledger
from mirror.lake.queue import Queue, Work
from mirror.lake.replies import Cover, NewReply, Release, StoredReply, listing, stored
from mirror.lake.schema import make_tables, only_writer, opened, transaction
from mirror.lake.vintages import Cells, Covered, Live, ReporterPeriod

log = logging.getLogger(__name__)
CALLS_A_DAY = 500


class Lake:
    """Replies below one folder. Reading is always allowed; writing needs `Lake.writing`."""

    def __init__(
        self,
        folder: Path,
        db: sqlite3.Connection,
        calls_a_day: int = CALLS_A_DAY,
        scratch: Path | None = None,
        bytes_a_day: int = BYTES_A_DAY,
    ) -> None:
        self.folder = folder
        self._writes_to = scratch or folder
        self._db = db
        self.ledger = Ledger(db, calls_a_day, bytes_a_day)
        self.queue = Queue(db)
        self.learned = Learned(db)
        self.fetches = Fetches(db)

    @classmethod
    @contextmanager
    def reading(
        cls, folder: Path, calls_a_day: int = CALLS_A_DAY, bytes_a_day: int = BYTES_A_DAY
    ) -> Iterator[Self]:
        """Open to read; an absent lake is an empty one, and is not made."""
        with opened(folder, may_make=False) as db:
            yield cls(folder, db, calls_a_day, bytes_a_day=bytes_a_day)

    @classmethod
    @contextmanager
    def writing(
        cls, folder: Path, calls_a_day: int = CALLS_A_DAY, bytes_a_day: int = BYTES_A_DAY
    ) -> Iterator[Self]:
        """Open to write, alone; clears drafts that a crash left, gives each reply its entry.

        Raises LakeError if another writes, or if the manifest does not name what it named once.
        """
        with only_writer(folder), opened(folder, may_make=True) as db:
            lake = cls(folder, db, calls_a_day, bytes_a_day=bytes_a_day)
            sweep(folder)
            for sentence in lake.demand_named().sentences():
                log.warning("%s", sentence)
            entries.complete(folder, db)
            yield lake

    @classmethod
    @contextmanager
    def rehearsing(
        cls, folder: Path, calls_a_day: int = CALLS_A_DAY, bytes_a_day: int = BYTES_A_DAY
    ) -> Iterator[Self]:
        """Open a copy that takes replies and forgets them: nothing reaches the lake's folder."""
        with (
            opened(folder, may_make=False) as source,
            closing(sqlite3.connect(":memory:", isolation_level=None)) as copy,
            TemporaryDirectory() as scratch,
        ):
            source.backup(copy)
            copy.row_factory = sqlite3.Row
            make_tables(copy)
            yield cls(folder, copy, calls_a_day, Path(scratch), bytes_a_day)

    def draft(self) -> Draft:
        """A body to write into."""
        return Draft(self._writes_to)

    def condition(self) -> Condition:
        """Whether the folder and the manifest agree."""
        return inspect(self.folder, self._db)

    def demand_named(self) -> Condition:
        """The condition; raises LakeError if the manifest does not name what it named once."""
        condition = self.condition()
        if condition.lost:
            raise LakeError(condition.lost_sentence())
        return condition

    def keep(
        self,
        draft: Draft,
        reply: NewReply,
        now: datetime,
        covers: Iterable[Cover] = (),
        releases: Iterable[Release] | None = None,
        done: Work | None = None,
    ) -> int:
        """Make a draft a reply that counts, in one transaction; returns its number.

        `releases` are the rows of an availability reply (null: it is none), of which those of the
        reply's own periods count; `done` is the work that this reply ends.
        """
        path = draft.settle()
        with transaction(self._db):
            number = self._insert(draft, reply, path, now)
            self._db.executemany(
                "insert into covers values (?, ?, ?, ?, ?, ?)",
                [(number, c.period, c.reporter_code, c.rows, c.last_released, c.checksum)
                 for c in covers],
            )  # fmt: skip
            if releases is not None:
                looked = set(reply.periods)
                believed = [r for r in releases if r.period in looked]
                self._insert_releases(number, reply.periods, believed)
            if done:
                self._db.execute("delete from work where id = ?", (done.id,))
        row = self._db.execute("select * from replies where id = ?", (number,)).fetchone()
        entries.write(self._writes_to, entries.of_row(self._db, row))
        return number

    def replies(self, as_of: date | None = None) -> list[StoredReply]:
        """All replies known at the end of `as_of` (UTC; null: now), oldest first."""
        newest = self._newest(as_of)
        covers, live = self._covers_by_reply(newest)
        rows = self._db.execute("select * from replies where id <= ? order by id", (newest,))
        return [
            stored(row, self.folder, covers.get(row["id"], ()),
                   bool(covers.get(row["id"])) and row["id"] not in live)
            for row in rows
        ]  # fmt: skip

    def covered(self, frequency: str, as_of: date | None = None) -> list[Covered]:
        """Each reply's word on each reporter and period, newest first, with what is still live."""
        return vintages.covered(self._db, frequency, self._newest(as_of))

    def live(self, as_of: date | None = None) -> Live:
        """Which rows of the replies count at the end of `as_of`: what a build reads."""
        return vintages.live(self._db, self._newest(as_of))

    def releases(
        self, frequency: str, as_of: date | None = None
    ) -> Mapping[tuple[str, int], Release]:
        """The newest availability of each (period, reporter)."""
        return vintages.releases(self._db, frequency, self._newest(as_of))

    def reporter_periods(
        self, frequency: str, as_of: date | None = None, cells: Cells | None = None
    ) -> list[ReporterPeriod]:
        """State of each reporter and period; see `vintages.reporter_periods`."""
        return vintages.reporter_periods(self._db, frequency, self._newest(as_of), cells)

    def looked(self, frequency: str, as_of: date | None = None) -> dict[str, datetime]:
        """When availability of each period was asked last; a period not in it never was."""
        sql = """select period, fetched_at, max(replies.id) from looked
                 join replies on replies.id = looked.reply_id
                 where frequency = ? and replies.id <= ? group by period"""
        rows = self._db.execute(sql, (frequency, self._newest(as_of)))
        return {row["period"]: times.moment(row["fetched_at"]) for row in rows}

    def verify(self) -> int:
        """Read every body and check its hash; returns how many. Raises LakeError at the first."""
        rows = self._db.execute("select distinct path, sha256 from replies").fetchall()
        for row in rows:
            verify(self.folder / row["path"], row["sha256"])
        return len(rows)

    def unfinished(self, frequency: str, as_of: date | None = None) -> list[Fetched]:
        """What fetches left open and no later one has brought, oldest first."""
        return self.fetches.unfinished(frequency, as_of, self._newest(as_of))

    def ahead_sentence(self, now: datetime) -> str:
        """Name the times of the lake that are ahead of the clock; empty if none is."""
        return times.ahead_sentence(self._db, self.folder, now)

    def _newest(self, as_of: date | None) -> int:
        return times.newest_of(self._db, as_of, datetime.now(UTC))

    def _insert(self, draft: Draft, reply: NewReply, path: str, now: datetime) -> int:
        lists = (reply.periods, reply.reporters, reply.products, reply.flows)
        cursor = self._db.execute(
            "insert into replies (kind, frequency, query, address, periods, reporters, products,"
            " flows, status, fetched_at, path, sha256, bytes, rows)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (reply.kind, reply.frequency, reply.query, reply.address, *map(listing, lists),
             reply.status, _stamp(now), path, draft.sha256, draft.bytes, reply.rows),
        )  # fmt: skip
        return int(cursor.lastrowid or 0)

    def _insert_releases(
        self, number: int, periods: Iterable[str], releases: Iterable[Release]
    ) -> None:
        self._db.executemany("insert into looked values (?, ?)", [(number, p) for p in periods])
        self._db.executemany(
            "insert into released values (?, ?, ?, ?, ?, ?, ?)",
            [(number, r.period, r.reporter_code, r.total_records, r.first_released,
              r.last_released, r.checksum) for r in releases],
        )  # fmt: skip

    def _covers_by_reply(self, newest: int) -> tuple[dict[int, list[Cover]], set[int]]:
        covers: dict[int, list[Cover]] = defaultdict(list)
        live = set()
        for frequency in ("A", "M"):
            for word in vintages.covered(self._db, frequency, newest):
                covers[word.reply_id].append(word.cover)
                if word.live:
                    live.add(word.reply_id)
        return covers, live


def _stamp(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="microseconds")
