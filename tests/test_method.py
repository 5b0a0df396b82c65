"""The method in Python: margins, noise, timing, transit, draws, against what each must hold."""

import numpy as np
import polars as pl
import pytest
from benchmarks.size import NO_SECOND_PARTNERS, parameters
from hypothesis import given
from hypothesis import strategies as st

from mirror import method
from mirror.method import margins, transit
from mirror.method.spreads import spreads
from mirror.method.timing import late

DEFAULT = (0.001, 0.01, 0.1)


def measured(**rows_of):
    """Rows with a margin by importer, at the typical distance."""
    rows = [(iso3, margin) for iso3, all_of in rows_of.items() for margin in all_of]
    return pl.DataFrame(rows, schema=["importer_iso3", "margin_of_row"], orient="row").with_columns(
        distance_km=pl.lit(None, pl.Float64)
    )


def pairs(*importers):
    return pl.DataFrame({"importer_iso3": importers}).with_columns(
        distance_km=pl.lit(None, pl.Float64)
    )


def margin_of(fitted, importer):
    return margins.predict(fitted, pairs(importer)).row(0, named=True)


# margins


def test_without_a_measured_row_the_default_stands():
    said = margin_of(margins.fit(measured(), DEFAULT), "ARE")
    assert [said[f"margin_{end}"] for end in ("low", "mid", "high")] == pytest.approx(DEFAULT)
    assert (said["margin_rows"], said["own_weight"]) == (0, 0)


def test_an_importer_with_many_rows_keeps_its_own_margin_and_one_with_few_moves_to_the_pool():
    cheap = [0.0011, 0.0009] * 30
    dear = [0.033, 0.027] * 30
    few = [0.3]
    fitted = margins.fit(measured(USA=cheap, TUR=dear, CZE=few), DEFAULT)
    assert margin_of(fitted, "USA")["margin_mid"] == pytest.approx(0.001, rel=0.05)
    assert margin_of(fitted, "TUR")["margin_mid"] == pytest.approx(0.03, rel=0.05)
    pool = margin_of(fitted, "ARE")["margin_mid"]
    assert 0.001 < pool < 0.3
    assert pool < margin_of(fitted, "CZE")["margin_mid"] < 0.3
    weights = [margin_of(fitted, iso3)["own_weight"] for iso3 in ("ARE", "CZE", "USA")]
    assert weights == sorted(weights) and weights[0] == 0 and weights[2] > 0.99


def test_the_interval_of_an_importer_without_rows_is_that_of_all_rows():
    spread = list(np.exp(np.linspace(np.log(0.001), np.log(0.1), 41)))
    fitted = margins.fit(measured(USA=spread, TUR=spread), DEFAULT)
    said = margin_of(fitted, "ARE")
    low, high = np.quantile(np.log(spread), [0.05, 0.95])
    assert np.log(said["margin_low"]) == pytest.approx(low, abs=0.01)
    assert np.log(said["margin_high"]) == pytest.approx(high, abs=0.01)


def test_distance_makes_a_margin_larger_where_rows_show_it():
    far = np.array([1000.0, 2000.0, 4000.0, 8000.0] * 10)
    rows = pl.DataFrame({"importer_iso3": ["USA"] * 40, "margin_of_row": 0.01 * far / 5000,
                         "distance_km": far})  # fmt: skip
    fitted = margins.fit(rows, DEFAULT)
    assert fitted.slope == pytest.approx(1, abs=1e-6)
    near, away = (
        margins.predict(fitted, pl.DataFrame({"importer_iso3": ["USA"], "distance_km": [km]}))
        for km in (2500.0, 10_000.0)
    )
    assert away["margin_mid"][0] / near["margin_mid"][0] == pytest.approx(4)


# noise


def test_the_noise_of_reporters_is_recovered_and_a_pair_does_not_teach_its_own():
    random = np.random.default_rng(3)
    names = [f"R{n:02d}" for n in range(30)]
    noise = dict(zip(names, np.where(np.arange(30) < 15, 0.02, 0.2), strict=True))
    rows = [
        (i, j, random.normal(0, noise[i]) - random.normal(0, noise[j]))
        for i in names for j in names if i != j for _ in range(2)
    ]  # fmt: skip
    frame = pl.DataFrame(rows, schema=["exporter_iso3", "importer_iso3", "log_ratio"], orient="row")
    found = spreads(frame, 0.1)
    learnt = (
        frame.with_columns(s=pl.Series(found.exporter))
        .group_by("exporter_iso3")
        .agg(pl.col("s").mean())
    )
    for iso3, spread in learnt.iter_rows():
        assert spread == pytest.approx(noise[iso3], rel=0.5, abs=0.03)
    # one pair gone mad changes the spread of others, not its own
    mad = frame.with_columns(
        log_ratio=pl.when((pl.col("exporter_iso3") == "R00") & (pl.col("importer_iso3") == "R01"))
        .then(3.0)
        .otherwise("log_ratio")
    )
    own = (mad["exporter_iso3"] == "R00") & (mad["importer_iso3"] == "R01")
    before, after = (spreads(f, 0.1).exporter[own.to_numpy()] for f in (frame, mad))
    assert after == pytest.approx(before, rel=0.2)


# timing


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


# transit


def trade(*rows):
    """Flows as (exporter, importer, excess, trade)."""
    columns = [np.array(column, float) for column in zip(*rows, strict=True)]
    return transit.Flows(columns[0].astype(int), columns[1].astype(int), columns[2], columns[3])


MALI, SWISS, UAE = 0, 1, 2


def test_gold_booked_to_a_hub_and_credited_to_its_origin_is_matched_up_to_the_hubs_trade():
    flows = trade((MALI, SWISS, -100, 100), (MALI, UAE, 80, 80), (SWISS, UAE, 0, 50))
    moves = transit.solve(flows, transit.candidates(flows, 1))
    assert transit.net(moves, 3).tolist() == pytest.approx([-50, 50, 0])


def test_no_gold_moves_where_the_hub_and_the_importer_do_not_trade():
    flows = trade((MALI, SWISS, -100, 100), (MALI, UAE, 80, 80))
    assert len(transit.candidates(flows, 1).amount) == 0


def test_the_same_money_never_explains_two_gaps_and_equals_are_treated_alike():
    flows = trade((0, 1, -60, 60), (0, 2, 60, 60), (0, 3, 60, 60), (1, 2, 0, 1000), (1, 3, 0, 1000))
    moved = transit.net(transit.solve(flows, transit.candidates(flows, 1)), 5)
    assert moved[0] == pytest.approx(-60)
    assert moved[1:3] == pytest.approx([30, 30], abs=15.1)
    assert moved.sum() == pytest.approx(0)


def test_what_second_partners_show_is_taken_first():
    flows = trade((MALI, SWISS, -100, 100), (MALI, UAE, 80, 80), (SWISS, UAE, -10, 50))
    shown = transit.shown(flows, np.array([MALI]), np.array([SWISS]), np.array([UAE]), [30.0])
    assert transit.net(shown, 3).tolist() == [-30, 30, 0]


@st.composite
def worlds(draw):
    size = draw(st.integers(3, 6))
    couples = [(i, j) for i in range(size) for j in range(size) if i != j]
    chosen = draw(st.lists(st.sampled_from(couples), min_size=2, unique=True))
    amount = st.floats(1, 1e6).map(lambda x: round(x, 2))
    rows = [(*couple, draw(amount), draw(amount)) for couple in chosen]
    return pl.DataFrame(
        rows, orient="row",
        schema=["exporter", "importer", "export_value_usd", "import_value_usd"],
    )  # fmt: skip


def flows_of(world, **columns):
    """A world as int_gaps: one year, FOB on both sides unless columns say otherwise."""
    given = {
        "frequency": "A", "period": 2016, "is_assessed": True, "is_set_aside": False,
        "has_value_error": False, "is_counted": True, "is_transit_unbounded": False,
        "margin_low": 0.0, "margin_mid": 0.0, "margin_high": 0.0,
        "gold_price_usd_per_kg_low": 35.0, "gold_price_usd_per_kg": 40.0,
        "gold_price_usd_per_kg_high": 45.0, "export_suppressed_usd": 0.0,
        "import_suppressed_usd": 0.0, "swap_of_positive_usd": 0.0, "swap_of_negative_usd": 0.0,
        "exporter_pool_usd": 0.0, "importer_pool_usd": 0.0,
    } | columns  # fmt: skip
    return world.select(
        pl.format("C{}", "exporter").alias("exporter_iso3"),
        pl.format("C{}", "importer").alias("importer_iso3"),
        "export_value_usd", "import_value_usd",
        *(pl.lit(value).alias(name) for name, value in given.items()),
    ).with_columns(pl.col("period").cast(pl.Int32))  # fmt: skip


def estimated(flows, **changes):
    few = {"draws": 100, "frequency": "A", "transit_least_usd": 0} | changes
    return method.estimate(flows, NO_SECOND_PARTNERS, parameters(**few))


NAMES = ("quality", "not_assessable", "class_swap", "timing", "unallocated", "reexport")
PARTS = [f"{name}_usd_mid" for name in NAMES]
KEY = ["exporter_iso3", "importer_iso3"]


@given(worlds(), st.floats(0, 1e5), st.floats(0, 1e5), st.floats(0, 0.2))
def test_the_parts_add_up_to_the_gap_and_none_is_larger_than_it(world, pool, swap, margin):
    flows = flows_of(world, exporter_pool_usd=pool, swap_of_positive_usd=swap, margin_mid=margin)
    parts = flows.join(estimated(flows).parts, on=KEY)
    gap = parts["import_value_usd"] / (1 + margin) - parts["export_value_usd"]
    total = parts.select(pl.sum_horizontal(*PARTS, "residual_value_usd_mid")).to_series()
    assert (total - gap).abs().max() <= 0.01
    for name in PARTS:
        assert ((parts[name] * gap) >= -1e-6).all()
        assert (parts[name].abs() <= gap.abs() + 0.01).all()
    for name in ["residual_value_usd", *(part.removesuffix("_mid") for part in PARTS)]:
        low, mid, high = (parts[f"{name}_{end}"] for end in ("low", "mid", "high"))
        assert ((low <= mid + 1e-6) & (mid <= high + 1e-6)).all()


@given(worlds())
def test_the_linear_program_passes_no_cap_and_moves_as_much_as_it_takes(world):
    flows = flows_of(world)
    found = estimated(flows)
    excess = {
        (r["exporter_iso3"], r["importer_iso3"]): r["import_value_usd"] - r["export_value_usd"]
        for r in flows.to_dicts()
    }
    trade_of = {
        (r["exporter_iso3"], r["importer_iso3"]): max(r["import_value_usd"], r["export_value_usd"])
        for r in flows.to_dicts()
    }
    seen, unseen, via = {}, {}, {}
    for move in found.transfers.to_dicts():
        one = (move["exporter_iso3"], move["importer_iso3"])
        two = (move["unseen_exporter_iso3"], move["unseen_importer_iso3"])
        for ledger, key in ((seen, one), (unseen, two)):
            ledger[key] = ledger.get(key, 0) + move["moved_usd"]
        third = (two[1], one[1]) if one[0] == two[0] else (two[0], one[0])
        via[third] = via.get(third, 0) + move["moved_usd"]
    slack = 1e-6 * max(trade_of.values())
    assert all(amount <= excess[key] + slack for key, amount in seen.items())
    assert all(amount <= -excess[key] + slack for key, amount in unseen.items())
    assert all(amount <= trade_of[key] + slack for key, amount in via.items())
    assert found.parts["reexport_usd_mid"].sum() == pytest.approx(0, abs=0.01)


@given(worlds())
def test_swapping_roles_mirrors_one_ranking_into_the_other(world):
    swapped = world.rename({"exporter": "importer", "importer": "exporter",
                            "export_value_usd": "import_value_usd",
                            "import_value_usd": "export_value_usd"})  # fmt: skip
    here = estimated(flows_of(world)).parts.sort(KEY)
    there = estimated(flows_of(swapped)).parts.sort("importer_iso3", "exporter_iso3")
    size = float(world["import_value_usd"].max() + world["export_value_usd"].max())
    for name in [*PARTS, "residual_value_usd_mid"]:
        assert (here[name].to_numpy() + there[name].to_numpy()) == pytest.approx(
            0, abs=1e-5 * size
        ), name


@pytest.mark.slow
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_byte_and_the_same_seed_gives_the_same(world, random):
    flows = flows_of(world)
    order = list(range(flows.height))
    random.shuffle(order)
    one, two, three = estimated(flows), estimated(flows[order]), estimated(flows, seed=1)
    assert one.parts.equals(two.parts) and one.pairs.equals(two.pairs)
    assert one.transfers.equals(two.transfers)
    assert one.parts.select(PARTS).equals(three.parts.select(PARTS))


def test_a_pairs_draws_do_not_depend_on_other_pairs():
    random = np.random.default_rng(1)
    rows = [(i, j, *random.uniform(1e5, 1e6, 2)) for i in range(6) for j in range(6) if i != j]
    world = pl.DataFrame(rows, orient="row", schema=["exporter", "importer", "export_value_usd",
                                                     "import_value_usd"])  # fmt: skip
    off = {"parts_switched_off": "reexport", "spread_factor": 0.0}
    flows = flows_of(world, margin_low=0.001, margin_mid=0.01, margin_high=0.1)
    whole = estimated(flows, **off).parts
    part = estimated(flows.filter(pl.col("exporter_iso3") != "C5"), **off).parts
    kept = whole.join(part, on=KEY, how="semi")
    assert kept.drop("pair_spread_flows").equals(part.drop("pair_spread_flows"))


def test_more_explanation_never_raises_what_is_left_of_the_gaps_it_explains():
    random = np.random.default_rng(2)
    rows = [(i, j, *random.uniform(1e5, 1e6, 2)) for i in range(8) for j in range(8) if i != j]
    world = pl.DataFrame(rows, orient="row", schema=["exporter", "importer", "export_value_usd",
                                                     "import_value_usd"])  # fmt: skip
    flows = flows_of(world, exporter_pool_usd=2e5, swap_of_positive_usd=1e4)
    full = estimated(flows).parts["residual_value_usd_mid"].clip(0)
    for part in ("class_swap", "unallocated", "reexport"):
        less = estimated(flows, parts_switched_off=part).parts["residual_value_usd_mid"].clip(0)
        assert less.sum() >= full.sum() - 0.01
