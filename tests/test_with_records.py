"""What an edition publishes of the records: those behind ranked pairs, or, if asked, all."""

import json
from pathlib import Path

import duckdb
import polars as pl
import pytest

from commands import mirror
from mirror.changes import Compared, EditionTables, changes
from mirror.dictionary import load
from mirror.settings import ASSETS
from mirror.steps.run import Run

TABLES = ("declared_flows", "declared_rows", "pair_periods", "quarantined_rows")


def pairs(connection: duckdb.DuckDBPyConnection, table: str) -> set[tuple[str, str]]:
    return set(
        connection.execute(f"select distinct exporter_iso3, importer_iso3 from {table}").fetchall()
    )


def count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(connection.execute(f"select count(*) from {table}").fetchall()[0][0])


def test_the_database_holds_the_records_behind_ranked_pairs_and_no_others(
    published: duckdb.DuckDBPyConnection, sample: duckdb.DuckDBPyConnection
) -> None:
    ranked = pairs(published, "ranked_gaps")
    for table in ("declared_flows", "declared_rows"):
        held = pairs(published, f"records.{table}")
        assert held == ranked & pairs(sample, table) and held
        of_them = count(
            sample, f"{table} semi join ranked_gaps using (exporter_iso3, importer_iso3)"
        )
        assert count(published, f"records.{table}") == of_them < count(sample, table)
    assert pairs(published, "records.pair_periods") == pairs(published, "gap_years")
    views = published.execute("select count(*) from duckdb_views() where not internal").fetchall()
    assert views == [(0,)]


def test_a_table_counts_what_is_left_out(
    published: duckdb.DuckDBPyConnection, sample: duckdb.DuckDBPyConnection, edition: Path
) -> None:
    counted = published.execute("from records.left_out order by table_name").fetchall()
    assert [name for name, _, _ in counted] == list(TABLES)
    for name, kept, left_out in counted:
        assert kept == count(published, f"records.{name}")
        assert kept + left_out == count(sample, name)
    _, kept, left_out = counted[1]
    summary = json.loads((edition / "summary.json").read_text(encoding="utf-8"))
    assert summary["records"] == {"rows": kept + left_out, "rows_left_out": left_out}
    said = f"mirror.duckdb holds the {kept:,} records of UN Comtrade behind ranked pairs; "
    said += f"{left_out:,} others are left out"
    package = json.loads((edition / "datapackage.json").read_text(encoding="utf-8"))
    assert said in package["description"]
    for name in ("CITATION.txt", "report.html"):
        assert said in (edition / name).read_text(encoding="utf-8"), name


def test_every_table_of_the_records_is_restricted_by_its_pairs(
    sample: duckdb.DuckDBPyConnection,
) -> None:
    columns: dict[str, list[tuple[str, str]]] = {}
    for table, column, kind in sample.execute(
        "select table_name, column_name, data_type from duckdb_columns()"
    ).fetchall():
        columns.setdefault(table, []).append((column, kind))
    tables = load(ASSETS / "sql", columns).values()
    restricted = {table.name for table in tables if table.behind}
    assert restricted == set(TABLES)
    assert {t.name for t in tables if t.schema == "records"} - restricted == {"left_out"}


def test_the_commands_say_where_rows_are_not_there(sample_run: Run) -> None:
    left_out = "the rows of pairs that are not ranked are left out; run with --with-records"

    def asked(*given: str) -> tuple[str, str]:
        said = mirror(*given, "--out", sample_run.out)
        assert said.returncode == 0, said.stderr
        return " ".join(said.stdout.split()), said.stderr

    assert (
        f"The rows behind it are not in this edition: {left_out}"
        in asked("explain", "ZAF", "CHE")[0]
    )
    assert f"Not in this edition: {left_out}" in asked("explain", "ZAF", "CHE", "--html")[0]
    shown = asked("explain", "MLI", "ARE")[0]
    assert "The 2 rows behind it" in shown and "left out" not in shown
    for query in ("select count(*) from records.declared_rows", "from rows_of('ZAF', 'CHE')"):
        assert left_out in asked("sql", query)[1]
    assert asked("sql", "select count(*) from gap_years")[1] == ""
    assert asked("tables", "records.declared_rows")[1] == ""
    assert " behind ranked pairs, " in asked("status", "--offline")[0]
    gone = mirror("explain", "ZAF", "_X", "--out", sample_run.out)
    assert gone.returncode == 2
    assert gone.stderr.endswith(
        "Of this edition the rows of pairs with a partner that is no country are left out; run "
        "with --with-records to have them.\n"
    )


@pytest.mark.slow
def test_all_records_are_kept_for_ones_own_use(sample_run: Run, tmp_path: Path) -> None:
    """Publishing the same build with its records makes a revision, and without them none."""
    out = tmp_path / "out"
    for path in ("build.duckdb", "checks.json"):
        out.mkdir(exist_ok=True)
        (out / path).write_bytes((sample_run.out / path).read_bytes())
    assert mirror("publish", "--with-records", "--out", out).returncode == 0
    edition = out / "published" / "2026-11.r1"
    with duckdb.connect(str(edition / "mirror.duckdb"), read_only=True) as connection:
        assert connection.execute("select sum(rows_left_out) from records.left_out").fetchall() == [
            (0,)
        ]
        rows = count(connection, "records.declared_rows")
        assert pairs(connection, "records.pair_periods") > pairs(connection, "gap_years")
    assert rows == json.loads((edition / "summary.json").read_text())["records"]["rows"]
    said = f"holds all {rows:,} records of UN Comtrade that were used, for the maker's own use"
    assert said in (edition / "CITATION.txt").read_text(encoding="utf-8")
    asked = mirror("sql", "select count(*) from records.declared_rows", "--out", out)
    assert (asked.stdout, asked.stderr) == (f"count_star()\n{rows}\n", "")
    shown = mirror("explain", "ZAF", "CHE", "--out", out).stdout
    assert "rows behind it" in shown and "left out" not in shown
    between = mirror("diff", "2026-11", str(sample_run.published / "2026-11"), "--out", out)
    assert between.returncode == 0 and between.stdout.count("\n") == 1
    assert f'records in it,"all {rows:,}"' in mirror("status", "--offline", "--out", out).stdout
    assert mirror("verify", "--out", out).returncode == 0


def edition_of(value: float, total: float, pool: float) -> EditionTables:
    """An edition whose database has no row: one ranked pair, and another that is in balance."""
    ranked = pl.DataFrame({
        "direction": ["undeclared_export"], "exporter_iso3": ["MLI"], "importer_iso3": ["ARE"],
        "exporter_name": ["Mali"], "importer_name": ["UAE"], "rank": [1], "tier": [3],
        "at_least_fine_kg": [0.0], "missing_fine_kg": [value / 1e4 + total / 1e4 + pool / 1e4],
        "probability_material": [0.75],
    })  # fmt: skip
    years = pl.DataFrame({
        "exporter_iso3": ["MLI", "GHA"], "importer_iso3": ["ARE", "ARE"], "period": [2016, 2016],
        "export_value_usd": [1e6, value], "import_value_usd": [9e6, 5e6],
        "export_net_weight_kg": [None, 10.0], "import_net_weight_kg": [None, None],
        "exporter_state": ["reported"] * 2, "importer_state": ["reported"] * 2,
        "set_aside_reason": [None, None], "is_in_window": [True, True],
        "gold_price_usd_per_kg": [4e4, 4e4], "gap_value_usd": [8e6, 1e6],
        "reading": ["undeclared_export"] * 2,
    }, schema_overrides=dict.fromkeys(
        ("export_net_weight_kg", "import_net_weight_kg"), pl.Float64))  # fmt: skip
    balance = pl.DataFrame({
        "period": [2016], "iso3": ["GHA"], "export_world_value_usd": [total],
        "export_pool_usd": [pool],
    })  # fmt: skip
    tables = {"ranked_gaps": ranked, "gap_years": years, "country_balance": balance}
    return EditionTables("e", "0", "A", tables, "c", "m", has_all_records=False)


@pytest.mark.parametrize(
    ("changed", "reporter", "said"),
    [
        ({"value": 8e6}, "GHA", "exports to UAE of 2016 from 4.0 M USD to 8.0 M USD"),
        ({"total": 9e6}, "GHA", "exports to the world of 2016 from 6.0 M USD to 9.0 M USD"),
        ({"pool": 5e6}, "GHA", "exports to partners that are no country of 2016 from 1.0 M USD"),
    ],
)
def test_causes_in_rows_that_are_left_out_are_found_in_what_is_published(
    changed: dict[str, float], reporter: str, said: str
) -> None:
    same = {"value": 4e6, "total": 6e6, "pool": 1e6}
    (row,) = changes(Compared(edition_of(**same), edition_of(**same | changed))).to_dicts()
    assert (row["cause"], row["cause_reporter_iso3"]) == ("other_records", reporter)
    assert said in row["sentence"]
