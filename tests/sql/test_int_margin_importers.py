"""The flow that an importer's published margin stands for, and what its measured flows pay."""

import pytest


def row(importer, value, distance=None, exporter="ZAF", frequency="A", period=2017):
    return {
        "frequency": frequency,
        "period": period,
        "importer_iso3": importer,
        "exporter_iso3": exporter,
        "import_value_usd": value,
        "distance_km": distance,
    }


def flow(importer, value, fob, year=2017):
    return {"importer_iso3": importer, "exporter_iso3": "ZAF", "year": year,
            "import_value_usd": value, "import_fob_value_usd": fob}  # fmt: skip


OTHERS = [flow("AUT", 102.0, 100.0)]


@pytest.fixture
def importers(run_model):
    def run(rows, flows=OTHERS):
        found = run_model("int_margin_importers", int_margin_rows=rows, int_margin_flows=flows)
        return {row.pop("importer_iso3"): row for row in found}

    return run


def test_the_typical_flow_counts_each_by_its_value(importers):
    """100 USD over 1,000 km and 300 USD over 16,000: a quarter and three quarters of the ln."""
    found = importers([row("USA", 100.0, 1000.0), row("USA", 300.0, 16000.0, "KEN")])
    assert found["USA"]["import_value_usd"] == pytest.approx(100**0.25 * 300**0.75)
    assert found["USA"]["distance_km"] == pytest.approx(1000**0.25 * 16000**0.75)
    for name in ("import_value_usd", "distance_km"):
        assert found["*"][name] == found["USA"][name]


def test_distances_that_are_not_known_count_for_nothing(importers):
    found = importers([row("USA", 100.0, 1000.0), row("USA", 300.0, None), row("IND", 9.0)])
    assert found["USA"]["distance_km"] == pytest.approx(1000)
    assert found["IND"]["distance_km"] is None
    assert found["IND"]["import_value_usd"] == pytest.approx(9)


def test_months_count_only_where_there_is_no_year(importers):
    """The months of a year are the same flows again, and smaller."""
    months = [row("USA", 10.0, frequency="M", period=201701), row("IND", 8.0, frequency="M")]
    found = importers([row("USA", 1000.0), *months])
    assert found["USA"]["import_value_usd"] == pytest.approx(1000)
    assert found["IND"]["import_value_usd"] == pytest.approx(8)


def test_measured_flows_are_added_up(importers):
    """106 and 1,010 USD of 100 and 1,000 FOB are 1.45 %, not the 3.5 % between 6 and 1."""
    flows = [flow("USA", 106.0, 100.0), flow("USA", 1010.0, 1000.0, 2018), flow("AUS", 52.0, 50.0)]
    found = importers([row("USA", 5.0), row("AUS", 5.0), row("IND", 0.0)], flows)
    measured = {iso3: (each["measured_fob_value_usd"], each["measured_margin"])
                for iso3, each in found.items()}  # fmt: skip
    assert measured["USA"] == (1100, pytest.approx(16 / 1100))
    assert measured["*"] == (1150, pytest.approx(18 / 1150))
    assert measured["IND"] == (None, None)
    assert found["IND"]["import_value_usd"] is None
