"""The files of an edition, its revisions, and the links that show the newest good one."""

from mirror.publish.edition import Content, publish
from mirror.publish.editions import (
    MONTH,
    Edition,
    current,
    editions,
    find,
    found,
    name_in,
    names,
    newest,
    newest_of,
    present_month,
    read_summary,
    shown,
)
from mirror.publish.links import faults, point, set_back, settle
from mirror.publish.pruning import Pruned, keep, prune, release, to_remove
from mirror.publish.sums import is_as_listed, sha256
from mirror.publish.table import PublishedTable
from mirror.publish.verifying import (
    before,
    damages,
    has_its_summary,
    is_good,
    passed_over,
    shortened,
)

__all__ = [
    "MONTH",
    "Content",
    "Edition",
    "Pruned",
    "PublishedTable",
    "before",
    "current",
    "damages",
    "editions",
    "faults",
    "find",
    "found",
    "has_its_summary",
    "is_as_listed",
    "is_good",
    "keep",
    "name_in",
    "names",
    "newest",
    "newest_of",
    "passed_over",
    "point",
    "present_month",
    "prune",
    "publish",
    "read_summary",
    "release",
    "set_back",
    "settle",
    "sha256",
    "shortened",
    "shown",
    "to_remove",
]
