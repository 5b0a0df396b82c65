"""Figures as text that a number is read from: which mark is the decimal one, and what was lost.

A file says by its own figures what its marks mean: `1.234,56` and `1,234,567` are certain,
`1,234` alone is not.
"""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

import polars as pl

from mirror.errors import SourceError
from mirror.records.digits import SCIENCE, LostDigits
from mirror.records.limits import EXPONENT_MOST, NUMBER_MOST_CHARACTERS
from mirror.records.table import Counts

FIGURES = ("net_wgt", "cif_value", "fob_value", "primary_value", "mirror_primary_value")

_PLAIN = r"^(?:[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))?$"
_CURRENCY = re.compile(r"^(?:us\$|usd|\$)\s*|\s*(?:usd|\$)$", re.IGNORECASE)
_BLANKS = re.compile(r"(?<=\d)[ '\u2019](?=\d{3}(?!\d))")
_MINUS = re.compile(r"\(\s*[\d.,]+\s*\)|[\d.,]+\s*-")
"""How accounts write what is below zero."""


class Figures:
    """The figures of one file, batch by batch; what was certain once holds for the rest."""

    def __init__(self, label: str, counts: Counts) -> None:
        self._label, self._counts = label, counts
        self.lost = LostDigits(label, counts)
        self._decimal: str | None = None
        self._had_point = False

    def regular(self, frame: pl.DataFrame) -> list[str]:
        """Name the columns of figures in which each is digits and a point, or empty."""
        names = [name for name in FIGURES if name in frame.columns]
        return [name for name in names if frame[name].str.contains(_PLAIN).all()]

    def plain(self, frame: pl.DataFrame, regular: Sequence[str]) -> pl.DataFrame:
        """Return the frame with its figures as plain numbers; what is none stays as it is."""
        names = [name for name in FIGURES if name in frame.columns]
        self._demand_short(frame, names)
        if len(regular) < len(names) or self._decimal == ",":
            texts = {n: frame[n].drop_nulls().unique().to_list() for n in names}
            self._weigh([t for values in texts.values() for t in values], frame, names)
            for name in names:
                self.lost.see(frame, name)
            changed = {n: {t: self._number(t) for t in values} for n, values in texts.items()}
            frame = frame.with_columns(pl.col(n).replace(changed[n]) for n in names if changed[n])
        self._had_point = self._had_point or any(
            frame[n].str.contains(".", literal=True).any() for n in names
        )
        if self._counts.decimal_mark is None and (self._had_point or self._decimal):
            self._counts.decimal_mark = {",": "comma"}.get(self._decimal or ".", "point")
        return frame

    def _demand_short(self, frame: pl.DataFrame, names: list[str]) -> None:
        for name in names:
            if (frame[name].str.len_bytes() > NUMBER_MOST_CHARACTERS).any():
                long = frame.filter(pl.col(name).str.len_bytes() > NUMBER_MOST_CHARACTERS)
                row, text = long.select("source_row", name).row(0)
                raise SourceError(
                    f"{self._label}, row {row}: {name} {text[:20]}… has {len(text):,} characters, "
                    "more than any number: correct the row, or leave the file out."
                )

    def _weigh(self, texts: list[str], frame: pl.DataFrame, names: list[str]) -> None:
        """Find the decimal mark; raises SourceError where the file does not say which it is."""
        bare = [_bare(text) for text in texts]
        found = {mark for text in bare if (mark := _decimal_mark(text))}
        if len(found) == 1 and self._decimal is None:
            (self._decimal,) = found
            if self._decimal == "," and self._had_point:
                raise self._error(
                    frame, names, lambda t: _decimal_mark(_bare(t)) == ",",
                    "has a comma for its decimal mark, and rows above it have a point",
                )  # fmt: skip
        if self._decimal is None and not found and any(map(_is_unclear, bare)):
            raise self._error(
                frame, names, lambda t: _is_unclear(_bare(t)),
                "may be in thousands or have decimals, and no other figure of the file says which",
            )  # fmt: skip
        if any(_BLANKS.search(t) or _CURRENCY.search(t.strip()) for t in texts) or any(
            t.count(",") + t.count(".") > 1 for t in bare
        ):
            self._counts.note("marks of thousands or of currency taken off the figures")

    def _error(
        self,
        frame: pl.DataFrame,
        names: list[str],
        is_it: Callable[[str], bool],
        said: str,
    ) -> SourceError:
        """Return the error for the first figure that is so."""
        rows = (
            (row, f"{name} {text}")
            for name in names
            for row, text in frame.select("source_row", name).iter_rows()
            if text is not None and is_it(text)
        )
        row, figure = next(rows)
        return SourceError(
            f"{self._label}, row {row}: {figure} {said}: save the file "
            "with a point for decimals and without marks of thousands."
        )

    def _number(self, text: str) -> str:
        """Return a number as digits and a point; a text that is none as it is."""
        bare = _bare(text)
        if (science := SCIENCE.fullmatch(bare)) and abs(int(science[2][:6])) <= EXPONENT_MOST:
            return _written_out(bare)
        thousands = "." if self._decimal == "," else ","
        if thousands in bare:
            whole = re.escape(thousands)
            if not re.fullmatch(rf"[-+]?\d{{1,3}}({whole}\d\d\d?)*{whole}\d{{3}}([.,]\d*)?", bare):
                return text
            bare = bare.replace(thousands, "")
        bare = bare.replace(",", ".")
        return bare if re.fullmatch(r"[-+]?\d*\.?\d*", bare) and bare.strip("-+.") else text


def _bare(text: str) -> str:
    """Return a figure without blanks and currency, its minus before it."""
    text = _BLANKS.sub("", _CURRENCY.sub("", text.strip()))
    return "-" + text.strip("()-").strip() if _MINUS.fullmatch(text) else text


def _decimal_mark(text: str) -> str | None:
    """Return the decimal mark that one figure is certain of."""
    if not re.fullmatch(r"[-+]?[\d.,]*\d[\d.,]*", text):
        return None
    marks = [sign for sign in text if sign in ".,"]
    if not marks:
        return None
    if len(set(marks)) == 2:
        return marks[-1] if marks.count(marks[-1]) == 1 else None
    if len(marks) > 1:
        return "." if marks[0] == "," else ","
    before, after = re.split("[.,]", text.lstrip("+-"))
    if len(after) == 3 and 1 <= len(before) <= 3 and not before.startswith("0"):
        return None
    return marks[0]


def _is_unclear(text: str) -> bool:
    return bool(re.fullmatch(r"[-+]?[1-9]\d{0,2},\d{3}", text))


def _written_out(text: str) -> str:
    number = format(Decimal(text.replace(",", ".")), "f")
    return number.rstrip("0").rstrip(".") if "." in number else number
