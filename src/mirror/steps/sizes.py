"""How many rows of gold a reporter and period is expected to have."""

from collections import defaultdict
from collections.abc import Mapping

from mirror.comtrade import Frequency, Query, share
from mirror.lake import Lake

ENOUGH_REPORTERS = 10
"""The mean of so many known ones is a better guess than the usual number."""
Sizes = dict[str, dict[int, float]]


def sizes_of(
    lake: Lake, frequency: Frequency, everyone: Mapping[str, frozenset[int]], usual: float
) -> Sizes:
    """Rows to expect: of the same period before, else of the reporter's newest, else the usual.

    Availability's number of records of all goods bounds what is guessed.
    """
    known, shares = _known(lake, frequency)
    whole = {key: rows for key, rows in known.items() if shares[key] > 0.99}
    newest = {reporter: max(1.0, rows) for (_, reporter), rows in sorted(whole.items())}
    mean = sum(newest.values()) / len(newest) if len(newest) >= ENOUGH_REPORTERS else usual
    releases = lake.releases(frequency)

    def expected(key: tuple[str, int]) -> float:
        if key in whole:
            return whole[key] or newest[key[1]]
        guess = newest.get(key[1], mean)
        release = releases.get(key)
        if release and release.total_records is not None:
            guess = min(guess, release.total_records)
        return known.get(key, 0.0) + guess * (1 - shares.get(key, 0.0))

    return {period: {r: expected((period, r)) for r in of} for period, of in everyone.items()}


def published(lake: Lake, query: Query) -> dict[str, frozenset[int]]:
    """Reporters that published, of those that a query asks for, by period."""
    everyone: dict[str, set[int]] = {period: set() for period in query.periods}
    for period, reporter in lake.releases(query.frequency):
        if period in everyone and (not query.reporters or reporter in query.reporters):
            everyone[period].add(reporter)
    return {period: frozenset(reporters) for period, reporters in everyone.items()}


def _known(
    lake: Lake, frequency: Frequency
) -> tuple[dict[tuple[str, int], float], dict[tuple[str, int], float]]:
    """Rows that are live of each period and reporter, and which share of all they should be."""
    rows: dict[tuple[str, int], float] = defaultdict(float)
    shares: dict[tuple[str, int], float] = defaultdict(float)
    for word in lake.covered(frequency):
        if word.live:
            key = word.cover.period, word.cover.reporter_code
            rows[key] += word.cover.rows
            shares[key] += sum(map(share, word.live))
    return rows, shares
