"""A reply's columns are those of all its rows; what a row leaves out is null in that row alone."""

import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from files import Record, record, snake_case
from mirror.comtrade.reading import Counting, check_records
from mirror.errors import SchemaDrift, SourceError, TruncatedReply
from mirror.records import Counts, find_sources, read_file, reading

PRODUCTS = frozenset({"7108"})
NULLABLE = ("netWgt", "cifvalue", "fobvalue", "isNetWgtEstimated", "customsCode", "lastReleased",
            "classificationCode", "partner2Code")  # fmt: skip

Shape = Callable[[Sequence[Record]], object]
ENVELOPES: dict[str, Shape] = {
    "reply": lambda rows: {"elapsedTime": "0.2 secs", "count": len(rows), "data": rows},
    "results": lambda rows: {"results": rows, "error": ""},
    "bare list": list,
    "one level deeper": lambda rows: {"status": 1, "response": {"count": len(rows), "data": rows}},
    "a reply a year": lambda rows: {
        year: {"data": part, "count": len(part)} for year, part in (("2018", rows[:2]),
                                                                    ("2019", rows[2:]))
    },
}  # fmt: skip


def read(
    content: bytes, name: str = "a.json", kind: str | None = None
) -> tuple[pl.DataFrame, Counts]:
    """Rows of gold in a file, sorted, without their place."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(content)
        (source,) = find_sources([Path(folder)])
        counts = Counts()
        frame = pl.concat(b.rows for b in read_file(source, PRODUCTS, counts, kind))
    return frame.drop("source_row").sort(pl.exclude("source_row")), counts


def bare(one: Record) -> dict[str, Any]:
    return {name: value for name, value in one.items() if value is not None}


@st.composite
def replies(draw: st.DrawFn) -> tuple[list[Record], list[Record]]:
    """Whole records, and the same in any order of rows and fields, of some rows no null field."""
    whole = []
    for partner in range(4, 4 + draw(st.integers(1, 6))):
        nulls = dict.fromkeys(draw(st.sets(st.sampled_from(NULLABLE))))
        figures = {"fobvalue": "7.5", "lastReleased": "2020-01-01"}
        whole.append(record(partnerCode=partner, **(figures | nulls)))
    left = [bare(one) if draw(st.booleans()) else dict(one) for one in draw(st.permutations(whole))]
    return whole, [{name: one[name] for name in draw(st.permutations(sorted(one)))} for one in left]


@pytest.mark.parametrize("envelope", ENVELOPES)
@given(replies())
@settings(max_examples=25, deadline=None)
def test_leaving_out_null_fields_changes_nothing(envelope, given_replies):
    whole, left = given_replies
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "BATCH_ROWS", 2)
        rows, counts = read(json.dumps(ENVELOPES[envelope](left)).encode())

    assert counts.unknown_columns == ()
    assert_frame_equal(rows, read(json.dumps({"data": whole}).encode())[0])


@given(replies(), st.data())
@settings(max_examples=25, deadline=None)
def test_each_row_may_spell_its_columns_in_its_own_case(given_replies, data):
    whole, left = given_replies
    spellings = [str, str.lower, str.upper, lambda name: name[0].upper() + name[1:]]
    spelt = []
    for one in left:
        spell = data.draw(st.sampled_from(spellings))
        spelt.append({spell(name): value for name, value in one.items()})

    assert_frame_equal(
        read(json.dumps(spelt).encode())[0], read(json.dumps({"data": whole}).encode())[0]
    )


def test_two_spellings_in_one_row_are_one_field_unless_both_carry_a_value():
    """So does a table of two downloads that was put together, every column in every row."""
    one, two = record(partnerCode=4), record(partnerCode=8)
    rows = [one | {"NetWgt": None}, {**two, "netWgt": None, "NetWgt": "5"}]

    assert read(json.dumps(rows).encode())[0]["net_wgt"].to_list() == ["59876.25", "5"]
    rows[1]["netWgt"] = "6"
    with pytest.raises(SchemaDrift, match=r"row 2 has two columns for net_wgt \(netWgt and NetWgt"):
        read(json.dumps(rows).encode())


def test_a_column_that_comes_late_is_counted_as_unknown(monkeypatch):
    monkeypatch.setattr(reading, "BATCH_ROWS", 2)
    rows = [record(partnerCode=code) for code in range(4, 10)]
    rows[-1]["carbonKg"] = "1"

    assert read(json.dumps(rows).encode())[1].unknown_columns == ("carbonKg",)


def test_weights_that_are_null_in_every_row_may_be_left_out_but_not_beside_a_new_name():
    rows = [bare(record(netWgt=None, partnerCode=code)) for code in (4, 8)]

    assert read(json.dumps(rows).encode())[0]["net_wgt"].to_list() == [None, None]
    with pytest.raises(SchemaDrift, match="misses the needed column net_wgt"):
        read(json.dumps([one | {"weight": 5} for one in rows]).encode())


MIRRORED = {
    "freqCode": "A", "period": "2016", "reporterCode": 784, "flowCode": "M", "partnerCode": 466,
    "cmdCode": "7108", "primaryValue": 5,
}  # fmt: skip


def test_what_a_file_holds_is_said_by_all_its_rows():
    """The UN's own pairing where the first rows have no mirror is not read as records."""
    rows = [MIRRORED, MIRRORED | {"partnerCode": 4, "mirrorPrimaryValue": 3}]

    frame, counts = read(json.dumps(rows).encode())

    assert counts.kind == "bilateral"
    assert sorted(map(str, frame["mirror_primary_value"])) == ["3", "None"]


def test_a_reply_of_the_lake_is_what_was_asked_for():
    assert read(json.dumps([MIRRORED]).encode(), kind="bilateral")[1].kind == "bilateral"


def test_a_truncated_reply_among_several_is_refused():
    parts = {"a": {"data": [record()], "count": 1}, "b": {"data": [record()], "count": 2}}

    with pytest.raises(TruncatedReply, match="says it has 2 rows and holds 1"):
        read(json.dumps(parts).encode())


def test_an_error_among_several_replies_is_refused():
    parts = {"a": {"data": [record()]}, "b": {"data": [], "error": "Out of quota."}}

    with pytest.raises(SourceError, match=r"an error of the service \(Out of quota\)"):
        read(json.dumps(parts).encode())


def test_the_same_header_again_inside_a_text_is_no_row():
    one, two = (snake_case([record(partnerCode=code)]) for code in (4, 8))

    rows, counts = read(one + two, "a.csv")

    assert (rows["partner_code"].to_list(), counts.rows_read) == (["4", "8"], 2)
    assert counts.rows_other_goods == 0


@pytest.mark.parametrize(
    "changed", [lambda head: head.replace(b"net_wgt,", b""), bytes.upper], ids=["shorter", "case"]
)
def test_another_header_inside_a_text_is_refused_with_its_line(changed):
    head, row = snake_case([record()]).splitlines(keepends=True)

    with pytest.raises(SourceError, match="line 3: a second header with other columns; give"):
        read(head + row + changed(head) + row, "a.csv")


def test_a_fetched_reply_may_leave_out_nulls_in_any_row():
    def tally(*rows: Record):
        counting = Counting()
        counting.feed(json.dumps({"count": len(rows), "data": rows, "error": ""}).encode())
        return counting.finish()

    exports = bare(record(flowCode="X", cifvalue=None, fobvalue="5"))
    check_records(tally(bare(record(netWgt=None)), exports))
    check_records(tally(exports))
    without = {name: value for name, value in exports.items() if name != "primaryValue"}
    with pytest.raises(SchemaDrift, match="without primaryvalue"):
        check_records(tally(without))
    with pytest.raises(SchemaDrift, match="without cifvalue"):
        check_records(tally(exports | {"valueCif": "5"}))
