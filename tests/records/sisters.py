"""Further shapes in which people hold records, and what of each must come out.

CASES give the base's records, with what is noted of the file; REFUSED end in a sentence.
"""

import csv
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import polars as pl
import xlsxwriter

from files import HEADERS, Record
from records.cases import FIGURES, Make, table

Form = Callable[[str], str]


def _each(form: Form, *fields: str, **how: Any) -> Make:
    """A table whose values of some fields, default the figures, are written in another way."""

    def make(records: Sequence[Record]) -> bytes:
        chosen = fields or FIGURES
        return table([{n: form(str(v)) if n in chosen and v is not None else v
                       for n, v in one.items()} for one in records], **how)  # fmt: skip

    return make


def _all(form: Form, **how: Any) -> Make:
    return _each(form, *HEADERS, **how)


def _grouped(value: str) -> str:
    """1,23,45,678.25, as India groups digits."""
    whole, _, part = value.partition(".")
    head, tail = whole[:-3], whole[-3:]
    pairs = [head[max(at - 2, 0) : at] for at in range(len(head), 0, -2)][::-1]
    return ",".join([*pairs, tail]) + ("." + part if part else "")


def _by(mark: str) -> Form:
    return lambda text: f"{float(text):,.3f}".replace(",", mark)


def _digits(zero: str, point: str = ".", comma: str = ",") -> Form:
    signs = {ord("0") + n: chr(ord(zero) + n) for n in range(10)}
    return lambda text: text.translate(signs | {ord("."): point, ord(","): comma})


def _above(text: str) -> Make:
    return lambda records: text.encode() + table(records)


def _row_names(records: Sequence[Record]) -> bytes:
    head, *lines = table(records, null="NA").decode().splitlines()
    return "\n".join([head, *(f"row{n},{line}" for n, line in enumerate(lines))]).encode()


def _frame(change: Callable[[pl.DataFrame], pl.DataFrame], kind: str = "parquet") -> Make:
    def make(records: Sequence[Record]) -> bytes:
        rows = [{n: str(v) for n, v in one.items() if v is not None} for one in records]
        frame = pl.DataFrame(rows, schema=dict.fromkeys(HEADERS, pl.String))
        buffer = io.BytesIO()
        getattr(change(frame), f"write_{kind}")(buffer)
        return buffer.getvalue()

    return make


def _typed(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(
        pl.col("reporterISO", "flowCode").cast(pl.Categorical),
        pl.col("netWgt", "primaryValue").cast(pl.Decimal(20, 3)),
        pl.col("period").str.to_datetime("%Y", time_zone="UTC"),
        pl.col("partnerCode").cast(pl.Float64),
    )


def _book(rows: Callable[[Sequence[Record]], list[list[Any]]]) -> Make:
    """A workbook of two sheets: notes, and rows."""

    def make(records: Sequence[Record]) -> bytes:
        frames = {"Notes": [["Gold", ""], ["UN Comtrade", ""]], "Data": rows(records)}
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer) as book:
            for name, content in frames.items():
                sheet = book.add_worksheet(name)
                for at, row in enumerate(content):
                    sheet.write_row(at, 0, row)
        return buffer.getvalue()

    return make


def _grid(records: Sequence[Record]) -> list[list[Any]]:
    return [HEADERS, *([one.get(name) for name in HEADERS] for one in records)]


def _lists(records: Sequence[Record]) -> bytes:
    return json.dumps(_grid(records)).encode()


def _json(shape: Callable[[list[dict[str, Any]]], object]) -> Make:
    return lambda records: json.dumps(shape([dict(one) for one in records])).encode()


def _packed(*members: tuple[str, Make]) -> Make:
    def make(records: Sequence[Record]) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, content in members:
                archive.writestr(name, content(records))
        return buffer.getvalue()

    return make


def _tar(records: Sequence[Record]) -> bytes:
    buffer, content = io.BytesIO(), table(records)
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        info = tarfile.TarInfo("data.csv")
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def _quoted(records: Sequence[Record]) -> bytes:
    text = io.StringIO()
    rows = csv.reader(io.StringIO(table(records).decode()))
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


_NAMED = "columns that count the rows are left out (without a name)"
_TITLE = "text above the header, in 2 lines, is left out"
_INSIDE = "each record stands inside "

CASES: dict[str, tuple[Make, str | None]] = {
    "every cell in quotes": (_quoted, None),
    "names of rows without a name above them": (_row_names, "the header has no name for the first"),
    "an index of pandas": (
        lambda r: b"," + table(r).replace(b"\r\n", b"\r\n1,")[:-2], _NAMED),
    "a title above the header": (_above("Gold trade\r\nUN Comtrade, 2024\r\n\r\n"), _TITLE),
    "a title as wide as the table": (
        _above("Gold trade" + "," * 46 + "\r\n# made by hand" + "," * 46 + "\r\n"), _TITLE),
    "rows of nothing but delimiters": (
        lambda r: table(r) + (b"," * 46 + b"\r\n") * 3, "rows without any value are left out"),
    "the header again": (
        lambda r: table(r[:4]) + table(r[4:]), "the header stands in it again"),
    "thousands by an apostrophe": (_each(_by("\u2019")), None),
    "thousands by a thin space": (_each(_by("\u2009")), None),
    "no-break spaces, decimal comma": (_each(
        lambda v: f"{float(v):,.3f}".replace(",", "\u00a0").replace(".", ","), delimiter=";",
        encoding="cp1252"), None),
    "digits grouped as in India": (_each(_grouped), None),
    "Arabic digits": (_all(_digits("\u0660")), None),
    "Persian digits and marks": (
        _each(lambda v: _digits("\u06f0", "\u066b", "\u066c")(f"{float(v):,.3f}")), None),
    "digits of full width": (_each(_digits("\uff10")), None),
    "blanks that are not seen": (_all(lambda v: f"\u200b{v}\u00a0"), None),
    "texts for Excel": (_all(lambda v: f'="{v}"'), None),
    "apostrophes for Excel": (_each(lambda v: f"'{v}", "period", "cmdCode", *FIGURES), None),
    "numbers filled with blanks": (_each(lambda v: f"{v:>20}"), None),
    "goods with their names": (_each(lambda v: f"{v} - Gold", "cmdCode"), None),
    "goods with HS before them": (_each(lambda v: f"HS {v}", "cmdCode"), None),
    "points of time": (_each(lambda v: f"{v}-01-01T00:00:00.000Z", "period"), None),
    "the last day of the year": (_each(lambda v: f"{v}-12-31", "period"), None),
    "days first": (_each(lambda v: f"31/12/{v}", "period"), None),
    "months first": (_each(lambda v: f"12/31/{v} 0:00", "period"), None),
    "days without dashes": (_each(lambda v: f"{v}0101", "period"), None),
    "categories, decimals, times": (_frame(_typed), None),
    "an Arrow file of categories": (_frame(_typed, "ipc"), None),
    "an Arrow stream of categories": (_frame(_typed, "ipc_stream"), None),
    "a packed Parquet file": (lambda r: gzip.compress(_frame(_typed)(r)), None),
    "a workbook with a title and notes": (
        _book(lambda r: [["Gold trade"], [], *_grid(r)]), None),
    "a workbook with an index": (
        _book(lambda r: [[n or None, *row] for n, row in enumerate(_grid(r))]), _NAMED),
    "lists below a list of names": (_lists, None),
    "columns and rows": (
        _json(lambda r: {"columns": HEADERS, "rows": [[one[n] for n in HEADERS] for one in r]}),
        None),
    "lines of replies": (
        lambda r: b"\n".join(_json(lambda one: {"count": len(one), "data": one})(part)
                             for part in (r[:3], r[3:])), None),
    "GeoJSON": (_json(lambda r: {"type": "FeatureCollection", "features": [
        {"type": "Feature", "geometry": None, "properties": one} for one in r]}),
        _INSIDE + "properties"),
    "hits of a search": (_json(lambda r: {"hits": {"hits": [
        {"_id": str(n), "_source": one} for n, one in enumerate(r)]}}), _INSIDE + "_source"),
}  # fmt: skip

_UNREAD = "in a form that is not read"

REFUSED: dict[str, tuple[Make, str]] = {
    "another delimiter": (lambda r: table(r, delimiter="^"), _UNREAD),
    "columns by blanks": (lambda r: table(r).replace(b",", b" "), _UNREAD),
    "JSON inside a call": (lambda r: b"callback(" + table(r, shape="list") + b");\n", _UNREAD),
    "JSON inside JSON": (lambda r: json.dumps(table(r, shape="list").decode()).encode(), _UNREAD),
    "records below names that differ": (
        _json(lambda r: {"a": {"b": dict(r[0])}, "c": 1}), _UNREAD),
    "a damaged line below empty ones": (
        lambda r: table(r, shape="lines").replace(b"\n", b"\n\n") + b"\n{", "line 14: the line is"),
    "tar": (_tar, "is an archive of tar"),
    "lzma": (lambda r: lzma.compress(table(r), lzma.FORMAT_ALONE), "is packed with lzma"),
    "a zip in a zip": (_packed(("a.zip", _packed(("a.csv", table)))), "is packed twice"),
    "a gzip in a zip": (
        _packed(("a.gz", lambda r: table(r, packed="gzip"))), "is packed twice"),
    "OpenDocument": (
        _packed(("mimetype", lambda r: b"x"), ("content.xml", lambda r: b"<x/>")), "OpenDocument"),
    "a file of another program": (
        lambda r: b"\x80\x04\x95\x00\x00" + table(r), "neither text nor of a form that is read"),
}  # fmt: skip
