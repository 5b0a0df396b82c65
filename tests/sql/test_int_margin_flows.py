"""One voice a flow: the year's record where it carries both values, else its months together."""

import pytest


def row(margin, value=102.0, **other):
    return {
        "frequency": "A",
        "period": 2017,
        "year": 2017,
        "importer_iso3": "TUR",
        "exporter_iso3": "ZAF",
        "import_value_usd": value,
        "margin_of_row": margin,
        "distance_km": 7400.0,
    } | other


def month(number, margin, value=102.0, **other):
    return row(margin, value, frequency="M", period=201700 + number, **other)


FLOW = {"importer_iso3": "TUR", "exporter_iso3": "ZAF", "year": 2017, "distance_km": 7400.0}


@pytest.fixture
def flows(run_model):
    def run(*rows):
        found = run_model("int_margin_flows", int_margin_rows=rows)
        return sorted(found, key=lambda flow: (flow["importer_iso3"], flow["year"]))

    return run


def test_a_year_goes_before_its_months(flows):
    (flow,) = flows(month(1, 0.13), row(0.02), month(2, 0.04))
    assert flow == FLOW | {"import_value_usd": 102.0, "import_fob_value_usd": pytest.approx(100),
                           "margin": pytest.approx(0.02)}  # fmt: skip


def test_months_without_a_measured_year_count_together_by_their_values(flows):
    """102 and 1,010 USD CIF are 100 and 1,000 FOB; the month without a margin is left out."""
    (flow,) = flows(month(1, 0.02), month(2, 0.01, 1010.0), month(3, None, 500.0), row(None))
    assert flow == FLOW | {"import_value_usd": 1112.0, "import_fob_value_usd": pytest.approx(1100),
                           "margin": pytest.approx(1112 / 1100 - 1)}  # fmt: skip


def test_years_importers_and_exporters_are_flows_of_their_own(flows):
    found = flows(
        row(0.02),
        row(0.03, exporter_iso3="KEN"),
        row(0.04, period=2018, year=2018),
        month(1, 0.05, importer_iso3="USA"),
    )
    assert [(flow["importer_iso3"], flow["exporter_iso3"], flow["year"]) for flow in found[2:]] == [
        ("TUR", "ZAF", 2018), ("USA", "ZAF", 2017)]  # fmt: skip
    assert sorted(flow["margin"] for flow in found) == pytest.approx([0.02, 0.03, 0.04, 0.05])


def test_nothing_measured_is_no_flow(flows):
    assert flows(row(None), month(1, None)) == []
