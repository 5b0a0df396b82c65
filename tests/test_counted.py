"""`gap_years.is_counted` is the one filter for sums: over its rows they are the ranking's."""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from mirror.publish.page import contents, data, figures
from mirror.publish.page.report import _headline
from mirror.settings import ASSETS
from mirror.steps.build import build
from mirror.steps.run import Run, new_run
from pages import contents_from

PAIR = ["exporter_iso3", "importer_iso3"]
SUMS = {
    name: name
    for name in ("export_value_usd", "import_value_usd", "gap_value_usd", "gap_net_weight_kg")
} | {f"{part}_usd": f"{part}_usd_mid" for part in contents.PARTS}
"""Columns of the ranking, and those of the years that they add up."""


@pytest.fixture(scope="module", params=["annual", "monthly"])
def tables(
    request: pytest.FixtureRequest, sample_run: Run, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Years and ranking of the sample, of annual and of monthly records."""
    warehouse = sample_run.building
    if request.param == "monthly":
        run = new_run(tmp_path_factory.mktemp("monthly"), edition="2026-11", frequency="monthly")
        build(run)
        warehouse = run.building
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        yield connection


def frame(connection: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    return pl.DataFrame(connection.sql(query).to_arrow_table())


def test_sums_over_counted_rows_are_the_columns_of_the_ranking(
    tables: duckdb.DuckDBPyConnection,
) -> None:
    ranking = frame(tables, "select * from ranked_gaps")
    counted = frame(tables, "select * from gap_years where is_counted").sort("period")
    for direction, side in (("undeclared_export", 1), ("undeclared_import", -1)):
        ranked = ranking.filter(direction=direction).sort(PAIR)
        amount = side * pl.col("residual_value_usd_mid")
        kg = side * pl.col("residual_fine_kg_mid")
        summed = counted.group_by(PAIR).agg(
            *(pl.col(of_years).sum().alias(name) for name, of_years in SUMS.items()),
            amount.clip(0).sum().alias("residual"),
            (side * amount.clip(upper_bound=0)).sum().alias("residual_other_direction_usd"),
            kg.clip(0).sum().alias("residual_kg"),
            pl.col("year").min().alias("first_year"),
            pl.col("year").max().alias("last_year"),
            pl.col("year").n_unique().alias("years_assessed"),
        )
        beside = ranked.select(
            *PAIR,
            *SUMS,
            "residual_other_direction_usd",
            "first_year",
            "last_year",
            "years_assessed",
            (side * pl.col("residual_value_usd_mid")).alias("residual"),
            (side * pl.col("residual_fine_kg_mid")).alias("residual_kg"),
        ).join(summed, on=PAIR, suffix="_of_years", how="left", validate="1:1")
        assert beside.height == ranked.height > 0
        for name in beside.columns[2:]:
            if name.endswith("_of_years"):
                continue
            told, added = beside[name].fill_null(0), beside[f"{name}_of_years"].fill_null(0)
            far = (told - added).abs() > 1e-6 + 1e-9 * told.abs()
            assert not far.any(), (direction, name, beside.filter(far))


def test_a_counted_row_is_in_the_window_assessed_and_not_set_aside(
    tables: duckdb.DuckDBPyConnection,
) -> None:
    said = frame(
        tables,
        "select reading, is_in_window, is_assessed, set_aside_reason is null as is_in, "
        "is_counted from gap_years",
    )
    all_three = said["is_in_window"] & said["is_assessed"] & said["is_in"]
    assert said["is_counted"].equals(all_three, check_names=False)
    assert not set(said.filter("is_counted")["reading"]) & {"set_aside", "one_sided"}
    assert said["is_counted"].any() and not said["is_counted"].all()


def documented(marker: str) -> str:
    text = (ASSETS / "docs" / "analysts.md").read_text(encoding="utf-8")
    (query,) = re.findall(rf"<!-- {marker} -->\n```sql\n(.*?)```", text, re.DOTALL)
    return str(query)


def test_the_documented_query_gives_the_headline_of_the_page(
    edition: Path, published: duckdb.DuckDBPyConnection
) -> None:
    found = {row["direction"]: row for row in frame(published, documented("headline")).to_dicts()}
    assert set(found) == set(contents.DIRECTIONS)
    for direction, row in found.items():
        headline = _headline(contents_from(edition), direction)
        assert (row["sure_pairs"], row["possible_pairs"]) == (
            headline["sure"], headline["possible"]
        )  # fmt: skip
        for name in ("at_least", "missing", "at_most", "possible_missing"):
            tonnes = row[f"{name}_tonnes"] or 0
            assert tonnes == pytest.approx(headline[f"{name}_kg"] / 1e3), (direction, name)


def test_the_documented_waterfall_is_that_of_the_figure(
    edition: Path, published: duckdb.DuckDBPyConnection
) -> None:
    """Both ends of each direction, and those of the pairs on the page, which add up to them."""
    found = {row["direction"]: row for row in frame(published, documented("waterfall")).to_dicts()}
    assert set(found) == set(contents.DIRECTIONS)
    made = contents_from(edition)
    drawn = data.data(made)["waterfalls"]
    for direction, side in (("undeclared_export", 1), ("undeclared_import", -1)):
        steps = figures._steps(made, direction)
        raw, residual = found[direction]["raw_gap_billion_usd"], steps["to"][-1]
        assert raw == pytest.approx(steps["to"][0]) and raw > 0
        assert found[direction]["residual_billion_usd"] == pytest.approx(residual)
        of = [n for n, way in enumerate(made.ranking["direction"]) if way == direction]
        assert side * sum(drawn[n][0] for n in of) == pytest.approx(raw * 1e9, abs=len(of))
        assert side * sum(drawn[n][-2] for n in of) == pytest.approx(residual * 1e9, abs=len(of))
