"""Lines of national tariffs are added up to HS6 where nothing else holds them, and said."""

from pathlib import Path

import polars as pl

from files import Record, record
from mirror.records import Counts, find_sources, read_file
from records.cases import table

PRODUCTS = {"7108", "710811", "710812", "710813"}


def line(code: str, usd: str, kg: str | None = "1", **other: object) -> Record:
    figures = {"primaryValue": usd, "cifvalue": None, "fobvalue": usd, "netWgt": kg}
    return record(flowCode="X", cmdCode=code, **figures, **other)


def read(tmp_path: Path, *rows: Record) -> tuple[list[tuple[object, ...]], Counts]:
    """Partner, goods, value and weight of the rows of gold; and what was counted."""
    (tmp_path / "a.csv").write_bytes(table(rows))
    (source,) = find_sources([tmp_path / "a.csv"])
    counts = Counts()
    gold = pl.concat([batch.rows for batch in read_file(source, PRODUCTS, counts)])
    told = gold.select("partner_code", "cmd_code", "primary_value", "net_wgt", "source_row")
    return sorted(told.rows(), key=str), counts


def test_lines_alone_are_added_up_to_their_subheading(tmp_path):
    rows, counts = read(
        tmp_path,
        line("7108120010", "100.10", "2"), line("7108120090", "0.20", "0.5"),
        line("71081300", "7", "3"), line("7108120010", "5", "1", partnerCode=792),
        line("85171200", "9"),
    )  # fmt: skip

    assert rows == [
        ("466", "710812", "100.30", "2.5", 2),
        ("466", "710813", "7", "3", 4),
        ("792", "710812", "5", "1", 5),
    ]
    assert (counts.rows_read, counts.rows_tariff_lines, counts.rows_other_goods) == (5, 1, 1)
    assert counts.warnings == [
        "4 tariff lines (7108120010, 7108120090, 71081300) were added up to 3 rows of HS6 "
        "(710812, 710813)"
    ]


def test_lines_beside_a_row_that_holds_them_are_left_out(tmp_path):
    rows, counts = read(
        tmp_path, line("71081200", "60"), line("710812", "60"),
        line("71081200", "4", partnerCode=792), line("7108", "4", partnerCode=792),
    )  # fmt: skip
    assert [row[1:3] for row in rows] == [("710812", "60"), ("7108", "4")]
    assert (counts.rows_tariff_lines, counts.warnings) == (2, [])
    assert "2 tariff lines (71081200) are left out" in counts.notes[0]


def test_a_line_that_holds_others_counts_once(tmp_path):
    """Eight digits beside the ten that they are made of."""
    rows, _ = read(
        tmp_path, line("7108120010", "3"), line("7108120090", "4"), line("71081200", "7")
    )
    assert [row[2] for row in rows] == ["7"]


def test_the_same_line_twice_counts_once_and_a_contradiction_stays(tmp_path):
    rows, _ = read(tmp_path, line("71081200", "3"), line("71081200", "3"))
    assert [row[2] for row in rows] == ["3"]
    rows, _ = read(tmp_path, line("71081200", "3"), line("71081200", "5"))
    assert [row[2] for row in rows] == ["3", "5"]


def test_a_weight_that_one_line_lacks_is_no_weight(tmp_path):
    for none in (None, "0"):
        rows, _ = read(tmp_path, line("7108120010", "3", "2"), line("7108120090", "4", none))
        assert [row[2:4] for row in rows] == [("7", None)]


def test_a_figure_that_is_none_is_left_to_be_named(tmp_path):
    rows, _ = read(tmp_path, line("7108120010", "3"), line("7108120090", "x7"))
    assert [row[2] for row in rows] == ["x7"]


def test_breakdowns_of_lines_stay_apart(tmp_path):
    rows, _ = read(tmp_path, line("71081200", "3"), line("71081200", "2", partner2Code=792))
    assert [row[2] for row in rows] == ["2", "3"]


def test_codes_with_the_dots_of_a_tariff(tmp_path):
    rows, _ = read(tmp_path, line("7108.12.00", "3"), line("7108.13", "4"))
    assert [row[1:3] for row in rows] == [("710812", "3"), ("710813", "4")]
