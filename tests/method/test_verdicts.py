"""What is hidden, by how much, and what agrees: planted by hand, pair by pair."""

import numpy as np
import polars as pl
import pytest
from tests.method.flows import estimate, honest, table, verdict

YEARS = 10


def noisy(values, seed, spread=0.04):
    random = np.random.default_rng(seed)
    return (np.asarray(values) * np.exp(random.normal(0, spread, len(values)))).tolist()


def hides(share, onset=0, seed=1, level=400.0):
    """Exports of `level` M USD a year of which a share is left out from a year on."""
    true = np.full(YEARS, level)
    said = np.where(np.arange(YEARS) >= onset, true * (1 - share), true)
    return noisy(said, seed), noisy(true, seed + 1)


def with_pair(reports, years=YEARS, **more):
    return estimate(table(honest(years=years) | {("XXX", "MMM"): reports} | more))


@pytest.mark.parametrize("share", [0.4, 0.7, 0.95])
def test_a_hidden_share_is_found_with_its_amount(share):
    pair = verdict(with_pair(hides(share)), "XXX", "MMM")
    hidden_kg = 400e6 * YEARS / 50_000 * share
    assert pair["probability_material"] > 0.9
    assert pair["missing_fine_kg"] == pytest.approx(hidden_kg, rel=0.12)
    assert pair["at_most_fine_kg"] > hidden_kg * 0.97


def test_what_begins_in_a_later_year_is_found_from_there():
    pair = verdict(with_pair(hides(0.6, onset=6)), "XXX", "MMM")
    hidden_kg = 400e6 * 4 / 50_000 * 0.6
    assert pair["probability_material"] > 0.9
    assert pair["missing_fine_kg"] == pytest.approx(hidden_kg, rel=0.2)


def test_reports_that_agree_hide_nothing():
    pair = verdict(with_pair(hides(0.0)), "XXX", "MMM")
    assert pair["probability_material"] < 0.02
    assert pair["at_least_fine_kg"] == 0
    assert pair["missing_fine_kg"] < 0.02 * 400e6 * YEARS / 50_000


def test_one_blunder_in_ten_years_is_no_hiding():
    exports, imports = hides(0.0)
    exports[4] /= 10
    assert verdict(with_pair((exports, imports)), "XXX", "MMM")["probability_material"] < 0.5


def test_one_year_is_little_evidence_beside_ten():
    one = verdict(with_pair(([200.0], [400.0]), years=1), "XXX", "MMM")
    ten = verdict(with_pair(([200.0] * 10, [400.0] * 10)), "XXX", "MMM")
    assert one["probability_material"] < ten["probability_material"]
    assert one["at_least_fine_kg"] == 0


def test_the_other_direction_is_the_same_with_the_roles_swapped():
    exports, imports = hides(0.7)
    pair = verdict(with_pair((imports, exports)), "XXX", "MMM", "undeclared_import")
    assert pair["probability_material"] > 0.8
    assert verdict(with_pair((imports, exports)), "XXX", "MMM")["probability_material"] < 0.01


def test_at_least_is_no_more_than_the_exporters_row_allows():
    """What one importer sees too much, another sees too little: the row holds the difference."""
    more = {("XXX", "NNN"): noisy_excess(300.0)}
    pair = verdict(with_pair(hides(0.9), **{}), "XXX", "MMM")
    found = estimate(table(honest() | {("XXX", "MMM"): hides(0.9)} | more))
    capped = verdict(found, "XXX", "MMM")
    assert capped["row_fine_kg"] < pair["row_fine_kg"]
    assert capped["at_least_fine_kg"] <= capped["row_fine_kg"]


def noisy_excess(excess):
    base = np.array([10, 700, 90, 20, 800, 40, 600, 30, 650, 60.0])
    return noisy(base + excess * base / base.mean(), 7), noisy(base, 8)


def test_amounts_are_in_order_and_probabilities_within_bounds():
    said = honest(pairs=60, spread=0.4, seed=9) | {("XXX", "MMM"): hides(0.8)}
    frame = estimate(table(said)).verdicts
    ordered = frame.filter(pl.col("probability_material") > 0)
    assert (ordered["at_least_fine_kg"] <= ordered["missing_fine_kg"] + 1e-6).all()
    assert (ordered["at_least_fine_kg"] <= ordered["at_most_fine_kg"] + 1e-6).all()
    assert (frame["at_most_fine_kg"] <= frame["fuller_fine_kg"] + 1e-6).all()
    assert frame["probability_material"].is_between(0, 1).all()
    both = frame.group_by("exporter_iso3", "importer_iso3").agg(
        pl.col("probability_material").sum()
    )
    assert (both["probability_material"] <= 1 + 1e-9).all()


def test_what_an_exporter_never_declared_it_cannot_have_sold_through_others():
    """The same gap beside small and beside large exports to others: room makes a chance lawful."""
    poor = {("XXX", "NNN"): ([1.0] * 10, [1.0] * 10)}
    rich = {("XXX", "NNN"): noisy_excess(0.0)}
    reports = ([0.1] * 10, [30.0] * 10)
    alone, beside = (
        verdict(estimate(table(honest() | {("XXX", "MMM"): reports} | more)), "XXX", "MMM")
        for more in (poor, rich)
    )
    assert alone["chance_lawful"] <= beside["chance_lawful"]
    assert alone["is_beyond_declared"] and not beside["is_beyond_declared"]


def test_the_draws_hold_what_the_verdict_says():
    found = with_pair(hides(0.7))
    (row,) = found.draws.filter(exporter_iso3="XXX", direction="undeclared_export").to_dicts()
    drawn = np.array(row["hidden_fine_kg"])
    pair = verdict(found, "XXX", "MMM")
    assert len(drawn) == 500
    assert drawn.mean() == pytest.approx(pair["missing_fine_kg"], rel=0.05)
    assert np.quantile(drawn, 0.05) == pytest.approx(pair["at_least_fine_kg"], rel=0.1)


def test_the_places_of_a_sure_pair_are_narrow_and_its_kg_lead():
    pair = verdict(with_pair(hides(0.9)), "XXX", "MMM")
    assert (pair["draw_rank_low"], pair["draw_rank_high"]) == (1, 1)
