"""Say which edition `latest` shows."""

from pathlib import Path

from mirror import publish
from mirror.errors import SettingsError
from mirror.steps.query import edition_named
from mirror.steps.run import Run, demand_month


def show(run: Run, name: str) -> Path:
    """Let `latest` lead to an edition, until a later month or a new revision is published.

    Raises SettingsError for one that is not there, is damaged, or of a month that has not begun.
    """
    edition = edition_named(run, name)
    demand_month(edition.month)
    if not publish.is_good(edition):
        raise SettingsError(
            f"Edition {edition.name} is damaged, and latest stays as it is: see mirror verify "
            f"{edition.name}."
        )
    publish.settle(run.published, publish.present_month())
    publish.point(run.published / "latest", edition.folder.name)
    return edition.folder
