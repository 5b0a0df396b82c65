"""What holds in every world: random small trades of gold, built as files through the real step.

A world says what exporter and importer each declare of a flow, and what reporters book without a
partner; values carry odd cents, so that an order of addition that depends on files would show.
"""

import csv
import random
import tempfile
from pathlib import Path
from typing import NamedTuple

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mirror.steps.build import build
from mirror.steps.run import new_run

CODES = {"MLI": "466", "ARE": "784", "ZAF": "710", "IND": "699", "CHE": "757"}
PARTS = ("freight", "quality", "not_assessable", "class_swap", "timing", "unallocated", "reexport")
READINGS = {"undeclared_export", "undeclared_import", "balanced", "one_sided", "set_aside"}
HEADER = ("freq_code", "period", "reporter_code", "flow_code", "partner_code", "cmd_code",
          "net_wgt", "cif_value", "fob_value", "primary_value")  # fmt: skip
CENT = 0.01
STEADY = settings.get_profile("steady").max_examples


class Word(NamedTuple):
    """What one side declares: in cents, by which codes, on which basis, at which fineness."""

    cents: int
    codes: str
    basis: str
    fineness: float | None

    @property
    def non_monetary_usd(self):
        share = {"part": 0.7, "monetary": 0.6}.get(self.codes, 1)
        return round(self.cents * share) / 100


class World(NamedTuple):
    monthly: bool
    flows: dict  # (period, exporter, importer) -> (word of the exporter, word of the importer)
    pools: dict  # (period, reporter, flow) -> (kind, cents)


def words(bases=("", "cif", "fob", "both")):
    return st.builds(
        Word,
        st.one_of(st.integers(0, 10**6), st.integers(10**8, 10**11)),
        st.sampled_from(["heading", "heading", "parts", "both", "part", "monetary", "two_codes"]),
        st.sampled_from(bases),
        st.one_of(st.none(), st.sampled_from([0.9, 0.9, 0.2, 900.0])),
    )


def worlds(bases=("", "cif", "fob", "both"), pool_kinds=("world", "nes", "both")):
    side = st.one_of(words(bases), words(bases), st.none())
    both = st.tuples(side, side).filter(any)
    country, place = st.sampled_from(list(CODES)), st.integers(0, 1)
    pair = st.tuples(place, country, country)
    pools = st.tuples(st.sampled_from(pool_kinds), st.integers(0, 10**11))
    return st.builds(
        World,
        st.booleans(),
        st.dictionaries(pair, both, min_size=1, max_size=12),
        st.dictionaries(st.tuples(place, country, st.sampled_from("XM")), pools, max_size=6),
    )


def rows_of_word(period, reporter, flow, partner, word):
    """Rows of one word; a value split over two area codes of Switzerland stays one flow."""
    cents = word.cents
    non_monetary = round(word.non_monetary_usd * 100)
    products = {
        "heading": [("7108", cents)],
        "parts": [("710812", cents - cents // 3), ("710813", cents // 3)],
        "both": [("7108", cents), ("710812", cents)],
        "part": [("7108", cents), ("710812", non_monetary)],
        "monetary": [("7108", cents), ("710820", cents - non_monetary)],
        "two_codes": [("7108", cents)],
    }[word.codes]
    is_split = word.codes == "two_codes" and "CHE" in (reporter, partner)
    shares = [("756", 1 / 3), ("757", None)] if is_split else [("757", None)]
    for product, whole in products:
        first = round(whole / 3)
        for code, share in shares:
            part = first if share else whole - (first if is_split else 0)
            names = [code if name == "CHE" else CODES[name] for name in (reporter, partner)]
            yield row(period, names[0], flow, names[1], product, part, word)


def row(period, reporter, flow, partner, product, cents, word=None):
    value = cents / 100
    weight = value / 40_000 / word.fineness if word and word.fineness else ""
    cif = value if word and word.basis in ("cif", "both") else ""
    fob = {"fob": value, "both": value / 1.02}.get(word.basis, "") if word else ""
    frequency = "M" if period > 10_000 else "A"
    return (frequency, period, reporter, flow, partner, product, weight, cif, fob, f"{value:.2f}")


def rows_of(world):
    periods = (201512, 201601) if world.monthly else (2015, 2016)
    named = {}
    for (at, exporter, importer), (said, heard) in world.flows.items():
        for flow, reporter, partner, word in (
            ("X", exporter, importer, said),
            ("M", importer, exporter, heard),
        ):
            if word:
                key = at, reporter, flow
                named[key] = named.get(key, 0) + word.cents
                yield from rows_of_word(periods[at], reporter, flow, partner, word)
    for (at, reporter, flow), (kind, cents) in world.pools.items():
        code, word = CODES[reporter], Word(cents, "heading", "fob", None)
        if kind in ("world", "both"):
            total = named.get((at, reporter, flow), 0) + cents
            yield row(periods[at], code, flow, "0", "7108", total, word)
        if kind in ("nes", "both"):
            yield row(periods[at], code, flow, "899", "7108", cents, word)


def built(world, *files):
    """Build a world, from one file or from those given as rows; return every table by name."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "records").mkdir()
        for number, rows in enumerate(files or [list(rows_of(world))]):
            with (folder / "records" / f"{number}.csv").open("w", newline="") as stream:
                csv.writer(stream).writerows([HEADER, *rows])
        frequency = "monthly" if world.monthly else "annual"
        run = new_run(folder, (folder / "records",), "2026-11", frequency)
        build(run)
        with duckdb.connect(str(run.building), read_only=True) as connection:
            return {
                table: pl.DataFrame(connection.sql(f"from {table}").to_arrow_table())
                for table in TABLES
            }


MARTS = ("gap_years", "ranked_gaps", "country_balance", "set_aside_pairs", "one_sided_flows",
         "reporter_coverage", "freight_margins")  # fmt: skip
TABLES = (*MARTS, "int_pair_years", "int_pairs", "int_gold_flows", "int_controls")


def cases(number):
    """So many worlds, 25 times as many in `make proof`; a failing one is not shrunk, each step
    would be a build."""
    return settings(
        max_examples=number if settings.default.max_examples == STEADY else 25 * number,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@pytest.mark.slow
@given(worlds())
@cases(4)
def test_every_dollar_is_paired_and_every_gap_adds_up(world):
    tables = built(world)
    paired(world, tables)
    for pair in tables["int_pair_years"].to_dicts():
        adds_up(pair)
        is_capped(pair)
        is_ordered(pair)
    pools_are_spent_once(tables)


def paired(world, tables):
    """Sums of what the world says, of the flows and of the pairs are one; every pair is read."""
    flows, pairs, years = (tables[n] for n in ("int_gold_flows", "int_pairs", "int_pair_years"))
    named = flows.filter(pl.col("partner_kind") == "country")
    for flow, side, kind in (("X", 0, "importer_kind"), ("M", 1, "exporter_kind")):
        said = sum(w[side].non_monetary_usd for w in world.flows.values() if w[side])
        column = ("export_value_usd", "import_value_usd")[side]
        in_flows = named.filter(pl.col("flow_code") == flow)["value_usd"].sum()
        in_pairs = pairs.filter(pl.col(kind) == "country")[column].sum()
        assert in_flows == pytest.approx(said, abs=CENT)
        assert in_pairs == pytest.approx(said, abs=CENT)
    key = ["period", "exporter_iso3", "importer_iso3"]
    assert years.select(key).sort(key).equals(pairs.select(key).sort(key))
    assert not years.select(key).is_duplicated().any()
    assert set(years["reading"]) <= READINGS


def adds_up(pair):
    money = sum(pair[f"{part}_usd_mid"] for part in PARTS) + pair["residual_value_usd_mid"]
    fine = sum(pair[f"{part}_fine_kg"] for part in PARTS) + pair["residual_fine_kg_mid"]
    raw = (pair["import_value_usd"] or 0) - (pair["export_value_usd"] or 0)
    assert pair["gap_value_usd"] == raw
    assert money == pytest.approx(raw, abs=CENT, rel=0)
    assert fine == pytest.approx(raw / pair["gold_price_usd_per_kg"], abs=1e-6, rel=0)


def is_capped(pair):
    """No part turns the gap that freight leaves, nor explains more than it."""
    after_freight = pair["gap_value_usd"] - pair["freight_usd_mid"]
    left = [pair[f"{part}_usd_mid"] for part in PARTS[1:]] + [pair["residual_value_usd_mid"]]
    assert all(part * after_freight >= 0 or abs(part) < CENT for part in left)
    assert all(abs(part) <= abs(after_freight) + CENT for part in left)
    if pair["reading"] == "one_sided" or not pair["is_assessed"]:
        assert pair["residual_value_usd_low"] == pair["residual_value_usd_high"] == 0


def is_ordered(pair):
    for name in (*(f"{part}_usd" for part in PARTS), "residual_value_usd", "residual_fine_kg"):
        low, mid, high = (pair[f"{name}_{end}"] for end in ("low", "mid", "high"))
        assert low <= mid <= high, name


def pools_are_spent_once(tables):
    for side, sign, flow in (("exporter", 1, "X"), ("importer", -1, "M")):
        spent = (
            tables["int_pair_years"]
            .group_by("period", f"{side}_iso3")
            .agg((pl.col("unallocated_usd_mid") * sign).clip(lower_bound=0).sum())
        )
        pools = {
            (control["period"], control["reporter_iso3"]): control["pool_usd"] or 0
            for control in tables["int_controls"].to_dicts()
            if control["flow_code"] == flow
        }
        for period, reporter, money in spent.iter_rows():
            assert money <= pools.get((period, reporter), 0) + CENT


@pytest.mark.slow
@given(worlds(), st.randoms(use_true_random=False))
@cases(2)
def test_order_of_rows_files_and_copies_change_nothing(world, chance: random.Random):
    rows = list(rows_of(world))
    shuffled = chance.sample(rows, len(rows))
    cut = chance.randrange(len(rows))
    one = built(world, rows)
    other = built(world, *(part for part in (shuffled[cut:], shuffled[:cut], rows) if part))
    for table in MARTS:
        assert one[table].equals(other[table]), table


@pytest.mark.slow
@given(worlds(pool_kinds=("world", "both")), st.integers(1, 10**11))
@cases(2)
def test_more_trade_without_a_partner_never_raises_a_residual(world, more):
    pools = {key: (kind, cents + more) for key, (kind, cents) in world.pools.items()}
    before, after = (
        built(each)["gap_years"].to_dicts() for each in (world, world._replace(pools=pools))
    )
    assert len(before) == len(after)
    for one, two in zip(before, after, strict=True):
        for end in ("low", "mid", "high"):
            name = f"residual_value_usd_{end}"
            assert abs(two[name]) <= abs(one[name]) + CENT or two[name] * one[name] < 0
        assert abs(two["residual_value_usd_mid"]) <= abs(one["residual_value_usd_mid"]) + CENT


def without_hubs_or_neighbour_periods(world):
    """A world that looks the same from both ends: gold arrives after it leaves, and hubs are found
    from exports, so each pair has one period and all amounts are a thousandth."""
    flows = {}
    for (at, i, j), words_of in world.flows.items():
        if (1 - at, i, j) not in flows:
            small = (word and word._replace(cents=word.cents // 1000) for word in words_of)
            flows[at, i, j] = tuple(small)
    pools = {key: (kind, cents // 1000) for key, (kind, cents) in world.pools.items()}
    return World(world.monthly, flows, pools)


@pytest.mark.slow
@given(worlds(bases=("fob",)))
@cases(2)
def test_swapping_the_roles_flips_the_signs(world):
    """Exporters say as importers what they said, and the other way; no side has freight."""
    world = without_hubs_or_neighbour_periods(world)
    flows = {(at, j, i): (heard, said) for (at, i, j), (said, heard) in world.flows.items()}
    pools = {(at, who, "XM"[flow == "X"]): pool for (at, who, flow), pool in world.pools.items()}
    one, other = (
        built(each)["int_pair_years"].to_dicts()
        for each in (world, World(world.monthly, flows, pools))
    )
    turned = {(r["period"], r["importer_iso3"], r["exporter_iso3"]): r for r in other}
    for pair in one:
        twin = turned[pair["period"], pair["exporter_iso3"], pair["importer_iso3"]]
        for part in (*(f"{part}_usd" for part in PARTS), "residual_value_usd"):
            for end, opposite in (("low", "high"), ("mid", "mid"), ("high", "low")):
                assert pair[f"{part}_{end}"] == pytest.approx(
                    -twin[f"{part}_{opposite}"], abs=CENT
                ), part
