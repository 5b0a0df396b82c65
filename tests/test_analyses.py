"""sql/analyses: each question, asked of the sample's edition, gives what its tables say."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pytest

from mirror.settings import ASSETS

ANALYSES = ASSETS / "sql" / "analyses"
Ask = Callable[[str], pl.DataFrame]


@pytest.fixture
def ask(published: duckdb.DuckDBPyConnection) -> Ask:
    def answer(question: str) -> pl.DataFrame:
        text = (ANALYSES / f"{question}.sql").read_text(encoding="utf-8")
        return pl.DataFrame(published.sql(text).to_arrow_table())

    return answer


@pytest.fixture
def read(edition: Path) -> Ask:
    """Read a table of the edition."""
    return lambda name: pl.read_parquet(edition / f"{name}.parquet")


def test_each_question_has_a_test() -> None:
    tests = Path(__file__).read_text(encoding="utf-8")
    for file in ANALYSES.glob("*.sql"):
        assert f'ask("{file.stem}")' in tests, file


def test_suspicious_exporters_to_an_importer(ask: Ask, read: Ask) -> None:
    found = ask("suspicious_exporters_to_an_importer")
    expected = read("ranked_gaps").filter(
        pl.col("direction") == "undeclared_export", pl.col("importer_iso3") == "ARE",
        pl.col("tier") <= 3,
    )  # fmt: skip
    assert found["exporter_iso3"].to_list() == expected["exporter_iso3"].to_list()
    assert found["exporter_iso3"][0] == "KEN"
    assert {"NER", "TZA", "BEN"} <= set(found["exporter_iso3"])
    assert not {"IND", "TUR", "LBY", "CHE"} & set(found["exporter_iso3"]), "hubs"
    assert found["tier"].is_sorted() and found["rank"].is_sorted()
    assert (found["probability_material"] >= 0.5).all(), "possible at least"
    assert found["main_other_explanation"].null_count() == 0


def test_years_that_drive_a_gap(ask: Ask, read: Ask) -> None:
    found = ask("years_that_drive_a_gap")
    assert found["share_of_the_gap"].sum() == pytest.approx(1)
    assert found["period"].to_list() == list(range(2016, 2024))
    residual = read("gap_years").filter(
        pl.col("exporter_iso3") == "KEN", pl.col("importer_iso3") == "ARE"
    )["residual_value_usd_mid"]
    (largest,) = found.filter(pl.col("share_of_the_gap") == pl.col("share_of_the_gap").max())[
        "residual_value_usd_mid"
    ]
    assert largest == residual.max()


def test_gaps_that_the_balance_contradicts(ask: Ask) -> None:
    """What survives and what is contradicted are together the gaps: support × gaps + rest."""
    found = ask("gaps_that_the_balance_contradicts")
    survives = found["export_support"] * found["export_gaps_usd"]
    assert (survives + found["contradicted_usd"]).to_list() == pytest.approx(
        found["export_gaps_usd"].to_list()
    )
    other = found.filter(~pl.col("exporter_iso3").is_in(["COL", "COD"]))
    assert other["exporter_iso3"][0] == "ZAF", "it books nearly all its gold to no partner"
    assert found["export_support"].is_sorted()


def test_weights_against_values(ask: Ask) -> None:
    found = ask("weights_against_values")
    assert {"agree", "another size"} <= set(found["comparison"])
    value_only = found.filter(pl.col("comparison") == "value only")
    assert (value_only["gap_fine_kg"] > 0).all() and (value_only["gap_net_weight_kg"] <= 0).all()
    mali = found.filter(pl.col("exporter_iso3") == "MLI", pl.col("importer_iso3") == "ARE")
    assert mali["gap_net_weight_kg"].item() == pytest.approx(41_069.86 - 15_284)


def test_exporters_that_declare_nothing(ask: Ask, read: Ask) -> None:
    found = ask("exporters_that_declare_nothing")
    iraq = found.filter(pl.col("exporter_iso3") == "IRQ").row(0, named=True)
    assert (iraq["exporter_state"], iraq["importers"]) == ("unknown", 1)
    whole = read("gap_years").filter(pl.col("export_value_usd").is_null())["import_value_usd"]
    assert found["import_value_usd"].sum() == pytest.approx(whole.sum())


def test_sums_set_aside(ask: Ask, read: Ask) -> None:
    found = ask("sums_set_aside")
    assert found["pairs"].sum() == read("set_aside_pairs").height
    assert found["gap_value_usd"].sum() == pytest.approx(
        read("set_aside_pairs")["gap_value_usd"].sum()
    )
    assert found.row(0, named=True)["largest_exporter_iso3"] == "ZAF"


def test_coverage_by_year(ask: Ask, read: Ask) -> None:
    found = ask("coverage_by_year")
    states = ["reported", "silent", "suppressed", "withdrawn", "absent", "unknown"]
    assert found.select(pl.sum_horizontal(states)).sum().item() == read("reporter_coverage").height
    exports = found.filter(
        pl.col("frequency") == "A", pl.col("period") == 2016, pl.col("flow_code") == "X"
    ).row(0, named=True)
    assert exports["reported"] == 74, "the reporters of data/sample/uae_2016.csv"


def test_conduits(ask: Ask) -> None:
    found = ask("conduits")
    assert (found["beyond_production_kg"] > 0).all()
    assert found["beyond_production_kg"].is_sorted(descending=True)
    without_mines = found.filter(pl.col("production_kg").is_null())
    assert not without_mines.is_empty() and without_mines["times_production"].null_count() == (
        without_mines.height
    )
    assert "KEN" in found["iso3"].to_list()
    roles = {row["iso3"]: row["country_role"] for row in found.filter(period=2016).to_dicts()}
    assert (roles["IND"], roles["CMR"]) == ("hub", "conduit")


def test_ranking_at_flat_freight(ask: Ask, read: Ask) -> None:
    """More freight leaves less gap; without any, Mali's is 1,523,283,473.731 - 216,667,714."""
    found = ask("ranking_at_flat_freight")
    sums = found.group_by("margin").agg(pl.col("residual_usd").sum()).sort("margin")
    assert sums["margin"].to_list() == [0, 0.01, 0.06, 0.1]
    assert sums["residual_usd"].is_sorted(descending=True)
    assert sums["residual_usd"][0] > sums["residual_usd"][3]
    mali = found.filter(pl.col("exporter_iso3") == "MLI", pl.col("importer_iso3") == "ARE")
    unallocated = (
        read("gap_years")
        .filter(pl.col("exporter_iso3") == "MLI", pl.col("importer_iso3") == "ARE")[
            "unallocated_usd_mid"
        ]
        .item()
    )
    gap = 1_523_283_473.731 - 216_667_714 - unallocated
    assert mali.filter(pl.col("margin") == 0)["residual_usd"].item() == pytest.approx(gap)
    freed = 1_523_283_473.731 / 1.06 - 216_667_714 - unallocated
    assert mali.filter(pl.col("margin") == 0.06)["residual_usd"].item() == pytest.approx(freed)


def test_one_sided_flows_by_state(ask: Ask, read: Ask) -> None:
    found = ask("one_sided_flows_by_state")
    table = read("one_sided_flows")
    assert found["flows"].sum() == table.height
    assert found["value_usd"].sum() == pytest.approx(table["value_usd"].sum())
    by_importer = found.filter(pl.col("reported_by") == "importer")
    assert by_importer["other_countries"].item() == table.filter(
        pl.col("reported_by") == "importer"
    )["exporter_iso3"].n_unique()  # fmt: skip


def test_unit_values_against_the_price(ask: Ask, read: Ask) -> None:
    found = ask("unit_values_against_the_price")
    uae = found.filter(pl.col("importer_iso3") == "ARE").row(0, named=True)
    usable = read("gap_years").filter(
        pl.col("importer_iso3") == "ARE", pl.col("import_weight_quality") == "ok"
    )["import_fineness"]
    assert uae["flows"] == usable.len() - usable.null_count()
    assert uae["fineness_median"] == pytest.approx(usable.median())
    assert (found["fineness_low"] <= found["fineness_median"]).all()
    assert (found["flows"] >= 5).all()


def test_rows_behind_the_first_gap(ask: Ask, read: Ask) -> None:
    found = ask("rows_behind_the_first_gap")
    first = read("ranked_gaps").row(0, named=True)
    assert (first["rank"], first["direction"]) == (1, "undeclared_export")
    in_years = pl.col("period").is_between(first["first_year"], first["last_year"])
    for flow, side in (("X", "export"), ("M", "import")):
        rows = found.filter(in_years, flow_code=flow, hs_code="7108")
        assert rows["declared_value_usd"].sum() == pytest.approx(first[f"{side}_value_usd"])
    for row in found.to_dicts():
        file = ASSETS / "data" / row["source_file"]
        line = file.read_text(encoding="utf-8").splitlines()[row["source_row"] - 1]
        assert float(line.split(",")[-1]) == row["declared_value_usd"]


def test_what_moved_since_the_edition_before(
    ask: Ask, published: duckdb.DuckDBPyConnection
) -> None:
    assert ask("what_moved_since_the_edition_before").is_empty(), "there is no edition before"
    with duckdb.connect() as connection:
        connection.execute(
            "create table changes (cause text, cause_reporter_iso3 text, change text, "
            "tier_before bigint, tier_after bigint, at_least_change_fine_kg double, "
            "missing_change_fine_kg double, sentence text); insert into changes values "
            "('revised', 'ARE', 'up', 3, 1, 5, 6, 'a'), "
            "('revised', 'ARE', 'new', null, 3, -7, -9, 'b'), "
            "('withdrawn', 'MLI', 'gone', 3, null, 0, -20, 'c')"
        )
        text = (ANALYSES / "what_moved_since_the_edition_before.sql").read_text(encoding="utf-8")
        assert connection.execute(text).fetchall() == [
            ("withdrawn", "MLI", 1, 0, 1, 0, 0.0, -20.0, "c"),
            ("revised", "ARE", 2, 1, 0, 1, -2.0, -3.0, "b"),
        ]


def test_years_that_differ_from_their_months(ask: Ask, read: Ask) -> None:
    found = ask("years_that_differ_from_their_months")
    table = read("annual_against_monthly")
    assert found["differing"].sum() == table.filter(~pl.col("is_agreeing")).height
    assert {"ZAF", "HKG", "UGA"} <= set(found["reporter_iso3"])
    assert (found["difference_usd"] > 0).all()
