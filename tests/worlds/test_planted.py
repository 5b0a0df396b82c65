"""Planted worlds: same bytes, accounts that add up, traps that can be told apart."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from benchmarks.planted import MIXES, TRAPS, write
from benchmarks.planted.opening import HIDDEN_KINDS
from benchmarks.planted.rows import COLUMNS
from benchmarks.planted.settings import settings
from benchmarks.planted.truth import LAWFUL
from benchmarks.planted.world import World, build, records
from numpy.typing import NDArray

ROOT = Path(__file__).parents[2]
PAIR = ["exporter_iso3", "importer_iso3", "period"]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world with every trap."""
    path = tmp_path_factory.mktemp("world")
    write(path, "all_traps", 3)
    return path


@cache
def world(mix: str, hiding: float = 1.0) -> World:
    """A world in memory."""
    return build(settings(mix, 4, hiding=hiding))


def read(folder: Path) -> pl.DataFrame:
    """All records of a world."""
    files = sorted((folder / "records").glob("*.csv"))
    values = dict.fromkeys(["net_wgt", "cif_value", "fob_value", "primary_value"], pl.Float64)
    return pl.concat([pl.read_csv(file, schema_overrides=values) for file in files])


def pairs(folder: Path, flow: str) -> pl.DataFrame:
    """Headline value of one flow by pair and period: 7108 less 710820."""
    names = pl.read_csv(ROOT / "data/reference/areas.csv").select("area_code", "iso3")
    rows = read(folder).filter(
        (pl.col("flow_code") == flow) & ~pl.col("partner_code").is_in([0, 899])
    )
    sign = pl.when(pl.col("cmd_code") == 7108).then(1).when(pl.col("cmd_code") == 710820).then(-1)
    ends = ("reporter_code", "partner_code") if flow == "X" else ("partner_code", "reporter_code")
    for end, name in zip(ends, PAIR, strict=False):
        rows = rows.join(names.rename({"iso3": name}), left_on=end, right_on="area_code")
    value = (pl.col("primary_value") * sign.otherwise(0)).sum()
    return rows.group_by(PAIR).agg(value.alias(flow))


def test_same_arguments_same_bytes(folder: Path, tmp_path: Path) -> None:
    """Determinism, file by file."""
    write(tmp_path, "all_traps", 3)
    files = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.*"))
    assert all((folder / name).read_bytes() == (tmp_path / name).read_bytes() for name in files)


def test_layout(folder: Path) -> None:
    """Columns of the sample, in its order; values and codes as they must be."""
    sample = (ROOT / "data/sample/uae_2016.csv").open().readline().strip().split(",")
    rows = read(folder)
    assert rows.columns == sample == COLUMNS
    assert rows["primary_value"].is_between(0, 2e11, closed="right").all()
    key = ["period", "reporter_code", "flow_code", "partner_code", "cmd_code"]
    assert rows.select(key).is_duplicated().sum() == 0
    assert (rows["partner_code"] != rows["reporter_code"]).all()


def test_accounts_add_up(folder: Path) -> None:
    """Causes, hiding and noise add up to the recorded gap of every pair and year."""
    gap = pairs(folder, "M").join(pairs(folder, "X"), on=PAIR, how="full", coalesce=True)
    causes = pl.read_csv(folder / "causes.csv").group_by(PAIR).agg(pl.col("gap_value_usd").sum())
    both = gap.join(causes, on=PAIR, how="full", coalesce=True).fill_null(0)
    off = (both["M"] - both["X"] - both["gap_value_usd"]).abs()
    assert (off < 0.2).all()  # cents of rounding, and causes below half a cent


def test_world_rows_are_the_sum_of_partners(folder: Path) -> None:
    """World totals; reporters of whom only some partners are at hand have none."""
    rows = read(folder)
    key = ["period", "reporter_code", "flow_code", "cmd_code"]
    value = pl.col("primary_value")
    sums = rows.group_by(key).agg(
        world=value.filter(pl.col("partner_code") == 0).sum(),
        parts=value.filter(pl.col("partner_code") != 0).sum(),
    )
    partial = pl.read_csv(folder / "records/partial.csv")["reporter_code"].unique().to_list()
    held = pl.col("reporter_code").is_in(partial)
    assert (sums.filter(held)["world"] == 0).all() and sums.filter(held).height > 0
    whole = sums.filter(~held)
    assert ((whole["world"] - whole["parts"]).abs() < 0.5).all()


def test_subheadings_add_up(folder: Path) -> None:
    """Where a reporter gives subheadings they are all of 7108."""
    key = ["period", "reporter_code", "flow_code", "partner_code"]
    value, code = pl.col("primary_value"), pl.col("cmd_code")
    six = read(folder).filter(code != 7112).group_by(key).agg(
        heading=value.filter(code == 7108).sum(), parts=value.filter(code != 7108).sum()
    )  # fmt: skip
    six = six.filter((pl.col("parts") > 0) & (pl.col("partner_code") != 0))
    assert ((six["heading"] - six["parts"]).abs() < 0.05).all()


def test_truth_agrees_with_records(folder: Path) -> None:
    """What can be compared has a row of the side that does not hide; hidden is part of shipped."""
    truth = pl.read_csv(folder / "truth.csv")
    assert set(truth["kind"]) == set(HIDDEN_KINDS)
    assert (truth["hidden_fine_kg"] <= truth["shipped_fine_kg"]).all()
    seen = truth.filter("is_comparable")
    exports = seen.filter(pl.col("direction") == "undeclared_export").unique(PAIR)
    assert exports.join(pairs(folder, "M"), on=PAIR, how="anti").height == 0
    imports = seen.filter(pl.col("direction") == "undeclared_import").unique(PAIR)
    assert imports.join(pairs(folder, "X"), on=PAIR, how="anti").height == 0


def test_hidden_gold_is_its_cause(folder: Path) -> None:
    """Hidden kg at the price of the year are the cause `hidden`, within the months' prices."""
    truth = pl.read_csv(folder / "truth.csv")
    truth = truth.filter(pl.col("kind").is_in(["direct", "through_hub"]))
    value = pl.read_csv(folder / "causes.csv").filter(pl.col("cause") == "hidden")
    kg = truth.group_by(PAIR).agg(pl.col("hidden_fine_kg").sum())
    both = kg.join(value, on=PAIR).filter(pl.col("hidden_fine_kg") > 1)
    price = both["gap_value_usd"] / both["hidden_fine_kg"]
    assert both.height > 300 and price.is_between(30_000, 75_000).all()


def test_hiding_moves_nothing_else() -> None:
    """Without hiding the same gold moves, by the same routes, with the same errors."""
    with_it, without = world("all_traps"), world("all_traps", 0.0)
    assert np.array_equal(with_it.moved_kg, without.moved_kg)
    assert [r.case for r in with_it.routes] == [r.case for r in without.routes]
    assert not any(kg.any() for kg in without.secret.hidden_kg.values())
    gaps, causes = with_it.books.gaps, ("hidden", "hidden_import", "hidden_behind_hub")
    touched = np.stack([abs(gaps[k]).sum(axis=-1) for k in causes]).sum(axis=0)
    untouched: NDArray[np.bool_] = np.asarray(touched == 0)
    assert untouched.mean() > 0.9
    near = np.isclose(with_it.books.usd, without.books.usd, rtol=1e-9)
    same: NDArray[np.bool_] = np.asarray(near.all(axis=(0, 3)))
    # A row booked under another partner carries its value there: a few pairs of clean ones move.
    assert same[untouched].mean() > 0.99


def test_hubs_hide_only_if_told() -> None:
    """Hubs do not hide, in either direction, but for the switch."""
    for hide in (True, False):
        made = build(settings("plain", 2, only=("hubs_hide",) if hide else ()))
        hub = made.cast.has("hub")
        assert made.secret.hidden_kg["direct"][hub].any() == hide
        assert hide or not made.secret.hidden_kg["import"][:, hub].any()


@pytest.mark.parametrize("trap", ["case_1", "case_5", "case_9", *LAWFUL, "persistent", "blunders"])
def test_traps_off_leave_no_cause(trap: str) -> None:
    """A trap alone leaves its cause and no other; off, it leaves none."""
    alone = build(settings("all_traps", 5, only=(trap,), hiding=0))
    left = {k for k, gap in alone.books.gaps.items() if (abs(gap) > 0.01).any()}
    assert left - {"freight", "rounding"} == {trap}
    without = build(settings("all_traps", 5, off=(trap,)))
    assert not without.books.gaps.get(trap, np.zeros(1)).any()


def test_every_mix_is_large_enough() -> None:
    """At least 60 countries, 600 to 1,500 pairs, a fifth of the routes hide."""
    for mix in MIXES:
        made = world(mix)
        hidden = (made.secret.hidden_kg["direct"][..., 1:] > 0).any(axis=-1)
        source = made.cast.has("producer", "conduit")[:, None]
        trade = (made.moved_kg[..., 1:] > 0).any(axis=-1)
        assert made.cast.n >= 60 and 600 <= trade.sum() <= 1500
        assert 0.13 < hidden.sum() / (trade & source).sum() < 0.25
        tonnes = {k: kg[..., 1:].sum() for k, kg in made.secret.hidden_kg.items()}
        assert 0.05 < tonnes["import"] / (tonnes["direct"] + tonnes["through_hub"]) < 0.12


def test_routes_leave_the_gaps_of_the_table() -> None:
    """SPEC 4.7: every case leaves gaps of both signs that cancel over all pairs."""
    cases = tuple(name for name in TRAPS if name.startswith("case_"))
    made = build(settings("all_traps", 6, only=cases, hiding=0))
    for k in (1, 2, 4, 5, 7, 8, 9):
        gap = made.books.gaps[f"case_{k}"]
        assert (gap > 1).any() and (gap < -1).any()
        assert abs(gap.sum()) < 1e-6 * abs(gap).sum()


def test_weights_are_null_as_often_as_real_ones(folder: Path) -> None:
    """17 % of exports and 5 % of imports without weight, 11 % estimated (SPEC section 6)."""
    rows = read(folder).filter((pl.col("partner_code") != 0) & (pl.col("cmd_code") == 7108))
    null = pl.col("net_wgt").fill_null(0) == 0
    share = dict(rows.group_by("flow_code").agg(null.mean()).iter_rows())
    assert 0.13 < share["X"] < 0.22 and 0.03 < share["M"] < 0.09
    estimated = rows["is_net_wgt_estimated"].mean()
    assert isinstance(estimated, float) and 0.08 < estimated < 0.14


def test_about(folder: Path) -> None:
    """world.json names the mix and the strength of each trap."""
    about = json.loads((folder / "world.json").read_text())
    assert about["mix"] == "all_traps" and set(about["traps"]) <= set(TRAPS)
    assert about["hidden_tonnes_comparable"]["undeclared_export"] > 100


def test_records_are_all_there() -> None:
    """Files of records hold what the books hold, in both flows."""
    made = world("plain")
    frames = records(made)
    assert set(frames) == {"exports", "imports"}
    assert frames["imports"].filter(pl.col("partner_code") == 0).height > 500
