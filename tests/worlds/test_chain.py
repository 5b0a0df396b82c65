"""The chain's worlds: same bytes, accounts that add up, switches that switch, honest answers."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from benchmarks.chain import TRAPS, write
from benchmarks.chain.reference import default_folder
from benchmarks.chain.settings import settings
from benchmarks.chain.world import build, gaps, published_rows

PACKAGE = Path(__file__).parents[2] / "benchmarks" / "chain"
SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "uae_2016.csv"
AREAS = Path(__file__).parents[2] / "data" / "reference" / "areas.csv"
PAIR = ["exporter_iso3", "importer_iso3", "period"]
GENERAL = {"hiding", "freight"}
QUICK = {"freight"}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    write(folder, "all", 7)
    return folder


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """No trap at all: hiding alone."""
    folder = tmp_path_factory.mktemp("bare")
    write(folder, "all", 7, only=())
    return folder


def read(folder: Path) -> pl.DataFrame:
    files = sorted((folder / "records").glob("*.csv"))
    return pl.concat([pl.read_csv(f, infer_schema_length=0) for f in files])


def recorded(folder: Path, fob: bool = False) -> pl.DataFrame:
    """Headline gap by pair and year in USD: 7108 less 710820, importer less exporter."""
    names = dict(pl.read_csv(AREAS, infer_schema_length=0).select("area_code", "iso3").iter_rows())
    rows = read(folder).filter(
        pl.col("cmd_code").is_in(["7108", "710820"]) & ~pl.col("partner_code").is_in(["0", "899"])
    )
    usd = pl.col("primary_value").cast(pl.Float64)
    if fob:
        usd = pl.coalesce(pl.col("fob_value").cast(pl.Float64), usd)
    sign = pl.when(pl.col("flow_code") == "X").then(-1.0).otherwise(1.0)
    sign = sign * pl.when(pl.col("cmd_code") == "710820").then(-1.0).otherwise(1.0)
    export = pl.col("flow_code") == "X"
    one = pl.when(export).then("reporter_code").otherwise("partner_code")
    other = pl.when(export).then("partner_code").otherwise("reporter_code")
    return (
        rows.select(
            exporter_iso3=one.replace_strict(names),
            importer_iso3=other.replace_strict(names),
            period=pl.col("period").cast(pl.Int64),
            gap=usd * sign,
        )
        .group_by(PAIR)
        .agg(pl.col("gap").sum())
    )


def causes(folder: Path) -> pl.DataFrame:
    return pl.read_csv(folder / "causes.csv", schema_overrides={"gap_value_usd": pl.Float64})


def test_same_arguments_same_bytes(whole: Path, tmp_path: Path) -> None:
    write(tmp_path, "all", 7)
    names = sorted(p.relative_to(whole) for p in whole.rglob("*") if p.is_file())
    assert len(names) == 14
    for name in names:
        assert (tmp_path / name).read_bytes() == (whole / name).read_bytes(), name


def test_causes_add_up_to_every_recorded_gap(whole: Path) -> None:
    made = causes(whole).group_by(PAIR).agg(pl.col("gap_value_usd").sum())
    both = recorded(whole).join(made, on=PAIR, how="full", coalesce=True).fill_null(0.0)
    off = (both["gap"] - both["gap_value_usd"]).abs()
    assert both.height > 8000
    assert bool((off < 0.2).all())


def test_layout_is_that_of_the_sample(whole: Path) -> None:
    rows = read(whole)
    assert rows.columns == pl.read_csv(SAMPLE, infer_schema_length=0).columns
    assert set(rows["cmd_code"]) == {"7108", "710812", "710813", "710820"}
    assert set(rows["period"]) == {str(y) for y in range(2014, 2024)}
    assert rows["primary_value"].null_count() == 0
    assert set(rows["is_net_wgt_estimated"]) == {"true", "false"}
    assert rows.height and (rows["primary_value"].cast(pl.Float64) < 200e9).all()


def test_world_rows_are_the_sum_of_the_partners(whole: Path) -> None:
    rows = read(whole).with_columns(pl.col("primary_value").cast(pl.Float64))
    key = ["period", "reporter_code", "flow_code", "cmd_code"]
    world = rows.filter(pl.col("partner_code") == "0").select(*key, total="primary_value")
    parts = (
        rows.filter(pl.col("partner_code") != "0").group_by(key).agg(pl.col("primary_value").sum())
    )
    both = world.join(parts, on=key, how="full", coalesce=True)
    assert both.height and ((both["total"] - both["primary_value"]).abs() < 0.1).all()
    assert both["total"].null_count() == both["primary_value"].null_count() == 0


def test_weights_are_missing_as_in_real_records(whole: Path) -> None:
    rows = read(whole).filter((pl.col("cmd_code") == "7108") & (pl.col("partner_code") != "0"))
    for flow, expected in (("X", 0.17), ("M", 0.05)):
        share = rows.filter(pl.col("flow_code") == flow)["net_wgt"].is_null().mean()
        assert share == pytest.approx(expected, abs=0.05)
    estimated = (rows["is_net_wgt_estimated"] == "true").mean()
    assert estimated == pytest.approx(0.10, abs=0.02)


@pytest.mark.proof
def test_nothing_but_hiding_without_traps(bare: Path) -> None:
    assert set(causes(bare)["cause"]) == {"hiding"}
    assert pl.read_csv(bare / "routes.csv").height == 0
    assert json.loads((bare / "world.json").read_text())["traps"] == {}


@pytest.mark.proof
def test_truth_is_what_the_records_lack(bare: Path) -> None:
    truth = pl.read_csv(bare / "truth.csv")
    sign = pl.when(pl.col("direction") == "undeclared_export").then(1.0).otherwise(-1.0)
    kg = truth.group_by(PAIR).agg((pl.col("hidden_fine_kg") * sign).sum().alias("kg"))
    both = recorded(bare, fob=True).filter(pl.col("gap").abs() > 1).join(kg, on=PAIR, how="full")
    assert both["gap"].null_count() <= 0.01 * both.height
    assert both["kg"].null_count() == 0
    price = both["gap"] / both["kg"]
    assert len(price) and price.is_between(33_000, 67_000, closed="none").all()
    assert bool(truth["is_comparable"].all())
    assert bool((truth["hidden_fine_kg"] <= truth["shipped_fine_kg"] + 0.01).all())


def test_hiding_in_causes_is_the_truth_at_the_price(whole: Path) -> None:
    truth = pl.read_csv(whole / "truth.csv").filter(pl.col("kind") != "walked")
    sign = pl.when(pl.col("direction") == "undeclared_export").then(1.0).otherwise(-1.0)
    kg = truth.group_by(PAIR).agg((pl.col("hidden_fine_kg") * sign).sum().alias("kg"))
    made = causes(whole).filter(pl.col("cause") == "hiding").join(kg, on=PAIR, how="full")
    large = made.filter((pl.col("kg").abs() > 0.1) | (pl.col("gap_value_usd").abs() > 5000))
    assert large.height > 1000
    price = large["gap_value_usd"] / large["kg"]
    assert price.null_count() == 0
    assert bool(price.is_between(33_000, 67_000).all())


def test_truth_has_one_row_a_pair_year_and_direction(whole: Path) -> None:
    truth = pl.read_csv(whole / "truth.csv")
    assert truth.select(*PAIR, "direction").is_duplicated().sum() == 0
    walked = truth.filter(pl.col("kind") == "walked")
    assert walked.height > 0
    assert not walked["is_comparable"].any()
    assert set(truth["kind"]) == {"share", "bursts", "tonnes", "walked"}


def test_comparable_pairs_have_both_reporters(whole: Path) -> None:
    names = dict(pl.read_csv(AREAS, infer_schema_length=0).select("area_code", "iso3").iter_rows())
    rows = read(whole).select("period", pl.col("reporter_code").replace_strict(names)).unique()
    there = {(int(y), iso3) for y, iso3 in rows.iter_rows()}
    truth = pl.read_csv(whole / "truth.csv").filter(pl.col("is_comparable"))
    for exporter, importer, year in truth.select(PAIR).iter_rows():
        assert (year, exporter) in there
        assert (year, importer) in there


@pytest.mark.proof
@pytest.mark.parametrize("trap", ["origin_credited", "noise"])
def test_a_trap_that_is_off_causes_nothing(trap: str, tmp_path: Path) -> None:
    write(tmp_path, "all", 7, off=(trap,))
    assert trap not in set(causes(tmp_path)["cause"])


@pytest.mark.parametrize(
    "trap",
    [
        trap if trap in QUICK else pytest.param(trap, marks=pytest.mark.proof)
        for trap in sorted(set(TRAPS) - {"weights", "walked_over", "hubs_hide"})
    ],
)
def test_each_trap_stands_alone(trap: str) -> None:
    how = settings("plain", 7, (), (trap,), 0.0)
    world = build(default_folder(), how)
    head, _ = published_rows(world, how)
    assert set(gaps(world, head)["cause"]) - {"physical"} == {trap}
    assert not world.hidden.by_exporter.any()
    assert not world.walked.any()


@pytest.mark.proof
def test_hiding_changes_nothing_else(whole: Path, tmp_path: Path) -> None:
    write(tmp_path, "all", 7, hiding=0)
    truth = pl.read_csv(whole / "truth.csv")
    of_lots = ["origin_credited", "transit", "refining_on_account", "echoes", "pools"]
    others = pl.concat([causes(whole), causes(tmp_path)]).filter(pl.col("cause").is_in(of_lots))
    left, right = (
        causes(f).join(truth, on=PAIR, how="anti").join(others, on=PAIR, how="anti")
        for f in (whole, tmp_path)
    )
    assert left.height > 10_000
    assert left.equals(right)
    assert "hiding" not in set(causes(tmp_path)["cause"])
    assert pl.read_csv(tmp_path / "truth.csv").height == 0


def test_unknown_names_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="unknown"):
        write(tmp_path, "all", 1, off=("nonsense",))
