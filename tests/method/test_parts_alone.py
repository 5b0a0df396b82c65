"""Timing, agreement, spreads and common errors, each by itself, with the arithmetic in the test."""

from dataclasses import replace

import numpy as np
import pytest

from mirror.method.agreement import evidence, same_gold
from mirror.method.common import without_common_errors
from mirror.method.pairs import PairYears, log_gaps
from mirror.method.spreads import learn
from mirror.method.timing import late


def test_months_are_matched_oldest_first_within_two_months_and_the_turn_of_the_year_moves_years():
    months = np.array([201611, 201612, 201701, 201702, 201703, 2016, 2017])
    gap = np.array([-10.0, -20.0, 5.0, 30.0, 9.0, -30.0, 44.0])
    is_monthly = months > 9999
    found = late(is_monthly, months, np.zeros(7, int), np.abs(gap), gap, np.ones(7, bool))
    # January takes 5 of November's 10; February is too late for the rest, and takes December's 20
    assert found.carried[:5].tolist() == [-5, -20, 5, 20, 0]
    assert found.carried[5:].tolist() == [-25, 25]
    assert found.slope[5:].tolist() == [0, 0]


def test_years_without_months_take_a_twelfth_of_the_fall_from_the_year_before():
    years = np.array([2015, 2016, 2018])
    level = np.array([120.0, 240.0, 60.0])
    found = late(np.zeros(3, bool), years, np.zeros(3, int), level, level, np.ones(3, bool))
    assert found.slope.tolist() == [-10, -10, 0]  # 2015 has no year before and takes the next fall


def test_the_closed_form_is_the_integral():
    """ln of the integral over the constant, by a fine grid, with no stray year and one."""
    values, variance, spread = np.array([0.3, -0.1, 0.2]), np.array([0.04, 0.09, 0.05]), 0.7
    grid = np.linspace(-8, 8, 40_001)
    prior = np.exp(-0.5 * (grid / spread) ** 2) / (spread * np.sqrt(2 * np.pi))

    def densities(use):
        out = np.ones_like(grid)
        for n in use:
            apart = (values[n] - grid) ** 2 / variance[n]
            out *= np.exp(-0.5 * apart) / np.sqrt(2 * np.pi * variance[n])
        return float((out * prior).sum() * (grid[1] - grid[0]))

    total = 0.93**3 * densities((0, 1, 2))
    for stray in range(3):
        others = [n for n in range(3) if n != stray]
        far = np.exp(-0.5 * (values[stray] / 1.5) ** 2) / (1.5 * np.sqrt(2 * np.pi))
        total += 0.07 * 0.93**2 * far * densities(others)
    used = np.ones((1, 3), bool)
    found = evidence(values[None], variance[None], used, 0.0, np.array([spread]))
    assert found[0] == pytest.approx(np.log(total), abs=1e-6)


@pytest.mark.parametrize("years, least", [(3, 0.0), (6, 3.0), (10, 8.0)])
def test_more_years_of_agreement_are_more_evidence(years, least):
    gold = np.exp(np.random.default_rng(3).normal(18, 0.6, (1, years)))
    other = gold * np.exp(np.random.default_rng(4).normal(0, 0.03, (1, years)))
    errors = 0.03 * gold, 0.03 * other
    known = np.ones(gold.shape, bool)
    found, told = same_gold(gold, other, errors, np.array([0.03]), known, 0.45, False)
    assert found[0] > least and told[0] == years


def test_a_stray_year_does_not_undo_the_others():
    gold = np.exp(np.random.default_rng(3).normal(18, 0.6, (1, 10)))
    other = gold.copy()
    other[0, 4] *= 4
    known = np.ones(gold.shape, bool)
    errors = 0.03 * gold, 0.03 * other
    found, _ = same_gold(gold, other, errors, np.array([0.03]), known, 0.45, False)
    assert found[0] > 5


def tables(ratio, value=1e8):
    """Pairs by years: the importer says `value` times e to the ratio, the exporter `value`."""
    pairs, years = ratio.shape
    exported = np.full(ratio.shape, value)
    imported = exported * np.exp(ratio)
    gap = imported - exported
    return PairYears(
        countries=np.array([f"C{n:02d}" for n in range(40)]),
        exporter=np.arange(pairs) % 6,
        importer=6 + np.arange(pairs) // 6,
        years=np.arange(2014, 2014 + years),
        imported=imported,
        exported=exported,
        gap=gap,
        gap_low=gap,
        gap_high=gap,
        fine_kg=np.maximum(imported, exported) / 50_000,
        weighed_kg=np.full(pairs, np.inf),
        seen=np.ones(ratio.shape, bool),
        known=np.ones(ratio.shape, bool),
        exporter_is_hub=np.zeros(pairs, bool),
        importer_is_hub=np.zeros(pairs, bool),
    )


def test_spreads_are_recovered_by_size_and_rounded_to_steps():
    ratio = np.random.default_rng(1).normal(0, 0.1, (120, 10))
    found = learn(tables(ratio))
    assert np.median(found.yearly) == pytest.approx(0.1, rel=0.15)
    steps = np.log(found.yearly) * 20
    assert np.allclose(steps, np.round(steps))


def test_one_revised_year_hardly_moves_the_spreads_of_others():
    ratio = np.random.default_rng(1).normal(0, 0.1, (120, 10))
    before = learn(tables(ratio))
    ratio[7, 3] += 0.5
    after = learn(tables(ratio))
    others = np.arange(120) != 7
    assert (before.yearly[others] == after.yearly[others]).mean() > 0.9


def test_an_error_that_all_flows_of_a_reporters_year_share_is_taken_out():
    ratio = np.random.default_rng(2).normal(0, 0.03, (120, 10))
    given = tables(ratio)
    shared = given.exporter == 2
    for year, error in enumerate(np.random.default_rng(6).normal(0, 0.3, 10)):
        ratio[shared, year] += error
        ratio[given.exporter == 4, year] -= error
    noisy = tables(ratio)
    clean = without_common_errors(noisy).tables
    before, after = (np.nanstd(log_gaps(t.gap, t.fuller, t.seen)[shared]) for t in (noisy, clean))
    assert after < 0.5 * before


def test_noise_that_is_nobodys_in_common_is_left_alone():
    given = tables(np.random.default_rng(2).normal(0, 0.2, (120, 10)))
    found = without_common_errors(given)
    assert not found.effect.any()
    assert np.array_equal(found.tables.gap, replace(given).gap)
