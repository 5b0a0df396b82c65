"""Digits that a spreadsheet has taken from figures: `4.4E+08` for 439,748,724."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import polars as pl

from mirror.errors import SourceError
from mirror.records.limits import NUMBER_MOST_CHARACTERS
from mirror.records.table import Counts

SCIENCE = re.compile(r"[-+]?(\d+(?:\.\d*)?|\.\d+|\d,\d+)[eE]([-+]?\d+)")
"""A number with an exponent; before one a single comma is the decimal mark."""

_FEWEST_ROUNDED = 3
_FEWEST_DIGITS = 4
"""Of a figure that a spreadsheet has rounded: fewer leave out more than 0.05 %."""

_LARGE = range(6, 16)
"""Powers of ten of figures that have more digits than a narrow column shows."""


@dataclass
class _Lost:
    """What was lost of one field: of `large` figures those short of digits, by how they say so."""

    large: int = 0
    by_spreadsheet: int = 0
    by_any: int = 0
    most: int = 0
    first: tuple[int, str] = (0, "")

    @property
    def lost(self) -> int:
        """Figures that lack digits: spreadsheets write E+08; e+08 or E8 may be a round number.

        Other programs write only these so: where most large figures are, digits were lost.
        """
        is_most = self.by_any >= _FEWEST_ROUNDED and self.by_any > self.large / 2
        return self.by_any if is_most else self.by_spreadsheet


class LostDigits:
    """Counts the figures of one file that lack digits, batch by batch."""

    def __init__(self, label: str, counts: Counts) -> None:
        self._label, self._counts = label, counts
        self._found: dict[str, _Lost] = {}

    def see(self, frame: pl.DataFrame, name: str) -> None:
        """Take in the figures of one field, as they are written."""
        told = self._found.setdefault(name, _Lost())
        rows = frame.group_by(name).agg(rows=pl.len(), first=pl.col("source_row").min())
        for text, many, row in rows.drop_nulls(name).sort("first").iter_rows():
            if _power(text) not in _LARGE:
                continue
            told.large += many
            science = SCIENCE.fullmatch(text.strip())
            digits = len(re.sub("[.,]", "", science[1]).strip("0")) if science else 99
            if _power(text) >= digits:
                told.by_any += many
                told.by_spreadsheet += many * ("E+" in text)
                told.most = max(told.most, digits)
                told.first = told.first if told.first[1] else (row, text)

    def demand_digits(self) -> None:
        """Say what was lost; raises SourceError where most figures keep too few digits."""
        for name, told in self._found.items():
            if not told.lost:
                continue
            row, text = told.first
            how_many = f"{told.lost:,} of {told.large:,} figures above a million"
            if told.most < _FEWEST_DIGITS and told.lost > told.large / 2:
                raise SourceError(
                    f"{self._label}, row {row}: {name} {text} has lost digits: a spreadsheet kept "
                    f"{told.most} of them ({how_many}): show the column as a number there and save "
                    "again, or download the file again."
                )
            self._counts.warn(
                f"{name} has lost digits in a spreadsheet: {told.most} are left in {how_many}, "
                f"such as {text} in row {row}"
            )


def _power(text: str) -> int:
    """Return the power of ten of a number, -1 for none."""
    try:
        return Decimal(text[:NUMBER_MOST_CHARACTERS].strip().replace(",", ".")).adjusted()
    except InvalidOperation:
        return -1
