"""What moved between two editions, and why; derived from their published tables alone."""

from mirror.changes.compare import SCHEMA, changes
from mirror.changes.edition import NEEDED, Compared, EditionTables

__all__ = ["NEEDED", "SCHEMA", "Compared", "EditionTables", "changes"]
