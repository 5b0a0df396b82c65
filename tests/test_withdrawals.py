"""What reporters take back upstream: from the service to an edition, and no flow accused for it."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from comtrade_service.compare import settings_for
from comtrade_service.service import KEY, Service
from comtrade_service.world import World
from mirror.lake import Lake
from mirror.settings import settings
from mirror.steps.build import build
from mirror.steps.check import check
from mirror.steps.fetch import FetchReport, FetchRequest, fetch
from mirror.steps.publish import publish_edition
from mirror.steps.run import new_run

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("in_2027")]

START = datetime(2026, 11, 5, 6, tzinfo=UTC)
YEARS = FetchRequest.of_span("A", "2021", "2023")
CODES = {"ARE": 784, "GHA": 288, "CHE": 757, "ZAF": 710, "IND": 699, "GBR": 826, "TUR": 792}


@pytest.fixture
def service() -> Iterator[Service]:
    """Eight reporters, of which Ghana is silent."""
    world = World(reporters=8, partners=12, silent=frozenset({CODES["GHA"]}))
    with Service(world).running() as running:
        yield running


@pytest.fixture
def fetched(service: Service, tmp_path: Path) -> Callable[..., FetchReport]:
    """Fetch on a day after the first; the first fetch is already there."""

    def on(day: int, request: FetchRequest = YEARS) -> FetchReport:
        now = START + timedelta(days=day)
        return fetch(request, settings_for(service, tmp_path), clock=lambda: now)

    assert on(0).is_complete
    return on


def edition(out: Path, name: str = "2026-11", frequency: str = "annual") -> Path:
    run = new_run(out, edition=name, frequency=frequency)
    build(run)
    check(run)
    return publish_edition(run)


def table(folder: Path, name: str, period: int = 2023) -> pl.DataFrame:
    return pl.read_parquet(folder / f"{name}.parquet").filter(pl.col("period") == period)


def flows_of(frame: pl.DataFrame, iso3: str) -> pl.DataFrame:
    is_side = (pl.col("exporter_iso3") == iso3) | (pl.col("importer_iso3") == iso3)
    return frame.filter(is_side & (pl.col("exporter_iso3") != pl.col("importer_iso3")))


def states(folder: Path, iso3: str, period: int = 2023) -> set[str]:
    coverage = table(folder, "reporter_coverage", period)
    return set(coverage.filter(pl.col("reporter_iso3") == iso3)["reporter_state"])


def declared(service: Service, period: str, flow: dict[str, object]) -> float:
    """Non-monetary gold of the flow in the words of the side that reported it: the world's rows."""
    sides = ("exporter_iso3", "importer_iso3")
    reporter, partner = sides if flow["reported_by"] == "exporter" else sides[::-1]
    code, letter = CODES[str(flow[reporter])], "X" if reporter == "exporter_iso3" else "M"
    texts = service.world.rows([period], [code], [letter], ["710811", "710812", "710813"])
    rows = (json.loads(text) for text in texts)
    return sum(r["primaryValue"] for r in rows if r["partnerCode"] == CODES[str(flow[partner])])


def assert_withdrawn(service: Service, folder: Path, iso3: str, period: int = 2023) -> None:
    """Its state is withdrawn, none of its flows is assessed, the reports of others are shown."""
    assert states(folder, iso3, period) == {"withdrawn"}
    gaps = flows_of(table(folder, "gap_years", period), iso3)
    assert gaps.height > 5 and not gaps["is_assessed"].any()
    assert gaps["residual_value_usd_mid"].to_list() == [0] * gaps.height
    shown = flows_of(table(folder, "one_sided_flows", period), iso3)
    assert set(shown["other_side_state"]) == {"withdrawn"}
    by_exporter = shown["reported_by"] == "exporter"
    assert not (shown["exporter_iso3"] == iso3).filter(by_exporter).any()
    assert not (shown["importer_iso3"] == iso3).filter(~by_exporter).any()
    both = [flow for flow in shown.to_dicts() if {flow["exporter_iso3"], flow["importer_iso3"]}
            <= CODES.keys()]  # fmt: skip
    assert len(both) > 3
    for flow in both:
        expected = declared(service, str(period), flow)
        assert flow["value_usd"] == pytest.approx(expected), flow


@pytest.mark.parametrize("iso3", ["ARE", "CHE", "IND", "GBR", "TUR"])
def test_one_withdrawal_does_not_end_publishing(
    service: Service, tmp_path: Path, fetched: Callable[..., FetchReport], iso3: str
) -> None:
    edition(tmp_path, "2026-11")
    service.world.withdraw("2023", CODES[iso3])
    assert fetched(30).is_complete
    folder = edition(tmp_path, "2026-12")
    assert_withdrawn(service, folder, iso3)
    assert states(folder, iso3, 2022) <= {"reported", "silent"}


def test_both_sides_of_a_pair_withdraw(
    service: Service, tmp_path: Path, fetched: Callable[..., FetchReport]
) -> None:
    service.world.withdraw("2023", CODES["ARE"])
    service.world.withdraw("2023", CODES["IND"])
    assert fetched(30).is_complete
    folder = edition(tmp_path)
    assert_withdrawn(service, folder, "ARE")
    gap = table(folder, "gap_years").filter(exporter_iso3="IND", importer_iso3="ARE").to_dicts()
    assert [(g["exporter_state"], g["importer_state"], g["reading"]) for g in gap] == [
        ("withdrawn", "withdrawn", "one_sided")
    ]
    shown = table(folder, "one_sided_flows")
    assert shown.filter(exporter_iso3="IND", importer_iso3="ARE").height == 0


def test_a_month_is_withdrawn(service: Service, tmp_path: Path) -> None:
    months = FetchRequest.of_span("M", "202301", "202303")
    for day, taken in ((0, None), (30, CODES["CHE"])):
        if taken:
            service.world.withdraw("202302", taken)
        now = START + timedelta(days=day)
        said = fetch(months, settings_for(service, tmp_path), clock=lambda now=now: now)
        assert said.is_complete
    folder = edition(tmp_path, frequency="monthly")
    assert_withdrawn(service, folder, "CHE", 202302)
    assert states(folder, "CHE", 202301) == {"reported"}


def test_who_returns_is_assessed_again(
    service: Service, tmp_path: Path, fetched: Callable[..., FetchReport]
) -> None:
    before = edition(tmp_path, "2026-10")
    service.world.withdraw("2023", CODES["CHE"])
    assert fetched(30).is_complete
    assert states(edition(tmp_path, "2026-11"), "CHE") == {"withdrawn"}
    service.world.restore("2023", CODES["CHE"])
    assert fetched(60).is_complete
    after = edition(tmp_path, "2026-12")
    for name in ("gap_years", "one_sided_flows"):
        assert table(after, name).equals(table(before, name))
    service.world.withdraw("2023", CODES["CHE"])
    assert fetched(90).is_complete
    service.world.restore("2023", CODES["CHE"])
    service.world.revise("2023", CODES["CHE"])
    assert fetched(120).is_complete
    assert states(edition(tmp_path, "2027-01"), "CHE") == {"reported"}


def test_a_partner_that_a_revision_drops_is_no_undeclared_flow(
    service: Service, tmp_path: Path, fetched: Callable[..., FetchReport]
) -> None:
    service.world.drop_partner("2023", CODES["IND"], CODES["ARE"])
    assert fetched(30).is_complete
    folder = edition(tmp_path)
    assert states(folder, "IND") == {"reported"}
    gaps = table(folder, "gap_years")
    (gap,) = gaps.filter(exporter_iso3="IND", importer_iso3="ARE").to_dicts()
    assert (gap["exporter_state"], gap["export_value_usd"]) == ("withdrawn", None)
    assert (gap["is_assessed"], gap["residual_value_usd_mid"]) == (False, 0)
    (shown,) = table(folder, "one_sided_flows").filter(
        exporter_iso3="IND", importer_iso3="ARE"
    ).to_dicts()  # fmt: skip
    assert (shown["reported_by"], shown["other_side_state"]) == ("importer", "withdrawn")
    assert shown["value_usd"] == pytest.approx(declared(service, "2023", shown))
    others = gaps.filter(pl.col("exporter_iso3") == "IND", pl.col("importer_iso3") == "GBR")
    assert others["is_assessed"].to_list() == [True]


def outage(service: Service, *years: str) -> None:
    for year in years:
        for code in service.world.codes.values():
            service.world.withdraw(year, code)


def test_a_listing_that_shrinks_to_nothing_is_an_outage(
    service: Service, tmp_path: Path, fetched: Callable[..., FetchReport]
) -> None:
    before = edition(tmp_path, "2026-11")
    outage(service, *YEARS.periods)
    said = fetched(30)
    assert not said.is_complete and "no withdrawal but an outage" in said.failures[0]
    with Lake.reading(tmp_path / "lake") as lake:
        assert "withdrawn" not in {known.state for known in lake.reporter_periods("A")}
    after = edition(tmp_path, "2026-12")
    assert table(after, "gap_years").equals(table(before, "gap_years"))


def test_an_outage_of_one_year_does_not_hide_what_another_says(
    service: Service,
    tmp_path: Path,
    fetched: Callable[..., FetchReport],
    caplog: pytest.LogCaptureFixture,
) -> None:
    outage(service, "2023")
    service.world.withdraw("2022", CODES["CHE"])
    assert fetched(30).is_complete
    assert "availability of 2023 lists 0 reporters and listed 8 before" in caplog.text
    folder = edition(tmp_path)
    assert states(folder, "CHE", 2022) == {"withdrawn"}
    assert states(folder, "CHE", 2023) == {"reported"}
    service.world.withdrawn.clear()
    service.world.withdraw("2023", CODES["TUR"])
    assert fetched(60).is_complete
    with Lake.reading(tmp_path / "lake") as lake:
        known = {(k.period, k.reporter_code): k.state for k in lake.reporter_periods("A")}
    assert known["2023", CODES["TUR"]] == "withdrawn"
    assert known["2023", CODES["CHE"]] == known["2022", CODES["CHE"]] == "reported"


def test_half_of_many_reporters_do_not_withdraw_at_once(tmp_path: Path) -> None:
    year = FetchRequest.of_span("A", "2023", "2023")
    with Service(World(reporters=24, partners=2)).running() as service:
        assert fetch(year, settings_for(service, tmp_path), clock=lambda: START).is_complete
        for code in list(service.world.codes.values())[:13]:
            service.world.withdraw("2023", code)
        later = START + timedelta(days=30)
        fetch(year, settings_for(service, tmp_path), clock=lambda: later)
        with Lake.reading(tmp_path / "lake") as lake:
            assert {known.state for known in lake.reporter_periods("A")} == {"reported"}


def test_a_run_publishes_after_a_withdrawal(
    service: Service,
    tmp_path: Path,
    fetched: Callable[..., FetchReport],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The whole of `mirror run`, its own fetch included."""
    from typer.testing import CliRunner

    from mirror.cli import app

    monkeypatch.setenv("MIRROR_COMTRADE_URL", service.url)
    monkeypatch.setenv("MIRROR_COMTRADE_KEY", KEY)
    monkeypatch.setenv("MIRROR_COMTRADE_PAUSE_SECONDS", "0")
    settings.cache_clear()
    service.world.withdraw("2023", CODES["CHE"])
    said = CliRunner().invoke(app, ["run", "--out", str(tmp_path), "--edition", "2023-12"])
    settings.cache_clear()
    assert said.exit_code == 0, said.output
    assert_withdrawn(service, tmp_path / "published" / "2023-12", "CHE")
