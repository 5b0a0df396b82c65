"""One writer below --out: who holds it is said, the dead hold nothing, readers need no lock."""

import errno
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from commands import mirror
from mirror.errors import HeldByAnother
from mirror.lake import Lake
from mirror.lock import held, locked
from mirror.steps.run import Run

HOLD = (
    "import sys, time; from pathlib import Path; from mirror.lock import held\n"
    "with held(Path(sys.argv[1]), 'mirror run'):\n"
    "    print('held', flush=True); time.sleep(float(sys.argv[2]))\n"
)
WRITERS = (
    ("run",), ("build",), ("check",), ("publish",), ("fetch", "--years", "2024"),
    ("fetch", "--rebuild"),
)  # fmt: skip


@contextmanager
def another(out: Path, seconds: float = 60) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the folder for so long."""
    command = [sys.executable, "-c", HOLD, str(out), str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_every_writer_leaves_at_once_and_says_who_holds_the_folder(tmp_path: Path) -> None:
    with another(tmp_path) as process:
        before = (tmp_path / "mirror.lock").read_bytes()
        for writer in WRITERS:
            said = mirror(*writer, "--out", tmp_path)
            assert (said.returncode, said.stdout) == (1, ""), writer
            start = f"mirror: {tmp_path} is held by mirror run (process {process.pid} on "
            assert said.stderr.startswith(start)
            assert said.stderr.endswith(" UTC): run again when it has ended.\n")
            assert said.stderr.count("\n") == 1
        assert (tmp_path / "mirror.lock").read_bytes() == before
        assert [path.name for path in tmp_path.iterdir()] == ["mirror.lock"]


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_the_lock_of_a_dead_process_is_free(tmp_path: Path, ending: signal.Signals) -> None:
    with another(tmp_path) as process:
        process.send_signal(ending)
        process.wait()
        with held(tmp_path, "mirror run"):
            assert "mirror run" in (tmp_path / "mirror.lock").read_text()
    assert (tmp_path / "mirror.lock").read_text() == ""


def test_a_writer_waits_as_long_as_it_was_told(tmp_path: Path) -> None:
    with another(tmp_path, 1.0):
        began = time.monotonic()
        said = mirror("check", "--out", tmp_path, MIRROR_WAIT_SECONDS="0.3")
        assert said.returncode == 1 and "run again when it has ended" in said.stderr
        assert time.monotonic() - began >= 0.3
        said = mirror("check", "--out", tmp_path, MIRROR_WAIT_SECONDS="30")
        assert "Nothing is built" in said.stderr
        assert time.monotonic() - began < 20


GARBAGE = (b"", b"\0" * 500, b"\xff\xfe{", b"[]", b"7", b'{"command": "x"}', b"SQLite format 3\0")


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_in_the_file_harms_nothing(tmp_path: Path, garbage: bytes) -> None:
    file = tmp_path / "mirror.lock"
    file.write_bytes(garbage)
    with held(tmp_path, "mirror run"):
        file.write_bytes(garbage)
        said = "is held by another run: run again"
        with pytest.raises(HeldByAnother, match=said), held(tmp_path, "mirror build"):
            pass
    with held(tmp_path, "mirror run"):
        pass


def test_the_lock_file_of_an_older_lake_is_taken_over(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "writer.lock") as old:
        old.execute("create table t (a)")
    old.close()
    with Lake.writing(tmp_path) as lake:
        assert lake.replies() == []
        said = f"{tmp_path} is held by mirror fetch"
        with pytest.raises(HeldByAnother, match=said), Lake.writing(tmp_path):
            pass


def test_a_fetch_within_a_run_is_not_kept_out_by_it(tmp_path: Path) -> None:
    with held(tmp_path, "mirror run"), Lake.writing(tmp_path / "lake") as lake:
        assert lake.replies() == []


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EIO])
def test_a_file_system_without_locks_is_said(
    tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(handle: int, operation: int) -> None:
        raise OSError(number, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuse)
    said = mirror("build", "--out", tmp_path)
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr == (
        f"mirror: {tmp_path}/mirror.lock cannot be written or locked (No locks available): mirror "
        "needs a folder that it may write, on a file system with locks; choose another --out.\n"
    )


def test_readers_need_no_lock_and_make_none(sample_run: Run) -> None:
    lock = sample_run.out / "mirror.lock"
    with held(sample_run.out, "mirror run"):
        before = lock.stat().st_mtime_ns
        for reader in (("tables",), ("sql", "select 1"), ("profile", "KEN"),
                       ("status", "--offline"), ("explain", "KEN", "ARE")):  # fmt: skip
            assert mirror(*reader, "--out", sample_run.out).returncode == 0, reader
        assert lock.stat().st_mtime_ns == before


LEFT = (
    "build.4711.tmp", "build.4711.tmp.wal", "build.4711.tmp.spill/x.tmp",
    f".draft-{'0a' * 16}", f"published/.draft-{'0a' * 6}/2026-11/summary.json",
    "published/.writing-ab_cd12x/2026-11/a.csv",
    f"lake/drafts/{'0' * 32}.part",
)  # fmt: skip
KEPT = (
    "build.duckdb", "build.duckdb.bak", "build.tmp", "build.x.tmp", "build.4711.tmp.txt",
    "notes.tmp", ".draft", "draft-1", ".draft-folder/x", "my.writing-abc/x",
    ".draft-mine", "published/.draft-mine/x", "published/.writing-mine/x",
    "published/2026-10/.draft-x", "published/.draft-note", "published/2026-10-backup/a",
    "published/.files/x", "published/.latest.new", "lake/drafts/mine.part", "lake/drafts/a.json",
    f"lake/replies/00/{'0' * 32}.part", "warehouse.duckdb.1.tmp",
)  # fmt: skip


def test_what_killed_runs_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    for name in (*LEFT, *KEPT):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    links = {"published/.2026-11.new": False, "published/.2026-11.r2.new": False,
             "published/.draft-link": True, "build.7.tmp": True}  # fmt: skip
    for name in links:
        (tmp_path / name).symlink_to("../lake")
    with held(tmp_path, "mirror build"):
        pass
    there = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if not path.is_dir()
             or path.is_symlink()}  # fmt: skip
    own = {"mirror.lock", "lake/writer.lock"}
    assert there - own == {*KEPT, *(name for name, is_kept in links.items() if is_kept)}
    assert not (tmp_path / "build.4711.tmp.spill").exists()
    assert [path.name for path in (tmp_path / "published").glob(".writing-*")] == [".writing-mine"]


def test_drafts_of_a_fetch_that_is_at_work_stay(tmp_path: Path) -> None:
    draft = tmp_path / "lake" / "drafts" / f"{'0' * 32}.part"
    draft.parent.mkdir(parents=True)
    draft.touch()
    with locked(tmp_path / "lake" / "writer.lock", "mirror fetch"), held(tmp_path, "mirror build"):
        assert draft.exists()
