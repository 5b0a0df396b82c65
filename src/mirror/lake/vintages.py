"""Which reply speaks for which reporter and period, and what became of it upstream."""

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mirror.lake.replies import Cover, Release

Cells = frozenset[tuple[str, str]]
State = Literal["reported", "silent", "absent", "withdrawn", "unknown"]


@dataclass(frozen=True)
class Covered:
    """A reply's word on one reporter and period. `cells` are the (flow, product) pairs it was
    asked for, `live` those that no later reply has replaced: empty, it is superseded.
    """

    reply_id: int
    fetched_at: str
    cover: Cover
    cells: Cells
    live: Cells

    @property
    def vintage(self) -> tuple[str | None, str | None]:
        """The release that the reply holds."""
        return self.cover.last_released, self.cover.checksum


@dataclass(frozen=True)
class ReporterPeriod:
    """What is known of one reporter and period.

    `release`: the newest availability, null if it does not list the reporter. `vintages`: how
    many releases availability has shown so far. `gold_rows`: rows in the newest replies, null if
    never asked for; `earlier_rows`: the most that a replaced reply held. `is_current`: the newest
    replies are of the newest release. `is_unlisted`: availability showed it once and no longer.
    """

    frequency: str
    period: str
    reporter_code: int
    release: Release | None
    vintages: int
    is_unlisted: bool
    gold_rows: int | None
    earlier_rows: int
    is_current: bool

    @property
    def state(self) -> State:
        """State of the reporter in the period, before the rows themselves are looked at.

        What is not listed any more, or lost all rows of gold that an earlier reply held, is
        `withdrawn`; listed, asked for and without one row is `silent`; listed and never asked
        for is `unknown`, never `silent`.
        """
        if self.is_unlisted or (self.gold_rows == 0 and self.earlier_rows):
            return "withdrawn"
        if self.gold_rows:
            return "reported"
        if self.release is None:
            return "absent"
        return "silent" if self.gold_rows == 0 and self.is_current else "unknown"


@dataclass(frozen=True)
class Live:
    """Which rows of which replies count, as two tables to join rows of replies with.

    `words`: (reply id, frequency, period, reporter code, scope) · `scopes`: (scope, flow code,
    product code). A row counts where its reply, period, reporter, flow and product are in both.
    """

    words: tuple[tuple[int, str, str, int, int], ...]
    scopes: tuple[tuple[int, str, str], ...]


def live(db: sqlite3.Connection, newest: int) -> Live:
    """The newest word on every reporter, period, flow and product; withdrawn ones included."""
    numbers: dict[Cells, int] = {}
    words = [
        (word.reply_id, frequency, word.cover.period, word.cover.reporter_code,
         numbers.setdefault(word.live, len(numbers)))
        for frequency in ("A", "M")
        for word in covered(db, frequency, newest)
        if word.live
    ]  # fmt: skip
    scopes = [(number, *cell) for cells, number in numbers.items() for cell in sorted(cells)]
    return Live(tuple(words), tuple(scopes))


def covered(db: sqlite3.Connection, frequency: str, newest: int) -> list[Covered]:
    """Every reply's word, newest first; `newest` is the number of the last reply that is known."""
    taken: dict[tuple[str, int], set[tuple[str, str]]] = defaultdict(set)
    asked: dict[tuple[str, str], Cells] = {}
    found = []
    for row in db.execute(_COVERED, (frequency, newest)):
        lists = row["flows"], row["products"]
        if lists not in asked:
            asked[lists] = frozenset((f, p) for f in _listed(lists[0]) for p in _listed(lists[1]))
        cells = asked[lists]
        cover = Cover(*(row[name] for name in _COVER))
        gone = taken[cover.period, cover.reporter_code]
        live = cells if not gone else cells - gone
        gone |= live
        found.append(Covered(row["id"], row["fetched_at"], cover, cells, frozenset(live)))
    return found


def releases(db: sqlite3.Connection, frequency: str, newest: int) -> dict[tuple[str, int], Release]:
    """The newest availability of each period, without what is not listed any more."""
    return {
        (row["period"], row["reporter_code"]): Release(*(row[name] for name in _RELEASE))
        for row in db.execute(_RELEASES, (frequency, newest))
    }


def histories(db: sqlite3.Connection, frequency: str, newest: int) -> dict[tuple[str, int], int]:
    """How many different releases availability has shown of each (period, reporter)."""
    rows = db.execute(_HISTORIES, (frequency, newest))
    return {(row["period"], row["reporter_code"]): row["vintages"] for row in rows}


def reporter_periods(
    db: sqlite3.Connection, frequency: str, newest: int, cells: Cells | None = None
) -> list[ReporterPeriod]:
    """Every reporter and period that availability or a reply has ever named, sorted.

    With `cells`, gold_rows is null unless all of these flows and products were asked for.
    """
    words: dict[tuple[str, int], list[Covered]] = defaultdict(list)
    for word in covered(db, frequency, newest):
        words[word.cover.period, word.cover.reporter_code].append(word)
    listed, shown = releases(db, frequency, newest), histories(db, frequency, newest)
    return [
        _known(frequency, key, listed.get(key), shown.get(key, 0), words[key], cells)
        for key in sorted({*words, *shown})
    ]


def _known(
    frequency: str,
    key: tuple[str, int],
    release: Release | None,
    vintages: int,
    words: Sequence[Covered],
    cells: Cells | None,
) -> ReporterPeriod:
    live = [word for word in words if word.live]
    asked = frozenset().union(*(word.live for word in live))
    is_asked = bool(live) and (cells is None or cells <= asked)
    return ReporterPeriod(
        frequency=frequency,
        period=key[0],
        reporter_code=key[1],
        release=release,
        vintages=vintages,
        is_unlisted=release is None and vintages > 0,
        gold_rows=sum(word.cover.rows for word in live) if is_asked else None,
        earlier_rows=max((word.cover.rows for word in words if not word.live), default=0),
        is_current=release is not None and all(word.vintage == release.vintage for word in live),
    )


def _listed(text: str) -> list[str]:
    return text.split(",") if text else []


_COVER = ("period", "reporter_code", "rows", "last_released", "checksum")
_RELEASE = ("period", "reporter_code", "last_released", "checksum", "first_released",
            "total_records")  # fmt: skip
_COVERED = """
select replies.id, fetched_at, flows, products, period, reporter_code, covers.rows,
       last_released, checksum
from covers join replies on replies.id = covers.reply_id
where frequency = ? and replies.id <= ?
order by replies.id desc, period, reporter_code
"""
_RELEASES = """
with newest as (
    select period, max(reply_id) as reply_id
    from looked join replies on replies.id = looked.reply_id
    where frequency = ? and replies.id <= ? group by period
)
select released.* from released join newest using (reply_id, period)
"""
_HISTORIES = """
select period, reporter_code, count(distinct last_released || ' ' || checksum) as vintages
from released join replies on replies.id = released.reply_id
where frequency = ? and replies.id <= ? group by period, reporter_code
"""
