"""The archive of replies: byte for byte, written once, every vintage kept."""

from mirror.lake.bodies import verify
from mirror.lake.condition import Condition
from mirror.lake.fetches import Fetched
from mirror.lake.lake import Lake
from mirror.lake.ledger import PUBLIC, account_of
from mirror.lake.queue import Work
from mirror.lake.rebuilding import Rebuilt, rebuild
from mirror.lake.replies import Cover, NewReply, Release, StoredReply
from mirror.lake.times import is_believed
from mirror.lake.verifying import faults
from mirror.lake.vintages import Covered, Live, ReporterPeriod, State

__all__ = [
    "PUBLIC", "Condition", "Cover", "Covered", "Fetched", "Lake", "Live", "NewReply", "Rebuilt",
    "Release", "ReporterPeriod", "State", "StoredReply", "Work", "account_of", "faults",
    "is_believed", "rebuild", "verify",
]  # fmt: skip
