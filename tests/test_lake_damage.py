"""Every kind of damage to every file of a lake: one sentence, no traceback, nothing deleted."""

import gzip
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from pathlib import Path

import duckdb
import pytest

from commands import mirror
from comtrade_service.compare import settings_for
from comtrade_service.service import Service
from comtrade_service.world import World
from mirror.errors import LakeError
from mirror.lake import Lake, faults, rebuild
from mirror.steps import archive
from mirror.steps.build import build
from mirror.steps.fetch import FetchRequest, collect, fetch
from mirror.steps.run import new_run
from mirror.steps.spans import bilateral_queries
from mirror.steps.status import status

YEAR = FetchRequest.of_span("A", "2022", "2022")
State = dict[str, bytes | None]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake that was fetched once: records, the UN's own mirror, availability, reporters."""
    folder = tmp_path_factory.mktemp("whole")
    named = FetchRequest.of_span("A", "2022", "2022", ("CHE",))
    with Service(World(reporters=4, partners=4)).running() as service:
        settings = settings_for(service, folder)
        assert fetch(YEAR, settings).is_complete and fetch(named, settings).is_complete
        assert collect(bilateral_queries(YEAR), settings).is_complete
    assert faults(folder / "lake") == []
    return folder


@pytest.fixture
def out(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole, tmp_path / "out")
    return tmp_path / "out"


def state(folder: Path) -> State:
    return {path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
            for path in folder.rglob("*")}  # fmt: skip


def other_gzip(path: Path) -> None:
    """Whole records, and not those that were fetched."""
    text = gzip.decompress(path.read_bytes())
    path.write_bytes(gzip.compress(text.replace(b'"primaryValue":1', b'"primaryValue":9') + b" "))


def plain_text(path: Path) -> None:
    path.write_bytes(gzip.decompress(path.read_bytes()))


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def more_at_the_end(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"more")


def a_bit_flipped(path: Path) -> None:
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 4
    path.write_bytes(body)


def zeroed(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def of_no_bytes(path: Path) -> None:
    path.write_bytes(b"")


def garbage(path: Path) -> None:
    path.write_bytes(b"neither this nor that " * 400)


def missing(path: Path) -> None:
    path.unlink()


def a_folder(path: Path) -> None:
    path.unlink()
    (path / "inside").mkdir(parents=True)


def a_link_to_nowhere(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


DAMAGES = (other_gzip, plain_text, truncated, more_at_the_end, a_bit_flipped, zeroed, of_no_bytes,
           garbage, missing, a_folder, a_link_to_nowhere)  # fmt: skip


def body_of(out: Path, kind: str) -> Path:
    with Lake.reading(out / "lake") as lake:
        return next(reply.path for reply in lake.replies() if reply.kind == kind)


def assert_one_sentence(said: str, *names: str) -> None:
    lines = [line for line in said.splitlines() if line.startswith("mirror: ")]
    assert len(lines) == 1 and "Traceback" not in said, said
    assert lines[0].endswith(".") and "\n" not in lines[0]
    for name in names:
        assert name in lines[0]


@pytest.mark.parametrize("kind", ["records", "bilateral"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_body_is_not_built(out: Path, damage: Callable[[Path], None], kind: str) -> None:
    body = body_of(out, kind)
    damage(body)
    before = state(out)
    said = mirror("build", "--out", out)
    assert said.returncode == 1
    assert_one_sentence(said.stderr, body.name, "restore it", "mirror fetch --rebuild --out")
    assert state(out / "lake") == state_of_lake(before)
    assert not (out / "build.duckdb").exists()
    assert [body.name in sentence for sentence in faults(out / "lake")] == [True]
    assert state(out / "lake") == state_of_lake(before)


def state_of_lake(of: State) -> State:
    return {name.removeprefix("lake/"): body for name, body in of.items()
            if name.startswith("lake/")}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_after_a_rebuild_the_next_fetch_brings_what_was_damaged(
    out: Path, damage: Callable[[Path], None]
) -> None:
    body = body_of(out, "records")
    damage(body)
    done = rebuild(out / "lake")
    assert len(done.left) == 1 and body.name in done.left[0]
    kept = [*(out / "lake").glob("damaged/*")]
    assert len(kept) == (damage not in (missing, a_link_to_nowhere))
    with Service(World(reporters=4, partners=4)).running() as service:
        report = fetch(YEAR, settings_for(service, out))
        assert report.is_complete and report.replies >= 1
        assert fetch(YEAR, settings_for(service, out)).replies == 0


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_availability_reply_is_named_and_stops_nothing(
    out: Path, damage: Callable[[Path], None]
) -> None:
    body = body_of(out, "availability_keyed")
    damage(body)
    assert [body.name in sentence for sentence in faults(out / "lake")] == [True]
    assert len(archive.replies(new_run(out))) == 2
    with Service(World(reporters=4, partners=4)).running() as service:
        assert fetch(YEAR, settings_for(service, out)).is_complete


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_list_of_reporters_is_one_sentence_or_asked_again(
    out: Path, damage: Callable[[Path], None]
) -> None:
    body = body_of(out, "reference")
    damage(body)
    named = FetchRequest.of_span("A", "2022", "2022", ("CHE",))
    with Service(World(reporters=4, partners=4)).running() as service:
        settings = settings_for(service, out)
        if not body.is_file():
            expected = (pytest.raises(LakeError, match="is a folder") if body.is_dir()
                        else nullcontext())  # fmt: skip
            with expected:
                assert fetch(named, settings).is_complete
            return
        with pytest.raises(LakeError, match=f"{body.name}.*restore it"):
            fetch(named, settings)


def header_alone(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


def half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def pages_overwritten(path: Path) -> None:
    body = bytearray(path.read_bytes())
    for place in range(4096, len(body), 8192):
        body[place : place + 4096] = os.urandom(4096)
    path.write_bytes(body)


def a_database_of_another(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as db:
        db.execute("create table other (a)")


def a_column_gone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("alter table replies rename column fetched_at to came_at")
        db.commit()


def a_time_that_is_none(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("update replies set fetched_at = 'yesterday'")
        db.commit()


def text_that_is_none(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("update replies set query = cast(x'ff00fe' as text)")
        db.commit()


MANIFESTS = (zeroed, of_no_bytes, garbage, missing, a_folder, header_alone, half,
             pages_overwritten, a_database_of_another, a_column_gone, a_time_that_is_none,
             text_that_is_none, a_link_to_nowhere)  # fmt: skip


@pytest.mark.parametrize("damage", MANIFESTS)
def test_a_damaged_manifest_is_one_sentence_and_is_written_anew(
    out: Path, whole: Path, damage: Callable[[Path], None]
) -> None:
    damage(out / "lake" / "manifest.sqlite")
    before = state(out)
    for command in (["build"], ["fetch", "--years", "2022", "--dry-run"],
                    ["fetch", "--years", "2022"]):  # fmt: skip
        said = mirror(*command, "--out", out, MIRROR_COMTRADE_URL="http://127.0.0.1:9")
        assert said.returncode == 1, command
        assert_one_sentence(said.stderr, "mirror fetch --rebuild --out")
        kept = state(out / "lake")
        assert {name: kept[name] for name in state_of_lake(before) if "manifest" not in name} == {
            name: body for name, body in state_of_lake(before).items() if "manifest" not in name
        }
    assert faults(out / "lake") != [] and not (out / "build.duckdb").exists()
    assert mirror("fetch", "--rebuild", "--out", out).returncode == 0
    assert faults(out / "lake") == []
    with Lake.reading(out / "lake") as lake, Lake.reading(whole / "lake") as expected:
        rows = [(reply.id, reply.sha256, reply.fetched_at) for reply in lake.replies()]
        assert rows == [(r.id, r.sha256, r.fetched_at) for r in expected.replies()]


def other_reply(path: Path) -> None:
    entry = json.loads(gzip.decompress(path.read_bytes()))
    path.write_bytes(gzip.compress(json.dumps(entry | {"rows": 3}).encode()))


def without_a_column(path: Path) -> None:
    entry = json.loads(gzip.decompress(path.read_bytes()))
    del entry["kind"]
    path.write_bytes(gzip.compress(json.dumps(entry).encode()))


def of_a_file_elsewhere(path: Path) -> None:
    entry = json.loads(gzip.decompress(path.read_bytes()))
    path.write_bytes(gzip.compress(json.dumps(entry | {"path": "../keep.txt"}).encode()))


def a_list(path: Path) -> None:
    path.write_bytes(gzip.compress(b"[1, 2]"))


ENTRIES = (zeroed, of_no_bytes, garbage, truncated, missing, a_folder, a_link_to_nowhere, a_list,
           without_a_column, of_a_file_elsewhere, plain_text, a_bit_flipped)  # fmt: skip


@pytest.mark.parametrize("damage", [*ENTRIES, other_reply])
def test_a_damaged_entry_is_named_and_costs_nothing_while_the_manifest_is_whole(
    out: Path, damage: Callable[[Path], None]
) -> None:
    entry = min((out / "lake" / "entries").glob("*/*"))
    damage(entry)
    before = state(out)
    assert [entry.name in sentence for sentence in faults(out / "lake")] == [True]
    assert len(archive.replies(new_run(out))) == 2
    assert state(out) == before


@pytest.mark.parametrize("damage", ENTRIES)
def test_a_rebuild_goes_on_without_a_damaged_entry(
    out: Path, damage: Callable[[Path], None]
) -> None:
    keep = out / "keep.txt"
    keep.write_text("not of the lake")
    entry = min((out / "lake" / "entries").glob("*/*"))
    bodies = {path: path.read_bytes() for path in (out / "lake" / "replies").glob("*/*")}
    damage(entry)
    (out / "lake" / "manifest.sqlite").unlink()
    said = mirror("fetch", "--rebuild", "--out", out)
    assert said.returncode == 0 and "Traceback" not in said.stderr
    assert f"names {len(bodies) - 1} replies" in said.stderr
    assert entry.name.split(".")[0] in said.stderr
    assert {path: path.read_bytes() for path in bodies} == bodies
    assert keep.read_text() == "not of the lake"


@pytest.mark.parametrize("name", ["replies", "entries", "drafts"])
def test_a_file_where_a_folder_belongs(out: Path, name: str) -> None:
    shutil.rmtree(out / "lake" / name)
    (out / "lake" / name).write_text("a file")
    said = faults(out / "lake")
    assert any(str(out / "lake" / name) in sentence for sentence in said) or name == "drafts"
    closed = {"MIRROR_COMTRADE_URL": "http://127.0.0.1:9"}
    assert mirror("fetch", "--years", "2022", "--out", out, **closed).returncode in (0, 1)
    assert (out / "lake" / name).read_text() == "a file"


@pytest.mark.slow
def test_what_was_read_is_what_sources_name(out: Path) -> None:
    run = new_run(out)
    build(run)
    with duckdb.connect(str(run.building), read_only=True) as built:
        read = built.sql("select source_file, sha256 from sources where fetched_at is not null")
        rows = dict(read.fetchall())
    assert len(rows) == 2
    for label, sha256 in rows.items():
        body = (out / label.split("#")[0]).read_bytes()
        assert hashlib.sha256(gzip.decompress(body)).hexdigest() == sha256


def test_faults_of_no_lake_and_of_a_file(tmp_path: Path) -> None:
    assert faults(tmp_path / "none") == []
    assert not (tmp_path / "none").exists()
    (tmp_path / "lake").write_text("a file")
    assert faults(tmp_path / "lake") == [f"{tmp_path / 'lake'} is a file where the lake belongs."]


@pytest.fixture
def killed(out: Path) -> Iterator[Path]:
    """A lake whose writer was killed in a transaction: its journal lies beside the manifest."""
    copy = out.parent / "copy"
    path = out / "lake" / "manifest.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("pragma cache_size = 1")
        db.execute("begin immediate")
        for number in range(2000):
            db.execute("insert into calls (account, day, at, address) values ('x', 'd', 't', ?)",
                       (f"{number} " * 40,))  # fmt: skip
        shutil.copytree(out, copy)
        db.execute("rollback")
    assert (copy / "lake" / "manifest.sqlite-journal").stat().st_size > 0
    yield copy


def test_a_lake_that_may_not_be_written_is_read_though_its_writer_was_killed(
    killed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(killed)
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    assert faults(killed / "lake") == []
    assert state(killed) == before


def test_readers_are_fine_while_a_fetch_writes(out: Path) -> None:
    with Lake.writing(out / "lake") as writer, Service(World(reporters=4)).running() as service:
        writer.ledger.spend("public", "/x", writer.replies()[0].fetched_at)
        assert faults(out / "lake") == []
        assert len(archive.replies(new_run(out))) == 2
        assert status(YEAR, settings_for(service, out)).open_calls == 0
        with Lake.reading(out / "lake") as one, Lake.reading(out / "lake") as two:
            assert len(one.replies()) == len(two.replies()) == len(writer.replies())
            writer.ledger.spend("public", "/x", writer.replies()[0].fetched_at)
