"""A lost, older or damaged manifest: no body is deleted, all is named, and it is written anew."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from comtrade_service.compare import settings_for
from comtrade_service.service import KEY, Service
from comtrade_service.world import World
from mirror.steps.build import build
from mirror.steps.fetch import FetchRequest, fetch
from mirror.steps.run import new_run

pytestmark = pytest.mark.slow

START = datetime(2026, 10, 5, 6, tzinfo=UTC)
YEARS = FetchRequest.of_span("A", "2021", "2023")
CHE, IND = 757, 699
TABLES = ("stg_records", "gap_years", "ranked_gaps", "one_sided_flows", "reporter_coverage",
          "sources")  # fmt: skip


@pytest.fixture
def service() -> Iterator[Service]:
    with Service(World(reporters=6, partners=8)).running() as running:
        yield running


def brought(service: Service, out: Path, days: int) -> None:
    now = START + timedelta(days=days)
    assert fetch(YEARS, settings_for(service, out), clock=lambda: now).is_complete


@pytest.fixture
def out(service: Service, tmp_path: Path) -> Path:
    """A lake of two vintages, with a withdrawal; beside it the manifest of its first day."""
    folder = tmp_path / "out"
    brought(service, folder, 0)
    shutil.copy(folder / "lake" / "manifest.sqlite", tmp_path / "older.sqlite")
    service.world.revise("2022", CHE)
    service.world.withdraw("2023", IND)
    brought(service, folder, 20)
    return folder


def mirror(service: Service, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {
        "MIRROR_COMTRADE_URL": service.url,
        "MIRROR_COMTRADE_KEY": KEY,
        "MIRROR_COMTRADE_PAUSE_SECONDS": "0",
        "MIRROR_COMTRADE_BACKOFF_SECONDS": "0.01",
        "MIRROR_FETCH_YEARS": "3",
    }
    program = str(Path(sys.executable).with_name("mirror"))
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True,
                          check=False, env=os.environ | environment)  # fmt: skip


def bodies(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (out / "lake" / "replies").glob("*/*")}


def files(out: Path) -> dict[str, tuple[bytes, int]]:
    return {path.relative_to(out).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
            for path in out.rglob("*") if path.is_file()}  # fmt: skip


def manifest(out: Path) -> list[str]:
    """Every row of what was fetched, in order; not the calls, which a lost manifest takes along."""
    kept = tuple(f'INSERT INTO "{t}"' for t in ("replies", "covers", "released", "looked"))
    with closing(sqlite3.connect(out / "lake" / "manifest.sqlite")) as db:
        return sorted(line for line in db.iterdump() if line.startswith(kept))


def delete(path: Path, older: Path) -> None:
    path.unlink()


def make_older(path: Path, older: Path) -> None:
    shutil.copy(older, path)


def empty(path: Path, older: Path) -> None:
    path.write_bytes(b"")


def fill_with_garbage(path: Path, older: Path) -> None:
    path.write_bytes(b"no manifest at all " * 500)


def cut(path: Path, older: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def take_the_tables(path: Path, older: Path) -> None:
    path.unlink()
    sqlite3.connect(path).execute("create table other (a)").connection.close()


LOSSES = (delete, make_older, empty, fill_with_garbage, cut, take_the_tables)


@pytest.mark.parametrize("lose", LOSSES)
def test_no_command_deletes_a_body_and_each_says_how_to_rebuild(
    service: Service, out: Path, lose: Callable[[Path, Path], None]
) -> None:
    whole, expected = manifest(out), bodies(out)
    lose(out / "lake" / "manifest.sqlite", out.parent / "older.sqlite")
    lost = files(out)
    for options in ((), ("--offline",)):
        said = mirror(service, "status", "--out", out, *options)
        assert "mirror fetch --rebuild" in said.stderr and "Traceback" not in said.stderr
        assert files(out) == lost, "status writes"
    calls = len(service.calls)
    for command in (["fetch", "--years", "2021-2023"], ["run", "--edition", "2023-12"],
                    ["build"], ["fetch", "--years", "2021-2023", "--dry-run"]):  # fmt: skip
        said = mirror(service, *command, "--out", out)
        assert said.returncode == 1, command
        assert said.stderr.splitlines()[-1].startswith("mirror: ")
        assert (
            f"mirror fetch --rebuild --out {out}" in said.stderr and "Traceback" not in said.stderr
        )
        assert bodies(out) == expected
    assert len(service.calls) == calls
    assert not (out / "published").exists()
    again = mirror(service, "fetch", "--rebuild", "--out", out)
    assert again.returncode == 0, again.stderr
    assert f"names {len(expected)} replies" in again.stderr
    assert manifest(out) == whole
    assert bodies(out) == expected
    twice = mirror(service, "fetch", "--rebuild", "--out", out)
    assert ", 0 of them found again" in twice.stderr and manifest(out) == whole


@pytest.mark.parametrize("lose", [delete, make_older])
def test_what_is_built_after_a_rebuild_is_what_was_built_before(
    service: Service, out: Path, lose: Callable[[Path, Path], None]
) -> None:
    days = (None, START.date())
    before = [tables(out, day) for day in days]
    assert before[0] != before[1]
    lose(out / "lake" / "manifest.sqlite", out.parent / "older.sqlite")
    assert mirror(service, "fetch", "--rebuild", "--out", out).returncode == 0
    assert [tables(out, day) for day in days] == before
    calls = service.count("v1/get/")
    brought(service, out, 40)
    assert service.count("v1/get/") == calls > 0, "no record is new"


def tables(out: Path, as_of: object) -> dict[str, list[object]]:
    run = new_run(out, edition="2026-11", as_of=as_of)
    build(run)
    with duckdb.connect(str(run.building), read_only=True) as built:
        return {name: built.sql(f"from {name} order by all").fetchall() for name in TABLES}


def test_an_unreadable_manifest_is_set_apart_and_not_deleted(service: Service, out: Path) -> None:
    for text in (b"one kind of garbage", b"another kind of garbage"):
        (out / "lake" / "manifest.sqlite").write_bytes(text)
        assert mirror(service, "fetch", "--rebuild", "--out", out).returncode == 0
    apart = sorted((out / "lake" / "damaged").iterdir())
    assert [path.name for path in apart] == ["manifest.sqlite", "manifest.sqlite.2"]
    assert apart[1].read_bytes() == b"another kind of garbage"


def test_a_body_that_belongs_to_no_entry_stays_and_is_named(service: Service, out: Path) -> None:
    stranger = out / "lake" / "replies" / "ab" / f"{'ab' * 32}.json.gz"
    stranger.parent.mkdir(exist_ok=True)
    stranger.write_bytes(b"somebody put it there")
    name = f"replies/ab/{stranger.name}"
    for command in (
        ["status"],
        ["fetch", "--years", "2021-2023"],
        ["build"],
        ["fetch", "--rebuild"],
    ):
        said = mirror(service, *command, "--out", out)
        assert said.returncode == (command == ["status"]), said.stderr  # nothing is published
        assert name in said.stderr
        assert stranger.read_bytes() == b"somebody put it there"
    assert f"files in the lake that nothing names,1: {name}" in mirror(
        service, "status", "--offline", "--out", out
    ).stdout.replace('"', "")


def record_body(out: Path) -> Path:
    with closing(sqlite3.connect(out / "lake" / "manifest.sqlite")) as db:
        (path,) = db.execute("select path from replies where kind = 'records' limit 1").fetchone()
    return out / "lake" / str(path)


def test_a_body_that_is_missing_is_one_sentence(service: Service, out: Path) -> None:
    body = record_body(out)
    kept = body.read_bytes()
    body.unlink()
    said = mirror(service, "build", "--out", out)
    assert said.returncode == 1 and "Traceback" not in said.stderr
    assert body.name in said.stderr.splitlines()[-1] and "restore it" in said.stderr
    assert body.name in mirror(service, "status", "--offline", "--out", out).stdout
    assert mirror(service, "fetch", "--years", "2021-2023", "--out", out).returncode == 0
    whole = manifest(out)
    assert body.name in mirror(service, "fetch", "--rebuild", "--out", out).stderr
    assert mirror(service, "build", "--out", out).returncode == 0
    body.write_bytes(kept)
    assert "not name the reply" in mirror(service, "build", "--out", out).stderr
    assert mirror(service, "fetch", "--rebuild", "--out", out).returncode == 0
    assert manifest(out) == whole


def test_a_reply_of_which_nothing_is_left_is_fetched_again(service: Service, out: Path) -> None:
    body = record_body(out)
    body.write_bytes(b"\x1f\x8bdamaged")
    said = mirror(service, "fetch", "--rebuild", "--out", out)
    assert said.returncode == 0 and "set apart as" in said.stderr
    assert (out / "lake" / "damaged" / body.name).read_bytes() == b"\x1f\x8bdamaged"
    said = mirror(service, "status", "--offline", "--out", out)
    assert said.stderr.startswith("mirror: No edition stands") and said.stderr.count("\n") == 1
    brought(service, out, 40)
    build(new_run(out))


def test_a_damaged_entry_costs_its_reply_alone(service: Service, out: Path) -> None:
    whole = bodies(out)
    (entry, *_) = sorted((out / "lake" / "entries").glob("*/*"))
    entry.write_bytes(b"damaged")
    assert mirror(service, "fetch", "--rebuild", "--out", out).returncode == 0
    assert bodies(out) == whole and entry.read_bytes() == b"damaged"
    (out / "lake" / "manifest.sqlite").unlink()
    said = mirror(service, "fetch", "--rebuild", "--out", out)
    assert said.returncode == 0 and entry.name in said.stderr and "Traceback" not in said.stderr
    assert f"names {len(whole) - 1} replies" in said.stderr
    assert bodies(out) == whole


def test_a_lake_of_version_0_1_0_opens_and_is_given_entries(service: Service, out: Path) -> None:
    shutil.rmtree(out / "lake" / "entries")
    whole = manifest(out)
    said = mirror(service, "status", "--offline", "--out", out)
    assert said.stderr.startswith("mirror: No edition stands") and said.stderr.count("\n") == 1
    build(new_run(out))
    assert not (out / "lake" / "entries").exists()
    assert mirror(service, "fetch", "--years", "2021-2023", "--out", out).returncode == 0
    (out / "lake" / "manifest.sqlite").unlink()
    assert mirror(service, "fetch", "--rebuild", "--out", out).returncode == 0
    assert set(whole) <= set(manifest(out))


def test_a_lake_of_version_0_1_0_that_lost_its_manifest_is_no_empty_one(
    service: Service, out: Path
) -> None:
    shutil.rmtree(out / "lake" / "entries")
    (out / "lake" / "manifest.sqlite").unlink()
    expected = bodies(out)
    said = mirror(service, "build", "--out", out)
    assert said.returncode == 1 and "names" in said.stderr and "backup" in said.stderr
    assert not (out / "build.duckdb").exists()
    said = mirror(service, "fetch", "--years", "2021-2023", "--out", out)
    assert said.returncode == 0 and "--source" in said.stderr
    assert expected.items() <= bodies(out).items()


def test_there_is_nothing_to_rebuild_from(service: Service, tmp_path: Path) -> None:
    said = mirror(service, "fetch", "--rebuild", "--out", tmp_path / "none")
    assert (said.returncode, (tmp_path / "none").exists()) == (2, False)
    assert "There is no folder" in said.stderr
    said = mirror(service, "fetch", "--rebuild", "--out", tmp_path)
    assert (said.returncode, (tmp_path / "lake").exists()) == (1, False)
    assert "There is no lake" in said.stderr
    said = mirror(service, "fetch", "--rebuild", "--years", "2022", "--out", tmp_path)
    assert (said.returncode, len(said.stderr.splitlines())) == (2, 1)


def test_status_makes_no_folder(service: Service, tmp_path: Path) -> None:
    said = mirror(service, "status", "--out", tmp_path / "none")
    assert (said.returncode, said.stderr.count("There is no folder")) == (2, 1)
    assert not (tmp_path / "none").exists()


def test_an_entry_says_what_was_asked_when_and_what_came(service: Service, out: Path) -> None:
    import gzip

    body = record_body(out)
    (path,) = (out / "lake" / "entries").glob(f"*/{body.name.split('.')[0]}.*")
    entry = json.loads(gzip.decompress(path.read_bytes()))
    assert entry["sha256"] == body.name.split(".")[0]
    assert json.loads(entry["query"])["periods"] == ["2021", "2022", "2023"]
    assert entry["fetched_at"] == "2026-10-05T06:00:00.000000+00:00"
    assert len(entry["covers"]) == 3 * 6, "three years of six reporters"
    assert KEY not in json.dumps(entry)
