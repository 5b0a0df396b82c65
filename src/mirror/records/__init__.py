"""Files in any shape people have, read into one table of records.

One pass, batch by batch; no value is changed but for blanks at its ends, and every row is counted.
"""

from mirror.records.layout import COLUMNS, RECORD_COLUMNS
from mirror.records.reading import Batch, Counts, read_file
from mirror.records.sources import SourceFile, find_sources

__all__ = [
    "COLUMNS",
    "RECORD_COLUMNS",
    "Batch",
    "Counts",
    "SourceFile",
    "find_sources",
    "read_file",
]
