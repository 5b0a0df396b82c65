"""mirror.duckdb for analysts: macros, the schema of the records, and readers beside a run."""

import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path

import duckdb
import polars as pl
import pytest

from commands import mirror
from mirror.steps.build import build
from mirror.steps.check import check
from mirror.steps.publish import publish_edition
from mirror.steps.run import Run, new_run


def ask(database: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    return pl.DataFrame(database.sql(query).to_arrow_table())


def test_gap_of_is_the_pair_of_gap_years(published: duckdb.DuckDBPyConnection) -> None:
    found = ask(published, "select * from gap_of('ken', 'ARE')")
    table = ask(
        published,
        f"select {', '.join(found.columns)} from gap_years "
        "where exporter_iso3 = 'KEN' and importer_iso3 = 'ARE' order by period",
    )
    assert found.height == 8 and found.equals(table)


def test_top_gaps_takes_a_number_and_a_direction(published: duckdb.DuckDBPyConnection) -> None:
    first = ask(published, "select * from top_gaps(3)")
    assert first["rank"].to_list() == [1, 2, 3]
    assert first["exporter_iso3"][0] == "KEN" and first["importer_iso3"][0] == "ARE"
    table = ask(
        published,
        f"select {', '.join(first.columns)} from ranked_gaps where direction = 'undeclared_export' "
        "order by rank limit 3",
    )
    assert first.equals(table)
    assert {"tier", "probability_material", "missing_fine_kg", "at_most_fine_kg"} <= set(
        first.columns
    )
    others = ask(
        published, "select rank, exporter_iso3 from top_gaps(4, way := 'undeclared_import')"
    )
    assert others["rank"].to_list() == [1, 2, 3, 4]
    assert others["exporter_iso3"].to_list() == ask(
        published, "select exporter_iso3 from ranked_gaps where direction = 'undeclared_import' "
        "and rank <= 4 order by rank")["exporter_iso3"].to_list()  # fmt: skip


def test_flows_of_holds_a_country_on_both_sides(published: duckdb.DuckDBPyConnection) -> None:
    flows = ask(published, "select * from flows_of('zaf')")
    either = (pl.col("exporter_iso3") == "ZAF") | (pl.col("importer_iso3") == "ZAF")
    assert flows.filter(either).height == flows.height
    assert {"ZAF"} < set(flows["exporter_iso3"]) and {"ZAF"} < set(flows["importer_iso3"])


def test_rows_of_leads_from_a_gap_to_the_rows_of_files(
    published: duckdb.DuckDBPyConnection,
) -> None:
    """Figures of lines 67 and 158 of the file."""
    assert ask(
        published,
        "select reporter_iso3, flow_code, declared_value_usd, declared_net_weight_kg, source_file, "
        "source_row from rows_of('MLI', 'ARE')",
    ).rows() == [
        ("ARE", "M", 1523283473.731, 41069.86, "sample/uae_2016.csv", 67),
        ("MLI", "X", 216667714.0, 15284.0, "sample/uae_2016.csv", 158),
    ]


def test_the_flows_of_the_records_add_up_to_the_gaps(published: duckdb.DuckDBPyConnection) -> None:
    """Each side of a ranked pair is the flow that its reporter declares, to the cent."""
    differing = ask(
        published,
        """
        select gap_years.period, exporter_iso3, importer_iso3
        from gap_years
        left join records.declared_flows as exports
            using (frequency, period, exporter_iso3, importer_iso3)
        where exports.flow_code = 'X' and exports.declared_value_usd <> export_value_usd
        union all
        select gap_years.period, exporter_iso3, importer_iso3
        from gap_years
        left join records.declared_flows as imports
            using (frequency, period, exporter_iso3, importer_iso3)
        where imports.flow_code = 'M' and imports.declared_value_usd <> import_value_usd
        """,
    )
    assert differing.is_empty()
    counted = (
        "select count(*) from gap_years semi join ranked_gaps using (exporter_iso3, importer_iso3) "
        "where export_value_usd is not null"
    )
    assert (
        ask(published, counted).item()
        == ask(
            published,
            "select count(*) from gap_years inner join records.declared_flows "
            "using (frequency, period, exporter_iso3, importer_iso3) where flow_code = 'X' "
            "and export_value_usd is not null",
        ).item()
    )


def test_main_holds_the_files_of_the_edition_and_nothing_else(
    published: duckdb.DuckDBPyConnection, edition: Path
) -> None:
    rows = published.execute("select schema_name, table_name from duckdb_tables()").fetchall()
    assert {t for s, t in rows if s == "main"} == {f.stem for f in edition.glob("*.parquet")}
    assert {(s, t) for s, t in rows if s != "main"} == {
        ("records", "declared_flows"), ("records", "declared_rows"),
        ("records", "pair_periods"), ("records", "quarantined_rows"), ("records", "left_out"),
    }  # fmt: skip


def test_every_quantity_has_a_unit_in_its_comment(published: duckdb.DuckDBPyConnection) -> None:
    without = published.execute(
        "select table_name || '.' || column_name from duckdb_columns() where not internal "
        "and regexp_matches(column_name, '_(usd|kg)(_|$)') and comment not like '%[%]%'"
    ).fetchall()
    assert without == []


def test_the_commands_know_schema_and_macros(sample_run: Run) -> None:
    def said(*given: str) -> str:
        answer = mirror(*given, "--out", sample_run.out)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout

    listed = pl.read_csv(StringIO(said("tables")))
    assert {"records.declared_rows", "ranked_gaps", "top_gaps(n, way)"} <= set(listed["name"])
    assert listed["description"].null_count() == 0
    columns = pl.read_csv(StringIO(said("tables", "records.declared_rows")))
    text = columns.filter(pl.col("name") == "declared_net_weight_kg")["description"].item()
    assert text == "Net weight that the reporter declares [kg]; null: not reported or zero"
    of_macro = pl.read_csv(StringIO(said("tables", "gap_of")))
    assert of_macro["name"].to_list()[:2] == ["period", "exporter_state"]
    assert of_macro["description"].null_count() == 0
    assert said("tables", "gap_of(exporter, importer)") == said("tables", "gap_of")
    assert "KEN" in said("sql", "select exporter_iso3 from top_gaps(1)")


READER = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
print(connection.execute("select count(*) from ranked_gaps").fetchone()[0], flush=True)
sys.stdin.readline()
print(connection.execute("select count(*) from gap_years where is_in_window").fetchone()[0])
print(connection.execute("select count(*) from records.declared_rows").fetchone()[0])
"""


@pytest.mark.slow
def test_a_reader_and_a_run_do_not_wait_for_each_other(sample_run: Run, tmp_path: Path) -> None:
    """A process holds `latest` open while the same edition, with other figures, takes its place."""
    run = new_run(tmp_path / "out", edition="2026-11")
    shutil.copytree(sample_run.published, run.published, symlinks=True)
    database = run.published / "latest" / "mirror.duckdb"
    before = database.resolve()
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute("select count(*) from records.declared_rows").fetchone()
        years = connection.execute("select count(*) from gap_years where is_in_window").fetchone()
    with subprocess.Popen(
        [sys.executable, "-c", READER, str(database)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as reader:  # fmt: skip
        assert reader.stdout is not None
        assert int(reader.stdout.readline()) > 0
        again = new_run(tmp_path / "out", edition="2026-11", window_years=9)
        build(again)
        check(again)
        publish_edition(again)
        assert database.resolve() != before and before.exists(), "it may have been cited"
        said, _ = reader.communicate("go on\n")
    assert reader.returncode == 0
    assert said.split() == [str((years or [0])[0]), str((rows or [0])[0])]
