"""Gaps of a pair at the flat freight margins of other studies."""

import pytest


def year(at=2016, export=60.0, imported=166.0, basis="CIF", after=100.0, **other):
    return {
        "period": at,
        "year": at,
        "exporter_iso3": "MLI",
        "importer_iso3": "ARE",
        "export_value_usd": export,
        "import_value_usd": imported,
        "import_basis": basis,
        "after_freight": after,
        "is_counted": True,
    } | other


@pytest.fixture
def flat(run_model):
    apart = year(exporter_iso3="GHA", is_counted=False)
    return lambda *years: run_model("freight_sensitivity", int_pair_years=[*years, apart])


def test_one_year_at_cif_value(flat):
    assert flat(year()) == [
        {
            "exporter_iso3": "MLI",
            "importer_iso3": "ARE",
            "first_year": 2016,
            "last_year": 2016,
            "gap_at_measured_margin_usd": 100.0,
            "gap_at_0_percent_usd": 166.0 - 60,
            "gap_at_1_percent_usd": pytest.approx(166 / 1.01 - 60),
            "gap_at_6_percent_usd": pytest.approx(166 / 1.06 - 60),
            "gap_at_10_percent_usd": pytest.approx(166 / 1.10 - 60),
        }
    ]


def at(row):
    return [row[f"gap_at_{percent}_percent_usd"] for percent in (0, 1, 6, 10)]


def test_a_fob_value_has_no_freight_at_any_margin(flat):
    (row,) = flat(year(basis="FOB"))
    assert at(row) == [166 - 60] * 4


def test_years_are_summed_each_on_its_own_basis(flat):
    (row,) = flat(year(2014, basis="FOB", after=106.0), year(2016))
    assert (row["first_year"], row["last_year"]) == (2014, 2016)
    assert row["gap_at_measured_margin_usd"] == 106 + 100
    assert row["gap_at_10_percent_usd"] == pytest.approx(166 + 166 / 1.1 - 2 * 60)


def test_a_missing_side_counts_as_nothing_declared(flat):
    (only_exporter,) = flat(year(imported=None, basis=None, after=-60.0))
    assert at(only_exporter) == [-60] * 4
    (only_importer,) = flat(year(export=None, after=160.0))
    assert at(only_importer) == pytest.approx([166, 166 / 1.01, 166 / 1.06, 166 / 1.1])


def test_years_that_the_ranking_does_not_count_add_nothing(flat):
    left_out = year(2015, is_counted=False)
    assert flat(left_out) == []
    assert flat(left_out, year(2016)) == flat(year(2016))


def test_in_the_order_of_the_key(flat):
    pairs = [("MLI", "CHE"), ("BFA", "CHE"), ("MLI", "ARE")]
    rows = flat(*[year(exporter_iso3=i, importer_iso3=j) for i, j in pairs])
    assert [(row["exporter_iso3"], row["importer_iso3"]) for row in rows] == sorted(pairs)
