"""Margins of importers as they are fitted and published: measured, and at which flow they stand."""

from math import log

import polars as pl
import pytest

from mirror.steps.computing import margins as fit

FLOWS = {
    "importer_iso3": pl.String,
    "exporter_iso3": pl.String,
    "year": pl.Int64,
    "import_value_usd": pl.Float64,
    "import_fob_value_usd": pl.Float64,
    "margin": pl.Float64,
    "distance_km": pl.Float64,
}
ROWS = {"frequency": pl.String, "period": pl.Int64} | FLOWS
IMPORTERS = {
    "importer_iso3": pl.String,
    "import_value_usd": pl.Float64,
    "distance_km": pl.Float64,
    "measured_fob_value_usd": pl.Float64,
    "measured_margin": pl.Float64,
}
PUBLISHED = ["importer_iso3", "margin_rows", "measured_fob_value_usd", "measured_margin",
             "own_weight", "typical_value_usd", "typical_distance_km", "margin_low", "margin_mid",
             "margin_high"]  # fmt: skip


@pytest.fixture
def computed(run_model):
    """Fit flows; return margins of pairs and, as they are published, of importers."""

    def run(flows=(), rows=(), importers=(("*", 1e6, None, None, None),)):
        given = {"int_margin_flows": (flows, FLOWS), "int_margin_rows": (rows, ROWS),
                 "int_margin_importers": (importers, IMPORTERS)}  # fmt: skip
        tables = {
            name: pl.DataFrame(list(table), schema=schema, orient="row")
            for name, (table, schema) in given.items()
        }
        fitted = fit(tables | {"stg_parameters": pl.DataFrame(run_model("stg_parameters"))})
        published = fitted["int_importer_margins"].to_dicts()
        return (
            fitted["int_pair_margins"].to_dicts(),
            run_model("freight_margins", int_importer_margins=published),
        )

    return run


def pair(frequency, period, value):
    year = period if frequency == "A" else period // 100
    return frequency, period, "ARE", "MLI", year, value, None, None, None


def test_a_pair_has_a_margin_of_its_own_in_each_period(computed):
    """freight_default_mid is 0.55 % at 1 M USD; ln falls by 0.27 for each step of ln value."""
    rows = [pair("A", 2016, 1e9), pair("A", 2017, 1e6), pair("M", 201701, 1e5)]
    pairs, _ = computed(rows=rows)
    found = {(row["frequency"], row["period"]): row["margin_mid"] for row in pairs}
    assert found == {
        ("A", 2016): pytest.approx(0.0055 * 1000**-0.27),  # 0.085 %
        ("A", 2017): pytest.approx(0.0055),
        ("M", 201701): pytest.approx(0.0055 * 0.1**-0.27),  # 1.02 %
    }
    assert "own_weight" not in pairs[0]


def test_the_published_margin_is_that_of_the_typical_flow(computed):
    importers = [
        ("USA", 1e9, 9000.0, 3500.0, 0.0011),
        ("*", 1e6, 7000.0, 3500.0, 0.0011),
        ("IND", None, None, None, None),
    ]
    flows = [("USA", "COL", 2023, 1e6, 1e6 / 1.001, 0.001, 9000.0)]
    _, published = computed(flows=flows, importers=importers)
    assert [list(row) for row in published] == [PUBLISHED] * 3
    everyone, india, usa = published
    assert (everyone["importer_iso3"], everyone["margin_rows"], everyone["own_weight"]) == (
        "*",
        1,
        0,
    )
    assert (usa["margin_rows"], usa["own_weight"]) == (1, pytest.approx(0.5))
    assert (india["margin_rows"], india["own_weight"]) == (0, 0)
    assert everyone["margin_mid"] == pytest.approx(0.0055)
    assert india["margin_mid"] == pytest.approx(0.0055)  # at 1 M USD where it imports nothing
    between = 0.001**0.5 * 0.0055**0.5  # one flow counts for half
    assert usa["margin_mid"] == pytest.approx(between * 1000**-0.27)
    assert (usa["typical_value_usd"], usa["typical_distance_km"]) == (1e9, 9000)
    assert (usa["measured_fob_value_usd"], usa["measured_margin"]) == (3500, 0.0011)


def test_without_any_flow_the_parameters_say(computed):
    """freight_default_low, _mid and _high at 1 M USD."""
    _, (row,) = computed()
    said = [row[f"margin_{end}"] for end in ("low", "mid", "high")]
    assert said == pytest.approx([0.0003, 0.0055, 0.1])
    assert log(said[1] / said[0]) == pytest.approx(log(said[2] / said[1]), abs=0.02)
