"""The files of an edition, and the swap that makes them the newest good one."""

from mirror.publish.edition import (
    PublishedTable,
    newest,
    newest_first,
    previous_edition,
    publish,
    read_summary,
)

__all__ = [
    "PublishedTable",
    "newest",
    "newest_first",
    "previous_edition",
    "publish",
    "read_summary",
]
