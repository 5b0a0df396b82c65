"""verify and prune: what they say, and that nothing needed or unknown goes."""

import shutil
from pathlib import Path

import duckdb
import pytest

from commands import mirror
from editions import PRESENT, small, value_of
from mirror import publish
from mirror.lake import Lake
from mirror.publish import sums


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """Four months, of 2026-09 two revisions."""
    folder = tmp_path / "published"
    for month, value in (
        ("2026-08", 1), ("2026-09", 1), ("2026-09", 2), ("2026-10", 1), ("2026-11", 1)
    ):  # fmt: skip
        small(folder, month, value)
    return folder


def verified(published: Path, *names: str) -> tuple[int, list[str]]:
    said = mirror("verify", *names, "--out", published.parent)
    return said.returncode, said.stdout.splitlines()


def openable(published: Path) -> None:
    """Give each edition a database that opens."""
    database = published.parent / "mirror.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("create table t as select 1 as a")
    for edition in publish.editions(published):
        shutil.copy(database, edition.folder)
        sums.write(edition.folder)


def test_verify_says_a_line_for_each_edition(published: Path) -> None:
    openable(published)
    code, lines = verified(published)
    assert (code, lines) == (0, [
        f"{name}: 11 files, good"
        for name in ("2026-08.r1", "2026-09.r1", "2026-09.r2", "2026-10.r1", "2026-11.r1")
    ])  # fmt: skip
    assert verified(published, "2026-09") == (0, ["2026-09.r2: 11 files, good"])
    assert verified(published, "latest") == (0, ["2026-11.r1: 11 files, good"])


def test_verify_names_what_is_damaged_missing_added_and_unreadable(published: Path) -> None:
    openable(published)
    (published / "2026-08.r1" / "t.csv").write_bytes(b"a\n2\n")
    (published / "2026-09.r1" / "t.csv").unlink()
    (published / "2026-09.r2" / "note.txt").touch()
    (published / "2026-10.r1" / "SHA256SUMS").write_bytes(b"\0")
    for name in ("mirror.duckdb", "t.parquet"):
        (published / "2026-11.r1" / name).write_bytes(b"PAR1")
    sums.write(published / "2026-11.r1")
    assert verified(published) == (1, [
        "2026-08.r1: damaged: t.csv is not what was published",
        "2026-09.r1: damaged: t.csv is missing",
        "2026-09.r2: damaged: note.txt was added",
        "2026-10.r1: damaged: SHA256SUMS is missing or cannot be read",
        "2026-11.r1: damaged: mirror.duckdb cannot be read; t.parquet cannot be read",
    ])  # fmt: skip


def test_verify_names_links_that_lead_elsewhere(published: Path) -> None:
    openable(published)
    for name, target in (("2026-08", "gone"), ("2026-09", "2026-09.r1"), ("latest", "gone")):
        (published / name).unlink()
        (published / name).symlink_to(target)
    (published / "2025-01").symlink_to("2025-01.r1")
    code, lines = verified(published)
    assert code == 1
    assert lines[5:] == [
        "2026-08: damaged: does not lead to 2026-08.r1",
        "2026-09: damaged: does not lead to 2026-09.r2",
        "2025-01: damaged: leads nowhere",
        "latest: damaged: leads to no edition",
    ]


def test_verify_reads_the_lake(published: Path) -> None:
    openable(published)
    lake = published.parent / "lake"
    with Lake.writing(lake):
        pass
    assert verified(published)[1][-1] == "lake: 0 replies, good"
    (lake / "replies").mkdir(exist_ok=True)
    (lake / "replies" / "stray.json.gz").touch()
    code, lines = verified(published)
    assert code == 1 and lines[-1].startswith("lake: damaged: The lake")


def test_verify_of_nothing_is_wrong_usage(tmp_path: Path) -> None:
    for name in ((), ("2026-11",)):
        said = mirror("verify", *name, "--out", tmp_path / "none")
        assert (said.returncode, said.stdout, said.stderr.count("\n")) == (2, "", 1)
    assert list(tmp_path.iterdir()) == []


def names(published: Path) -> list[str]:
    return [edition.name for edition in publish.found(published)]


def test_prune_lists_and_removes_nothing_without_yes(published: Path) -> None:
    before = sorted(published.rglob("*"))
    said = mirror("prune", "--keep", "2", "--out", published.parent)
    assert said.returncode == 0
    assert [line.split(",")[0] for line in said.stdout.splitlines()] == [
        "2026-08.r1: would be removed", "2026-09.r1: would be removed",
        "2026-09.r2: would be removed",
    ]  # fmt: skip
    assert sorted(published.rglob("*")) == before
    assert mirror("prune", "--out", published.parent).stdout == ""


def test_prune_removes_old_months_with_their_links_alone(published: Path) -> None:
    shutil.copytree(published / "2026-08.r1", published / "2026-08-backup")
    (published / "2026-08.r1.txt").touch()
    said = mirror("prune", "--keep", "3", "--yes", "--out", published.parent)
    assert said.stdout.startswith("2026-08.r1: removed, 0.0 MB\n")
    assert sorted(path.name for path in published.iterdir()) == [
        "2026-08-backup", "2026-08.r1.txt", "2026-09", "2026-09.r1", "2026-09.r2", "2026-10",
        "2026-10.r1", "2026-11", "2026-11.r1", "latest",
    ]  # fmt: skip


def test_prune_keeps_what_latest_shows_and_what_is_cited(published: Path) -> None:
    out = published.parent
    assert mirror("latest", "2026-08", "--out", out).returncode == 0
    kept = mirror("prune", "--keep-edition", "2026-09.r1", "--out", out)
    assert kept.stdout == f"{published / '2026-09.r1.keep'}\n"
    mirror("prune", "--keep", "1", "--yes", "--out", out)
    assert names(published) == ["2026-08.r1", "2026-09.r1", "2026-11.r1"]
    assert value_of(published / "latest") == value_of(published / "2026-08") == 1
    assert (published / "2026-09").readlink() == Path("2026-09.r1")
    assert (published / "latest").readlink() == Path("2026-08.r1")

    assert mirror("prune", "--release", "2026-09", "--out", out).returncode == 0
    mirror("prune", "--keep", "1", "--yes", "--out", out)
    assert names(published) == ["2026-08.r1", "2026-11.r1"]
    assert not (published / "2026-09").is_symlink()
    assert mirror("prune", "--keep-edition", "2026-09", "--out", out).returncode == 2


def test_prune_counts_months_that_have_a_good_edition(published: Path) -> None:
    (published / "2026-11.r1" / "summary.json").unlink()
    going = publish.to_remove(published, 2)
    assert [one.edition.name for one in going] == ["2026-08.r1"]


def test_prune_of_files_elsewhere_takes_the_link_alone(published: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "archive"
    (published / "2026-08.r1").rename(elsewhere)
    (published / "2026-08.r1").symlink_to(elsewhere)
    assert names(published)[0] == "2026-08.r1"
    publish.prune(published, publish.to_remove(published, 3), PRESENT)
    assert names(published)[0] == "2026-09.r1"
    assert value_of(elsewhere) == 1
