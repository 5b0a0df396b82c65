"""Margins of importers as they are fitted and published: own rows against all together."""

from math import exp, log

import polars as pl
import pytest

from mirror.steps.computing import margins as fit

SCHEMA = {
    "importer_iso3": pl.String,
    "exporter_iso3": pl.String,
    "margin_of_row": pl.Float64,
    "distance_km": pl.Float64,
}


def measured(importer, *values):
    """One row for each value, of a partner at a distance that is not known."""
    return [(importer, "MLI", value, None) for value in values]


@pytest.fixture
def margins(run_model):
    """Map importer to its published row."""

    def run(*rows):
        given = pl.DataFrame(rows, schema=SCHEMA, orient="row")
        tables = {"int_margin_rows": given, "stg_parameters": pl.DataFrame(run_model(*PARAMETERS))}
        fitted = fit(tables)["int_importer_margins"]
        published = run_model("freight_margins", int_importer_margins=fitted.to_dicts())
        assert [row["importer_iso3"] for row in published] == sorted({"*", *(r[0] for r in rows)})
        return {row.pop("importer_iso3"): row for row in published}

    return run


PARAMETERS = ("stg_parameters",)


def test_rows_that_agree_are_the_margin_of_all_without_an_interval(margins):
    """Of one importer alone nothing is known of how importers differ: its rows are the pool."""
    found = margins(*measured("ARE", *[0.02] * 5))
    point = {"margin_low": 0.02, "margin_mid": 0.02, "margin_high": 0.02}
    assert found["ARE"] == pytest.approx({"margin_rows": 5, "own_weight": 0.0} | point)
    assert found["*"] == pytest.approx({"margin_rows": 5, "own_weight": 0.0} | point)


def test_an_importer_with_few_rows_is_moved_to_the_others(margins):
    """Twenty rows of 2 % and one of 8 %; rows of one importer scatter by 0.01 at least (ln)."""
    means = log(0.02), log(0.08)
    errors = 0.01 / 20, 0.01 / 1
    between = ((means[1] - means[0]) / 2) ** 2 - sum(errors) / 2
    weights = [1 / (between + error) for error in errors]
    level = sum(w * mean for w, mean in zip(weights, means, strict=True)) / sum(weights)
    own = [between / (between + error) for error in errors]
    found = margins(*measured("ARE", *[0.02] * 20), *measured("IND", 0.08))
    for n, iso3 in enumerate(("ARE", "IND")):
        middle = exp(level + own[n] * (means[n] - level))
        assert found[iso3]["own_weight"] == pytest.approx(own[n])
        assert found[iso3]["margin_mid"] == pytest.approx(middle)
    assert found["*"]["margin_mid"] == pytest.approx(exp(level))
    assert [found[iso3]["margin_rows"] for iso3 in ("*", "ARE", "IND")] == [21, 20, 1]


def test_an_importer_without_a_measured_row_takes_the_margin_of_all_together(margins):
    values = 0.01, 0.02, 0.04
    found = margins(*measured("ARE", *values), *measured("GBR", None))
    pool = found["*"] | {"margin_rows": 0}
    assert found["GBR"] == pool
    assert found["GBR"]["margin_mid"] == pytest.approx(0.02)  # the middle of the logarithms
    assert found["*"]["margin_low"] == pytest.approx(0.01 * 2**0.1)  # 5 % lies 0.1 of a step up
    assert found["*"]["margin_high"] == pytest.approx(0.04 / 2**0.1)


def test_without_any_row_the_parameters_say(margins):
    """freight_default_low (0.0001), _mid and _high."""
    said = {"margin_rows": 0, "own_weight": 0.0}
    said |= {"margin_low": 0.0001, "margin_mid": 0.0093, "margin_high": 0.125}
    found = margins(*measured("ARE", None))
    assert found["ARE"] == pytest.approx(said)
    assert found["*"] == pytest.approx(said)
