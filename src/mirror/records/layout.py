"""Which column of a file is which field of a record, whatever its case, blanks or age."""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from mirror.errors import SchemaDrift, SourceError

RECORD_COLUMNS = (
    "type_code",
    "freq_code",
    "period",
    "reporter_code",
    "flow_code",
    "partner_code",
    "partner2_code",
    "classification_code",
    "is_original_classification",
    "cmd_code",
    "customs_code",
    "mos_code",
    "mot_code",
    "net_wgt",
    "is_net_wgt_estimated",
    "cif_value",
    "fob_value",
    "primary_value",
    "last_released",
)
"""Fields of a record that the method reads, all text, null where the file has none."""

AVAILABILITY_COLUMNS = (
    "freq_code",
    "period",
    "reporter_code",
    "total_records",
    "dataset_checksum",
    "first_released",
    "last_released",
)

BILATERAL_COLUMNS = (
    "freq_code",
    "period",
    "reporter_code",
    "flow_code",
    "partner_code",
    "cmd_code",
    "primary_value",
    "mirror_primary_value",
)

COLUMNS = {
    "records": RECORD_COLUMNS,
    "availability": AVAILABILITY_COLUMNS,
    "bilateral": BILATERAL_COLUMNS,
}
"""Columns of each kind of table that a file can hold."""

_NEEDED = {
    "records": ("period", "reporter_code", "flow_code", "partner_code", "cmd_code", "net_wgt",
                "primary_value"),
    "availability": ("freq_code", "period", "reporter_code", "total_records", "last_released"),
    "bilateral": BILATERAL_COLUMNS[1:],
}  # fmt: skip

_LEGACY = {
    "classification": "classification_code",
    "tradeflowcode": "flow_code",
    "2ndpartnercode": "partner2_code",
    "customsproccode": "customs_code",
    "modeoftransportcode": "mot_code",
    "commoditycode": "cmd_code",
    "netweightkg": "net_wgt",
    "tradevalueus": "primary_value",
    "ciftradevalueus": "cif_value",
    "fobtradevalueus": "fob_value",
    "publicationdate": "last_released",
}
"""Headers of the downloads before 2022, blanks and signs left out, and of bulk files."""

_KNOWN_UNUSED = frozenset(
    """refperiodid refyear refmonth reporteriso reporterdesc flowdesc partneriso partnerdesc
    partner2iso partner2desc classificationsearchcode cmddesc aggrlevel isleaf customsdesc motdesc
    qtyunitcode qtyunitabbr qty isqtyestimated altqtyunitcode altqtyunitabbr altqty
    isaltqtyestimated grosswgt isgrosswgtestimated legacyestimationflag isreported isaggregate
    datasetcode year perioddesc aggregatelevel isleafcode tradeflow reporter partner 2ndpartner
    2ndpartneriso customs modeoftransport commodity qtyunit altqtyunit grossweightkg flag
    mirrornetwgt primaryvaluedisc isextendedflowcode isextendedpartnercode
    isextendedpartner2code isextendedcmdcode isextendedcustomscode isextendedmotcode""".split()
)


_NULLABLE = {
    "records": {"net_wgt"},
    "availability": set[str](),
    "bilateral": {"primary_value", "mirror_primary_value"},
}
"""Needed fields that may be null in every row, and so be left out of a whole reply."""

_BILATERAL_MARKS = frozenset({"mirrorprimaryvalue", "mirrornetwgt", "primaryvaluedisc"})


@dataclass(frozen=True)
class Layout:
    """Where each field of a file stands; `fields` maps a field to the name it has there.

    `aliases` maps every further name of a field to that one, where rows of a reply spell it in
    different ways.
    """

    kind: str
    fields: Mapping[str, str]
    aliases: Mapping[str, str]
    is_legacy: bool
    unknown: tuple[str, ...]


def plain(header: str) -> str:
    """Return a header in lower case with letters and digits only."""
    return re.sub(r"[^a-z0-9]", "", header.lower())


_BY_PLAIN_NAME = {plain(name): name for columns in COLUMNS.values() for name in columns} | _LEGACY


def recognise(
    headers: Iterable[str], label: str, is_reply: bool = False, kind: str | None = None
) -> Layout:
    """Say which fields a file has; `headers` are all names that stand anywhere in it.

    `is_reply`: rows carry their own names and may leave out what is null. `kind`: what the file is
    known to hold. Raises SourceError if it holds no Comtrade records, SchemaDrift if a needed
    column is missing or, where all rows share a header, stands there twice.
    """
    names = [header for header in headers if header.strip()]
    fields: dict[str, str] = {}
    aliases: dict[str, str] = {}
    for name in names:
        field = _BY_PLAIN_NAME.get(plain(name))
        if field in fields and not is_reply:
            raise _twice(label, field, fields[field], name)
        if field in fields:
            aliases[name] = fields[field]
        elif field is not None:
            fields[field] = name
    spelt = {plain(name) for name in names}
    unknown = tuple(
        sorted(n for n in names if plain(n) not in _BY_PLAIN_NAME.keys() | _KNOWN_UNUSED)
    )
    kind = kind or _kind(fields, spelt)
    # a new name may be the missing column's
    may_lack = _NULLABLE[kind] if is_reply and not unknown else ()
    _demand([name for name in _NEEDED[kind] if name not in may_lack], fields, label)
    return Layout(kind, fields, aliases, "tradeflowcode" in spelt, unknown)


def is_header(cells: Iterable[str]) -> bool:
    """Say whether the cells of a row are names of columns."""
    names = [plain(cell) for cell in cells if cell.strip()]
    known = sum(name in _BY_PLAIN_NAME or name in _KNOWN_UNUSED for name in names)
    return known > len(names) / 2


def merged(
    row: Mapping[str, str | None], layout: Layout, label: str, place: int
) -> dict[str, str | None]:
    """Return a row with its fields under the first of their names; raises SchemaDrift if it gives
    one field twice.
    """
    whole = {name: value for name, value in row.items() if name not in layout.aliases}
    for name, first in layout.aliases.items():
        if not (row.get(name) or "").strip():
            continue
        if (whole.get(first) or "").strip():
            raise _twice(f"{label}, row {place}", _BY_PLAIN_NAME[plain(name)], first, name)
        whole[first] = row[name]
    return whole


def _twice(place: str, field: str | None, one: str, other: str) -> SchemaDrift:
    return SchemaDrift(f"{place} has two columns for {field} ({one} and {other}): remove one.")


def _kind(fields: Mapping[str, str], spelt: Set[str]) -> str:
    if {"total_records", "dataset_checksum"} <= fields.keys():
        return "availability"
    return "bilateral" if spelt & _BILATERAL_MARKS else "records"


def _demand(needed: Sequence[str], fields: Mapping[str, str], label: str) -> None:
    missing = [field for field in needed if field not in fields]
    if len(missing) > len(needed) / 2:
        raise SourceError(
            f"{label} is not Comtrade data: it has no columns {', '.join(missing)}. "
            "Give files of records as UN Comtrade sends them."
        )
    if missing:
        raise SchemaDrift(
            f"{label} misses the needed column {', '.join(missing)}: download it again with all "
            "columns."
        )
