"""Which column of a file is which field of a record, whatever its case, blanks or age."""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from mirror.errors import SchemaDrift, SourceError
from mirror.records.names import (
    ALIASES,
    BILATERAL_MARKS,
    COLUMNS,
    FOREIGN,
    INDEX_COLUMNS,
    INSTEAD,
    KNOWN_UNUSED,
    NEEDED,
    NULLABLE,
    NUMBERED_FLOWS,
    QUANTITY_COLUMNS,
)


class NotRecords(SourceError):
    """A file holds nothing of Comtrade's: beside others it is left out by name."""


@dataclass(frozen=True)
class Layout:
    """Where each field of a file stands; `fields` maps a field to the name it has there.

    `aliases` maps every further name of a field to that one, where rows of a reply spell it in
    different ways. `worded`: fields that are read from a column of words.
    """

    kind: str
    fields: Mapping[str, str]
    aliases: Mapping[str, str]
    worded: frozenset[str]
    is_numbered: bool
    unknown: tuple[str, ...]
    index: tuple[str, ...]

    @property
    def renamed(self) -> tuple[str, ...]:
        """Columns that the service names in another way today, each with the field it is."""
        return tuple(
            f"{name} is {field}"
            for field, name in self.fields.items()
            if plain(name) != plain(field)
        )


def plain(header: str) -> str:
    """Return a header in lower case with letters and digits only."""
    return re.sub(r"[^a-z0-9]", "", header.lower())


_BY_PLAIN_NAME = ALIASES | {plain(name): name for columns in COLUMNS.values() for name in columns}
_KNOWN = _BY_PLAIN_NAME.keys() | KNOWN_UNUSED | {n for names in INSTEAD.values() for n in names}
_MONTHS = frozenset({"refmonth", "month"})
_INDEX = re.compile(INDEX_COLUMNS)


def recognise(
    headers: Iterable[str], label: str, is_reply: bool = False, kind: str | None = None
) -> Layout:
    """Say which fields a file has; `headers` are all names that stand anywhere in it.

    `is_reply`: rows carry their own names and may leave out what is null. `kind`: what the file is
    known to hold. Raises NotRecords if it holds no Comtrade records, SchemaDrift if a needed
    column is missing or, where all rows share a header, stands there twice.
    """
    headers = list(headers)
    layout = sketch(headers, label, is_reply, kind)
    # a new name may be the missing column's
    may_lack = NULLABLE[layout.kind] if is_reply and not layout.unknown else ()
    needed = [name for name in NEEDED[layout.kind] if name not in may_lack]
    missing = [field for field in needed if field not in layout.fields]
    if missing == ["period"] and {plain(name) for name in headers} & _MONTHS:
        raise SchemaDrift(
            f"{label} has the year and the month in two columns and no period: add a column period "
            "with YYYY for annual and YYYYMM for monthly records."
        )
    if missing:
        raise SchemaDrift(
            f"{label} misses the needed column {', '.join(missing)}: download it again with all "
            "columns, or give the column the name that UN Comtrade has for it."
        )
    return layout


def sketch(
    headers: Iterable[str], label: str, is_reply: bool = False, kind: str | None = None
) -> Layout:
    """Say which fields a file has so far; raises NotRecords or SchemaDrift, not for a missing one.

    NotRecords where it has hardly any field.
    """
    headers = list(headers)
    names = [header for header in headers if header.strip()]
    fields, aliases = _fields(names, label, is_reply)
    spelt = {plain(name) for name in names}
    worded = _fill_from_words(names, spelt, fields)
    others = [n for n in names if plain(n) not in _KNOWN]
    index = [n for n in others if _INDEX.fullmatch(plain(n))]
    if headers and not headers[0].strip():
        index.append("without a name")
    kind = kind or _kind(fields, spelt)
    _demand_records(NEEDED[kind], fields, spelt, label)
    return Layout(
        kind, fields, aliases, frozenset(worded), bool(spelt & NUMBERED_FLOWS),
        tuple(sorted(set(others) - set(index))), tuple(index),
    )  # fmt: skip


def _fields(names: list[str], label: str, is_reply: bool) -> tuple[dict[str, str], dict[str, str]]:
    fields: dict[str, str] = {}
    aliases: dict[str, str] = {}
    for name in names:
        field = _BY_PLAIN_NAME.get(plain(name))
        if field in fields and field in QUANTITY_COLUMNS:
            continue
        if field in fields and not is_reply:
            raise _twice(label, field, fields[field], name)
        if field in fields:
            aliases[name] = fields[field]
        elif field is not None:
            fields[field] = name
    return fields, aliases


def _fill_from_words(names: list[str], spelt: Set[str], fields: dict[str, str]) -> list[str]:
    """Find a column of words for each field without one of its own; return these fields."""
    filled = []
    by_name = {plain(name): name for name in reversed(names)}
    for field, instead in INSTEAD.items():
        is_month = field == "period" and spelt & _MONTHS
        found = next((by_name[name] for name in instead if name in by_name), None)
        if field not in fields and found and not is_month:
            fields[field] = found
            filled.append(field)
    return filled


def is_header(cells: Iterable[str]) -> bool:
    """Say whether the cells of a row are names of columns."""
    names = [plain(cell) for cell in cells if cell.strip()]
    return sum(name in _KNOWN for name in names) > len(names) / 2


def known_names(cells: Iterable[str]) -> int:
    """Count the cells of a row that are names of columns."""
    return sum(plain(cell) in _KNOWN for cell in cells)


def demand_unnamed(words: Iterable[str], label: str) -> None:
    """Raise SourceError where words are the names of most needed columns, in a form not read."""
    named = {_BY_PLAIN_NAME.get(plain(word)) for word in words} & {*NEEDED["records"]}
    if len(named) > len(NEEDED["records"]) / 2:
        raise SourceError(
            f"{label} names columns of records ({', '.join(sorted(filter(None, named)))}) in a "
            "form that is not read: save it as CSV with a comma between the columns, or name it "
            "with --skip if it holds no records."
        )


def twice_in_a_row(place: str, layout: Layout, name: str) -> SchemaDrift:
    """Return the error for a row that gives one field under two names."""
    first = layout.aliases[name]
    return _twice(place, _BY_PLAIN_NAME[plain(name)], first, name)


def _twice(place: str, field: str | None, one: str, other: str) -> SchemaDrift:
    return SchemaDrift(f"{place} has two columns for {field} ({one} and {other}): remove one.")


def _kind(fields: Mapping[str, str], spelt: Set[str]) -> str:
    if {"total_records", "dataset_checksum"} <= fields.keys():
        return "availability"
    return "bilateral" if spelt & BILATERAL_MARKS else "records"


def _demand_records(
    needed: Sequence[str], fields: Mapping[str, str], spelt: Set[str], label: str
) -> None:
    for what, marks, advice in FOREIGN:
        if marks <= spelt:
            raise SourceError(f"{label} is {what} and no Comtrade records: {advice}.")
    missing = [field for field in needed if field not in fields]
    if len(missing) > len(needed) / 2:
        # one column may have its name by chance; a table with more is one that lacks columns
        is_other = len(needed) - len(missing) < 2
        raise (NotRecords if is_other else SourceError)(
            f"{label} is not Comtrade data: it has no columns {', '.join(missing)}. "
            "Give files of records as UN Comtrade sends them."
        )
