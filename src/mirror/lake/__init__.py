"""The archive of replies: byte for byte, written once, every vintage kept."""

from mirror.lake.lake import Lake
from mirror.lake.ledger import PUBLIC, account_of
from mirror.lake.queue import Work
from mirror.lake.replies import Cover, NewReply, Release, StoredReply
from mirror.lake.vintages import Covered, Live, ReporterPeriod, State

__all__ = [
    "PUBLIC", "Cover", "Covered", "Lake", "Live", "NewReply", "Release", "ReporterPeriod", "State",
    "StoredReply", "Work", "account_of",
]  # fmt: skip
