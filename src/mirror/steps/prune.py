"""Remove old editions, and mark those that stay because they were cited."""

from collections.abc import Sequence
from pathlib import Path

from mirror import publish
from mirror.publish import Pruned
from mirror.steps.query import edition_named
from mirror.steps.run import Run


def to_remove(run: Run, months: int) -> list[Pruned]:
    """List what would be removed; nothing is changed."""
    return publish.to_remove(run.published, months)


def prune(run: Run, going: Sequence[Pruned]) -> None:
    """Remove editions and put the links right."""
    publish.prune(run.published, going, publish.present_month())


def keep(run: Run, name: str) -> Path:
    """Mark an edition as one that stays; raises SettingsError for one that is not there."""
    return publish.keep(run.published, edition_named(run, name))


def release(run: Run, name: str) -> None:
    """Take the mark off; raises SettingsError for an edition that is not there."""
    publish.release(run.published, edition_named(run, name))
