"""The commands as a user types them."""

import json
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import polars as pl
import pytest

from commands import mirror, process
from mirror.steps.run import Run

ROOT = Path(__file__).parents[1]
HEAVY = ("polars", "duckdb", "pandas", "numpy", "pyarrow", "altair", "great_expectations",
         "prefect", "requests")  # fmt: skip


def test_help_names_the_commands_that_work() -> None:
    said = process("--help")
    assert said.returncode == 0
    assert re.findall(r"^│ ([a-z]+) ", said.stdout, re.MULTILINE) == [
        "run", "build", "check", "publish", "verify", "latest", "prune", "profile",
        "explain", "diff", "tables", "sql", "read", "serve", "status", "fetch",
    ]  # fmt: skip


def test_help_waits_for_no_library_of_tables() -> None:
    """What makes it answer at once on any machine."""
    code = "import sys; from mirror.cli import app\ntry: app(['run', '--help'])\nexcept SystemExit:"
    code += f" print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "--new-baseline" in done.stdout
    assert done.stderr == "[]\n"


def test_run_publishes_the_sample_and_shows_the_top(sample_said: Path) -> None:
    said = (sample_said / "stdout").read_text(encoding="utf-8")
    assert said.splitlines()[0] == str(sample_said / "out" / "published" / "2026-11.r1")
    assert "Mali" in said and "United Arab Emirates" in said
    assert "Traceback" not in (sample_said / "stderr").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_steps_of_run_one_by_one_give_the_same_edition(
    edition: Path, sample_again: Run
) -> None:
    again = sample_again.published / "2026-11" / "ranked_gaps.csv"
    assert again.read_bytes() == (edition / "ranked_gaps.csv").read_bytes()


@pytest.mark.slow
def test_a_monthly_run_pairs_months(tmp_path: Path) -> None:
    said = mirror("run", "--freq", "monthly", "--out", str(tmp_path), "--edition", "2026-11")
    assert said.returncode == 0, said.stderr
    gaps = pl.read_parquet(tmp_path / "published" / "latest" / "gap_years.parquet")
    assert gaps["frequency"].unique().to_list() == ["M"]
    assert gaps["period"].min() == 201701 and gaps["period"].max() == 202312
    assert gaps.filter(pl.col("year") != pl.col("period") // 100).is_empty()
    ranked = pl.read_parquet(tmp_path / "published" / "latest" / "ranked_gaps.parquet")
    assert ranked["years_assessed"].max() <= 7
    assert "ZAF" not in ranked["exporter_iso3"].to_list()


def test_explain_shows_both_reports_the_waterfall_and_the_rows(sample_run: Run) -> None:
    said = mirror("explain", "mli", "ARE", "--out", sample_run.out)
    assert said.returncode == 0, said.stderr
    for part in ("Mali → United Arab Emirates", "216,667,714", "1,523,283,474", "raw gap",
                 "residual", "Ranked", "sample/uae_2016.csv"):  # fmt: skip
        assert part in said.stdout
    ranked = pl.read_parquet(sample_run.published / "2026-11" / "ranked_gaps.parquet")
    (row,) = ranked.filter(exporter_iso3="MLI", importer_iso3="ARE").to_dicts()
    assert f"Ranked {row['rank']} of undeclared_export, tier {row['tier']} (" in said.stdout
    assert f"at least {row['at_least_fine_kg']:,.0f} kg of fine gold" in said.stdout.replace(
        "\n", " "
    )
    assert row["above_noise_floor"] is None, "the sample has too few pairs of reliable reporters"
    assert "Noise floor: no floor, too few pairs of reliable reporters." in said.stdout
    assert "The 2 rows behind it" in said.stdout


def test_explain_says_why_a_pair_is_not_ranked(sample_run: Run) -> None:
    said = mirror("explain", "ZAF", "CHE", "--year", "2020", "--out", sample_run.out)
    assert "Excluded in 2017–2023: exporter_without_partner_split" in said.stdout
    aside = mirror("explain", "IRQ", "ARE", "--out", sample_run.out)
    assert "Not ranked: one_sided" in aside.stdout


def test_explain_says_that_a_hub_stands_apart(sample_run: Run) -> None:
    said = mirror("explain", "IND", "ARE", "--out", str(sample_run.out))
    hubs = pl.read_parquet(sample_run.published / "2026-11" / "gaps_of_hubs.parquet")
    (row,) = hubs.filter(exporter_iso3="IND", importer_iso3="ARE").to_dicts()
    wanted = f"the exporter is a hub; place {row['place_among_hubs']} in gaps_of_hubs."
    assert f"Not in the ranking: {wanted}" in said.stdout
    assert "Not ranked" not in said.stdout


def test_explain_of_a_pair_without_records_is_one_sentence(sample_run: Run) -> None:
    said = mirror("explain", "FRA", "DEU", "--out", sample_run.out)
    assert said.returncode == 2
    assert said.stderr.startswith("mirror: Edition 2026-11.r1 has no flow of gold from FRA to DEU")
    assert said.stderr.count("\n") == 1


@pytest.mark.slow
def test_sql_gives_csv_in_a_pipe_and_reads_statements_from_stdin(sample_run: Run) -> None:
    out = ("--out", sample_run.out)
    query = "select exporter_iso3, rank from ranked_gaps where exporter_iso3 = 'MLI'"
    said = process("sql", query, *out)
    assert pl.read_csv(StringIO(said.stdout))["exporter_iso3"].to_list() == ["MLI"]
    assert process("sql", *out, given="select 1 as a;\nselect\n2 as b;").stdout == "a\n1\nb\n2\n"


@pytest.mark.parametrize(
    "query",
    [
        "drop table ranked_gaps",
        "update ranked_gaps set rank = 1",
        "select * from read_csv('README.md')",
        "copy ranked_gaps to 'stolen.csv'",
        "attach 'other.duckdb'",
        "set enable_external_access = true",
        "select * from nowhere",
    ],
)
def test_sql_is_read_only_and_reaches_nothing_else(sample_run: Run, query: str) -> None:
    said = mirror("sql", query, "--out", sample_run.out)
    assert said.returncode == 1
    assert said.stderr.startswith("mirror: The query cannot be answered:")
    assert said.stdout == ""


def test_tables_come_from_the_dictionary(sample_run: Run) -> None:
    out = ("--out", sample_run.out)
    listed = pl.read_csv(StringIO(mirror("tables", *out).stdout))
    assert {"ranked_gaps", "gap_years", "country_balance"} <= set(listed["name"])
    columns = pl.read_csv(StringIO(mirror("tables", "gap_years", *out).stdout))
    assert columns.filter(pl.col("name") == "freight_usd_low")["description"].item() == (
        "Freight and insurance in a CIF import value; lower end [USD]"
    )
    assert mirror("tables", "nowhere", *out).returncode == 1


@pytest.mark.parametrize("command", [["sql", "select 1"], ["tables"], ["explain", "MLI", "ARE"]])
def test_without_an_edition_the_answer_is_what_to_do(tmp_path: Path, command: list[str]) -> None:
    said = mirror(*command, "--out", str(tmp_path))
    assert said.returncode == 2
    assert said.stderr == f"mirror: Nothing is published in {tmp_path}: run mirror run first.\n"


@pytest.mark.slow
def test_the_log_of_the_checks_is_of_the_checks_alone(tmp_path):
    """A library's own lines would stand among those that a schedule's log is read for."""
    rule = {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "a"},
            "severity": "critical", "meta": {"why": "a: no row without it"}}  # fmt: skip
    suite = {"name": "t", "expectations": [rule]}
    (tmp_path / "t.json").write_text(json.dumps(suite))
    code = (
        "import logging, pathlib, sys, pyarrow; logging.basicConfig(level=logging.INFO);"
        "from mirror import quality;"
        "quality.check(pathlib.Path(sys.argv[1]), lambda sql: pyarrow.table({'a': [1]}), {})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stderr == "INFO:mirror.quality:checked 1 rules on 1 tables\n"
