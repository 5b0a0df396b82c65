"""What moved between two editions, and why: real editions of the sample, altered one thing a time,
and editions of a few rows."""

import csv
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from commands import mirror, process
from conftest import Once
from mirror import records
from mirror.changes import SCHEMA, Compared, EditionTables, changes
from mirror.errors import SchemaDrift, SettingsError
from mirror.settings import ASSETS
from mirror.steps.build import build
from mirror.steps.check import check
from mirror.steps.diff import diff
from mirror.steps.publish import publish_edition
from mirror.steps.run import Run, new_run
from mirror.warehouse import open_built

Row = dict[str, str]


def built(run: Run) -> pl.DataFrame:
    """Build a run; what moved since the edition before it stands in the build already."""
    build(run)
    with open_built(run.building) as warehouse:
        return warehouse.frame("from changes")


def published(run: Run) -> pl.DataFrame:
    build(run)
    check(run)
    return pl.read_parquet(publish_edition(run) / "changes.parquet")


def altered(folder: Path, change: Callable[[Row], Row | None]) -> tuple[Path, ...]:
    """Copy the sample; `change` returns a row as it shall be, or null to leave it out."""
    folder.mkdir()
    for file in sorted((ASSETS / "data" / "sample").glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            rows = [new for row in reader if (new := change(dict(row))) is not None]
        with (folder / file.name).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, reader.fieldnames or (), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return (folder,)


def is_mali(row: Row, flow: str) -> bool:
    reporter, partner = ("784", "466") if flow == "M" else ("466", "784")
    return (row["reporter_code"], row["partner_code"], row["flow_code"], row["period"]) == (
        reporter, partner, flow, "2016"
    )  # fmt: skip


@pytest.fixture(scope="module")
def first(once: Once) -> Run:
    """The sample, given as files, as edition 2026-10."""

    def fill(folder: Path) -> None:
        sources = altered(folder / "as_it_is", lambda row: row)
        assert published(new_run(folder / "out", sources, "2026-10")).is_empty()

    folder = once("editions", fill)
    return new_run(folder / "out", (folder / "as_it_is",), "2026-10")


def next_edition(first: Run, tmp_path: Path, change: Callable[[Row], Row | None]) -> Run:
    shutil.copytree(first.published, tmp_path / "out" / "published", symlinks=True)
    return new_run(tmp_path / "out", altered(tmp_path / "given", change), "2026-11")


def one(found: pl.DataFrame, exporter: str, importer: str) -> dict[str, Any]:
    (row,) = found.filter(
        pl.col("exporter_iso3") == exporter,
        pl.col("importer_iso3") == importer,
        pl.col("direction") == "undeclared_export",
    ).to_dicts()
    return row


@pytest.mark.slow
def test_nothing_moved_in_the_same_records(first: Run, tmp_path: Path) -> None:
    assert built(next_edition(first, tmp_path, lambda row: row)).is_empty()
    header = (first.published / "latest" / "changes.csv").read_text().splitlines()
    assert header == [",".join(SCHEMA)]


@pytest.mark.slow
def test_a_revision_names_reporter_and_both_values(first: Run, tmp_path: Path) -> None:
    """The importer's value is halved: 1,523,283,474.68 / 2."""

    def halved(row: Row) -> Row:
        if is_mali(row, "M"):
            row["primary_value"] = str(float(row["primary_value"]) / 2)
        return row

    run = next_edition(first, tmp_path, halved)
    found = published(run)
    row = one(found, "MLI", "ARE")
    before = pl.read_parquet(run.published / "2026-10" / "ranked_gaps.parquet")
    (was,) = before.filter(exporter_iso3="MLI", importer_iso3="ARE").to_dicts()
    after = pl.read_parquet(run.published / "2026-11" / "ranked_gaps.parquet")
    (now,) = after.filter(exporter_iso3="MLI", importer_iso3="ARE").to_dicts()
    assert now["rank"] >= row["rank_before"] and row["change"] in ("down", "amount")
    assert (row["cause"], row["cause_reporter_iso3"]) == ("revised", "ARE")
    assert (row["rank_after"], row["tier_after"]) == (now["rank"], now["tier"])
    assert row["cause_period"] == 2016
    assert row["value_after_usd"] == pytest.approx(row["value_before_usd"] / 2)
    assert row["at_least_before_fine_kg"] == was["at_least_fine_kg"]
    assert row["missing_before_fine_kg"] == was["missing_fine_kg"]
    assert row["probability_before"] == was["probability_material"]
    assert row["missing_change_fine_kg"] < 0
    assert "United Arab Emirates revised its imports from Mali of 2016 from 1,523.3 M USD to " \
        "761.6 M USD" in row["sentence"]  # fmt: skip
    others = found.filter((pl.col("exporter_iso3") != "MLI") & (pl.col("change") != "amount"))
    # World is unchanged: its partners no longer add up to it, so that silence is not known
    known = {"other_pairs", "other_records", "unallocated_revised", "state_changed"}
    assert set(others["cause"]) <= known


@pytest.fixture(scope="module")
def without_mali(first: Run, once: Once) -> Run:
    """Edition 2026-11, in which Mali reports nothing any more, beside 2026-10."""

    def fill(folder: Path) -> None:
        def left_out(row: Row) -> Row | None:
            return None if row["reporter_code"] == "466" else row

        published(next_edition(first, folder, left_out))

    folder = once("without_mali", fill)
    return new_run(folder / "out", (folder / "given",), "2026-11")


@pytest.mark.slow
def test_a_reporter_that_goes_and_comes_back(without_mali: Run) -> None:
    run = without_mali
    gone = pl.read_parquet(run.published / "latest" / "changes.parquet")
    row = one(gone, "MLI", "ARE")
    assert (row["cause"], row["cause_reporter_iso3"], row["value_after_usd"]) == (
        "withdrawn", "MLI", None
    )  # fmt: skip
    assert row["value_before_usd"] == 216_667_714
    again = diff(run, "2026-10", "2026-11")
    assert again.equals(gone.select(again.columns))
    assert built(run).equals(gone), "built again, it is held against 2026-10"
    back = diff(run, "2026-11", "2026-10")
    row = one(back, "MLI", "ARE")
    assert (row["cause"], row["cause_reporter_iso3"], row["value_before_usd"]) == (
        "newly_reported", "MLI", None
    )  # fmt: skip
    assert (
        "Mali newly reports exports to United Arab Emirates of 2016, 216.7 M USD"
        in (row["sentence"])
    )


@pytest.mark.slow
def test_a_flow_that_no_side_reports_any_more_is_gone(first: Run, tmp_path: Path) -> None:
    def left_out(row: Row) -> Row | None:
        return None if is_mali(row, "M") or is_mali(row, "X") else row

    run = next_edition(first, tmp_path, left_out)
    row = one(built(run), "MLI", "ARE")
    assert (row["change"], row["cause"], row["cause_reporter_iso3"]) == ("gone", "withdrawn", "ARE")
    assert row["rank_after"] is None and row["other_causes"] is None
    before = pl.read_parquet(run.published / "2026-10" / "ranked_gaps.parquet")
    (was,) = before.filter(exporter_iso3="MLI", importer_iso3="ARE").to_dicts()
    assert row["sentence"].startswith(
        f"Gone from rank {was['rank']} (tier {was['tier']}, P {was['probability_material']:.3f}, "
        f"at least {was['at_least_fine_kg']:,.0f} kg of fine gold, missing "
        f"{was['missing_fine_kg']:,.0f} kg), the records hold no flow"
    )


@pytest.mark.slow
def test_another_window_is_a_parameter(first: Run, tmp_path: Path) -> None:
    same = next_edition(first, tmp_path, lambda row: row)
    run = replace(same, window_years=7, new_baseline=True)
    found = built(run)
    row = one(found, "MLI", "ARE")
    assert (row["change"], row["cause"], row["cause_reporter_iso3"]) == ("gone", "parameters", None)
    assert "a parameter changed (window_years from 10 to 7)" in row["sentence"]
    assert set(found["cause"]) <= {"parameters", "other_pairs"}
    assert (found["change"] == "new").sum() == 0


@pytest.mark.slow
def test_the_command_gives_csv_in_a_pipe_and_says_what_is_missing(
    first: Run, without_mali: Run
) -> None:
    run = without_mali
    sentences = pl.read_parquet(run.published / "latest" / "changes.parquet")["sentence"]
    answer = process("diff", "2026-10", "2026-11", "--out", run.out)
    assert answer.returncode == 0, answer.stderr
    assert pl.read_csv(StringIO(answer.stdout))["sentence"].to_list() == sentences.to_list()
    folders = first.published / "2026-10", run.published / "latest"
    assert mirror("diff", *folders, "--out", run.out).stdout == answer.stdout
    absent = mirror("diff", "2026-09", "2026-11", "--out", run.out)
    assert absent.returncode == 2
    assert absent.stderr == (
        f"mirror: There is no edition 2026-09 in {run.published}: there is 2026-10.r1, "
        "2026-11.r1.\n"
    )


def edition(name: str, **changed: Any) -> EditionTables:
    """An edition of one pair and one year, as changed."""
    said = {
        "rank": 1, "key": 500.0, "missing": 2_000.0, "tier": 3, "chance": 0.75,
        "export": 10e6, "import_": 60e6, "kg": 1_000.0, "pool": 0.0,
        "price": 40_000.0, "state": "reported", "released": date(2026, 9, 1), "version": "0.1.0",
        "code_id": "c", "method_id": None, "records": "e", "frequency": "A",
        "parameters": {"window_years": "10", "material": "100"},
        "reference": "aa", "gap": 50e6, "fob": 59e6, "reason": None, "in_window": True,
        "is_hub": False,
    } | changed  # fmt: skip
    pair = {"exporter_iso3": ["MLI"], "importer_iso3": ["ARE"]}
    ranked = pl.DataFrame(
        {"direction": ["undeclared_export"], **pair, "exporter_name": ["Mali"],
         "importer_name": ["United Arab Emirates"], "rank": [said["rank"]],
         "at_least_fine_kg": [said["key"]], "missing_fine_kg": [said["missing"]],
         "tier": [said["tier"]], "probability_material": [said["chance"]]}
    )  # fmt: skip
    years = pl.DataFrame(
        {**pair, "period": [2016], "export_value_usd": [said["export"]],
         "import_value_usd": [said["import_"]], "export_net_weight_kg": [said["kg"]],
         "import_net_weight_kg": [None], "import_fob_value_usd": [said["fob"]],
         "exporter_pool_usd": [said["pool"]], "importer_pool_usd": [0.0],
         "exporter_state": [said["state"]], "importer_state": ["reported"],
         "set_aside_reason": [said["reason"]], "is_in_window": [said["in_window"]],
         "gold_price_usd_per_kg": [said["price"]], "gap_value_usd": [said["gap"]],
         "reading": ["undeclared_export"]},
        schema_overrides={"export_value_usd": pl.Float64, "set_aside_reason": pl.String,
                          "import_net_weight_kg": pl.Float64},
    )  # fmt: skip
    coverage = pl.DataFrame(
        {"period": [2016, 2016], "reporter_iso3": ["MLI", "ARE"], "flow_code": ["X", "M"],
         "last_released_date": [said["released"]] * 2, "reporter_state": [said["state"]] * 2},
        schema_overrides={"last_released_date": pl.Date},
    )  # fmt: skip
    named = {"name": list(said["parameters"]), "value": list(said["parameters"].values())}
    files = {"source_file": ["gold_price.csv", f"{name}.csv"],
             "source_kind": ["reference", "records"],
             "sha256": [said["reference"], said["records"]]}  # fmt: skip
    hubs = pl.DataFrame(pair if said["is_hub"] else {name: [] for name in pair},
                        schema=dict.fromkeys(pair, pl.String))  # fmt: skip
    if said["is_hub"]:
        ranked = ranked.clear()
    tables = {"ranked_gaps": ranked, "gaps_of_hubs": hubs, "gap_years": years,
              "reporter_coverage": coverage, "parameters": pl.DataFrame(named),
              "sources": pl.DataFrame(files)}  # fmt: skip
    return EditionTables(name, said["version"], said["frequency"], tables, said["code_id"],
                         said["method_id"])  # fmt: skip


def cause_of(**changed: Any) -> tuple[str, str | None, str | None]:
    """Cause, its reporter and the other causes of a change to 900 kg."""
    (row,) = changes(Compared(edition("a"), edition("b", key=900.0, **changed))).to_dicts()
    return row["cause"], row["cause_reporter_iso3"], row["other_causes"]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"import_": 80e6}, ("revised", "ARE", None)),
        ({"export": 5e6, "import_": 58e6}, ("revised", "MLI", None)),
        ({"export": None}, ("withdrawn", "MLI", None)),
        ({"export": None, "pool": 30e6}, ("withdrawn", "MLI", "unallocated_revised")),
        ({"pool": 30e6}, ("unallocated_revised", "MLI", None)),
        ({"price": 30_000.0, "reference": "bb"}, ("gold_price", None, "method")),
        ({"state": "silent"}, ("state_changed", "MLI", None)),
        ({"fob": 58e6}, ("freight", "ARE", None)),
        ({"reason": "vault"}, ("set_aside", None, None)),
        ({"kg": 2_000.0}, ("weight_revised", "MLI", None)),
        ({"reference": "bb"}, ("method", None, None)),
        ({"reason": "vault", "reference": "bb"}, ("method", None, "set_aside")),
        ({"code_id": "d"}, ("method", None, None)),
        ({"version": "0.2.0"}, ("method", None, None)),
        ({"parameters": {"window_years": "10"}}, ("method", None, None)),
        ({"parameters": {"window_years": "10", "material": "50"}}, ("parameters", None, None)),
        ({"parameters": {"window_years": "10", "material": "50"}, "code_id": "d"},
         ("parameters", None, "method")),
        ({"fob": 58e6, "code_id": "d"}, ("method", None, "freight")),
        ({"import_": 80e6, "records": "f", "code_id": "d"}, ("revised", "ARE", "method")),
        ({"import_": 60e6 + 5, "records": "f", "code_id": "d"}, ("method", None, "revised")),
        # the same files, read in another way
        ({"import_": 80e6, "code_id": "d"}, ("method", None, "revised")),
        ({"export": None, "code_id": "d"}, ("method", None, "withdrawn")),
        ({"pool": 30e6, "reference": "bb"}, ("method", None, "unallocated_revised")),
        ({"price": 30_000.0, "code_id": "d"}, ("method", None, "gold_price")),
        ({"import_": 80e6, "version": "0.2.0"}, ("method", None, "revised")),
        ({}, ("other_records", None, None)),
    ],
)  # fmt: skip
def test_the_largest_cause(changed: dict[str, Any], expected: tuple[str, str | None, str]) -> None:
    assert cause_of(**changed) == expected


def test_a_parameter_of_the_reference_is_no_other_method() -> None:
    """The hash of the method holds parameters.csv too; a changed value is told of by name."""
    before = edition("a", method_id="m")
    said = {"parameters": {"window_years": "10", "material": "50"}, "method_id": "n"}
    (row,) = changes(Compared(before, edition("b", key=900.0, **said))).to_dicts()
    assert (row["cause"], row["other_causes"]) == ("parameters", None)
    (row,) = changes(
        Compared(before, edition("b", key=900.0, import_=80e6, method_id="m"))
    ).to_dicts()
    assert (row["cause"], row["other_causes"]) == ("revised", None)


def test_the_sentence_says_what_of_the_method_changed() -> None:
    after = edition("b", key=900.0, import_=80e6, code_id="d", reference="bb")
    (row,) = changes(Compared(edition("a"), after)).to_dicts()
    assert row["sentence"] == (
        "Still at rank 1, at least 500 → 900 kg of fine gold: the method changed (the code, the "
        "models or a library of mirror 0.1.0 changed and the reference data gold_price.csv "
        "changed)."
    )


@pytest.mark.slow
def test_another_reading_of_the_same_files_is_the_method(
    first: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that halves every value: every report differs, and no reporter revised one."""
    run = next_edition(first, tmp_path, lambda row: row)
    real = records.read_file

    def halved(*given: Any) -> Any:
        for batch in real(*given):
            half = pl.col("primary_value").cast(pl.Float64) / 2
            rows = batch.rows
            if batch.kind == "records":
                rows = rows.with_columns(half.cast(pl.String).alias("primary_value"))
            yield replace(batch, rows=rows)

    monkeypatch.setattr(records, "read_file", halved)
    monkeypatch.setattr("mirror.steps.build.method_id", lambda reference: "another")
    monkeypatch.setattr("mirror.steps.build.code_id", lambda: "another")
    found = published(run)
    assert found.height > 50
    assert set(found["cause"]) <= {"method", "other_pairs"}
    assert "revised" in str(one(found, "MLI", "ARE")["other_causes"])


def test_a_state_is_that_towards_the_partner_whatever_the_country_reports_in_all() -> None:
    """A World total that its partners no longer add up to leaves the pair unknown."""
    after = edition("b", key=900.0, state="unknown")
    coverage = edition("a").tables["reporter_coverage"]
    after = replace(after, tables=dict(after.tables) | {"reporter_coverage": coverage})
    (row,) = changes(Compared(edition("a"), after)).to_dicts()
    assert (
        "Mali counted as reported towards United Arab Emirates in 2016 and counts as unknown now"
        in row["sentence"]
    )


def test_a_revision_that_moves_the_place_alone_is_the_cause() -> None:
    """Nothing is likely to be missing before or after: the place goes by what the parts leave."""
    before, after = (
        with_residual(
            edition(name, chance=0.0, key=0.0, missing=0.0, rank=rank, import_=value), residual
        )
        for name, rank, value, residual in (("a", 11, 6.9e9, 100.0), ("b", 5, 9.7e9, 900.0))
    )
    (row,) = changes(Compared(before, after)).to_dicts()
    assert (row["cause"], row["cause_reporter_iso3"], row["cause_period"]) == (
        "revised", "ARE", 2016
    )  # fmt: skip
    assert row["sentence"] == (
        "Up from rank 11 to 5: United Arab Emirates revised its imports from Mali of 2016 from "
        "6,900.0 M USD to 9,700.0 M USD (released 2026-09-01)."
    )


def with_residual(made: EditionTables, kg: float) -> EditionTables:
    ranked = made.tables["ranked_gaps"].with_columns(residual_fine_kg_mid=pl.lit(kg))
    return replace(made, tables=dict(made.tables) | {"ranked_gaps": ranked})


def with_records(
    made: EditionTables, *flows: tuple[str, str, str, float], period: int = 2016, freq: str = "A"
) -> EditionTables:
    """Add records: reporter, flow, partner and value."""
    rows = [
        {"frequency": freq, "period": period, "reporter_iso3": reporter, "flow_code": flow,
         "partner_iso3": partner, "declared_value_usd": value, "declared_net_weight_kg": 1.0,
         "is_weight_estimated": False, "cif_value_usd": None, "fob_value_usd": None,
         "monetary_value_usd": None, "suppressed_value_usd": None}
        for reporter, flow, partner, value in flows
    ]  # fmt: skip
    return replace(made, tables=dict(made.tables) | {"declared_flows": pl.DataFrame(rows)})


MALI_FLOWS = (("MLI", "X", "ARE", 10e6), ("ARE", "M", "MLI", 60e6))


@pytest.mark.parametrize(
    ("flow", "was", "now", "said"),
    [
        (("MLI", "X", "CHE"), 8e6, 40e6, "Mali revised its exports to CHE of 2016 from 8.0 M USD "
         "to 40.0 M USD"),
        (("CHE", "M", "MLI"), None, 40e6, "CHE newly reports imports from Mali of 2016, 40.0 M "),
        (("IND", "M", "GHA"), 40e6, None, "IND no longer reports imports from GHA of 2016, 40.0 "),
        (("ARE", "M", "W00"), 8e6, 9e6, "United Arab Emirates revised its imports from the world"),
    ],
)  # fmt: skip
def test_a_record_of_others_is_named_with_its_reporter(
    flow: tuple[str, str, str], was: float | None, now: float | None, said: str
) -> None:
    before, after = (
        with_records(made, *MALI_FLOWS, *([] if value is None else [(*flow, value)]))
        for made, value in ((edition("a"), was), (edition("b", key=900.0), now))
    )
    (row,) = changes(Compared(before, after)).to_dicts()
    assert (row["cause"], row["cause_reporter_iso3"], row["cause_period"]) == (
        "other_records", flow[0], 2016
    )  # fmt: skip
    assert (row["value_before_usd"], row["value_after_usd"]) == (was, now)
    assert f"its own reports are the same, {said}" in row["sentence"]


def test_own_reports_that_changed_by_less_are_not_said_to_be_the_same() -> None:
    before = with_records(edition("a", export=10e6), *MALI_FLOWS, ("MLI", "X", "CHE", 8e6))
    after = with_records(
        edition("b", key=900.0, missing=9_000.0, export=10.1e6),
        ("MLI", "X", "ARE", 10.1e6), MALI_FLOWS[1], ("MLI", "X", "CHE", 90e6),
    )  # fmt: skip
    (row,) = changes(Compared(before, after)).to_dicts()
    assert (row["cause"], row["other_causes"]) == ("other_records", "revised")
    assert "its own reports changed by less, Mali revised its exports to CHE" in row["sentence"]


def test_a_pair_whose_figures_are_the_same_was_moved_by_others() -> None:
    """Whatever its countries revised elsewhere."""
    before = with_records(edition("a"), *MALI_FLOWS, ("MLI", "X", "CHE", 8e6))
    after = with_records(edition("b", rank=3), *MALI_FLOWS, ("MLI", "X", "CHE", 40e6))
    (row,) = changes(Compared(before, after)).to_dicts()
    assert (row["cause"], row["cause_reporter_iso3"]) == ("other_pairs", None)


def test_months_do_not_move_an_annual_ranking() -> None:
    before = with_records(edition("a"), ("MLI", "X", "CHE", 8e6), period=201601, freq="M")
    after = with_records(
        edition("b", key=900.0), ("MLI", "X", "CHE", 40e6), period=201601, freq="M"
    )
    (row,) = changes(Compared(before, after)).to_dicts()
    assert (row["cause"], row["cause_reporter_iso3"]) == ("other_records", None)


def test_a_quarantined_row_is_not_withdrawn() -> None:
    assert cause_of(export=None, state="quarantined") == ("state_changed", "MLI", None)


def test_a_report_that_is_quarantined_moves_all_of_its_value() -> None:
    """Both sides agreed, so that the gap is small; without one of them nothing is compared."""
    agreed = {"export": 60e6, "gap": 20e6}
    before = edition("a", **agreed)
    after = edition("b", key=900.0, **agreed | {"export": None}, state="quarantined", pool=30e6)
    (row,) = changes(Compared(before, after)).to_dicts()
    assert (row["cause"], row["other_causes"]) == ("state_changed", "unallocated_revised")
    assert (row["value_before_usd"], row["value_after_usd"]) == (60e6, None)


def test_an_own_revision_goes_before_the_year_that_leaves() -> None:
    assert cause_of(import_=80e6, in_window=False) == ("revised", "ARE", "window")


def test_a_pair_that_only_others_moved_says_so() -> None:
    (row,) = changes(Compared(edition("a"), edition("b", rank=3))).to_dicts()
    assert (row["change"], row["cause"]) == ("down", "other_pairs")
    assert row["sentence"] == (
        "Down from rank 1 to 3: its own figures are the same, other pairs moved."
    )
    assert changes(Compared(edition("a"), edition("b"))).is_empty()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"tier": 1, "chance": 0.96, "key": 900.0, "missing": 2_500.0},
         "tier 3 → 1, P 0.750 → 0.960, at least 500 → 900 kg of fine gold, "
         "missing 2,000 → 2,500 kg"),
        ({"missing": 1_500.0}, "missing 2,000 → 1,500 kg"),
        ({"chance": 0.755}, "P 0.750 → 0.755"),
        ({"tier": 4, "chance": 0.49}, "tier 3 → 4, P 0.750 → 0.490"),
    ],
)  # fmt: skip
def test_evidence_and_amounts_that_differ_are_a_change(changed: dict[str, Any], said: str) -> None:
    (row,) = changes(Compared(edition("a"), edition("b", import_=80e6, **changed))).to_dicts()
    assert (row["change"], row["cause"]) == ("amount", "revised")
    assert row["sentence"].startswith(f"Still at rank 1, {said}: United Arab Emirates revised")
    wanted = {"tier": 3, "chance": 0.75, "key": 500.0, "missing": 2_000.0} | changed
    assert (row["tier_after"], row["probability_after"]) == (wanted["tier"], wanted["chance"])
    assert row["at_least_change_fine_kg"] == wanted["key"] - 500
    assert row["missing_change_fine_kg"] == wanted["missing"] - 2_000


@pytest.mark.parametrize("changed", [{"chance": 0.7549}, {"key": 500.9}, {"missing": 1_999.1}])
def test_what_nobody_reads_is_no_change(changed: dict[str, Any]) -> None:
    """Half a per cent and a kilogram are the least: pages round to whole ones."""
    assert changes(Compared(edition("a"), edition("b", **changed))).is_empty()


def test_a_pair_that_becomes_one_of_a_hub_says_where_it_went() -> None:
    (row,) = changes(Compared(edition("a"), edition("b", is_hub=True))).to_dicts()
    assert row["change"] == "gone"
    assert row["sentence"].startswith(
        "Gone from rank 1 (tier 3, P 0.750, at least 500 kg of fine gold, missing 2,000 kg), its "
        "exporter counts as a hub and its gap stands in gaps_of_hubs: "
    )
    (row,) = changes(Compared(edition("b", is_hub=True), edition("a"))).to_dicts()
    assert row["sentence"].startswith("New at rank 1 (tier 3, P 0.750, at least 500 kg")


def test_a_ranking_without_tiers_is_compared_by_its_amounts() -> None:
    """Editions of the first method know neither tier nor what is missing."""
    old = without(edition("a"), "ranked_gaps", "tier", "probability_material", "missing_fine_kg")
    compared = Compared(old, edition("b", key=900.0, version="0.2.0"))
    (row,) = changes(compared).to_dicts()
    assert (row["tier_before"], row["tier_after"], row["missing_after_fine_kg"]) == (None,) * 3
    assert row["sentence"].startswith("Still at rank 1, at least 500 → 900 kg of fine gold: ")
    assert "ranked_gaps.tier (edition a)" in compared.lacking


def test_release_dates_stand_beside_a_revision() -> None:
    after = edition("b", key=900.0, import_=80e6, released=date(2026, 10, 1))
    (row,) = changes(Compared(edition("a"), after)).to_dicts()
    assert (row["released_before_date"], row["released_after_date"]) == (
        date(2026, 9, 1), date(2026, 10, 1)
    )  # fmt: skip
    assert row["sentence"] == (
        "Still at rank 1, at least 500 → 900 kg of fine gold: United Arab Emirates revised its "
        "imports from Mali of 2016 from 60.0 M USD to 80.0 M USD (released 2026-09-01, then "
        "2026-10-01)."
    )


def without(tables: EditionTables, table: str, *columns: str) -> EditionTables:
    frames = dict(tables.tables)
    if columns:
        frames[table] = frames[table].drop(columns)
    else:
        del frames[table]
    return replace(tables, tables=frames)


def test_an_edition_of_another_version_may_lack_columns_and_tables() -> None:
    old = without(edition("a", version="0.0.9"), "gap_years", "exporter_pool_usd", "is_in_window")
    compared = Compared(old, edition("b", key=900.0, pool=30e6))
    (row,) = changes(compared).to_dicts()
    assert row["cause"] == "method"
    assert set(compared.lacking) == {
        "gap_years.is_in_window (edition a)", "gap_years.exporter_pool_usd (edition a)",
    }  # fmt: skip
    for table in ("gap_years", "reporter_coverage", "sources", "parameters"):
        (row,) = changes(Compared(without(old, table), edition("b", key=900.0))).to_dicts()
        assert row["cause"] == "method"


def test_a_ranking_that_cannot_be_read_is_one_sentence() -> None:
    old = without(edition("2026-09"), "ranked_gaps", "at_least_fine_kg")
    with pytest.raises(SchemaDrift, match=r"Edition 2026-09, made by mirror 0\.1\.0, has no at_"):
        changes(Compared(old, edition("b")))
    with pytest.raises(SettingsError, match="one is of annual records"):
        Compared(edition("a", frequency="M"), edition("b"))
