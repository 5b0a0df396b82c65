"""`mirror status`: whether the edition due stands, by exit code, and how long it waits."""

import json
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from commands import Said, mirror
from comtrade_service.service import Service
from comtrade_service.world import World
from mirror.steps.due import due_report, is_complete, month_due
from standing import show, stand, stand_old

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
BEHIND = {"checked_at": "2026-11-05T06:00:00Z", "missing_reporter_periods": 12,
          "is_complete": False}  # fmt: skip


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mirror.steps.asking.utc_now", lambda: NOW)


@pytest.fixture
def published(tmp_path: Path) -> Path:
    return tmp_path / "published"


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with Service(World(reporters=2, partners=3)).running() as running:
        yield running


def asked(out: Path, *options: str, url: str = "http://127.0.0.1:9", **more: str) -> Said:
    more |= {"MIRROR_COMTRADE_URL": url, "MIRROR_COMTRADE_PAUSE_SECONDS": "0"}
    return mirror("status", "--out", out, *options, **more)


def test_the_month_is_due_from_its_day_on() -> None:
    days = [datetime(2026, 1, 5, 23, tzinfo=UTC), datetime(2026, 1, 6, tzinfo=UTC), NOW]
    assert [month_due(day, 6) for day in days] == ["2025-12", "2026-01", "2026-11"]


def test_the_edition_due_stands(tmp_path: Path, published: Path) -> None:
    stand(published, "2026-10")
    stand(published, "2026-11", 2, reference={"gold_price_until": "2026-06"})
    said = asked(tmp_path, "--offline")
    assert (said.returncode, said.stderr) == (0, "")
    for line in ("edition due,2026-11", "last edition,2026-11.r2", "latest shows,2026-11.r2",
                 "it is what was published,yes", "gold price until,2026-06"):  # fmt: skip
        assert f"{line}\n" in said.stdout


def sentence(out: Path) -> str:
    said = asked(out, "--offline")
    assert said.returncode == 1
    (line,) = said.stderr.splitlines()
    return line.removeprefix("mirror: ")


def test_nothing_is_published(tmp_path: Path, published: Path) -> None:
    assert sentence(tmp_path) == f"No edition stands in {published}: run mirror run."
    assert list(tmp_path.iterdir()) == []


def test_the_month_due_is_missing(tmp_path: Path, published: Path) -> None:
    stand(published, "2026-10")
    assert sentence(tmp_path) == (
        "The edition 2026-11 was due on 2026-11-06 and does not stand; the newest is 2026-10.r1: "
        "see what the last run said, then run mirror run."
    )
    assert asked(tmp_path, "--offline", MIRROR_DUE_DAY="26").returncode == 0


def test_the_edition_is_behind_the_service(tmp_path: Path, published: Path) -> None:
    stand(published, "2026-11", upstream=BEHIND)
    assert sentence(tmp_path) == (
        "The edition 2026-11.r1 is behind the service: 12 published reporter-periods are not in "
        "it; the next run completes it."
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("figures/map.svg", "figures/map.svg is not what was published"),
        ("summary.json", "summary.json is not what was published"),
        ("SHA256SUMS", "SHA256SUMS is missing or cannot be read"),
    ],
)
def test_the_edition_is_damaged(tmp_path: Path, published: Path, name: str, said: str) -> None:
    (stand(published, "2026-11") / name).write_bytes(b"\xff")
    assert sentence(tmp_path).startswith(f"The edition 2026-11.r1 is damaged: {said}. Run ")


def test_files_of_the_edition_are_missing(tmp_path: Path, published: Path) -> None:
    folder = stand(published, "2026-11")
    for name in ("mirror.duckdb", "report.html"):
        (folder / name).unlink()
    assert "mirror.duckdb is missing, and 1 more files" in sentence(tmp_path)


def test_latest_was_set_back(tmp_path: Path, published: Path) -> None:
    """It was meant, so it is said and is no failure."""
    stand(published, "2026-10")
    stand(published, "2026-11")
    show(published, "latest", "2026-10.r1")
    said = asked(tmp_path, "--offline")
    assert said.returncode == 0
    assert said.stderr == (
        "mirror: latest was set back to 2026-10.r1, and 2026-11.r1 stands: run mirror latest "
        "2026-11.r1 when readers may see it.\n"
    )


def test_latest_leads_nowhere(tmp_path: Path, published: Path) -> None:
    stand(published, "2026-11")
    show(published, "latest", "2026-09")
    assert "shows no edition: run mirror latest 2026-11.r1." in sentence(tmp_path)


def test_an_edition_of_a_month_that_has_not_come_is_none(tmp_path: Path, published: Path) -> None:
    stand(published, "2026-11")
    stand(published, "2036-02")
    assert "shows 2036-02.r1, a month that has not come" in sentence(tmp_path)
    shutil.rmtree(published / "2026-11.r1")
    assert "No edition stands" in sentence(tmp_path)


def test_copies_and_notes_are_no_editions(published: Path) -> None:
    folder = stand(published, "2026-11")
    shutil.copytree(folder, published / "2026-12")
    shutil.copytree(folder, published / "2026-11-backup")
    (published / "2026-11.txt").write_text("cited")
    report = due_report(published, NOW, 6)
    assert report.newest and report.newest.name == "2026-11.r1" and not report.problems


def test_an_edition_of_an_older_version_stands(published: Path) -> None:
    stand_old(published, "2026-11")
    report = due_report(published, NOW, 6)
    assert (report.latest, report.problems, report.remarks) == ("2026-11.r1", (), ())
    assert report.edition and is_complete(report.edition)


def test_the_lake_is_damaged(tmp_path: Path, published: Path) -> None:
    """The edition is shown all the same: what is damaged hides nothing of the rest."""
    stand(published, "2026-11")
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "manifest.sqlite").write_bytes(b"\0" * 9000)
    said = asked(tmp_path)
    assert (said.returncode, len(said.stderr.splitlines())) == (1, 1)
    assert "last edition,2026-11.r1" in said.stdout
    assert "manifest" in said.stderr


def test_the_service_answers(tmp_path: Path, published: Path, service: Service) -> None:
    stand(published, "2026-11")
    said = asked(tmp_path, url=service.url)
    assert (said.returncode, "mirror:" in said.stderr) == (0, False)
    assert "the service,answered" in said.stdout
    assert "key,not set: a run fetches nothing" in said.stdout


def test_the_service_is_down_and_the_edition_is_in_time(tmp_path: Path, published: Path) -> None:
    stand(published, "2026-11")
    said = asked(tmp_path)
    assert said.returncode == 3
    assert "the service,cannot be reached" in said.stdout
    assert said.stderr.count("mirror: The service cannot be reached") == 1


def test_the_service_is_down_and_the_edition_is_not_there(tmp_path: Path) -> None:
    assert asked(tmp_path).returncode == 1


def test_a_service_that_says_nothing_is_not_waited_for(tmp_path: Path, published: Path) -> None:
    """Availability of monthly records takes three calls: the time is that of all of them."""
    stand(published, "2026-11")
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        began = time.monotonic()
        said = asked(tmp_path, "--freq", "monthly", url=url, MIRROR_STATUS_SECONDS="0.3")
        assert time.monotonic() - began < 2
    assert said.returncode == 3


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "offline"])
def test_one_object_says_it_all(tmp_path: Path, published: Path, url: str) -> None:
    stand(published, "2026-11", upstream=BEHIND, reference={"gold_price_until": "2026-06"})
    options = ["--json", *(["--offline"] if url == "offline" else [])]
    said = asked(tmp_path, *options, url="http://127.0.0.1:9")
    found = json.loads(said.stdout)
    assert (said.returncode, found["exit_code"], found["due"]) == (1, 1, "2026-11")
    assert found["edition"] == {
        "name": "2026-11.r1", "month": "2026-11", "revision": 1, "is_due": True, "damages": [],
        "is_complete": False, "upstream": BEHIND, "reference": {"gold_price_until": "2026-06"},
    }  # fmt: skip
    assert found["service"]["is_reachable"] is (None if url == "offline" else False)
    assert len(found["problems"]) == 1


def test_it_writes_nothing(tmp_path: Path, published: Path, service: Service) -> None:
    stand(published, "2026-11")
    before = {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*")}
    asked(tmp_path, url=service.url)
    assert {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*")} == before
