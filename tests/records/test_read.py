"""`mirror read`: how files are understood, nothing built."""

import io

import polars as pl

from commands import mirror
from records.cases import BASE, table


def test_a_file_is_described_and_nothing_is_written(tmp_path):
    path = tmp_path / "old.txt"
    path.write_bytes(table(BASE, encoding="utf-16", delimiter=";", decimal=",", thousands="."))

    said = mirror("read", path)

    assert said.returncode == 0
    (row,) = pl.read_csv(io.StringIO(said.stdout), infer_schema=False).to_dicts()
    assert {name: value for name, value in row.items() if value} == {
        "source_file": "old.txt", "source_kind": "records", "rows_read": "7", "rows_of_gold": "7",
        "periods": "2018 to 2019 (2 of them)", "reporters": "288, 466, 784, 792", "flows": "M, X",
        "shape": "delimited text", "encoding": "utf-16", "delimiter": "semicolon",
        "decimal_mark": "comma", "unit_check": "fits the price of gold",
        "reading_notes": "marks of thousands or of currency taken off the figures",
    }  # fmt: skip
    assert sorted(p.name for p in tmp_path.iterdir()) == ["old.txt"]


def test_units_that_cannot_be_usd_and_kg_are_said(tmp_path):
    """10,000 kg for 440 thousand USD: the values are in thousands."""
    thousand = [{**one, "primaryValue": str(float(one["primaryValue"]) / 1000)} for one in BASE]
    (tmp_path / "a.csv").write_bytes(table(thousand))

    said = mirror("read", tmp_path / "a.csv")

    assert "values 1,000 times too small for the weights: thousand USD, or grams" in said.stdout


def test_files_that_are_not_read_are_said_beside_those_that_are(tmp_path):
    (tmp_path / "a.csv").write_bytes(table(BASE))
    (tmp_path / "b.csv").write_bytes(b"t,i,j,k,v,q\n2018,466,784,710812,1,1\n")

    said = mirror("read", tmp_path / "b.csv", tmp_path / "a.csv", tmp_path / "none.csv")

    assert said.returncode == 1
    assert "\na.csv,records,7,7," in said.stdout
    assert "b.csv is a table of BACI" in said.stderr
    assert "none.csv does not exist" in said.stderr
