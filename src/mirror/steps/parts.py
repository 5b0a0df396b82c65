"""How a call that is cut, or too large, is made in parts, and what its count says of guesses."""

from mirror.comtrade import (
    SMALL_ROWS,
    Planned,
    Query,
    can_split,
    expected_rows,
    split,
    split_to_fit,
)
from mirror.steps.allowance import RECORDS
from mirror.steps.asking import Asker
from mirror.steps.planning import sizes_of_query


def may_be_too_large(query: Query, rows: float) -> bool:
    """Whether a call that fails may fail for its size, and can be made in parts."""
    return can_split(query) and (rows > SMALL_ROWS or query.kind not in RECORDS)


def parts_of(asker: Asker, query: Query, rows: float) -> list[Planned]:
    """The parts of a call for so many rows, two at least; none if it cannot be cut."""
    parts = sized_parts(asker, query, rows)
    if len(parts) > 1:
        return parts
    published = asker.lake.releases(query.frequency)
    halves = split(query, [reporter for period, reporter in published if period in query.periods])
    return [Planned(half, rows / len(halves)) for half in halves]


def sized_parts(asker: Asker, query: Query, rows: float) -> list[Planned]:
    """The parts of a call that brings so many rows, each of a size that fits."""
    sizes = sizes_of_query(asker, query)
    factor = rows / (expected_rows(query, sizes) or 1.0)
    scaled = {period: {r: n * factor for r, n in of.items()} for period, of in sizes.items()}
    room = asker.limits.room(query.kind)
    parts = split_to_fit(query, scaled, room)
    return [Planned(part, min(expected_rows(part, scaled), room)) for part in parts]


def correct(asker: Asker, query: Query, total: int | None) -> None:
    """Take a count for a sign of how far the usual number of rows is off."""
    expected = expected_rows(query, sizes_of_query(asker, query)) if total else 0.0
    if total and expected:
        asker.usual_factor *= min(max(total / expected, 0.1), 10.0)
