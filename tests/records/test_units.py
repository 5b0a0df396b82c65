"""Values and weights in another unit: a file stops the run, a report is kept out and named."""

from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from commands import mirror
from files import Record, record
from mirror.records.unit_check import UnitCheck
from mirror.records.units import UNITS, converted, packaged_rule
from mirror.steps.build import SQL, build
from mirror.steps.run import new_run
from mirror.warehouse import open_built
from records.cases import table

MLI, GHA, ARE, CHE, WORLD = 466, 288, 784, 757, 0
VALUES, WEIGHTS = ("primaryValue", "cifvalue", "fobvalue"), ("netWgt",)
Change = Callable[[Record], bool]
USD_PER_KG = 36_000
"""Doré of about 0.9 in 2016 to 2020, when fine gold was worth 40,000 to 57,000 USD per kg."""


def flow(reporter: int, code: str, partner: int, year: int, kg: float) -> Record:
    usd = f"{kg * USD_PER_KG:.2f}"
    side = {"cifvalue": usd if code == "M" else None, "fobvalue": usd if code == "X" else None}
    return record(reporterCode=reporter, flowCode=code, partnerCode=partner, period=str(year),
                  netWgt=f"{kg}", primaryValue=usd, qty=None, **side)  # fmt: skip


def world(years: Iterable[int] = range(2016, 2021)) -> list[Record]:
    """Mali and Ghana sell to two importers, who report four times what Mali does."""
    rows = []
    for year in years:
        for seller, most in ((MLI, 4), (GHA, 1)):
            for n, buyer in enumerate((ARE, CHE), start=1):
                kg = 1000.0 * n + year
                rows += [
                    flow(seller, "X", buyer, year, kg),
                    flow(buyer, "M", seller, year, kg * most),
                ]
            rows.append(flow(seller, "X", WORLD, year, 3000.0 + 2 * year))
    return rows


def off(
    rows: Iterable[Record], figures: tuple[str, ...], times: float, which: Change | None = None
):
    """The rows with some figures multiplied, in all rows or those that are meant."""
    return [
        {**one, **{f: one[f] and repr(float(one[f]) * times) for f in figures}}
        if which is None or which(one)
        else one
        for one in rows
    ]


def with_quantity(rows: Iterable[Record]) -> list[Record]:
    return [{**one, "qty": one["netWgt"], "qtyUnitCode": 8} for one in rows]


def given(folder: Path, rows: list[Record]) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "data.csv").write_bytes(table(rows))
    return folder / "data.csv"


def built(tmp_path: Path, rows: list[Record], *unit: str) -> tuple[Callable[..., Any], list[str]]:
    file = given(tmp_path / "given", rows)
    run = new_run(tmp_path / "out", (file,), "2026-11", unit=tuple(f"{file}={u}" for u in unit))
    build(run)
    with open_built(run.building) as warehouse:
        warnings = warehouse.warnings(SQL / "warnings")

    def query(text: str) -> pl.DataFrame:
        with open_built(run.building) as warehouse:
            return warehouse.frame(text)

    return query, warnings


@pytest.mark.parametrize(
    ("figures", "times", "said", "unit"),
    [
        (VALUES, 1e-3, "1,000 times too small", "thousand-usd if the values are in thousand USD"),
        (VALUES, 1e-6, "1,000,000 times too small", "million-usd if the values are in million USD"),
        (VALUES, 100, "100 times too large", "cents if the values are in cents"),
        (WEIGHTS, 1000, "1,000 times too small", "grams if the weights are in grams"),
        (
            WEIGHTS,
            32.1507466,
            "32 times too small",
            "troy-ounces if the weights are in troy ounces",
        ),
        (WEIGHTS, 0.0321507466, "31 times too large", "thousand-troy-ounces if the weights are in"),
        (WEIGHTS, 1e-3, "1,000 times too large", "tonnes if the weights are in tonnes"),
    ],
)
def test_a_file_in_another_unit_is_refused_and_converted_when_it_is_named(
    tmp_path, figures, times, said, unit
):
    file = given(tmp_path, off(world(), figures, times))

    refused = mirror("read", file)
    accepted = mirror("read", file, "--unit", f"{file}={unit.split()[0]}")

    assert refused.returncode == 1
    assert f"values are {said} for the weights at the price of gold (50 of 50" in refused.stderr
    assert f"--unit FILE={unit}" in refused.stderr
    assert accepted.returncode == 0
    assert "fits the price of gold" in accepted.stdout


@pytest.mark.parametrize("figures", [VALUES, WEIGHTS])
def test_quantities_beside_the_weights_tell_thousand_usd_from_grams(tmp_path, figures):
    times = 1e-3 if figures is VALUES else 1e3
    file = given(tmp_path, off(with_quantity(world()), figures, times))

    said = mirror("read", file)

    assert (said.returncode, "grams" in said.stderr) == (int(figures is VALUES), False)
    expected = "thousand USD" if figures is VALUES else "grams, as the quantities beside them say"
    assert f"1,000 times too small for the weights: {expected}" in said.stdout


@pytest.mark.parametrize("flows", [4, 5])
def test_fewer_than_five_flows_are_not_held_against_the_price(tmp_path, flows):
    rows = [one for one in world() if one["flowCode"] == "M"][:flows]
    said = mirror("read", given(tmp_path, off(rows, VALUES, 1e-3)))
    assert said.returncode == int(flows == 5)


def test_ore_small_weights_and_estimates_are_no_unit(tmp_path):
    """Ore of 0.1 fineness, one row in two off by a thousand, estimated weights: all may be real."""
    rows = world()
    half = {id(one) for one in rows[::2]}
    for changed in (
        off(rows, VALUES, 0.1),
        off(rows, VALUES, 1e-3, lambda one: id(one) in half),
        [{**one, "isNetWgtEstimated": True} for one in off(rows, VALUES, 1e-3)],
        [{**one, "cmdCode": "7112"} for one in off(rows, VALUES, 1e-3)],
    ):
        assert mirror("read", given(tmp_path, changed)).returncode == 0


def test_another_currency_is_said_and_can_be_vouched_for(tmp_path):
    """At 3.67 dirhams for a dollar."""
    file = given(tmp_path, off(world(), VALUES, 3.67))
    said = mirror("read", file)
    assert said.returncode == 1
    assert "as they would be in another currency than USD" in said.stderr
    assert mirror("read", file, "--unit", f"{file}=usd").returncode == 0


def test_a_unit_that_a_file_is_not_in_is_refused(tmp_path):
    file = given(tmp_path, world())
    said = mirror("read", file, "--unit", f"{file}=thousand-usd")
    assert "taken as thousand USD, as --unit says, values are 1,000 times too large" in said.stderr


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("{file}=kilos", "names no unit: write --unit FILE=UNIT with one of thousand-usd, "),
        ("nowhere.csv=grams", "names no file with its unit: write --unit FILE=UNIT"),
        ("{other}=grams", "names a file that is not read"),
    ],
)
def test_a_mistyped_unit_is_wrong_usage(tmp_path, option, said):
    file = given(tmp_path, world())
    other = given(tmp_path / "other", world())
    typed = option.format(file=file, other=other)
    found = mirror("build", "--source", file, "--out", tmp_path / "out", "--unit", typed)
    assert found.returncode == 2
    assert said in found.stderr


def test_a_conversion_is_exact():
    names = ("primary_value", "cif_value", "fob_value", "net_wgt")
    texts = (["439748.72425", None, "n/a"], ["1", "", "2"], [None] * 3, ["7", "0.1", None])
    columns = dict(zip(names, texts, strict=True))
    rows = pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String))
    found = converted(rows, ("thousand-usd", "troy-ounces"))
    assert found["primary_value"].to_list() == ["439748724.25000", None, "n/a"]
    assert found["cif_value"].to_list() == ["1000", "", "2000"]
    assert found["net_wgt"].to_list() == ["0.2177243376", "0.00311034768", None]


def test_no_two_units_are_taken_for_each_other_but_those_of_one_factor():
    """Fineness of 0.3 to 1.1: the ranges of two factors overlap only for 31.1 and 100."""
    rule = packaged_rule()
    ratios = sorted({unit.ratio for unit in UNITS.values()})
    near = [(a, b) for a, b in pairwise(ratios)
            if a * rule.fineness_high > b * rule.fineness_low]  # fmt: skip
    assert [(round(a, 1), round(b, 1)) for a, b in near] == [(31.1, 100.0)]


def test_nothing_is_said_where_no_row_can_be_weighed():
    assert UnitCheck().verdict().said == "no row with value and weight"


# one report, one flow of it, one pair


def is_malis(one: Record) -> bool:
    return one["reporterCode"] == MLI


@pytest.mark.slow
@pytest.mark.parametrize(
    ("which", "pairs"),
    [
        (is_malis, {("MLI", "ARE"), ("MLI", "CHE")}),
        (lambda one: is_malis(one) and one["partnerCode"] == ARE, {("MLI", "ARE")}),
        (lambda one: one["reporterCode"] == CHE, {("MLI", "CHE"), ("GHA", "CHE")}),
    ],
)
def test_one_report_in_thousands_is_named_first_and_kept_out(tmp_path, which, pairs):
    query, warnings = built(tmp_path, off(world(), VALUES, 1e-3, which))

    excluded = query("select * from set_aside_pairs")
    assert {(row["exporter_iso3"], row["importer_iso3"]) for row in excluded.to_dicts()} == pairs
    assert excluded["set_aside_reason"].unique().to_list() == ["unit_in_doubt"]
    ranked = query("select exporter_iso3, importer_iso3 from ranked_gaps").rows()
    assert set(ranked).isdisjoint(pairs)
    assert warnings[0].startswith("unit in doubt: the ")
    assert f"(unit_in_doubt): {len(pairs)} pairs; correct the file, or give these rows in a file " \
           "of their own with --unit FILE=thousand-usd" in warnings[0]  # fmt: skip


@pytest.mark.slow
def test_one_report_in_grams_keeps_its_values_in_the_ranking(tmp_path):
    query, warnings = built(tmp_path, off(world(), WEIGHTS, 1e3, is_malis))

    assert warnings[0].startswith(
        "unit in doubt: the exports of Mali in data.csv have values that "
    )
    assert "so only the weights are left out" in warnings[0]
    assert warnings[0].endswith("with --unit FILE=grams")
    rows = query("select distinct set_aside_reason, export_weight_quality from gap_years "
                 "where exporter_iso3 = 'MLI'").rows()  # fmt: skip
    assert rows == [(None, "unit_error")]


@pytest.mark.slow
def test_weights_in_grams_by_their_quantities_are_converted_and_said(tmp_path):
    query, warnings = built(tmp_path, off(with_quantity(world()), WEIGHTS, 1e3))

    assert warnings[0] == (
        "data.csv: the weights are in grams, as the quantities beside them show, and were converted"
    )
    weights = query("select distinct export_weight_quality, import_weight_quality from gap_years")
    assert weights.rows() == [("ok", "ok")]
    assert query("select count(*) from raw_records").item() == 50


@pytest.mark.slow
def test_a_file_that_a_person_vouches_for_is_read_as_it_is(tmp_path):
    query, warnings = built(tmp_path, off(world(), VALUES, 1e-3), "usd")
    assert not [one for one in warnings if "unit" in one]
    assert query("select count(*) from set_aside_pairs").item() == 0
