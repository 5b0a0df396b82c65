"""The files of an edition, and the swap that makes them the newest good one."""

from mirror.publish.edition import (
    newest,
    newest_first,
    previous_edition,
    publish,
    read_summary,
)
from mirror.publish.editions import Edition, damages, found, shown
from mirror.publish.table import PublishedTable

__all__ = [
    "Edition",
    "PublishedTable",
    "damages",
    "found",
    "newest",
    "newest_first",
    "previous_edition",
    "publish",
    "read_summary",
    "shown",
]
