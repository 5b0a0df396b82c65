"""Each refusal names the true cause, and what helps: damage of one kind beside its sisters."""

import json

import pytest

from commands import mirror
from files import HEADERS
from mirror.errors import MirrorError
from mirror.records import Counts, find_sources, read_file
from records.cases import BASE, table

REPLY = json.dumps({"count": 7, "data": BASE})
CSV = table(BASE).decode()


def said(tmp_path, content: str | bytes) -> str:
    """What is said of a file, empty where it is read."""
    path = tmp_path / "data"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    try:
        for source in find_sources([path]):
            list(read_file(source, {"7108"}, Counts()))
    except MirrorError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (REPLY.replace("}]}", "},]}"), "a comma too many stands there; take it out"),
        (
            repr({"count": 7, "data": BASE}),
            "it is written as Python prints it; write it with json.",
        ),
        ("\n".join(map(repr, BASE)), "it is written as Python prints it; write it with json.dump"),
        (
            REPLY.replace('"data"', '/* mine */ "data"'),
            "a comment stands there, which JSON has not",
        ),
        (REPLY.replace("World", "Wor\nld"), "a line break or tab inside a text; save it with"),
        (REPLY + ";", 'at `nt": 7, "data": […]};`): something stands behind its end; take it out'),
    ],
    ids=["comma", "Python", "lines of Python", "comment", "line break", "semicolon"],
)
def test_text_that_is_no_json_is_not_called_cut_off(tmp_path, content, cause):
    found = said(tmp_path, content)
    assert f"{cause}" in found
    assert "is no JSON (" in found
    assert "cut off" not in found


@pytest.mark.parametrize("end", [-100, -1, len(REPLY) // 2])
def test_a_reply_that_ends_too_early_is_called_cut_off(tmp_path, end):
    assert "is cut off or no JSON (" in said(tmp_path, REPLY[:end])


def test_replies_behind_each_other_and_lines_with_commas_are_read(tmp_path):
    for content in (REPLY + REPLY, f"{REPLY}\n{REPLY}", ",\n".join(map(json.dumps, BASE)) + ",\n"):
        assert said(tmp_path, content) == ""


def test_rows_that_were_added_or_an_error_beside_them_are_said_as_such(tmp_path):
    more = said(tmp_path, REPLY.replace('"count": 7', '"count": 5'))
    assert "says it has 5 rows and holds 7, as if rows were added to it: set its count" in more
    partial = said(tmp_path, REPLY[:-1] + ', "error": "Partial."}')
    assert "holds rows beside an error of the service (Partial), which may not be all" in partial


def split(lines: list[str], which: slice) -> str:
    changed = [line.replace("World", "Wor,ld", 1) for line in lines[which]]
    lines[which] = changed
    return "\r\n".join(lines)


def test_a_comma_without_quotes_shifts_no_row_in_silence(tmp_path):
    """The last field is empty, so that the row has as many fields as one of the website's."""
    all_rows = said(tmp_path, split(CSV.splitlines(), slice(1, None)))
    assert "line 2: a text has a comma in it and no quotes" in all_rows
    one = said(tmp_path, split(CSV.splitlines(), slice(5, 6)))
    assert "line 6: a text has a comma in it and no quotes" in one
    many = [CSV.splitlines()[0], *CSV.splitlines()[1:] * 5]
    late = said(tmp_path, split(many, slice(30, 31)))
    assert "line 31: 48 fields, and other rows have 47; a text with a comma in it" in late


def test_lines_above_the_header_are_passed_over(tmp_path):
    assert said(tmp_path, "UN Comtrade\r\nSource,download of May\r\n\r\n" + CSV) == ""


def test_year_and_month_in_two_columns_are_named(tmp_path):
    names = {name: name for name in HEADERS if name != "period"}
    rows = [one | {"refMonth": 3} for one in BASE]
    assert "has the year and the month in two columns" in said(tmp_path, table(rows, names=names))


def test_words_for_the_frequency_are_read(tmp_path):
    assert said(tmp_path, table([one | {"freqCode": "Annual"} for one in BASE])) == ""


# what a run says of files that can be read

BUILDS = [
    ({"cmdCode": "8517"}, "hold 7 rows of other goods and none of gold: ask for HS 7108"),
    ({"cmdCode": "71"}, "hold 7 rows of other goods and none of gold: ask for HS 7108"),
    ({"cmdCode": "7112"}, "hold records of scrap or coin alone (HS 7112, 7118)"),
    ({"typeCode": "S"}, "hold 7 rows of services, whose typeCode is S: ask for goods"),
    ({"flowCode": "RX"}, "hold no annual export or import of gold, only re-exports"),
    ({"motCode": 1000}, "hold 7 rows of breakdowns and no totals, which are not added up"),
    ({"reporterCode": 0}, "unknown reporter code 0 (6 more like it); the world reports nothing"),
    ({"reporterCode": "ZZZ"}, "unknown reporter code ZZZ (6 more like it); correct it, or write"),
    ({"partnerCode": None}, "unknown partner code (empty) (6 more like it); give the row its"),
    ({"cmdCode": "71-08"}, "71-08 is no HS code (6 more like it); download the file again"),
    ({"primaryValue": "####"}, "#### is no number (6 more like it); a spreadsheet showed it so"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("change", "cause"), BUILDS, ids=lambda value: str(value)[:30])
def test_a_run_without_pairs_says_what_the_files_hold_instead(tmp_path, change, cause):
    (tmp_path / "data.csv").write_bytes(table([one | change for one in BASE]))
    found = mirror("build", "--source", tmp_path / "data.csv", "--out", tmp_path / "out")
    assert found.returncode == 1
    assert cause in found.stderr


@pytest.mark.slow
def test_a_run_with_the_world_alone_asks_for_partners(tmp_path):
    (tmp_path / "data.csv").write_bytes(table([one for one in BASE if one["partnerCode"] == 0]))
    found = mirror("build", "--source", tmp_path / "data.csv", "--out", tmp_path / "out")
    assert "and none that names a partner country: ask for every partner" in found.stderr
