"""Files in any shape people have, read into one table of records.

One pass, batch by batch: what the file is, which column is which field, and each value as the
service writes it; every row is counted.
"""

from mirror.records.names import COLUMNS, RECORD_COLUMNS
from mirror.records.reading import Batch, read_file
from mirror.records.sources import SourceFile, find_sources
from mirror.records.table import Counts
from mirror.records.unit_check import Verdict, demand_unit
from mirror.records.units import UNITS, Rule, off_by_unit, times_off, units_of

__all__ = [
    "COLUMNS",
    "RECORD_COLUMNS",
    "UNITS",
    "Batch",
    "Counts",
    "Rule",
    "SourceFile",
    "Verdict",
    "demand_unit",
    "find_sources",
    "off_by_unit",
    "read_file",
    "times_off",
    "units_of",
]
