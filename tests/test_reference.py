"""Reference tables of another folder: checked, named in the edition, and never silently old."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from commands import mirror
from mirror.errors import SettingsError, SourceError
from mirror.settings import ASSETS, Settings
from mirror.steps.build import build
from mirror.steps.identity import code_id, method_id
from mirror.steps.reference import PACKAGED, ages, tables
from mirror.steps.run import new_run
from mirror.warehouse import open_built

HEADER = (
    "freq_code,period,reporter_code,flow_code,partner_code,partner2_code,classification_code,"
    "cmd_code,customs_code,mot_code,net_wgt,is_net_wgt_estimated,cif_value,fob_value,primary_value"
)


def records(folder: Path, *periods: int) -> Path:
    """Kenya's exports to the United Arab Emirates, and both reporters' totals."""
    folder.mkdir(exist_ok=True)
    lines = [
        f"{'A' if period < 9999 else 'M'},{period},{reporter},{flow},{partner},0,H6,7108,C00,0,100,"
        f"0,,{value},{value}"
        for period in periods
        for reporter, flow, partner, value in (
            (404, "X", 784, 1e6), (404, "X", 0, 1e6), (784, "M", 404, 9e6), (784, "M", 0, 9e6),
        )
    ]  # fmt: skip
    (folder / "records.csv").write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
    return folder


def prices(folder: Path, until: str) -> Path:
    """A folder with prices that end, or go on, to a month; further ones are of 4,000 USD."""
    folder.mkdir(exist_ok=True)
    table = pl.read_csv(PACKAGED / "gold_price.csv", infer_schema=False)
    months = [f"{year}-{month:02d}" for year in range(2026, 2031) for month in range(1, 13)]
    later = pl.DataFrame({"month": months, "price_usd_per_oz": "4000"})
    joined = pl.concat([table, later.join(table, on="month", how="anti")]).sort("month")
    joined.filter(pl.col("month") <= until).write_csv(folder / "gold_price.csv")
    return folder


def edited(folder: Path, name: str, old: str, new: str) -> Path:
    """A folder with one table, a piece of text in it replaced."""
    folder.mkdir(exist_ok=True)
    text = (PACKAGED / f"{name}.csv").read_text(encoding="utf-8")
    assert old in text
    (folder / f"{name}.csv").write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(
    ("period", "until", "said"),
    [
        (2026, "2026-06", None),  # half of the year
        (2026, "2026-05", (7, 2026)),
        (2027, "2026-06", (18, 2027)),
        (2027, "2027-06", None),
        (202612, "2026-06", None),
        (202701, "2026-06", (7, 202701)),
    ],
)
def test_a_price_over_six_months_older_than_a_period_stops_the_run(
    tmp_path: Path, period: int, until: str, said: tuple[int, int] | None
) -> None:
    folder = prices(tmp_path / "newer", until)
    frequency = "annual" if period < 9999 else "monthly"
    run = new_run(
        tmp_path / "out", (records(tmp_path / "given", period),), "2026-11", frequency,
        reference=folder,
    )  # fmt: skip
    if said is None:
        build(run)
        assert run.building.exists()
        return
    rows = pl.read_csv(folder / "gold_price.csv").height
    with pytest.raises(SourceError) as caught:
        build(run)
    assert str(caught.value) == (
        f"gold_price.csv, row {rows + 1}: the newest gold price, of {until}, is {said[0]} months "
        f"older than the end of the period {said[1]} and may be 6; give newer prices "
        "(--reference FOLDER or MIRROR_REFERENCE), or leave such records out."
    )
    assert not run.building.exists()


@pytest.mark.slow
def test_months_of_the_other_frequency_are_not_valued_and_stop_nothing(tmp_path: Path) -> None:
    build(new_run(tmp_path / "out", (records(tmp_path / "given", 2024, 202701),), "2026-11"))


@pytest.mark.slow
def test_the_edition_names_what_it_used_and_until_when(tmp_path: Path) -> None:
    """Prices to 2026-09 in a folder of their own: nine of twelve months of 2026 are priced."""
    folder = prices(tmp_path / "newer", "2026-09")
    given = records(tmp_path / "given", 2024, 2026)
    done = mirror(
        "run", "--source", given, "--out", tmp_path / "out", "--edition", "2026-11",
        "--reference", folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    edition = tmp_path / "out" / "published" / "latest"
    said = json.loads((edition / "summary.json").read_text(encoding="utf-8"))
    assert said["reference"] == {"gold_price_until": "2026-09", "mine_production_until": "2024"}
    assert said["reference"] == ages(folder)
    assert ages() == {"gold_price_until": "2026-06", "mine_production_until": "2024"}
    assert (
        "data/reference/gold_price.csv has 9 of the 12 months of 2026; their mean was taken"
        in said["warnings"]
    )
    assert "The gold price reaches to 2026-09" in (edition / "report.html").read_text()
    assert (said["method_id"], said["code_id"]) == (method_id(reference=folder), code_id())
    assert said["method_id"] != method_id()
    sources = pl.read_parquet(edition / "sources.parquet").filter(source_kind="reference")
    hashes = dict(sources.select("source_file", "sha256").iter_rows())
    digest = subprocess.run(
        ["sha256sum", folder / "gold_price.csv"], capture_output=True, text=True, check=True
    ).stdout.split()[0]
    assert hashes["gold_price.csv"] == digest
    assert set(hashes) == {file.name for file in PACKAGED.glob("*.csv")}
    years = pl.read_parquet(edition / "gap_years.parquet")
    priced = pl.read_csv(folder / "gold_price.csv").filter(pl.col("month") >= "2026-01")
    assert priced.height == 9 and priced["price_usd_per_oz"].tail(3).to_list() == [4000] * 3
    assert years.filter(period=2026)["gold_price_usd_per_kg"].item() == pytest.approx(
        priced["price_usd_per_oz"].sum() / 9 * 32.1507466
    )


@pytest.mark.slow
def test_old_mine_production_is_warned_of(tmp_path: Path) -> None:
    """Production to 2024 beside records of 2026 is two years old; of 2027, three."""
    folder = prices(tmp_path / "newer", "2027-12")
    for period, is_old in ((2026, False), (2027, True)):
        run = new_run(tmp_path / "out", (records(tmp_path / "given", period),), reference=folder)
        build(run)
        with open_built(run.building) as built:
            found = built.warnings(ASSETS / "sql" / "warnings")
        assert (
            "mine production reaches to 2024 and the records to 2027: give a newer "
            "gold_mine_production.csv with --reference" in found
        ) == is_old


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("gold_price", "month,price_usd_per_oz", "month,price", "has no column price_usd_per_oz"),
        ("gold_price", "month,price_usd_per_oz", "month;price_usd_per_oz", "is no table of comma"),
        ("gold_price", "\n1988-02,", "\n88-02,", "column month, row 3: '88-02' is of the wrong"),
        ("gold_price", "\n1988-02,442.070", "", "column month, row 3: the month before 1988-03 is"),
        ("gold_price", "1988-02,442.070", "1988-02,0", "column price_usd_per_oz, row 3: '0' is"),
        ("gold_price", "1988-02,442.070", "1988-02,14213", "row 3: the price of 1988-02 is over"),
        ("gold_price", "1988-02,442.070", "1988-02,", "column price_usd_per_oz, row 3: the cell"),
        ("gold_price", "1988-02,442.070", "1988-01,442.070", "row 3: the key month stands there a"),
        ("gold_price", "1988-02,442.070", "1988-02,442,070", "is no table of comma-separated"),
        ("gold_mine_production", "AGO,2017,0", "AGO,2017,-1", "column production_kg, row 2: '-1'"),
        ("gold_mine_production", "AGO,2018", "AGO,2017", "row 3: the key iso3, year stands there"),
        ("areas", ",country,", ",land,", "column kind, row 3: 'land' is none of "),
        ("parameters", "seed,7108", "seeds,7108", "column name: the parameter seed is missing"),
    ],
)
def test_a_table_that_is_wrong_is_named_with_column_and_row(
    tmp_path: Path, name: str, old: str, new: str, said: str
) -> None:
    folder = edited(tmp_path / "newer", name, old, new)
    with pytest.raises(SourceError) as caught:
        tables(folder)
    sentence = str(caught.value)
    assert sentence.startswith(str(folder / f"{name}.csv")) and said in sentence, sentence
    assert sentence.endswith(".") and "\n" not in sentence


def test_the_packaged_tables_pass_their_own_checks_and_stay_where_a_folder_lacks_them(
    tmp_path: Path,
) -> None:
    copy = shutil.copytree(PACKAGED, tmp_path / "all")
    assert [frame.height for frame in tables(copy).values()] == [
        frame.height for frame in tables().values()
    ]
    assert method_id(reference=copy) == method_id(), "the same tables are the same method"
    alone = prices(tmp_path / "alone", "2026-07")
    assert [file.parent for file in tables(alone)].count(alone) == 1
    (alone / "notes.txt").write_text("from the bank", encoding="utf-8")
    assert len(tables(alone)) == len(tables())


def test_a_folder_that_holds_none_of_the_tables_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nowhere of --reference does not exist"):
        tables(tmp_path / "nowhere")
    with pytest.raises(SettingsError, match="holds no reference table: give tables of the names"):
        tables(tmp_path)
    (tmp_path / "gold_prices.csv").write_text("month,price_usd_per_oz\n", encoding="utf-8")
    done = mirror("build", "--out", tmp_path / "out", "--reference", tmp_path)
    assert done.returncode == 2
    assert "holds gold_prices.csv, which is no reference table: give" in done.stderr


@pytest.mark.slow
def test_the_environment_may_name_the_folder(tmp_path: Path) -> None:
    assert new_run(tmp_path / "out").reference is None
    assert Settings(reference=tmp_path).reference == tmp_path
    folder = prices(tmp_path / "newer", "2026-05")
    given = records(tmp_path / "given", 2026)
    done = mirror(
        "build", "--source", given, "--out", tmp_path / "out", MIRROR_REFERENCE=str(folder)
    )
    assert done.returncode == 1
    assert "the newest gold price, of 2026-05, is 7 months older" in done.stderr


@pytest.mark.slow
def test_the_kept_script_checks_a_folder(tmp_path: Path) -> None:
    script = ASSETS / "data" / "retabulate.py"
    folder = prices(tmp_path / "newer", "2026-09")
    for reaches, code in ((folder, 0), (edited(tmp_path / "w", "areas", ",country,", ",l,"), 1)):
        done = subprocess.run(
            [sys.executable, script, "--check", reaches], capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
    assert "column kind, row 3: 'l' is none of" in done.stderr
