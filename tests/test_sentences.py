"""The waterfall of a pair in words: which flows transit took out, by what evidence, how surely."""

import re

import duckdb
import polars as pl
import pytest

from mirror.steps.sentences import WAYS, sentences

MOVE = {
    "year": 2016, "exporter_iso3": "MLI", "importer_iso3": "ARE", "unseen_exporter_iso3": "MLI",
    "unseen_importer_iso3": "CHE", "edge_kind": "exporter", "moved_usd": 1.25e6,
    "edge_weight": 0.83, "ln_bayes_factor": 3.1,
    "borne_out_by_exporter_iso3": None, "borne_out_by_importer_iso3": None,
}  # fmt: skip


def moves(*changed: dict[str, object]) -> pl.DataFrame:
    kinds = {name: pl.String for name in MOVE if name.endswith("iso3")}
    return pl.DataFrame([MOVE | one for one in changed], schema_overrides=kinds)


@pytest.fixture
def years(sample: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    query = "select * from int_pair_years where exporter_iso3 = 'MLI' and importer_iso3 = 'ARE'"
    return pl.DataFrame(sample.sql(query).to_arrow_table())


def transit(years: pl.DataFrame, *changed: dict[str, object]) -> str:
    said = sentences(years, moves(*changed))
    return next(sentence for sentence in said if sentence.startswith("Re-export or transit"))


def test_years_of_an_edge_are_added_up_and_its_weight_is_said(years: pl.DataFrame) -> None:
    """1.25 + 0.75 = 2 M USD."""
    said = transit(years, {}, {"year": 2017, "moved_usd": 0.75e6})
    assert said.endswith(": MLI → ARE by MLI → CHE 2.0 M USD (same exporter, weight 0.83).")


def test_a_double_booking_says_what_bears_it_out(years: pl.DataFrame) -> None:
    third = {"borne_out_by_exporter_iso3": "CHE", "borne_out_by_importer_iso3": "ARE"}
    said = transit(years, {"edge_kind": "double"} | third)
    assert "(reported twice, weight 0.83, borne out by CHE → ARE)." in said
    assert "(reported twice, weight 0.83)." in transit(years, {"edge_kind": "double"})


def test_the_largest_three_flows_are_named_the_largest_first(years: pl.DataFrame) -> None:
    many = [{"unseen_importer_iso3": f"AA{n}", "moved_usd": n * 1e6} for n in range(1, 5)]
    said = transit(years, *many)
    assert re.findall(r"AA\d", said) == ["AA4", "AA3", "AA2"]


def test_every_kind_of_edge_has_its_words(published: duckdb.DuckDBPyConnection) -> None:
    (row,) = published.execute(
        "select comment from duckdb_columns() where column_name = 'edge_kind'"
    ).fetchall()
    for kind in WAYS:
        assert kind in row[0]


def test_the_residual_holds_the_bounds_of_the_parts_and_not_the_honest_error(
    years: pl.DataFrame,
) -> None:
    said = sentences(years, moves({}))
    residual = next(sentence for sentence in said if sentence.startswith("Residual: "))
    assert residual.endswith("they are the bounds of the parts alone.")
    assert said[-1].startswith("Honest error: reports of flows like this one usually differ")
    not_compared = years.with_columns(pair_spread=pl.lit(None, pl.Float64))
    assert not sentences(not_compared, moves({}))[-1].startswith("Honest error")


def test_weights_in_different_units_are_said_where_the_values_agree(years: pl.DataFrame) -> None:
    """12,000,000 for 12,500 kg is 960 times, and 1.1 for 1.0 M USD agree; at 40 M they do not."""
    weights = {"export_net_weight_kg": 12e6, "import_net_weight_kg": 12_500.0}

    def said(import_value_usd: float) -> str:
        values = {"export_value_usd": 1e6, "import_value_usd": import_value_usd}
        changed = years.with_columns(pl.lit(v).alias(n) for n, v in (weights | values).items())
        return next(one for one in sentences(changed, moves({})) if one.startswith("Quality: "))

    assert said(1.1e6).endswith(
        "The weight of the exporter is about 1,000 times that of the other side in 2016, as in "
        "another unit, while the values agree: such weights are left out."
    )
    assert "another unit" not in said(40e6)
