"""Damaged and hostile files: each is read or refused by a typed error, in one sentence.

`make proof-fuzz` tries many more; what once failed stands in SEEDS.
"""

import gzip
import io
import json
import resource
import tempfile
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mirror.errors import MirrorError
from mirror.records import Counts, find_sources, read_file
from mirror.records.text import TextReader
from records.cases import BASE, BINARY_SHAPES, ENCODINGS, JSON_SHAPES, table

HEAD = table(BASE[:1]).split(b"\r\n")[0]
WHOLE = [
    *(table(BASE, shape=shape) for shape in (*JSON_SHAPES, *BINARY_SHAPES, "csv")),
    *(table(BASE, encoding=encoding, delimiter=";") for encoding in ENCODINGS),
    *(table(BASE, packed=packed) for packed in ("gzip", "zip")),
]
PIECES = [
    b"[{", b"}]", b"},{", b'"', b"'", b"\\", b"\n", b"\r", b"\r\n", b"\x00", b"\xff\xfe", b"{",
    b"[", b",", b";", b"\t", b"|", b"NaN", b"1e999999999", b"-1e-999999999", b"9" * 200, b"1,234",
    b"1.234,5", b'"count":"abc",', b'"reporterCode":"x",', b'{"data":[{"period":[[1]]}]}',
    b"sep=;\n", b"<html>", b"\xef\xbb\xbf", b"\x1f\x8b", b"PK\x03\x04", b"PAR1", b"ARROW1",
    b"\xff\xff\xff\xff", HEAD, b"\xe2\x80\xa8", b"\xc3", b"2018-13-45", b"null", b"true",
    b'{"error":"x"}', b"\xf0\x9f\xaa\x99",
]  # fmt: skip


def deep(opening: bytes, times: int) -> bytes:
    return opening * times


def gz(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def damaged_workbook() -> bytes:
    """A workbook with noise where the sheet is packed."""
    content = bytearray(table(BASE, shape="xlsx"))
    at = content.index(b"xl/worksheets/sheet1.xml") + 40
    content[at : at + 60] = b"\xff\x07" * 30
    return bytes(content)


def zip_of_a_later_version() -> bytes:
    content = bytearray(table(BASE, packed="zip"))
    content[content.index(b"PK\x01\x02") + 6] = 128
    return bytes(content)


def zip_of_a_nameless_file() -> bytes:
    """Its name begins with the sign that ends names."""
    before, _, after = table(BASE, packed="zip").rpartition(b"data/table")
    return before + b"\0ata/table" + after


def named_wrongly() -> bytes:
    """A workbook whose parts have other names than its list says."""
    content = table(BASE, shape="xlsx")
    at = content.index(b"xl/worksheets/sheet1.xml")
    return content[: at - 4] + b"\xff\x0f" + content[at - 2 :]


def negative_page() -> bytes:
    """A Parquet file with a page of less than no values, which ended the process in one reader."""
    return table(BASE, shape="parquet").replace(
        b"\x0e\x15\x10\x15\x06\x15\x06", b"\x01\x15\x10\x15\x06\x15\x06"
    )


def wide_workbook() -> bytes:
    """A sheet of two cells, at either end of the largest sheet there is."""
    kept = table(BASE, shape="xlsx")
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(kept)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                content = content.replace(b"</sheetData>", cell)
            new.writestr(name, content)
    return buffer.getvalue()


SEEDS = {
    "an integer of 5,000 digits": b'[{"period":2018,"netWgt":' + b"1" * 5000 + b"}]",
    "a million digits": b'{"data":[{"period":2018,"primaryValue":' + b"1" * 1_000_000 + b"}]}",
    "an exponent of ten digits": json.dumps([dict(BASE[0])]).encode().replace(
        b'"11111.5"', b"1e1000000000"),
    "an exponent in a table": table([{**BASE[0], "netWgt": "1e1000000000"}]),
    "lists 1,100 deep": deep(b"[", 1_100),
    "lists a million deep": deep(b"[", 1_000_000) + deep(b"]", 1_000_000),
    "objects a hundred thousand deep": deep(b'{"data":', 100_000),
    "rows inside rows": deep(b'[{"a":', 50_000),
    "a string of 8 MB": b'{"data":[{"period":"' + b"x" * (8 << 20),
    "a string of ends of lists": b'[{"period":"' + b"}]" * (1 << 20),
    "a string of ends of rows": b'[{"period":"' + b"},{" * (1 << 20),
    "a line of 64 MB in a small .gz": gz(HEAD + b"\n" + b"x" * (64 << 20)),
    "quotes that never end": HEAD + b"\n" + b'"\n' * (1 << 19) + b'"',
    "a wide table": b",".join(b"period" for _ in range(20_000)) + b"\n" + b"1," * 20_000,
    "a count that is no number": b'{"count":"abc","data":[{"period":"2018"}]}',
    "a wide workbook": wide_workbook(),
    "a damaged workbook": damaged_workbook(),
    "a zip of a nameless file": zip_of_a_nameless_file(),
    "a zip of a later version": zip_of_a_later_version(),
    "a workbook whose parts have other names": named_wrongly(),
    "a Parquet page of less than no values": negative_page(),
    "an Arrow stream of more than there is": b"\xff\xff\xff\xff\xff\xff\xff\x7f" + b"\0" * 64,
    "a word for each row where dates stand": table(
        [{**BASE[0], "period": f"period {n}"} for n in range(6_000)]),
    "a gzip in a gzip": gz(gz(HEAD)),
    "a zip without files": b"PK\x05\x06" + b"\0" * 18,
    "names that lead out": table(BASE, packed="zip").replace(b"data/table", b"../../x/yz"),
    "nothing but newlines": b"\n" * (4 << 20),
    "nothing but zeroes": b"\0" * (4 << 20),
    "numbers that are bare": b"1 2 3",
    "a null": b"null",
    "lines of JSON far apart": table(BASE[:2], shape="lines").replace(b"\n", b"\n" * (5 << 20)),
    "no period in any row": b'{"data":[{"reporterCode":784,"flowCode":"M","partnerCode":4,'
    b'"cmdCode":"7108","primaryValue":1,"netWgt":1}]}',
    "a carriage return inside a header": b"period,reporter\rCode,flowCode\n2018,784,M\n",
    "half a mark": b"\xff\xfe\xff",
}  # fmt: skip


def outcome(content: bytes) -> str:
    """Read a file as a run does; any error but a sentence is raised."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data"
        path.write_bytes(content)
        try:
            for source in find_sources([path]):
                for _ in read_file(source, frozenset({"7108"}), Counts()):
                    pass
        except MirrorError as error:
            said = str(error)
            assert said and "\n" not in said and len(said) < 3_000
            return said
    return "read"


@pytest.mark.parametrize("seed", SEEDS)
def test_what_once_failed_or_would(seed):
    """In a second or two and little memory; the process stands."""
    start, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outcome(SEEDS[seed])
    assert time.process_time() - start < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1_000_000


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A whole file with pieces cut out, put in, doubled or swapped for others."""
    content = draw(st.sampled_from(WHOLE))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(content)))
        cut = draw(st.integers(0, 40))
        piece = draw(st.sampled_from(PIECES) | st.binary(max_size=8))
        content = content[:at] + piece * draw(st.sampled_from([1, 1, 1, 3])) + content[at + cut :]
    return content


@given(damaged())
@example(b"")
@settings(suppress_health_check=list(HealthCheck))
def test_a_damaged_file_is_read_or_refused(content):
    outcome(content)


@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=20), max_size=30).map(b"".join))
@settings(suppress_health_check=list(HealthCheck))
def test_any_bytes_are_read_or_refused(content):
    outcome(content)


def rows_of(content: bytes) -> object:
    """The rows of a table with their places, or the sentence that refuses it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data"
        path.write_bytes(content)
        try:
            (source,) = find_sources([path])
            return [batch.rows.rows() for batch in read_file(source, {"7108"}, Counts())]
        except MirrorError as error:
            return str(error)


@st.composite
def damaged_table(draw: st.DrawFn) -> bytes:
    """A table of three rows with a few signs of CSV where they should not be."""
    last, end = draw(st.sampled_from(["true", ""])), draw(st.sampled_from([b"\n", b"\r\n"]))
    content = table([one | {"isAggregate": last} for one in BASE[:3]]).replace(b"\r\n", end)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(len(HEAD), len(content)))
        sign = draw(
            st.sampled_from([b",", b'"', b"\n", b"\r", b"\r\n", b" ", b"~", b'""', b",,", b""])
        )
        content = content[:at] + sign + content[at + draw(st.integers(0, 3)) :]
    return content


@given(damaged_table())
@settings(suppress_health_check=list(HealthCheck))
def test_the_scanner_and_the_reader_of_single_lines_agree(content):
    """What the scanner takes for regular gives the rows that reading line by line gives."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TextReader, "_scanned", lambda *_: None)
        careful = rows_of(content)
    assert rows_of(content) == careful
