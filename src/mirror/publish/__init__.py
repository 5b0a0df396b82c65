"""The files of an edition, and the swap that makes them the newest good one."""

from mirror.publish.edition import (
    newest,
    newest_first,
    previous_edition,
    publish,
    read_summary,
)
from mirror.publish.shelf import StandingEdition, latest, listed, standing
from mirror.publish.table import PublishedTable

__all__ = [
    "PublishedTable",
    "StandingEdition",
    "latest",
    "listed",
    "newest",
    "newest_first",
    "previous_edition",
    "publish",
    "read_summary",
    "standing",
]
