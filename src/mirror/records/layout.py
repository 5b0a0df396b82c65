"""Which column of a file is which field of a record, whatever its case, blanks or age."""

import re
from collections.abc import Iterable, Mapping
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


@dataclass(frozen=True)
class Layout:
    """Where each field of a file stands; `fields` maps a field to the name it has there."""

    kind: str
    fields: Mapping[str, str]
    is_legacy: bool
    unknown: tuple[str, ...]


def plain(header: str) -> str:
    """Return a header in lower case with letters and digits only."""
    return re.sub(r"[^a-z0-9]", "", header.lower())


_BY_PLAIN_NAME = {plain(name): name for columns in COLUMNS.values() for name in columns} | _LEGACY


def recognise(headers: Iterable[str], label: str) -> Layout:
    """Say which fields a file has.

    Raises SourceError if it holds no Comtrade records, SchemaDrift if a needed column is missing or
    stands there twice.
    """
    names = [header for header in headers if header.strip()]
    fields: dict[str, str] = {}
    for name in names:
        field = _BY_PLAIN_NAME.get(plain(name))
        if field in fields:
            raise SchemaDrift(
                f"{label} has two columns for {field} ({fields[field]} and {name}): remove one."
            )
        if field is not None:
            fields[field] = name
    kind = _kind(fields)
    _demand(_NEEDED[kind], fields, label)
    unknown = (n for n in names if plain(n) not in _BY_PLAIN_NAME and plain(n) not in _KNOWN_UNUSED)
    return Layout(
        kind=kind,
        fields=fields,
        is_legacy=any(plain(name) == "tradeflowcode" for name in names),
        unknown=tuple(sorted(unknown)),
    )


def _kind(fields: Mapping[str, str]) -> str:
    if {"total_records", "dataset_checksum"} <= fields.keys():
        return "availability"
    return "bilateral" if "mirror_primary_value" in fields else "records"


def _demand(needed: tuple[str, ...], fields: Mapping[str, str], label: str) -> None:
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
