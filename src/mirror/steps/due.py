"""Whether the edition that is due stands, good and complete, and is what `latest` shows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from mirror import publish
from mirror.publish import Edition


@dataclass(frozen=True)
class DueReport:
    """`due`: the month whose edition must stand; `edition`: the newest one, of that month or later,
    null where none stands; `problems`: a sentence for each reason why it does not do; `remarks`:
    what is worth knowing and is no fault. Editions of months that have not come do not count.
    """

    due: str
    edition: Edition | None
    newest: Edition | None
    latest: str | None
    damages: tuple[str, ...]
    problems: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def is_set_back(self) -> bool:
        """Whether `latest` shows an older edition than the newest."""
        return bool(self.remarks)


def summary_of(edition: Edition) -> dict[str, Any]:
    """What an edition's summary.json says; empty where it cannot be read."""
    return publish.read_summary(edition.folder) if edition.is_readable else {}


def is_complete(edition: Edition) -> bool:
    """Whether all that the service had published is in it; true where no service was asked."""
    upstream = summary_of(edition).get("upstream")
    return upstream is None or bool(upstream.get("is_complete"))


def month_due(now: datetime, due_day: int) -> str:
    """The present month from its due day on, the month before until then; UTC."""
    if now.day >= due_day:
        return f"{now:%Y-%m}"
    return f"{now.replace(day=1) - timedelta(days=1):%Y-%m}"


def due_report(published: Path, now: datetime, due_day: int) -> DueReport:
    """Look at the editions; every file of the one that is due is held against its hash."""
    due = month_due(now, due_day)
    come = [edition for edition in publish.found(published) if edition.month <= f"{now:%Y-%m}"]
    newest = come[-1] if come else None
    edition = newest if newest and newest.month >= due else None
    damages = tuple(publish.damages(edition)) if edition else ()
    at_latest = publish.shown(published)
    shown = at_latest.name if at_latest else None
    problems = [
        _missing(published, due, due_day, newest) if edition is None else "",
        _damaged(edition, damages) if edition and damages else "",
        _behind(edition) if edition and not is_complete(edition) else "",
        _unshown(published, newest, shown) if newest and not damages else "",
    ]
    remark = _set_back(newest, at_latest)
    return DueReport(due, edition, newest, shown, damages, tuple(filter(None, problems)),
                     (remark,) if remark else ())  # fmt: skip


def _missing(published: Path, due: str, due_day: int, newest: Edition | None) -> str:
    if newest is None:
        return f"No edition stands in {published}: run mirror run."
    return (
        f"The edition {due} was due on {due}-{due_day:02d} and does not stand; the newest is "
        f"{newest.name}: see what the last run said, then run mirror run."
    )


def _damaged(edition: Edition, damages: tuple[str, ...]) -> str:
    more = f", and {len(damages) - 1} more files" if len(damages) > 1 else ""
    return (
        f"The edition {edition.name} is damaged: {damages[0]}{more}. Run mirror verify for all of "
        f"them, and mirror run --edition {edition.month} to publish it again."
    )


def _behind(edition: Edition) -> str:
    number = (summary_of(edition).get("upstream") or {}).get("missing_reporter_periods") or 0
    return (
        f"The edition {edition.name} is behind the service: {number:,} published reporter-periods "
        "are not in it; the next run completes it."
    )


def _unshown(published: Path, newest: Edition, shown: str | None) -> str:
    """Say that readers of `latest` see no edition, or one of a month that has not come."""
    if shown is not None and shown[:7] <= newest.month:
        return ""
    what = f"{shown}, a month that has not come" if shown else "no edition"
    return f"{published / 'latest'} shows {what}: run mirror latest {newest.name}."


def _set_back(newest: Edition | None, shown: Edition | None) -> str:
    if newest is None or shown is None or shown >= newest:
        return ""
    return (
        f"latest was set back to {shown.name}, and {newest.name} stands: run mirror latest "
        f"{newest.name} when readers may see it."
    )
