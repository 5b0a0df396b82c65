"""What a reply of availability says, and which of it is believed."""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence

from mirror.errors import SchemaDrift, SourceError
from mirror.lake import Release

log = logging.getLogger(__name__)
MANY = 20
"""So many reporters do not all withdraw, or all lack gold, at once: that is a fault."""


def releases_in(found: Iterable[dict[str, object]]) -> list[Release]:
    """Availability as one release for each period and reporter, whatever data sets it lists."""
    sets: dict[tuple[str, int], list[dict[str, object]]] = {}
    for row in found:
        for name in ("period", "reportercode", "lastreleased"):
            if name not in row:
                raise SchemaDrift(f"Availability of UN Comtrade comes without {name}: it changed.")
        key = str(row["period"]), int(str(row["reportercode"]))
        sets.setdefault(key, []).append(row)
    return [_release(key, rows_of) for key, rows_of in sorted(sets.items())]


def believed(
    periods: Sequence[str], found: Iterable[Release], known: Iterable[tuple[str, int]]
) -> tuple[str, ...]:
    """Periods of a reply whose listing can be true; `known` is what was listed before.

    One reporter withdraws its data, a service that is out shows nobody's: a period that loses all
    of several reporters, or more than half of many, keeps the listing it had, with a warning.
    Raises SourceError for a reply that lists nobody at all where somebody was listed.
    """
    before = Counter(period for period, _ in known if period in periods)
    now = Counter(release.period for release in found)
    if before and not now:
        raise SourceError(
            f"Availability of {_spelled(sorted(before))} lists nobody, and listed "
            f"{before.total()} reporters and periods before: that is no withdrawal but an outage. "
            "The reply is not kept; run again later."
        )
    doubted = [period for period in periods if _is_outage(before[period], now[period])]
    for period in doubted:
        log.warning(
            "availability of %s lists %d reporters and listed %d before: taken for an outage, "
            "and asked again by the next run", period, now[period], before[period],
        )  # fmt: skip
    return tuple(period for period in periods if period not in doubted)


def _is_outage(before: int, now: int) -> bool:
    return (now == 0 and before > 1) or (before >= MANY and 2 * now < before)


def _spelled(periods: Sequence[str]) -> str:
    return periods[0] if len(periods) == 1 else f"{periods[0]} to {periods[-1]}"


def _release(key: tuple[str, int], sets: list[dict[str, object]]) -> Release:
    first = [str(s["firstreleased"]) for s in sets if s.get("firstreleased")]
    total = [int(str(s["totalrecords"])) for s in sets if s.get("totalrecords") is not None]
    return Release(
        period=key[0],
        reporter_code=key[1],
        last_released=max(str(s.get("lastreleased") or "") for s in sets),
        checksum=";".join(sorted(str(s.get("datasetchecksum")) for s in sets)),
        first_released=min(first, default=None),
        total_records=max(total, default=None),
    )
