"""What an edition from the lake says of its own age: how far it is behind the service."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

from mirror.comtrade import Need
from mirror.lake import Fetched, Lake, is_believed
from mirror.settings import ASSETS
from mirror.steps.asking import utc_now
from mirror.steps.planning import FetchRequest, missing
from mirror.steps.refresh import request
from mirror.steps.run import Run

NAMED = 5
"""So many reporter-periods the warning names."""


@dataclass(frozen=True)
class Upstream:
    """`checked_at`: the oldest of the last availability checks of the periods that a run refreshes,
    null where none is known; `warning`: null if the edition has all that the service published.
    """

    checked_at: datetime | None
    missing_reporter_periods: int
    warning: str | None


def upstream(run: Run) -> Upstream:
    """How far the lake, as it was known on the day of the run, is behind the service."""
    wanted = request(run)
    with Lake.reading(run.lake) as lake:
        looked = lake.looked(wanted.frequency, run.as_of)
        needs = missing(lake, wanted, frozenset(), run.as_of)
        left = _concerning(wanted, lake.unfinished(wanted.frequency, run.as_of))
    times = [at for period, at in looked.items() if period in wanted.periods]
    checked = min((at.astimezone(UTC) for at in times if is_believed(at, utc_now())), default=None)
    warning = _warning(needs, left, checked, run) if needs or left else None
    return Upstream(checked, len(needs), warning)


def _concerning(wanted: FetchRequest, left: Sequence[Fetched]) -> list[Fetched]:
    return [fetched for fetched in left if fetched.periods & set(wanted.periods)]


def _warning(
    needs: Sequence[Need], left: Sequence[Fetched], checked: datetime | None, run: Run
) -> str:
    many = f"{len(needs):,} published reporter-period"
    many += " is" if len(needs) == 1 else "s are"
    reason = left[-1].reason if left else "they were not fetched"
    then = "" if run.as_of else "; the next run completes it"
    which = _named(needs) or _as_of(checked)
    return f"The edition is behind the service: {many} not in it ({which}): {reason}{then}."


def _named(needs: Sequence[Need]) -> str:
    areas = pl.read_csv(ASSETS / "data" / "reference" / "areas.csv", infer_schema=False)
    names = dict(areas.select("area_code", "iso3").iter_rows())
    first = [f"{names.get(str(n.reporter), n.reporter)} {n.period}" for n in needs[:NAMED]]
    more = f" and {len(needs) - NAMED:,} more" if len(needs) > NAMED else ""
    return ", ".join(first) + more


def _as_of(checked: datetime | None) -> str:
    if checked is None:
        return "availability was never checked"
    return f"by the availability of {checked:%Y-%m-%d %H:%M} UTC"
