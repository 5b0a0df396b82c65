"""Editions: what stands in them, and that a swap is whole or not at all."""

import csv
import hashlib
import json
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from commands import mirror
from mirror.errors import CheckFailed, SettingsError, SourceError
from mirror.publish import present_month
from mirror.publish.files import write_csv
from mirror.steps.build import build
from mirror.steps.check import check
from mirror.steps.publish import publish_edition
from mirror.steps.run import Run, new_run
from mirror.terminal import summary_markdown
from mirror.warehouse import open_built
from standing import stand

TABLES = (
    "ranked_gaps gap_years one_sided_flows set_aside_pairs gaps_of_hubs country_balance "
    "reporter_coverage "
    "changes parameters sources freight_margins freight_sensitivity transit_moves "
    "annual_against_monthly un_mirror_check corrections"
).split()
POLARS = {"string": pl.String, "number": pl.Float64, "integer": pl.Int64, "boolean": pl.Boolean,
          "date": pl.Date, "datetime": pl.Datetime("us")}  # fmt: skip


def snapshot(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_an_edition_holds_every_file_of_the_contract(edition: Path) -> None:
    tables = {f"{name}.{kind}" for name in TABLES for kind in ("csv", "parquet")}
    others = {
        "mirror.duckdb",
        "ranked_gaps.xlsx",
        "datapackage.json",
        "summary.json",
        "CITATION.txt",
        "SHA256SUMS",
    }
    others |= {"report.html", "figures", "profiles"}
    assert {path.name for path in edition.iterdir()} == tables | others


def test_ranked_gaps_has_the_columns_of_the_contract_in_order(edition: Path) -> None:
    contract = """rank tier rank_by_share direction exporter_iso3 exporter_name importer_iso3
        importer_name first_year last_year years_assessed years_positive export_value_usd
        import_value_usd gap_value_usd export_net_weight_kg import_net_weight_kg
        gap_net_weight_kg freight_usd quality_usd not_assessable_usd class_swap_usd timing_usd
        unallocated_usd reexport_usd residual_value_usd_low residual_value_usd_mid
        residual_value_usd_high residual_fine_kg_low residual_fine_kg_mid
        residual_fine_kg_high probability_material at_least_fine_kg missing_fine_kg
        at_most_fine_kg rank_low rank_high above_noise_floor grade flags
        main_other_explanation rank_previous_edition""".split()
    columns = pl.read_csv(edition / "ranked_gaps.csv").columns
    assert [name for name in columns if name in contract] == contract
    assert not {"ranking_key", "noise_floor_key"} & set(columns), "the first method's"


def test_the_summary_adds_up_what_is_sure_and_what_is_possible(edition: Path) -> None:
    said = json.loads((edition / "summary.json").read_text(encoding="utf-8"))["rankings"]
    ranked = pl.read_parquet(edition / "ranked_gaps.parquet")
    assert set(said) == {"undeclared_export", "undeclared_import"}
    for direction, told in said.items():
        pairs = ranked.filter(direction=direction)
        sure, possible = pairs.filter(pl.col("tier") <= 2), pairs.filter(tier=3)
        assert told["pairs"] == pairs.height == sum(told["pairs_by_tier"].values())
        for name, of in (("sure", sure), ("possible", possible)):
            assert told[name]["pairs"] == of.height
            for amount in ("at_least_fine_kg", "missing_fine_kg", "at_most_fine_kg"):
                assert told[name][amount] == pytest.approx(of[amount].sum())
        assert [row["rank"] for row in told["first"]] == list(range(1, min(10, pairs.height) + 1))


def test_the_summary_for_people_names_tiers(edition: Path) -> None:
    said = json.loads((edition / "summary.json").read_text(encoding="utf-8"))
    text = summary_markdown(said)
    for name, told in said["rankings"].items():
        sure, possible = told["sure"], told["possible"]
        assert (
            f"| {name} | {sure['pairs']} | {sure['at_least_fine_kg']:,.0f} | {possible['pairs']} | "
            f"{possible['missing_fine_kg']:,.0f} | {told['pairs_by_tier']['4']} |"
        ) in text


def test_the_citation_asks_for_tier_and_probability(edition: Path) -> None:
    text = (edition / "CITATION.txt").read_text(encoding="utf-8")
    assert "Cite tier and probability beside a figure" in text


def test_hashes_are_those_of_the_files(edition: Path) -> None:
    lines = (edition / "SHA256SUMS").read_text().splitlines()
    listed = {name: digest for digest, name in (line.split("  ") for line in lines)}
    found = snapshot(edition)
    found.pop("SHA256SUMS")
    assert listed == found


def test_csv_reads_back_as_the_datapackage_says(edition: Path) -> None:
    """Every cell of every CSV parses as its declared type; keys are whole and unique."""
    package = json.loads((edition / "datapackage.json").read_text())
    assert sorted(resource["path"] for resource in package["resources"]) == sorted(
        f"{name}.csv" for name in TABLES
    )
    for resource in package["resources"]:
        fields = resource["schema"]["fields"]
        schema = {field["name"]: POLARS[field["type"]] for field in fields}
        frame = pl.read_csv(edition / resource["path"], schema=schema, try_parse_dates=True)
        key = frame.select(resource["schema"]["primaryKey"])
        assert key.null_count().sum_horizontal().item() == 0
        assert key.is_unique().all()
        assert resource["bytes"] == (edition / resource["path"]).stat().st_size
        assert all(field["description"] for field in fields)


def test_csv_is_plain(edition: Path) -> None:
    for path in edition.glob("*.csv"):
        raw = path.read_bytes()
        assert b"\r" not in raw and raw.endswith(b"\n") and not raw.startswith(b"\xef\xbb\xbf")
        widths = {len(row) for row in csv.reader(raw.decode("utf-8").splitlines())}
        assert len(widths) == 1


def test_csv_parquet_and_duckdb_hold_the_same_numbers(edition: Path) -> None:
    with duckdb.connect(str(edition / "mirror.duckdb"), read_only=True) as connection:
        for name in TABLES:
            parquet = pl.read_parquet(edition / f"{name}.parquet")
            table = pl.DataFrame(connection.sql(f"select * from {name}").to_arrow_table())
            written = pl.read_csv(edition / f"{name}.csv", schema=parquet.schema)
            assert parquet.equals(table)
            assert written.equals(parquet.with_columns(pl.col(pl.String).replace("", None)))


def test_the_database_carries_comments_keys_and_checks(edition: Path) -> None:
    with duckdb.connect(str(edition / "mirror.duckdb"), read_only=True) as connection:
        silent = connection.execute(
            "select table_name || '.' || column_name from duckdb_columns() where not internal "
            "and coalesce(comment, '') = '' union all select table_name from duckdb_tables() "
            "where coalesce(comment, '') = '' union all select function_name from "
            "duckdb_functions() where not internal and coalesce(comment, '') = ''"
        ).fetchall()
        keys = connection.execute(
            "select count(*) from duckdb_constraints() where constraint_type = 'PRIMARY KEY'"
        ).fetchone()
        checks = connection.execute(
            "select constraint_text from duckdb_constraints() where constraint_type = 'CHECK'"
        ).fetchall()
    assert silent == []
    assert keys == (len(TABLES) + 5,), "those of the schema records, too"
    assert any("grade" in text for (text,) in checks)


def test_the_database_is_read_by_a_second_process_and_stored_for_duckdb_1(edition: Path) -> None:
    """Bytes 12 to 19 of a DuckDB file are its storage version; 64 is that of DuckDB 1.0."""
    code = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True); "
        "print(c.execute('select count(*) from ranked_gaps').fetchone()[0])"
    )
    with duckdb.connect(str(edition / "mirror.duckdb"), read_only=True):
        said = subprocess.run(
            [sys.executable, "-c", code, str(edition / "mirror.duckdb")],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    assert int(said.stdout) == pl.read_csv(edition / "ranked_gaps.csv").height
    header = (edition / "mirror.duckdb").read_bytes()[:20]
    assert int.from_bytes(header[12:20], "little") == 64


def test_a_cell_that_a_spreadsheet_would_run_is_defused(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "name": ["=1+1", "@SUM(A1)", "-x", "+x", "Côte d'Ivoire", 'say "hi", all', None],
            "usd": [-1.5, 32173042427.68, 1e-7, 0.0, None, 1e15, 2.0],
            "day": [date(2026, 11, 23)] * 7,
        }
    )
    write_csv(frame, tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text(encoding="utf-8") == (
        "name,usd,day\n"
        "'=1+1,-1.5,2026-11-23\n"
        "'@SUM(A1),32173042427.68,2026-11-23\n"
        "'-x,0.0000001,2026-11-23\n"
        "'+x,0,2026-11-23\n"
        "Côte d'Ivoire,,2026-11-23\n"
        '"say ""hi"", all",1000000000000000,2026-11-23\n'
        ",2,2026-11-23\n"
    )


@pytest.mark.slow
def test_the_same_input_gives_the_same_bytes(edition: Path, sample_again: Run) -> None:
    """Every file but the database, which DuckDB leaves a few unset bytes in, in another folder."""
    before, after = snapshot(edition), snapshot(sample_again.published / "2026-11")
    assert before.keys() == after.keys()
    differing = {name for name, digest in after.items() if before[name] != digest}
    assert differing <= {"mirror.duckdb", "SHA256SUMS"}


@pytest.mark.slow
def test_the_same_build_published_again_leaves_the_edition_where_it_is(
    sample_run: Run, tmp_path: Path
) -> None:
    copied(sample_run, tmp_path / "out")
    run = new_run(tmp_path / "out", edition="2026-11")
    before = (run.published / "2026-11").resolve()
    assert publish_edition(run).resolve() == before


def copied(sample_run: Run, folder: Path) -> Run:
    """Copy the sample's edition, so that a test may spoil it."""
    shutil.copytree(sample_run.out, folder, symlinks=True)
    return new_run(folder, edition="2026-11")


def spoiled_build(run: Run, statement: str) -> None:
    with duckdb.connect(str(run.building)) as connection:
        connection.execute(statement)


SPOILED = {
    "update gap_years set residual_value_usd_mid = 0 where exporter_iso3 = 'MLI'": "gap =",
    "insert into ranked_gaps from ranked_gaps limit 1": "unique",
    "update stg_records set flow_code = 'Q' where source_row = 5": "flows",
    "delete from gap_years where year > 2016": "last good edition",
    "alter table country_balance drop column export_support": "columns",
}


@pytest.mark.slow
def test_each_critical_failure_is_named_and_leaves_the_last_good_edition(
    sample_run: Run, tmp_path: Path
) -> None:
    run = copied(sample_run, tmp_path / "out")
    before = snapshot(run.published)
    spoiled_build(run, ";".join(SPOILED))
    with pytest.raises(CheckFailed):
        check(run)
    critical = json.loads(run.checks.read_text(encoding="utf-8"))["critical"]
    for statement, word in SPOILED.items():
        assert [sentence for sentence in critical if word in sentence], statement
    with pytest.raises(CheckFailed, match="nothing was published"):
        publish_edition(run)
    assert snapshot(run.published) == before
    assert (run.published / "latest").resolve() == (run.published / "2026-11").resolve()


@pytest.mark.slow
def test_one_fault_is_enough(sample_run: Run, tmp_path: Path) -> None:
    run = copied(sample_run, tmp_path / "out")
    spoiled_build(run, next(iter(SPOILED)))
    with pytest.raises(CheckFailed, match=r"nothing was published: .*gap ="):
        check(run)


def rewritten(run: Run, **fields: str) -> None:
    """Let the edition that stands say something else of itself."""
    path = (run.published / "2026-11" / "summary.json").resolve()
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def test_the_sample_never_takes_the_place_of_records(sample_run: Run, tmp_path: Path) -> None:
    run = copied(sample_run, tmp_path / "out")
    rewritten(run, source_kind="lake")
    with pytest.raises(SourceError, match="the sample will not take the place of edition 2026-11"):
        build(run)


def test_monthly_figures_do_not_take_the_place_of_annual_ones(
    sample_run: Run, tmp_path: Path
) -> None:
    copied(sample_run, tmp_path / "out")
    run = new_run(tmp_path / "out", edition="2026-11")
    rewritten(run, frequency="M")
    with pytest.raises(SettingsError, match="stands with records of the other frequency"):
        publish_edition(run)


def test_a_run_says_so_before_it_reads_anything(tmp_path: Path) -> None:
    stand(tmp_path / "published", present_month(), frequency="A")
    said = mirror("run", "--freq", "monthly", "--out", tmp_path, "--source", tmp_path / "none")
    assert said.returncode == 2
    assert "stands with records of the other frequency" in said.stderr
    assert not (tmp_path / "build.duckdb").exists()


def test_an_unchecked_build_is_not_published(sample_run: Run, tmp_path: Path) -> None:
    run = copied(sample_run, tmp_path / "out")
    run.checks.unlink()
    with pytest.raises(CheckFailed, match="run mirror check"):
        publish_edition(run)


def test_nothing_to_publish_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="run mirror build first"):
        publish_edition(new_run(tmp_path))


@pytest.mark.slow
@pytest.mark.usefixtures("in_2027")
def test_the_rank_of_the_edition_before_stands_beside_the_rank(
    sample_run: Run, tmp_path: Path
) -> None:
    copied(sample_run, tmp_path / "out")
    run = new_run(tmp_path / "out", edition="2026-12")
    build(run)
    with open_built(run.building) as built:
        ranked = built.frame("from ranked_gaps")
    assert ranked["rank_previous_edition"].equals(ranked["rank"], check_names=False)
