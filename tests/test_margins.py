"""Freight fitted to measured flows: by value, distance and importer, against what it must hold."""

from math import exp, log

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mirror.method import margins

DEFAULT = margins.Default.of(
    {
        "freight_default_low": 0.0005,
        "freight_default_mid": 0.005,
        "freight_default_high": 0.1,
        "freight_default_slope": -0.25,
        "freight_importer_share": 0.5,
    }
)
Z = 1.6448536269514722
WIDTH = log(0.1) - log(0.0005)
VARIANCE = (WIDTH / (2 * Z)) ** 2 / 2
"""Of the default, between importers and within them: half of all each."""
SCHEMA = {
    "importer_iso3": pl.String,
    "import_value_usd": pl.Float64,
    "margin": pl.Float64,
    "distance_km": pl.Float64,
}


def measured(*rows):
    """Rows of importer, value, margin and, where it is known, distance."""
    full = [(*row, None) if len(row) == 3 else row for row in rows]
    return pl.DataFrame(full, schema=SCHEMA, orient="row")


def predicted(fitted, importer="ARE", value=1e6, distance=None):
    flow = pl.DataFrame(
        [(importer, value, distance)],
        schema={name: kind for name, kind in SCHEMA.items() if name != "margin"},
        orient="row",
    )
    return margins.predict(fitted, flow).row(0, named=True)


def ends(row):
    return [row[f"margin_{end}"] for end in ("low", "mid", "high")]


def width(row):
    return log(row["margin_high"] / row["margin_low"])


def world(
    importers=12, flows=40, slope=-0.3, level=0.004, between=0.8, within=0.6, far=0.0, seed=1
):
    """Flows of importers that each have a level and a usual size of their own."""
    random = np.random.default_rng(seed)
    rows = []
    for number in range(importers):
        effect, size = random.normal(0, between), random.normal(log(1e6), 2)
        for _ in range(flows):
            value, km = exp(size + random.normal(0, 2)), exp(random.uniform(log(500), log(15000)))
            centre = log(level) + slope * log(value / 1e6) + far * log(km / 5000) + effect
            rows.append((f"I{number:03}", value, exp(centre + random.normal(0, within)), km))
    return measured(*rows)


def test_without_measured_flows_the_parameters_say_and_a_larger_flow_pays_less():
    fitted = margins.fit(measured(), DEFAULT)
    row = predicted(fitted)
    assert ends(row) == pytest.approx([0.0005, 0.005, 0.1])
    assert (row["margin_rows"], row["own_weight"]) == (0, 0)
    large = predicted(fitted, value=1e10)
    assert ends(large) == pytest.approx([end * 10**-1 for end in (0.0005, 0.005, 0.1)])  # 10^(-4/4)
    assert ends(predicted(fitted, distance=500.0)) == ends(row)


def test_values_beyond_what_was_measured_stay_at_its_ends():
    fitted = margins.fit(measured(), DEFAULT)
    assert ends(predicted(fitted, value=1.0)) == ends(predicted(fitted, value=1e3))
    assert ends(predicted(fitted, value=1e12)) == ends(predicted(fitted, value=1e10))
    assert ends(predicted(fitted, value=None)) == ends(predicted(fitted, value=1e6))


@pytest.mark.parametrize("flows", [2, 200])
def test_flows_of_one_importer_narrow_and_move_nothing_for_the_rest_of_the_world(flows):
    """Two rows of Colombia to the USA (0.06 and 0.055 %) once made a margin for all countries."""
    rows = [("USA", 1564e6, 0.0006), ("USA", 1843e6, 0.00055)] * (flows // 2)
    fitted = margins.fit(measured(*rows), DEFAULT)
    nothing = margins.fit(measured(), DEFAULT)
    for value in (1e4, 1e6, 1.7e9):
        assert predicted(fitted, "IND", value) == predicted(nothing, "IND", value)
    assert width(predicted(fitted, "USA", 1.7e9)) < width(predicted(nothing, "USA", 1.7e9))


def test_an_importer_moves_from_the_line_to_its_own_flows_as_these_grow_in_number():
    """With n flows the own weight is n b / (n b + w), here n / (n + 1): variances are alike."""
    for flows in (1, 2, 30):
        fitted = margins.fit(measured(*[("USA", 1e6, 0.001)] * flows), DEFAULT)
        row = predicted(fitted, "USA")
        own = flows / (flows + 1)
        assert row["own_weight"] == pytest.approx(own)
        assert row["margin_mid"] == pytest.approx(exp(own * log(0.001) + (1 - own) * log(0.005)))
        left = (VARIANCE + (1 - own) * VARIANCE) / (2 * VARIANCE)
        assert width(row) == pytest.approx(WIDTH * left**0.5)


def test_the_interval_keeps_the_sides_of_the_default_apart():
    """Here the upper side is 1.3 times the lower one: ln 20 and ln 10."""
    row = predicted(margins.fit(world(), DEFAULT), "I000")
    low, mid, high = map(log, ends(row))
    assert (high - mid) / (mid - low) == pytest.approx(log(20) / log(10))


def test_planted_slopes_level_and_spreads_are_found():
    line = margins.fit(world(importers=60, far=0.4), DEFAULT).line
    assert line.value_slope == pytest.approx(-0.3, abs=0.02)
    assert line.distance_slope == pytest.approx(0.4 * 59 / 64, abs=0.05)  # the default has none
    assert line.level == pytest.approx(log(0.004), abs=0.3)  # 0.8 / 60^(1/2) is its error
    assert line.between == pytest.approx(59 / 64 * 0.64 + 5 / 64 * VARIANCE, rel=0.35)
    assert line.within == pytest.approx(59 / 64 * 0.36 + 5 / 64 * VARIANCE, rel=0.1)


def test_the_default_outweighs_few_importers_and_not_many():
    near, far_off = (
        abs(margins.fit(world(importers=count, level=0.05, between=0.1), DEFAULT).line.level
            - log(0.05))
        for count in (30, 3)
    )  # fmt: skip
    assert near < 0.15 * log(10) + 0.1  # of ln(0.05 / 0.005), five to 29 are 0.147
    assert far_off > 0.5 * log(10)  # five to two are 0.71


@pytest.mark.parametrize(("slope", "far"), [(-0.3, -0.5), (0.3, -0.5)])
def test_a_slope_of_the_wrong_sign_is_no_slope(slope, far):
    """No discount for the longer way and no surcharge for the larger flow: 0 is what is found."""
    line = margins.fit(world(slope=slope, far=far), DEFAULT).line
    assert line.distance_slope == 0
    if slope > 0:
        assert line.value_slope == pytest.approx(-0.25 * 5 / 16)  # what the default holds
    else:
        assert line.value_slope == pytest.approx(-0.3 * 11 / 16 - 0.25 * 5 / 16, abs=0.03)


def test_a_slope_takes_more_than_a_few_flows():
    steep = [(f"I{n % 3}", 10.0**n, 0.1 * 10.0 ** (3 - n)) for n in range(3, 9)]
    line = margins.fit(measured(*steep), DEFAULT).line
    assert (line.value_slope, line.distance_slope) == (-0.25, 0)


def test_intervals_hold_nine_flows_of_ten_that_were_not_fitted():
    """Of importers whose other flows are measured, and of importers without any."""
    even = margins.Default(DEFAULT.line, (-WIDTH / 2, WIDTH / 2))
    rows = world(importers=600, flows=10, seed=7)
    known = pl.col("importer_iso3") < "I300"
    for kept, left in (
        (rows[::2], rows[1::2]),
        (rows.filter(known), rows.filter(~known)),
    ):
        found = margins.predict(margins.fit(kept, even), left)
        inside = found["margin"].is_between(found["margin_low"], found["margin_high"]).mean()
        assert inside == pytest.approx(0.9, abs=0.025)


def test_a_margin_is_never_above_half_of_the_value():
    fitted = margins.fit(measured(*[("CZE", 2e3, 0.25)] * 20), DEFAULT)
    assert predicted(fitted, "CZE", 1e3)["margin_high"] == 0.5


@given(
    rows=st.lists(
        st.tuples(st.sampled_from(["USA", "TUR", "AUS", "CHE"]), st.floats(1, 1e11),
                  st.floats(1e-6, 0.25), st.one_of(st.none(), st.floats(1, 2e4))),
        max_size=45,
    ),
    importer=st.sampled_from(["USA", "ARE"]), value=st.floats(1, 1e11), factor=st.floats(1, 100),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_a_larger_flow_never_pays_a_larger_share_and_ends_are_in_order(
    rows, importer, value, factor
):
    fitted = margins.fit(measured(*rows), DEFAULT)
    small, large = (predicted(fitted, importer, value * by) for by in (1, factor))
    assert 0 < small["margin_low"] <= small["margin_mid"] <= small["margin_high"] <= 0.5
    for one, other in zip(ends(small), ends(large), strict=True):
        assert other <= one * (1 + 1e-9)
