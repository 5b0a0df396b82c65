"""Which times of the lake are believed: replies are ordered by number, and a clock may be wrong."""

import sqlite3
from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path

AHEAD = timedelta(days=1)
"""A time that is further than this ahead of the clock is not believed."""
LONGEST_REST = timedelta(days=2)
"""Quotas are a day's: a longer rest was set by a wrong clock, and counts as over."""
EVERYTHING = 2**62
"""A number that no reply reaches."""


def moment(text: str) -> datetime:
    """A time of the manifest; a text that is none raises DataError, as other damage of SQLite's."""
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise sqlite3.DataError(f"{text!r} stands where a time belongs") from error


def is_believed(at: datetime, now: datetime) -> bool:
    """Whether a time can be true by this clock."""
    return at <= now + AHEAD


def newest_of(db: sqlite3.Connection, as_of: date | None, now: datetime) -> int:
    """The number of the newest reply that was known at the end of `as_of` (UTC; null: now).

    A reply whose time is not believed came between its neighbours by number: it counts as known
    from the next one whose time is believed, and where there is none from today.
    """
    if as_of is None or as_of >= now.astimezone(UTC).date():
        return EVERYTHING
    rows = db.execute("select id, substr(fetched_at, 1, 10) as day from replies order by id")
    days = [(day, max(row["id"] for row in of)) for day, of in groupby(rows, lambda r: r["day"])]
    latest = (now + AHEAD).date()
    dated = [(moment(day).date(), number) for day, number in days]
    dated = [(day, number) for day, number in dated if day <= latest]
    agreed = [dated[place] for place in _in_order([day for day, _ in dated])]
    return max((number for day, number in agreed if day <= as_of), default=0)


def _in_order(days: Sequence[date]) -> list[int]:
    """Places of the most days that do not go back; of two ways as long, the one that came first.

    The longest chain by patience sorting, from the last day to the first.
    """
    tails: list[int] = []
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for place in reversed(range(len(days))):
        key = -days[place].toordinal()
        at = bisect_right(tails, key)
        tails[at : at + 1] = [key]
        ends[at : at + 1] = [place]
        before[place] = ends[at - 1] if at else None
    chain: list[int] = []
    link = ends[-1] if ends else None
    while link is not None:
        chain.append(link)
        link = before[link]
    return chain


def ahead_sentence(db: sqlite3.Connection, folder: Path, now: datetime) -> str:
    """Name the times that are ahead of the clock; empty if none is."""
    found = []
    for (one, many), (sql, ahead) in _AHEAD.items():
        limit = (now + ahead).astimezone(UTC).isoformat(timespec="microseconds")
        count, last = db.execute(sql, (limit,)).fetchone()
        if count:
            named = f"{count:,} {one if count == 1 else many}"
            found.append(f"{named} (the last {moment(last):%Y-%m-%d %H:%M} UTC)")
    if not found:
        return ""
    return (
        f"The lake {folder} holds times that are ahead of the clock, which says "
        f"{now:%Y-%m-%d %H:%M} UTC: {', '.join(found)}. They are not believed, and replies count "
        "in the order in which they came; set the clock if it is wrong now."
    )


_AHEAD = {
    ("reply", "replies"): ("select count(*), max(fetched_at) from replies where fetched_at > ?",
                           AHEAD),
    ("call", "calls"): ("select count(*), max(at) from calls where at > ?", AHEAD),
    ("rest", "rests"): ("select count(*), max(until) from rests where until > ?", LONGEST_REST),
}  # fmt: skip
"""What is counted, by one and many: the query, and how far ahead a time may be."""
