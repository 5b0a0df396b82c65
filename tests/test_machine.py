"""What the machine refuses, in each library's words: one sentence of disk, rights or memory."""

import errno
import os
import sqlite3
from pathlib import Path
from types import SimpleNamespace

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest

from commands import mirror
from disks import read_only, small_disk
from mirror.errors import LakeError, MirrorError, ResourceLacking, SettingsError, SourceError
from mirror.machine import refusal, refusals_said, write_whole

ROWS = pl.DataFrame({"a": range(200_000)}).with_columns(b=pl.col("a").hash().cast(pl.String))


def _duckdb(folder: Path) -> None:
    with duckdb.connect(str(folder / "a.duckdb")) as connection:
        connection.execute("create table t as select random() as a from range(2000000)")
        connection.execute("checkpoint")


def _spilling(folder: Path) -> None:
    with duckdb.connect(config={"temp_directory": str(folder / "t"), "memory_limit": "40MB",
                                "threads": 1}) as connection:  # fmt: skip
        connection.execute("select * from (select random() r, range from range(9000000)) order by r"
                           ).fetchmany(1)  # fmt: skip


def _sqlite(folder: Path) -> None:
    db = sqlite3.connect(folder / "a.sqlite")
    try:
        db.execute("create table t (a)")
        db.executemany("insert into t values (?)", [("x" * 100,)] * 50_000)
        db.commit()
    finally:
        db.close()


WRITERS = {
    "bytes": lambda folder: (folder / "a").write_bytes(bytes(3_000_000)),
    "whole": lambda folder: write_whole(folder / "a", "x" * 3_000_000),
    "polars csv": lambda folder: ROWS.write_csv(folder / "a.csv"),
    "polars parquet": lambda folder: ROWS.write_parquet(folder / "a.parquet"),
    "pyarrow": lambda folder: pq.write_table(ROWS.to_arrow(), folder / "a.parquet"),
    "duckdb": _duckdb,
    "spilling": _spilling,
    "sqlite": _sqlite,
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk_is_recognised_in_every_librarys_words(tmp_path: Path, name: str) -> None:
    with small_disk(tmp_path / "disk", 1) as disk:
        with pytest.raises(ResourceLacking, match=r"The disk of .* is full \(\d"), refusals_said(
            disk.folder
        ):  # fmt: skip
            WRITERS[name](disk.folder)
        assert name != "whole" or list(disk.folder.iterdir()) == []


@pytest.mark.parametrize("name", sorted(set(WRITERS) - {"spilling"}))
def test_a_disk_that_is_read_only_is_a_matter_of_the_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    refused = pytest.raises(SettingsError, match="cannot be written")
    with read_only(folder), refused, refusals_said(folder):
        WRITERS[name](folder)


@pytest.mark.parametrize(
    ("number", "kind", "sentence"),
    [
        (errno.ENOSPC, ResourceLacking, "The disk of {} is full ("),
        (errno.EDQUOT, ResourceLacking, "The disk of {} is full ("),
        (errno.EROFS, SettingsError, "{}/a cannot be written (Read-only file system): choose"),
        (errno.EACCES, SettingsError, "{}/a cannot be written (Permission denied): choose"),
        (errno.EPERM, SettingsError, "{}/a cannot be written (Operation not permitted): choose"),
        (errno.ENAMETOOLONG, SettingsError, "{}/a cannot be written (File name too long): choose"),
        (errno.EIO, MirrorError, "{}/a cannot be read or written (Input/output error): check"),
        (errno.ESTALE, MirrorError, "{}/a cannot be read or written (Stale file handle): check"),
    ],
)
def test_each_refusal_has_its_sentence(
    tmp_path: Path, number: int, kind: type[MirrorError], sentence: str
) -> None:
    said = refusal(OSError(number, "said", str(tmp_path / "a")), tmp_path)
    assert type(said) is kind
    assert str(said).startswith(sentence.format(tmp_path))


def test_what_is_no_refusal_stays_what_it_is(tmp_path: Path) -> None:
    unreadable = SourceError("a.csv cannot be read (Permission denied)")
    unreadable.__cause__ = PermissionError(errno.EACCES, "Permission denied", "a.csv")
    for error in (ValueError("No space left on device"), BrokenPipeError(errno.EPIPE, "pipe"),
                  duckdb.BinderException("x"), unreadable, LakeError("damaged")):  # fmt: skip
        assert refusal(error, tmp_path) is None


def test_a_full_disk_behind_a_sentence_is_said_instead(tmp_path: Path) -> None:
    lake = LakeError("The manifest cannot be written (database or disk is full).")
    lake.__cause__ = OSError(errno.ENOSPC, "No space left on device")
    assert "is full" in str(refusal(lake, tmp_path))
    assert refusal(ResourceLacking("said"), tmp_path) is None


@pytest.mark.slow
def test_too_little_memory_names_its_setting_and_not_the_models(tmp_path: Path) -> None:
    said = mirror("build", "--out", tmp_path, MIRROR_MEMORY_LIMIT="12MB")
    assert (said.returncode, said.stdout) == (1, "")
    sentence = said.stderr.splitlines()[-1]
    assert sentence.startswith("mirror: The memory that DuckDB may use (MIRROR_MEMORY_LIMIT) is")
    assert "sql/" not in said.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mirror.lock"]


@pytest.mark.parametrize(
    ("left", "said"),
    [(0, "no further file)"), (1, "1 further file)"), (3, "3 further files)"), (4, None)],
)
def test_a_disk_without_room_for_a_journal_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: int, said: str | None
) -> None:
    """SQLite says no more than that it cannot open a file, which the rights explain elsewhere."""
    with pytest.raises(sqlite3.OperationalError) as caught:
        sqlite3.connect(tmp_path / "none" / "a.sqlite")
    real = os.statvfs(tmp_path)
    monkeypatch.setattr(os, "statvfs", lambda folder: SimpleNamespace(
        f_files=100, f_favail=left, f_bavail=real.f_bavail, f_frsize=real.f_frsize
    ))  # fmt: skip
    found = refusal(caught.value, tmp_path)
    if said is None:
        assert isinstance(found, SettingsError)
    else:
        assert isinstance(found, ResourceLacking)
        assert f"The disk of {tmp_path} is full (" in str(found)
        assert said in str(found)
