"""An edition says whether it has all that the service published, however it was made."""

import json
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import unescape

import pytest

from commands import Said, mirror
from comtrade_service.compare import settings_for
from comtrade_service.faults import Faults
from comtrade_service.service import KEY, Service
from comtrade_service.world import World
from mirror.lake import Lake
from mirror.lake.fetches import STOPPED
from mirror.steps.fetch import FetchRequest, fetch
from mirror.steps.run import new_run
from mirror.steps.upstream import Upstream, upstream

CHE, IND = 757, 699
YEARS = FetchRequest.of_span("A", "2021", "2023")
BEHIND = "The edition is behind the service: "
START = datetime(2026, 8, 5, 6, tzinfo=UTC)


@pytest.fixture
def service() -> Iterator[Service]:
    with Service(World(reporters=6, partners=8)).running() as running:
        yield running


def brought(
    service: Service, out: Path, days: int, request: FetchRequest = YEARS, **more: Any
) -> None:
    settings = settings_for(service, out, comtrade_retries=0, **more)
    fetch(request, settings, clock=lambda: START + timedelta(days=days))


def known(out: Path, **more: Any) -> Upstream:
    return upstream(new_run(out, edition="2023-12", **more))


def test_a_complete_fetch(service: Service, tmp_path: Path) -> None:
    brought(service, tmp_path, 0)
    assert known(tmp_path) == Upstream(START, 0, None)


def test_a_quota_day_marks_until_a_later_fetch_is_complete(
    service: Service, tmp_path: Path
) -> None:
    brought(service, tmp_path, 0)
    service.world.revise("2022", CHE)
    service.quota = 0
    brought(service, tmp_path, 30)
    assert known(tmp_path) == Upstream(
        START + timedelta(days=30), 1,
        f"{BEHIND}1 published reporter-period is not in it (CHE 2022): the calls are used up until "
        "2026-09-04 09:14 UTC; the next run completes it.",
    )  # fmt: skip
    service.quota = None
    brought(service, tmp_path, 31)
    assert known(tmp_path).warning is None


def test_a_quota_that_ends_in_the_middle(tmp_path: Path) -> None:
    """Availability and one of three years come with the key; then its calls are used up."""
    with Service(World(reporters=6, partners=8)).running() as service:
        for year in ("2021", "2022", "2023"):
            service.quota = 2 if year == "2021" else 0
            brought(service, tmp_path, 0, FetchRequest("A", (year,)))
    found = known(tmp_path)
    assert found.missing_reporter_periods == 12
    assert str(found.warning).startswith(
        f"{BEHIND}12 published reporter-periods are not in it (GHA 2022, IND 2022, ZAF 2022, CHE "
        "2022, ARE 2022 and 7 more): the calls are used up until "
    )


def test_an_outage_at_the_availability_check(service: Service, tmp_path: Path) -> None:
    """Nothing is known to be missing, and yet nobody knows: the edition says so."""
    brought(service, tmp_path, 0)
    service.world.revise("2022", CHE)
    service.faults = Faults(rate=1, ways=("error_503",))
    brought(service, tmp_path, 30)
    assert known(tmp_path) == Upstream(
        START, 0,
        f"{BEHIND}0 published reporter-periods are not in it (by the availability of 2026-08-05 "
        "06:00 UTC): 1 call of the last fetch failed; the next run completes it.",
    )  # fmt: skip
    service.faults = Faults()
    brought(service, tmp_path, 31)
    assert known(tmp_path) == Upstream(START + timedelta(days=31), 0, None)


def test_a_listing_that_was_taken_for_an_outage(service: Service, tmp_path: Path) -> None:
    brought(service, tmp_path, 0)
    for code in service.world.codes.values():
        service.world.withdraw("2023", code)
    brought(service, tmp_path, 30)
    found = known(tmp_path)
    assert found.checked_at == START, "2023 was checked last on the first day"
    assert "availability of 2023 was taken for an outage" in str(found.warning)
    service.world.withdrawn.clear()
    brought(service, tmp_path, 31)
    assert known(tmp_path).warning is None


def test_a_listing_of_nobody_at_all(service: Service, tmp_path: Path) -> None:
    brought(service, tmp_path, 0)
    for year in YEARS.periods:
        for code in service.world.codes.values():
            service.world.withdraw(year, code)
    brought(service, tmp_path, 30)
    assert "1 call of the last fetch failed" in str(known(tmp_path).warning)


def test_a_call_that_fails_for_ever(service: Service, tmp_path: Path) -> None:
    brought(service, tmp_path, 0)
    service.world.revise("2022", CHE)
    answer = service.answer

    def refusing(path: str, headers: dict[str, str]) -> tuple[int, bytes, str]:
        if "/data/" in path:
            return 500, b"{}", "refused"
        return answer(path, headers)

    service.answer = refusing  # type: ignore[method-assign]
    for days in (30, 60):
        brought(service, tmp_path, days)
        found = known(tmp_path)
        assert found.missing_reporter_periods == 1
        assert "(CHE 2022): 1 call of the last fetch failed" in str(found.warning)


def test_a_fetch_that_was_killed(service: Service, tmp_path: Path) -> None:
    brought(service, tmp_path, 0)
    with Lake.writing(tmp_path / "lake") as lake:
        lake.fetches.begin("A", YEARS.periods, (), START)
    assert STOPPED in str(known(tmp_path).warning)
    brought(service, tmp_path, 1)
    assert known(tmp_path).warning is None


def test_an_error_that_ends_a_fetch_is_one_that_did_not_finish(
    service: Service, tmp_path: Path
) -> None:
    brought(service, tmp_path, 0)
    service.world.revise("2022", CHE)
    with pytest.raises(Exception, match="refuses the key"):
        brought(service, tmp_path, 30, key="f" * 32)
    assert f"(CHE 2022): {STOPPED}" in str(known(tmp_path).warning)


def test_a_narrow_fetch_clears_only_what_it_brought(service: Service, tmp_path: Path) -> None:
    brought(service, tmp_path, 0)
    service.faults = Faults(rate=1, ways=("error_503",))
    brought(service, tmp_path, 30)
    service.faults = Faults()
    brought(service, tmp_path, 31, FetchRequest("A", ("2022",)))
    assert known(tmp_path).warning is not None
    brought(service, tmp_path, 32, FetchRequest("A", YEARS.periods, ("757",)))
    assert known(tmp_path).warning is not None
    brought(service, tmp_path, 33, FetchRequest("A", ("2021", "2023")))
    assert known(tmp_path).warning is None


def test_a_fetch_of_other_years_or_months_says_nothing_of_this_edition(
    service: Service, tmp_path: Path
) -> None:
    brought(service, tmp_path, 0)
    service.faults = Faults(rate=1, ways=("error_503",))
    brought(service, tmp_path, 1, FetchRequest("A", ("1999",)))
    brought(service, tmp_path, 1, FetchRequest("M", ("202301",)))
    assert known(tmp_path).warning is None
    assert known(tmp_path, frequency="monthly").warning is not None


def test_what_was_never_fetched(service: Service, tmp_path: Path) -> None:
    brought(service, tmp_path, 0, FetchRequest("A", ("2022",), ("757",)))
    found = known(tmp_path)
    assert found == Upstream(
        START, 5,
        f"{BEHIND}5 published reporter-periods are not in it (GHA 2022, IND 2022, ZAF 2022, ARE "
        "2022, GBR 2022): they were not fetched; the next run completes it.",
    )  # fmt: skip


def test_an_older_state_says_what_was_known_then(service: Service, tmp_path: Path) -> None:
    brought(service, tmp_path, 0)
    service.world.revise("2022", CHE)
    service.quota = 0
    brought(service, tmp_path, 30)
    service.quota = None
    brought(service, tmp_path, 60)
    day = [(START + timedelta(days=n)).date() for n in range(61)]
    assert known(tmp_path, as_of=day[0]) == Upstream(START, 0, None)
    assert known(tmp_path, as_of=day[29]) == Upstream(START, 0, None)
    assert known(tmp_path, as_of=day[30]) == known(tmp_path, as_of=day[59]) == Upstream(
        START + timedelta(days=30), 1,
        f"{BEHIND}1 published reporter-period is not in it (CHE 2022): the calls are used up until "
        "2026-09-04 09:14 UTC.",
    )  # fmt: skip
    assert known(tmp_path, as_of=day[60]).warning is None


def test_a_check_ahead_of_the_clock_is_no_check(service: Service, tmp_path: Path) -> None:
    now = datetime.now(UTC) + timedelta(days=400)
    fetch(YEARS, settings_for(service, tmp_path), clock=lambda: now)
    assert known(tmp_path) == Upstream(None, 0, None)


def test_a_lake_of_an_older_version_is_read_and_goes_on(service: Service, tmp_path: Path) -> None:
    """Versions 0.1.x did not remember how a fetch ended."""
    brought(service, tmp_path, 0)
    db = sqlite3.connect(tmp_path / "lake" / "manifest.sqlite")
    db.execute("drop table fetches").connection.close()
    assert known(tmp_path) == Upstream(START, 0, None)
    service.world.revise("2022", CHE)
    service.quota = 0
    brought(service, tmp_path, 30)
    assert known(tmp_path).missing_reporter_periods == 1


def ran(service: Service, out: Path, *arguments: str) -> Said:
    said = mirror(
        *arguments, "--out", out, MIRROR_COMTRADE_URL=service.url, MIRROR_COMTRADE_KEY=KEY,
        MIRROR_COMTRADE_PAUSE_SECONDS="0", MIRROR_COMTRADE_RETRIES="0", MIRROR_FETCH_YEARS="3",
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    return said


@pytest.mark.slow
def test_the_mark_is_in_all_that_is_cited_until_a_run_is_complete(tmp_path: Path) -> None:
    """Summary, page, workbook and citation carry what the fetch before the build left open."""
    world = World(reporters=8, partners=12)
    with Service(world).running() as service:
        ran(service, tmp_path, "fetch", "--years", "2021-2023")
        world.revise("2022", IND)
        service.quota = 0
        with Lake.writing(tmp_path / "lake") as lake:  # so that availability is asked again
            lake._db.execute("update replies set fetched_at = '2026-08-05T06:00:00+00:00'")
        for step in ("fetch --years 2021-2023", "build --edition 2023-12", "check", "publish"):
            ran(service, tmp_path, *step.split())
        folder = tmp_path / "published" / "2023-12"
        assert_marked(folder)
        service.quota = None
        with Lake.writing(tmp_path / "lake") as lake:
            lake._db.execute("delete from rests")
        ran(service, tmp_path, "run", "--edition", "2023-12")
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["upstream"]["missing_reporter_periods"] == 0
    assert summary["upstream"]["is_complete"] is True
    assert BEHIND not in (folder / "CITATION.txt").read_text() + json.dumps(summary["warnings"])
    assert BEHIND not in (folder / "report.html").read_text()


def assert_marked(folder: Path) -> None:
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["upstream"].pop("checked_at").endswith("Z")
    assert summary["upstream"] == {"missing_reporter_periods": 1, "is_complete": False}
    warning = summary["warnings"][0]
    assert warning.startswith(f"{BEHIND}1 published reporter-period is not in it (IND 2022): the ")
    assert warning.endswith("; the next run completes it.")
    assert (folder / "CITATION.txt").read_text().startswith(f"{warning}\n\n")
    assert f"<strong>{warning}</strong>" in (folder / "report.html").read_text()
    with zipfile.ZipFile(folder / "ranked_gaps.xlsx") as book:
        texts = unescape(book.read("xl/worksheets/sheet1.xml").decode())
    assert re.findall(r">Note: ([^<]*)<", texts)[0] == warning
