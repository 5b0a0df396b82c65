"""Files of Comtrade records in every shape people have, each made from one list of plain records.

A record is a dict of the service's own field names. Figures are texts, so that every digit stays.
"""

import csv
import gzip
import io
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

Record = Mapping[str, Any]

HEADERS = """typeCode freqCode refPeriodId refYear refMonth period reporterCode reporterISO
    reporterDesc flowCode flowDesc partnerCode partnerISO partnerDesc partner2Code partner2ISO
    partner2Desc classificationCode classificationSearchCode isOriginalClassification cmdCode
    cmdDesc aggrLevel isLeaf customsCode customsDesc mosCode motCode motDesc qtyUnitCode qtyUnitAbbr
    qty isQtyEstimated altQtyUnitCode altQtyUnitAbbr altQty isAltQtyEstimated netWgt
    isNetWgtEstimated grossWgt isGrossWgtEstimated cifvalue fobvalue primaryValue
    legacyEstimationFlag isReported isAggregate""".split()

_NUMBERS = {"netWgt", "cifvalue", "fobvalue", "primaryValue", "qty", "refYear"}
_DESCRIPTIONS = {name for name in HEADERS if name.endswith(("Desc", "ISO", "Abbr"))}
_ISO = {0: "W00", 466: "MLI", 784: "ARE", 792: "TUR", 899: "_X "}
_NAMES = {0: "World", 466: "Mali", 784: "United Arab Emirates", 792: "Türkiye", 899: "Areas, nes"}
_LEGACY_FLOWS = {"M": 1, "X": 2, "RX": 3, "RM": 4}
_LEGACY = {
    "Classification": "classificationCode",
    "Year": "refYear",
    "Period": "period",
    "Trade Flow Code": "flowCode",
    "Trade Flow": "flowDesc",
    "Reporter Code": "reporterCode",
    "Reporter": "reporterDesc",
    "Partner Code": "partnerCode",
    "Partner": "partnerDesc",
    "2nd Partner Code": "partner2Code",
    "Customs Proc. Code": "customsCode",
    "Mode of Transport Code": "motCode",
    "Commodity Code": "cmdCode",
    "Commodity": "cmdDesc",
    "Qty": "qty",
    "Netweight (kg)": "netWgt",
    "Trade Value (US$)": "primaryValue",
    "CIF Trade Value (US$)": "cifvalue",
    "FOB Trade Value (US$)": "fobvalue",
    "Flag": "legacyEstimationFlag",
}


def record(**changes: Any) -> dict[str, Any]:
    """A whole record: Mali's gold in the books of the United Arab Emirates, 2016, or as changed."""
    plain = {
        "typeCode": "C",
        "freqCode": "A",
        "period": "2016",
        "reporterCode": 784,
        "flowCode": "M",
        "partnerCode": 466,
        "partner2Code": 0,
        "classificationCode": "H4",
        "isOriginalClassification": True,
        "cmdCode": "7108",
        "customsCode": "C00",
        "mosCode": "0",
        "motCode": 0,
        "netWgt": "59876.25",
        "isNetWgtEstimated": False,
        "cifvalue": "1520000000.125",
        "fobvalue": None,
        "primaryValue": "1520000000.125",
    } | changes
    described = dict.fromkeys(HEADERS) | {
        "refYear": str(plain["period"])[:4],
        "reporterISO": _ISO.get(plain["reporterCode"]),
        "reporterDesc": _NAMES.get(plain["reporterCode"]),
        "partnerISO": _ISO.get(plain["partnerCode"]),
        "partnerDesc": _NAMES.get(plain["partnerCode"]),
        "cmdDesc": "Gold; unwrought, semi-manufactured, or in powder form",
        "qty": plain["netWgt"],
    }
    return described | plain


def reply(records: Sequence[Record], **envelope: Any) -> bytes:
    """A JSON reply as it came."""
    said = {"elapsedTime": "0.21 secs", "count": len(records)} | envelope
    head = "".join(f"{json.dumps(name)}:{json.dumps(value)}," for name, value in said.items())
    return f'{{{head}"data":{_json(records)},"error":""}}'.encode()


def bare_list(records: Sequence[Record]) -> bytes:
    """The rows of a reply alone, as people save them, with a byte-order mark."""
    return b"\xef\xbb\xbf" + _json(records).encode()


def preview(records: Sequence[Record]) -> bytes:
    """A preview's reply: no descriptions, and a field that came after 2025."""
    bare = dict.fromkeys(_DESCRIPTIONS) | {"isConfidential": False}
    return reply([{**one, **bare} for one in records])


def website(records: Sequence[Record]) -> bytes:
    """A download of the website: 47 headers, a comma after every row, Latin-1, CRLF, blanks."""
    lines = [",".join(HEADERS)]
    for one in records:
        blanks = {"mosCode": f"{one['mosCode']} "} if one["mosCode"] is not None else {}
        cells = [_quoted((dict(one) | blanks).get(name)) for name in HEADERS]
        lines.append(",".join(cells) + ",")
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1")


def lower_case(records: Sequence[Record]) -> bytes:
    """A download saved again by a spreadsheet: TRUE and FALSE, a byte-order mark."""
    return _table(records, {name.lower(): name for name in HEADERS}, encoding="utf-8-sig")


def pascal_case(records: Sequence[Record]) -> bytes:
    """The headers of older clients, and an empty column at the end."""
    return _table(records, {name[0].upper() + name[1:]: name for name in HEADERS} | {"": ""})


def snake_case(records: Sequence[Record]) -> bytes:
    """The headers that R gives; the project's own sample has them."""
    return _table(records, {_snake(name): name for name in HEADERS})


def semicolons(records: Sequence[Record]) -> bytes:
    """A spreadsheet's CSV in a country that writes a decimal comma, figures kept as texts."""
    return _table(records, {name: name for name in HEADERS}, ";", encoding="utf-8-sig")


def bulk(records: Sequence[Record]) -> bytes:
    """A bulk file: tab-separated, gzip; the same records give the same bytes."""
    columns = {name: name for name in [*HEADERS, "lastReleased"]}
    return gzip.compress(_table(records, columns, "\t"), mtime=0)


def legacy(records: Sequence[Record]) -> bytes:
    """A download from before 2022: flows by number, no frequency, no marks, totals left blank."""
    blank = {"C00": None, 0: None}
    old = [
        dict(one)
        | {"flowCode": _LEGACY_FLOWS[one["flowCode"]]}
        | {n: blank.get(one[n], one[n]) for n in ("customsCode", "motCode", "partner2Code")}
        for one in records
    ]
    return _table(old, _LEGACY)


SHAPES: dict[str, tuple[str, Callable[[Sequence[Record]], bytes]]] = {
    "reply": ("reply.json", reply),
    "bare_list": ("bare_list.json", bare_list),
    "preview": ("preview.json", preview),
    "website": ("website.csv", website),
    "lower_case": ("lower_case.csv", lower_case),
    "pascal_case": ("pascal_case.csv", pascal_case),
    "snake_case": ("snake_case.csv", snake_case),
    "semicolons": ("semicolons.csv", semicolons),
    "bulk": ("COMTRADE-FINAL-CA784201604[2022-11-28].gz", bulk),
    "legacy": ("legacy.csv", legacy),
}
"""Name of a shape: the name such a file has, and what makes its bytes."""


def write(folder: Path, shape: str, records: Sequence[Record], name: str | None = None) -> Path:
    """Write records in one shape, under its usual name unless one is given."""
    usual, make = SHAPES[shape]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (name or usual)
    path.write_bytes(make(records))
    return path


def _json(records: Sequence[Record]) -> str:
    rows = (
        ",".join(f"{json.dumps(name)}:{_token(name, one[name])}" for name in one) for one in records
    )
    return "[" + ",".join(f"{{{row}}}" for row in rows) + "]"


def _token(name: str, value: Any) -> str:
    if name in _NUMBERS and value is not None:
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def _quoted(value: Any) -> str:
    return "" if value is None else f'"{_cell(value)}"'


def _cell(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _snake(name: str) -> str:
    spelt = {"cifvalue": "cif_value", "fobvalue": "fob_value"}
    return spelt.get(name, "".join(f"_{c.lower()}" if c.isupper() else c for c in name))


def _table(
    records: Sequence[Record],
    columns: Mapping[str, str],
    delimiter: str = ",",
    encoding: str = "utf-8",
) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    for one in records:
        values = [one.get(name) for name in columns.values()]
        writer.writerow(["" if value is None else str(value) for value in values])
    return text.getvalue().encode(encoding)
