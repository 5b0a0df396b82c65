"""What moved between two editions, and why; derived from their published tables alone."""

from mirror.changes.compare import SCHEMA, changes
from mirror.changes.edition import NEEDED, Compared, EditionTables
from mirror.changes.records import TABLES as RECORDS

__all__ = ["NEEDED", "RECORDS", "SCHEMA", "Compared", "EditionTables", "changes"]
