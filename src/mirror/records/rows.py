"""Rows of JSON as a frame of text, every digit as it was written."""

import json
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import orjson
import polars as pl

from mirror.errors import SourceError
from mirror.records.layout import Layout, is_header, known_names, twice_in_a_row
from mirror.records.limits import NESTING_MOST

_EXACT_CHARACTERS = 16
"""A double of at most 15 digits and a point is written as it was read."""


def parsed(text: bytes, label: str) -> Any:
    """Read JSON fast, numbers as numbers; null where it is none.

    NaN is read as null, as pandas means it.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return exact(text, label)


def exact(text: bytes, label: str) -> Any:
    """Read JSON with every number as the text that stands there; null where it is none."""
    try:
        return json.loads(text, parse_int=str, parse_float=str, parse_constant=_constant)
    except RecursionError as error:
        raise SourceError(
            f"{label} has lists inside lists, more than {NESTING_MOST} deep, which no reply has: "
            "leave it out."
        ) from error
    except ValueError:
        return None


def _constant(name: str) -> str | None:
    return None if name == "NaN" else name


def holder_of(rows: list[Any]) -> str | None:
    """Return the name below which each row holds its record, as in GeoJSON; null for none."""
    if not rows or not isinstance(rows[0], dict) or known_names(rows[0]):
        return None
    return next((name for name, one in rows[0].items() if isinstance(one, dict)
                 and known_names(one) > 2 and is_header(one)), None)  # fmt: skip


def rows_frame(
    rows: list[dict[str, Any]], text: bytes, layout: Layout, label: str, first: int
) -> pl.DataFrame:
    """Make a frame of rows; `text` is what they were read from, to be read again for long digits.

    Raises SchemaDrift for a row that gives one field twice, SourceError for one that holds a list.
    """
    columns, floats = _columns(rows, layout, label, first)
    if text and any(_is_inexact(columns[field]) for field in floats):
        columns, _ = _columns(exact(text, label), layout, label, first)
    places = pl.int_range(first, first + len(rows), dtype=pl.Int64, eager=True)
    return pl.DataFrame([places.alias("source_row"), *columns.values()])


def _columns(
    rows: list[dict[str, Any]], layout: Layout, label: str, first: int
) -> tuple[dict[str, pl.Series], list[str]]:
    """Return a column of texts for each field, and the fields with a double, alone or in a list."""
    others: dict[str, list[str]] = {}
    for name, main in layout.aliases.items():
        others.setdefault(main, []).append(name)
    columns, floats = {}, []
    found = _values(rows, [*layout.fields.values(), *layout.aliases])
    for field, name in layout.fields.items():
        parts = []
        for spelt in (name, *others.get(name, [])):
            if {float, list} & set(map(type, found[spelt])):
                floats.append(field)
            parts.append(pl.Series(field, _texts(found[spelt], label, field, first), pl.String))
        column = parts[0]
        for other, further in zip(others.get(name, []), parts[1:], strict=True):
            is_filled = [s.str.strip_chars().fill_null("") != "" for s in (column, further)]
            if (is_filled[0] & is_filled[1]).any():
                place = first + (is_filled[0] & is_filled[1]).arg_true()[0]
                raise twice_in_a_row(f"{label}, row {place}", layout, other)
            column = further.zip_with(is_filled[1], column)
        columns[field] = column
    return columns, floats


def _values(rows: list[dict[str, Any]], names: list[str]) -> dict[str, Sequence[Any]]:
    """Return the values of each name, null where a row lacks it."""
    if not rows or not names:
        return {name: [] for name in names}
    try:
        whole = zip(*map(itemgetter(*names, names[0]), rows), strict=True)
        return dict(zip(names, whole, strict=False))
    except KeyError:
        return {name: [row.get(name) for row in rows] for name in names}


def _is_inexact(column: pl.Series) -> bool:
    """Say whether a value may have been written with other digits than those of its double."""
    is_long = column.str.len_chars() > _EXACT_CHARACTERS
    return bool((is_long & column.str.contains(r"^[-+.\deE]+$")).any()) or bool(
        column.str.contains(r"^[-+]?[\d.]+[eE]").any()
    )


def _texts(values: Sequence[Any], label: str, field: str, first: int) -> Sequence[str | None]:
    kinds = set(map(type, values))
    if kinds <= {str, type(None)}:
        return values
    if kinds <= {int, float, str, type(None)}:
        return [None if v is None else str(v) for v in values]
    return [_text(value, label, field, n) for n, value in enumerate(values, start=first)]


def _text(value: Any, label: str, field: str, place: int) -> str | None:
    if isinstance(value, list) and len(value) < 2:  # as R writes a single value
        return _text(value[0], label, field, place) if value else None
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        raise SourceError(
            f"{label}, row {place}: {field} holds a list and not one value; give replies as they "
            "were sent."
        )
    return str(value)
