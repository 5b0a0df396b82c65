"""One row that cannot be believed is kept out and named; many of them stop the run."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from files import Record, record, write
from mirror.errors import SourceError
from mirror.settings import ASSETS
from mirror.steps.build import build
from mirror.steps.check import check
from mirror.steps.run import new_run
from mirror.warehouse import open_built

pytestmark = pytest.mark.slow
AREAS = pl.read_csv(ASSETS / "data" / "reference" / "areas.csv")
COUNTRIES = sorted(AREAS.filter(pl.col("kind") == "country")["area_code"].to_list())
MLI, ARE, CHE, IND, WORLD = 466, 784, 757, 699, 0


@dataclass(frozen=True)
class Built:
    query: Callable[[str], pl.DataFrame]
    warnings: list[str]


@pytest.fixture
def built(tmp_path: Path) -> Callable[..., Built]:
    """Build and check the records of some files."""

    def make(*files: list[Record], check_too: bool = True) -> Built:
        folder = tmp_path / f"given{len(list(tmp_path.iterdir()))}"
        for number, rows in enumerate(files):
            write(folder, "bulk", rows, f"{number}.gz")
        run = new_run(tmp_path / f"out of {folder.name}", (folder,), "2026-11")
        build(run)
        warnings = check(run) if check_too else []

        def query(text: str) -> pl.DataFrame:
            with open_built(run.building) as warehouse:
                return warehouse.frame(text)

        return Built(query, warnings)

    return make


def flow(reporter: int, code: str, partner: int, value: object, year: str = "2016", **other: Any):
    weight = f"{float(value) / 40_000:.1f}" if str(value).isdigit() else "1000"
    plain = {"reporterCode": reporter, "flowCode": code, "partnerCode": partner, "period": year}
    figures = {"primaryValue": str(value), "cifvalue": None, "netWgt": weight}
    return record(**(plain | figures | other))


def world(**changed: Any) -> list[Record]:
    """Mali sells to three partners in three years; its exports to the Emirates in 2016 change."""
    rows: list[Record] = []
    for year in ("2015", "2016", "2017"):
        exports = {ARE: 22_000_000, CHE: 40_000_000, IND: 30_000_000}
        for partner, value in exports.items():
            mine = flow(MLI, "X", partner, value, year)
            rows.append(mine | changed if (partner, year) == (ARE, "2016") else mine)
            rows.append(flow(partner, "M", MLI, value * 5, year))
            rows.append(flow(partner, "M", WORLD, value * 5, year))
        rows.append(flow(MLI, "X", WORLD, sum(exports.values()), year))
    return rows


PAIR = "exporter_iso3 = 'MLI' and importer_iso3 = 'ARE'"
FAULTS = {
    "a value ten thousand times too large": ({"primaryValue": "220000000000"}, "size"),
    "a value above the world's gold": ({"primaryValue": "150000000000"}, "size"),
    "a negative value": ({"primaryValue": "-5"}, "size"),
    "a negative weight": ({"netWgt": "-5"}, "size"),
    "no number": ({"primaryValue": "n/a"}, "number"),
    "no value": ({"primaryValue": None}, "number"),
    "a mode of transport that is none": ({"motCode": "air"}, "number"),
    "a mark that is none": ({"isNetWgtEstimated": "perhaps"}, "mark"),
    "a release that is no date": ({"lastReleased": "soon"}, "mark"),
    "a period of wrong form": ({"period": "2016x"}, "period"),
    "month 13": ({"period": "201613"}, "period"),
    "an unknown frequency": ({"freqCode": "Q"}, "period"),
    "an unknown partner": ({"partnerCode": 998}, "code"),
    "an unknown flow": ({"flowCode": "Q"}, "code"),
    "an HS code from a spreadsheet": ({"cmdCode": "7108.5"}, "code"),
}


@pytest.mark.parametrize("wrong", FAULTS)
def test_one_bad_row_is_named_and_its_side_is_not_assessed(built, wrong):
    changes, fault = FAULTS[wrong]

    found = built(world(**changes))

    (row,) = found.query("select * from quarantined_rows").to_dicts()
    assert (row["source_row"], row["fault"]) == (12, fault)
    assert found.warnings[0].startswith("quarantined, in no sum: Mali, ")
    assert "0.gz, row 12): " + row["problem"] in found.warnings[0]
    assert found.warnings[0].endswith("; that side of the flow is not assessed")
    counts = found.query("select rows_read, rows_used, rows_quarantined from sources "
                         "where source_kind = 'records'").row(0)  # fmt: skip
    assert counts == (30, 29, 1)
    year = found.query(f"select * from gap_years where {PAIR} and period = 2016").to_dicts()[0]
    assert (year["exporter_state"], year["importer_state"]) == ("quarantined", "reported")
    assert (year["export_value_usd"], year["import_value_usd"]) == (None, 110_000_000)
    assert (year["reading"], year["is_exporter_silent"]) == ("one_sided", False)
    assert year["residual_value_usd_mid"] == 0
    one_sided = found.query(f"select * from one_sided_flows where {PAIR}")
    assert one_sided["other_side_state"].to_list() == ["quarantined"]
    # two of three years of 110 - 22 M USD
    ranked = found.query(f"select years_assessed, gap_value_usd from ranked_gaps where {PAIR}")
    assert ranked.row(0) == (2, 176_000_000)


def test_an_importers_row_is_quarantined_in_the_same_way(built):
    rows = [
        one | {"primaryValue": "3e11"}
        if (one["reporterCode"], one["partnerCode"], one["period"]) == (ARE, MLI, "2016")
        else one
        for one in world()
    ]
    found = built(rows)

    year = found.query(f"select * from gap_years where {PAIR} and period = 2016").to_dicts()[0]
    assert (year["exporter_state"], year["importer_state"]) == ("reported", "quarantined")
    assert (year["export_value_usd"], year["import_value_usd"]) == (22_000_000, None)
    assert year["reading"] == "one_sided"


def test_other_pairs_stay_as_they_are(built):
    columns = "exporter_iso3, importer_iso3, at_least_fine_kg, residual_value_usd_mid"
    others = f"select {columns} from ranked_gaps where importer_iso3 <> 'ARE' order by all"

    clean, found = built(world()), built(world(primaryValue="220000000000"))

    assert clean.query(others).height == 2
    assert found.query(others).rows() == clean.query(others).rows()
    pools = "select export_pool_usd from country_balance where iso3 = 'MLI' order by period"
    assert clean.query(pools)["export_pool_usd"].to_list() == [0, 0, 0]
    assert found.query(pools)["export_pool_usd"].to_list() == [0, None, 0]


def test_a_total_that_is_quarantined_is_unknown(built):
    rows = [
        one | {"primaryValue": "300000000000"}
        if (one["reporterCode"], one["partnerCode"], one["period"]) == (MLI, WORLD, "2016")
        else one
        for one in world()
    ]
    found = built(rows)

    totals = found.query("select export_world_value_usd, export_pool_usd from country_balance "
                         "where iso3 = 'MLI' order by period")  # fmt: skip
    assert totals.rows() == [(92_000_000, 0), (None, None), (92_000_000, 0)]
    assert found.warnings[0].endswith("; that total is unknown")
    year = found.query(f"select * from gap_years where {PAIR} and period = 2016").to_dicts()[0]
    assert (year["exporter_state"], year["is_assessed"]) == ("reported", True)


def test_a_flow_of_which_nothing_else_is_known_is_set_aside_with_the_reason(built):
    found = built([*world(), flow(MLI, "X", 792, "-1")])

    (aside,) = found.query("select * from set_aside_pairs where importer_iso3 = 'TUR'").to_dicts()
    assert aside["set_aside_reason"] == "quarantined"


def test_a_row_of_an_unknown_reporter_is_named(built):
    found = built([*world(), flow(998, "X", ARE, 5)])

    assert "unknown reporter, export, partner United Arab Emirates, 2016" in found.warnings[0]
    assert "not assessed" not in found.warnings[0]
    assert found.query("select rows_quarantined from sources where source_kind = 'records'").item()


def test_two_figures_for_one_key_of_one_file(built):
    found = built([*world(), flow(MLI, "X", ARE, 23_000_000)])

    assert found.query("select source_row, fault from quarantined_rows").rows() == [
        (12, "conflict"),
        (32, "conflict"),
    ]
    year = found.query(f"select exporter_state from gap_years where {PAIR} and period = 2016")
    assert year.item() == "quarantined"


def test_a_later_release_cures_a_bad_row(built):
    old, new = {"lastReleased": "2018-01-01"}, {"lastReleased": "2019-01-01"}
    found = built(
        world(primaryValue="-1", **old), [flow(MLI, "X", ARE, 22_000_000, **new)], check_too=False
    )

    assert found.query("select * from quarantined_rows").is_empty()
    year = found.query(f"select export_value_usd from gap_years where {PAIR} and period = 2016")
    assert year.item() == 22_000_000


def test_a_bad_row_is_not_cured_by_an_earlier_release(built):
    old, new = {"lastReleased": "2018-01-01"}, {"lastReleased": "2019-01-01"}
    found = built(world(primaryValue="-1", **new), [flow(MLI, "X", ARE, 22_000_000, **old)])

    year = found.query(f"select exporter_state from gap_years where {PAIR} and period = 2016")
    assert year.item() == "quarantined"


def test_a_part_of_a_flow_that_is_quarantined_leaves_no_sum_of_the_rest(built):
    parts = [flow(MLI, "X", ARE, value, cmdCode=code)
             for code, value in (("710812", "20000000"), ("710813", "-2"))]  # fmt: skip
    found = built([*world(), *parts])

    year = found.query(f"select * from gap_years where {PAIR} and period = 2016").to_dicts()[0]
    assert (year["exporter_state"], year["export_value_usd"]) == ("quarantined", None)


def test_a_bad_row_of_a_neighbouring_class_leaves_the_pair_not_assessed(built):
    """What was booked as coin could explain the gap, and is not known."""
    found = built([*world(), flow(MLI, "X", ARE, "-2", cmdCode="7118")])

    year = found.query(f"select * from gap_years where {PAIR} and period = 2016").to_dicts()[0]
    assert (year["exporter_state"], year["export_value_usd"]) == ("quarantined", 22_000_000)
    assert year["reading"] == "one_sided"


def test_a_weight_that_is_not_possible_is_not_used_and_stops_nothing(built):
    for weight in ("1e300", "1e-300"):
        year = built(world(netWgt=weight)).query(
            f"select export_value_usd, export_weight_quality from gap_years "
            f"where {PAIR} and period = 2016"
        )
        assert year.row(0) == (22_000_000, "fineness_out_of_range")


def test_many_bad_rows_stop_the_run_in_one_sentence(built):
    """Two of 30 are more than a twentieth; one is not."""
    rows = world(primaryValue="-1")

    with pytest.raises(SourceError) as stop:
        built([*rows[:-1], rows[-1] | {"primaryValue": "-2"}])

    assert str(stop.value).endswith(
        "0.gz, row 12: primary_value -1 is negative (1 more like it); correct the file or download "
        "it again."
    )


def test_a_file_that_is_wrong_as_a_whole_stops_the_run_among_many_good_ones(built):
    good = [
        record(partnerCode=code, period=year) for code in COUNTRIES for year in ("2015", "2016")
    ]
    bad = [one | {"period": "2016x"} for one in good[:10]]
    assert len(bad) < 0.05 * len(good)

    with pytest.raises(SourceError, match=r"1\.gz, row 2: the period 2016x .* \(9 more like it\)"):
        built(good, bad)


COUNTRIES = frozenset(
    pl.read_csv(Path(__file__).parents[1] / "data" / "reference" / "areas.csv").filter(
        pl.col("kind") == "country"
    )["area_code"]
)


def test_files_that_contradict_each_other_stop_the_run(built):
    with pytest.raises(SourceError, match=r"1\.gz, row 2: a second, different figure for reporter"):
        built(world(), [flow(MLI, "X", ARE, 23_000_000)])
