"""Files in the shapes that people have, each made from one list of base records.

`table` writes records in any combination of shape, encoding, delimiter, decimal mark, word for null
and compression; CASES are single shapes, each with what must come out.
"""

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from files import HEADERS, Record, record

FIGURES = ("netWgt", "cifvalue", "fobvalue", "primaryValue")
_CODES = ("period", "reporterCode", "partnerCode", "partner2Code", "cmdCode", "motCode", "mosCode")
_SIDES = {784: ("ARE", "United Arab Emirates"), 466: ("MLI", "Mali"), 792: ("TUR", "Türkiye"),
          0: ("W00", "World"), 288: ("GHA", "Ghana")}  # fmt: skip


def _row(reporter: int, partner: int, flow: str, period: str, kg: str, usd: str) -> Record:
    one = record(period=period, reporterCode=reporter, partnerCode=partner, flowCode=flow,
                 netWgt=kg, primaryValue=usd, cifvalue=usd if flow == "M" else None,
                 fobvalue=usd if flow == "X" else None)  # fmt: skip
    sides = {"reporter": _SIDES[reporter], "partner": _SIDES[partner], "partner2": _SIDES[0]}
    described = {f"{s}{end}": v for s, two in sides.items()
                 for end, v in zip(("ISO", "Desc"), two, strict=True)}  # fmt: skip
    return one | described | {"flowDesc": "Import" if flow == "M" else "Export"}


BASE = [
    _row(784, 466, "M", "2018", "11111.5", "439748724.25"),
    _row(466, 784, "X", "2018", "3889.02", "152325135.36"),
    _row(784, 288, "M", "2018", "5443.5", "215431956.75"),
    _row(288, 784, "X", "2018", "4980.25", "197093712.5"),
    _row(792, 784, "M", "2019", "12004.125", "541120233.75"),
    _row(784, 0, "M", "2019", "98765.5", "4501234567.25"),
    _row(784, 466, "M", "2019", "10432.75", "470003211.5"),
]

Make = Callable[[Sequence[Record]], bytes]


def table(
    records: Sequence[Record],
    *,
    shape: str = "csv",
    delimiter: str = ",",
    encoding: str = "utf-8",
    decimal: str = ".",
    thousands: str = "",
    null: str = "",
    packed: str = "",
    names: Mapping[str, str] | None = None,
) -> bytes:
    """Records in one combination; `names` maps headers to fields, default the service's own."""
    columns = dict(names or {name: name for name in HEADERS})
    rows = [
        {h: _cell(one.get(f), f, decimal, thousands, null) for h, f in columns.items()}
        for one in records
    ]
    content = _SHAPES[shape](rows, list(columns), delimiter)
    if shape not in _BINARY:
        content = content.decode().encode(encoding)
    return _packed(content, packed)


def _cell(value: Any, field: str, decimal: str, thousands: str, null: str) -> str:
    if value is None:
        return null
    if field not in FIGURES:
        return str(value)
    whole, _, part = str(value).partition(".")
    if thousands:
        whole = f"{int(whole):,}".replace(",", thousands)
    return whole + decimal + part if part else whole


def _packed(content: bytes, how: str) -> bytes:
    if how == "gzip":
        return gzip.compress(content, mtime=0)
    if how == "zip":
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("data/table", content)
        return buffer.getvalue()
    return content


def _csv(rows: list[dict[str, str]], names: list[str], delimiter: str) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, names, delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _frame(rows: list[dict[str, str]], names: list[str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String))


def _written(write: Callable[[pl.DataFrame, io.BytesIO], object]) -> Callable[..., bytes]:
    def make(rows: list[dict[str, str]], names: list[str], _: str) -> bytes:
        buffer = io.BytesIO()
        write(_frame(rows, names), buffer)
        return buffer.getvalue()

    return make


def _columns(rows: list[dict[str, str]], names: list[str]) -> dict[str, dict[str, str]]:
    return {n: {str(i): row[n] for i, row in enumerate(rows)} for n in names}


def _dumped(shape: Callable[[list[dict[str, str]], list[str]], object]) -> Callable[..., bytes]:
    def make(rows: list[dict[str, str]], names: list[str], _: str) -> bytes:
        return json.dumps(shape(rows, names), ensure_ascii=False).encode()

    return make


_SHAPES: dict[str, Callable[[list[dict[str, str]], list[str], str], bytes]] = {
    "csv": _csv,
    "reply": _dumped(lambda rows, _: {"count": len(rows), "data": rows, "error": ""}),
    "upper envelope": _dumped(lambda rows, _: {"COUNT": len(rows), "DATA": rows}),
    "list": _dumped(lambda rows, _: rows),
    "list of replies": _dumped(lambda rows, _: [{"count": 2, "data": rows[:2]},
                                                {"count": len(rows) - 2, "data": rows[2:]}]),
    "dict of replies": _dumped(lambda rows, _: {"2018": {"data": rows[:4]},
                                                "2019": {"data": rows[4:]}}),
    "deeper": _dumped(lambda rows, _: {"status": 200, "response": {"data": rows}}),
    "lines": lambda rows, *_: "\n".join(json.dumps(r, ensure_ascii=False) for r in rows).encode(),
    "by columns": _dumped(_columns),
    "by index": _dumped(lambda rows, _: {str(i): row for i, row in enumerate(rows)}),
    "split": _dumped(lambda rows, names: {"columns": names, "index": list(range(len(rows))),
                                          "data": [list(row.values()) for row in rows]}),
    "table": _dumped(lambda rows, _: {
        "schema": {"fields": [{"name": "index", "type": "integer"}], "primaryKey": ["index"]},
        "data": [{"index": i} | row for i, row in enumerate(rows)]}),
    "xlsx": _written(lambda frame, to: frame.write_excel(to)),
    "parquet": _written(lambda frame, to: frame.write_parquet(to)),
    "arrow": _written(lambda frame, to: frame.write_ipc(to)),
    "arrow stream": _written(lambda frame, to: frame.write_ipc_stream(to)),
}  # fmt: skip
_BINARY = ("xlsx", "parquet", "arrow", "arrow stream")

JSON_SHAPES = [shape for shape in _SHAPES if shape not in (*_BINARY, "csv")]
BINARY_SHAPES = list(_BINARY)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252")
DELIMITERS = (",", ";", "\t", "|")
DECIMALS = ((".", ""), (".", ","), (",", ""), (",", "."), (",", " "), (".", "'"), (",", "\u00a0"),
            (".", "\u2019"))  # fmt: skip
NULLS = ("", "NA", "N/A", "nan", "None", "NULL", "#N/A", ".", "..", "-", "\u2013")
PACKED = ("", "gzip", "zip")


@dataclass(frozen=True)
class Case:
    """A file, and what comes of it: `said` is null for the base, else how it is refused."""

    name: str
    make: Make
    said: str | None = None


def _lines(change: Callable[[int, list[str]], list[str]], quote: bool = False) -> Make:
    """A comma-separated table whose lines, the header is line 0, are changed."""

    def make(records: Sequence[Record]) -> bytes:
        rows = list(csv.reader(io.StringIO(table(records).decode())))
        text = io.StringIO()
        style = csv.QUOTE_ALL if quote else csv.QUOTE_MINIMAL
        csv.writer(text, quoting=style, lineterminator="\n").writerows(
            change(n, row) for n, row in enumerate(rows)
        )
        return text.getvalue().encode()

    return make


def _changed(*fields: str, by: Callable[[Any, Record], Any]) -> Make:
    def make(records: Sequence[Record]) -> bytes:
        return table([{**one, **{f: by(one[f], one) for f in fields}} for one in records])

    return make


def _named(names: Mapping[str, str]) -> Make:
    return lambda records: table(records, names=names)


def _typed(records: Sequence[Record]) -> list[dict[str, Any]]:
    """Records with figures as numbers."""
    return [{n: float(v) if n in FIGURES and v else v for n, v in one.items()} for one in records]


def _boxed(records: Sequence[Record]) -> bytes:
    rows = [{n: [v] for n, v in one.items() if v is not None} for one in _typed(records)]
    return json.dumps({"count": [len(rows)], "data": rows}).encode()


def _floats(records: Sequence[Record]) -> bytes:
    rows = [one | {c: float(one[c]) for c in ("reporterCode", "partnerCode", "cmdCode")}
            for one in _typed(records)]  # fmt: skip
    return json.dumps(rows).replace('"fobvalue": null', '"fobvalue": NaN').encode()


_OLDER = {"classification": "classificationCode", "year": "refYear", "reporter": "reporterDesc",
          "reporter_code": "reporterCode", "partner_code": "partnerCode",
          "commodity_code": "cmdCode", "netweight_kg": "netWgt",
          "trade_value_usd": "primaryValue"}  # fmt: skip
_MACHINE = {"pfCode": "classificationCode", "yr": "refYear", "period": "period",
            "rgDesc": "flowDesc", "rtCode": "reporterCode", "rtTitle": "reporterDesc",
            "ptCode": "partnerCode", "cmdCode": "cmdCode", "NetWeight": "netWgt",
            "TradeValue": "primaryValue"}  # fmt: skip
_WORDS = {"period": "period", "reporterDesc": "reporterDesc", "flowDesc": "flowDesc",
          "partnerDesc": "partnerDesc", "cmdCode": "cmdCode", "netWgt": "netWgt",
          "primaryValue": "primaryValue"}  # fmt: skip

CASES = [
    Case("an index of pandas", _lines(lambda n, row: [str(n - 1) if n else "", *row])),
    Case("saved twice by pandas", _lines(
        lambda n, row: [*(["1"] * 3 if n else ["", "Unnamed: 0.1", "Unnamed: 0"]), *row])),
    Case("row names of R", _lines(lambda n, row: [str(n) if n else "", *row], quote=True)),
    Case("codes as floats", _changed(*_CODES, by=lambda v, _: f"{v}.0")),
    Case("ISO codes", _changed("reporterCode", by=lambda _, one: one["reporterISO"])),
    Case("names of countries alone", _named(_WORDS)),
    Case("older R client", _named(_OLDER | {"trade_flow": "flowDesc"})),
    Case("machine-readable columns before 2023", _named(_MACHINE)),
    Case("flows in words", _changed("flowCode", by=lambda _, one: f"{one['flowDesc'].lower()}s")),
    Case("periods as dates", _changed("period", by=lambda v, _: f"{v}-01-01")),
    Case("Excel's line of the delimiter", lambda r: b"sep=;\r\n" + table(r, delimiter=";")),
    Case("figures with a currency", _changed("primaryValue", by=lambda v, _: f"${float(v):,.2f}")),
    Case("a comma after every row", _lines(lambda n, row: [*row, ""] if n else row)),
    Case("shifted by one", _lines(lambda n, row: [*row[1:], ""] if n else row)),
    Case("shifted below an index", _lines(lambda n, row: [*row, ""] if n else ["", *row])),
    Case("the same table twice", lambda r: table(r[:3]) + table(r[3:])),
    Case("values in lists of one", _boxed),
    Case("codes as floats in JSON, NaN", _floats),
    Case("lower case", lambda r: table(r, names={h.lower(): h for h in HEADERS})),
    Case("old Macintosh", lambda r: table(r).replace(b"\r\n", b"\r")),
    Case("empty lines", lambda r: table(r).replace(b"\r\n", b"\r\n\r\n")),
    Case("digits lost", _changed("primaryValue", by=lambda v, _: f"{float(v):.1E}"),
         "primary_value 4.4E+08 has lost digits: a spreadsheet kept 2 of them"),
    Case("a comma that may be either", _changed(*FIGURES, by=lambda v, _: v and "1,234"),
         "net_wgt 1,234 may be in thousands or have decimals"),
    Case("WITS", lambda r: b"Nomenclature,ReporterISO3,TradeValue in 1000 USD\nH5,ARE,1\n",
         "is a table of WITS"),
    Case("BACI", lambda r: b"t,i,j,k,v,q\n2018,466,784,710812,1,1\n", "is a table of BACI"),
    Case("trade balance", lambda r: (b"period,reporterCode,partnerCode,cmdCode,exportPrimaryValue,"
                                     b"importPrimaryValue\n2018,784,466,7108,1,1\n"),
         "is a trade balance"),
    Case("names that are not known", lambda r: table(r, names=_WORDS).replace(b"Mali", b"Malli"),
         "names of countries that are not known (Malli)"),
    Case("a reply to countOnly", lambda r: b'{"count": 225, "data": [], "error": ""}',
         "as a reply to countOnly does: ask for them without countOnly"),
    Case("a page", lambda r: b"<html><body>Service unavailable</body></html>", "is a page of HTML"),
    Case("an old workbook", lambda r: b"\xd0\xcf\x11\xe0" + b"\0" * 600, "is an old workbook"),
    Case("a list in a field", lambda r: json.dumps([dict(r[0]) | {"netWgt": [1, 2]}]).encode(),
         "row 1: net_wgt holds a list"),
    Case("a line of JSON cut off", lambda r: table(r, shape="lines")[:-20],
         "line 7: the line is cut off"),
    Case("a number of 5,000 digits", lambda r: json.dumps([dict(r[0])]).replace(
        '"11111.5"', "1" * 5000).encode(), "has 5,000 characters, more than any number"),
    Case("nested too deep", lambda r: b"[" * 5000 + b"]" * 5000, "lists inside lists"),
    Case("a long line", lambda r: table(r) + b"x" * (2 << 20), "the line has more than"),
    Case("a long text", lambda r: table([dict(r[0]) | {"cmdCode": "7" * 2000}]),
         "cmd_code is a text of more than 1,000 characters"),
    Case("UTF-16 that breaks off", lambda r: table(r, encoding="utf-16")[:-1], "begins as utf-16"),
    Case("a damaged workbook", lambda r: table(r, shape="xlsx")[:-400], "is damaged"),
    Case("a damaged Parquet file", lambda r: table(r, shape="parquet")[:900], "cannot be read"),
]  # fmt: skip
