"""Codes of areas and flows for what a file writes in words: ISO codes, names, Import and Export."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import polars as pl

from mirror.settings import ASSETS

FLOWS = {
    "import": "M", "imports": "M", "export": "X", "exports": "X", "reexport": "RX",
    "reexports": "RX", "reimport": "RM", "reimports": "RM", "foreignimport": "FM",
    "domesticexport": "DX", "m": "M", "x": "X", "rx": "RX", "rm": "RM",
}  # fmt: skip
"""Flows in words, letters only."""

NUMBERED_FLOWS = {"1": "M", "2": "X", "3": "RX", "4": "RM"}


class _Area(NamedTuple):
    code: str
    iso3: str
    first_year: int
    last_year: int


def code_of(word: str, year: int) -> str | None:
    """Return the code of an area by its ISO code or name in a year; null where none or several is.

    Of codes that share an ISO code the one that Comtrade uses is the highest.
    """
    found = [area for area in _areas().get(_bare(word), ()) if _is_in(area, year)]
    found = found or _areas().get(_bare(word), [])
    if len({area.iso3 for area in found}) != 1:
        return None
    return max(found, key=lambda area: int(area.code)).code


def is_ambiguous(word: str) -> bool:
    """Say whether a name stands for more than one area."""
    return len({area.iso3 for area in _areas().get(_bare(word), ())}) > 1


def listed(words: Iterable[str], most: int = 10) -> str:
    """Return names for a sentence, not too many."""
    known = sorted(set(words))
    more = f" and {len(known) - most} more" if len(known) > most else ""
    return ", ".join(known[:most]) + more


def _is_in(area: _Area, year: int) -> bool:
    return area.first_year <= year <= area.last_year


def _bare(word: str) -> str:
    """Return a name in small letters and digits, without accents."""
    letters = unicodedata.normalize("NFKD", word.lower())
    return re.sub(r"[^a-z0-9_]", "", letters)


@cache
def _areas() -> dict[str, list[_Area]]:
    table = pl.read_csv(ASSETS / "data" / "reference" / "areas.csv", infer_schema=False)
    found: dict[str, list[_Area]] = {}
    for row in table.iter_rows(named=True):
        area = _Area(row["area_code"], row["iso3"], int(row["first_year"] or 0),
                     int(row["last_year"] or 9999))  # fmt: skip
        for word in {_bare(row["iso3"]), _bare(row["name"])}:
            found.setdefault(word, []).append(area)
    return found
