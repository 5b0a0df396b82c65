"""docs/reading.md says what `mirror explain` says of the sample, and README.md what it ranks."""

from pathlib import Path

import polars as pl
import pytest

from mirror.steps.run import Run
from quoted import BLOCK, READING, README, TABLE, explained, table

TEXT = READING.read_text(encoding="utf-8")
BLOCKS = BLOCK.findall(TEXT)


@pytest.mark.parametrize(("command", "quoted"), BLOCKS, ids=[block[0] for block in BLOCKS])
def test_worked_pairs_say_what_the_command_prints(command, quoted, sample_run: Run):
    printed = explained(command, sample_run.out)
    lines = quoted.splitlines()
    assert lines
    for line in lines:
        assert line in printed, "run make golden and read the diff"


def test_there_is_a_sure_pair_a_large_open_one_a_hub_and_a_false_positive(edition: Path):
    assert [block[0] for block in BLOCKS] == [
        "mirror explain KEN ARE", "mirror explain MLI ARE", "mirror explain IND ARE",
        "mirror explain ZAF IND",
    ]  # fmt: skip
    ranked = pl.read_parquet(edition / "ranked_gaps.parquet").filter(direction="undeclared_export")
    of = {row["exporter_iso3"]: row for row in ranked.filter(importer_iso3="ARE").to_dicts()}
    assert of["KEN"]["tier"] == 1 and of["KEN"]["at_least_fine_kg"] > 0
    assert of["MLI"]["tier"] >= 3 and of["MLI"]["missing_fine_kg"] > of["COG"]["missing_fine_kg"]
    hubs = pl.read_parquet(edition / "gaps_of_hubs.parquet")
    assert "IND" not in of and "IND" in hubs["exporter_iso3"].to_list()
    aside = pl.read_parquet(edition / "set_aside_pairs.parquet")
    assert aside.filter(exporter_iso3="ZAF", importer_iso3="IND").height == 1


@pytest.mark.parametrize(
    "said",
    ["P is the lowest over the three", "evidence first, then kilograms", "Hubs stand apart",
     "walked over a border", "both sides leave", "A: tier 1, and contradicted neither",
     "B: P of 0.85 or more", "D: the records cannot tell"],
)  # fmt: skip
def test_what_a_reader_must_know_is_said(said: str):
    assert said in " ".join(TEXT.split())


def test_the_table_of_the_readme_is_that_of_the_sample(edition: Path):
    (shown,) = TABLE.findall(README.read_text(encoding="utf-8"))
    assert shown == table(edition), "run make golden and read the diff"
    ranked = pl.read_parquet(edition / "ranked_gaps.parquet").filter(direction="undeclared_export")
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in shown.splitlines()]
    assert lines[0][1] == "tier" and lines[0][-4:-1] == [
        "at least, kg",
        "missing, kg",
        "at most, kg",
    ]
    for cells, row in zip(lines[2:], ranked.sort("rank").head(10).to_dicts(), strict=True):
        assert cells[:2] == [str(row["rank"]), str(row["tier"])]
        kg = [float(cell.replace(",", "")) for cell in cells[7:10]]
        assert kg == [
            pytest.approx(row[f"{name}_fine_kg"], abs=0.51)
            for name in ("at_least", "missing", "at_most")
        ]
