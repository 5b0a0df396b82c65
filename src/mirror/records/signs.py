"""Signs that programs and alphabets write in other ways: digits, marks, blanks, Excel's forms."""

import sys
import unicodedata
from functools import cache

import polars as pl

_MARKS = {
    "\u066b": ".", "\u066c": ",", "\uff0e": ".", "\uff0c": ",",  # Arabic, full width
    "\u2212": "-", "\u2010": "-", "\u2011": "-", "\ufe63": "-", "\uff0d": "-",
}  # fmt: skip
_BLANKS = dict.fromkeys(map(chr, [0xA0, *range(0x2000, 0x200B), 0x202F, 0x3000]), " ")
_UNSEEN = dict.fromkeys(map(chr, [0xAD, *range(0x200B, 0x2010), 0x2060, 0xFEFF]), "")


@cache
def _plain() -> dict[str, str]:
    digits = {
        sign: str(unicodedata.decimal(sign))
        for sign in map(chr, range(128, sys.maxunicode + 1))
        if sign.isdecimal()
    }
    return digits | _MARKS | _BLANKS | _UNSEEN


def plain_signs(values: pl.Series) -> pl.Series:
    """Write digits, marks and blanks of other alphabets as ASCII; letters stay as they are."""
    if (values.str.len_bytes() == values.str.len_chars()).all():
        return values
    return values.str.replace_many(list(_plain()), list(_plain().values()))


def without_form(values: pl.Series) -> pl.Series:
    """Take off what tells Excel that a value is a text: '2018 or ="2018"."""
    return values.str.replace(r"^\s*'([-+\d].*)$", "$1").str.replace(r'^\s*="([^"]*)"\s*$', "$1")
