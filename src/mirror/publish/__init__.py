"""The files of an edition, and the swap that makes them the newest good one."""

from mirror.publish.edition import PublishedTable, newest, previous_edition, publish, read_summary

__all__ = ["PublishedTable", "newest", "previous_edition", "publish", "read_summary"]
