"""Editions that stand: revisions, links, copies, damage, retention; without building any."""

import json
import os
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from commands import mirror
from editions import PRESENT, small, value_of
from mirror import publish
from mirror.errors import MirrorError, SettingsError
from mirror.publish import disk
from mirror.publish import links as links_of
from mirror.steps.run import new_run


def links(published: Path) -> dict[str, str]:
    return {path.name: str(path.readlink()) for path in published.iterdir() if path.is_symlink()}


def names(published: Path) -> list[str]:
    return [edition.name for edition in publish.editions(published)]


def content(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def damaged(folder: Path) -> list[str]:
    (edition,) = [one for one in publish.found(folder.parent) if one.folder == folder]
    return publish.damages(edition)


def test_a_rerun_with_other_content_is_a_revision_beside_the_first(tmp_path: Path) -> None:
    first = small(tmp_path, "2026-11", 1)
    before = content(first)

    second = small(tmp_path, "2026-11", 2)

    assert (first.name, second.name) == ("2026-11.r1", "2026-11.r2")
    assert not first.is_symlink() and content(first) == before
    assert links(tmp_path) == {"2026-11": "2026-11.r2", "latest": "2026-11.r2"}
    said = json.loads((second / "summary.json").read_text(encoding="utf-8"))
    assert (said["edition"], said["revision"], said["name"]) == ("2026-11", 2, "2026-11.r2")
    assert "edition 2026-11.r2." in (second / "CITATION.txt").read_text(encoding="utf-8")
    package = json.loads((second / "datapackage.json").read_text(encoding="utf-8"))
    assert package["version"] == "2026-11.r2"
    assert damaged(first) == damaged(second) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "2026-11", "2026-11.r1", "2026-11.r2", "latest"
    ]  # fmt: skip


def test_a_rerun_with_the_same_content_is_none_and_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    small(tmp_path, "2026-11", 1)
    second = small(tmp_path, "2026-11", 2)
    before = content(tmp_path)
    caplog.set_level("INFO")

    assert small(tmp_path, "2026-11", 2, noise=b"a database is never the same twice") == second

    assert content(tmp_path) == before
    assert [said for said in caplog.messages if "published /" not in said] == [
        "Edition 2026-11.r2 stands already with the same content: nothing new was published."
    ]
    assert small(tmp_path, "2026-11", 1).name == "2026-11.r3", "what the newest said is not kept"


def _become_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "note.txt").touch()


DAMAGES: dict[str, Callable[[Path], object]] = {
    "cut": lambda folder: (folder / "t.csv").write_bytes(b"a\n"),
    "flipped": lambda folder: (folder / "t.csv").write_bytes(b"a\n3\n"),
    "gone": lambda folder: (folder / "t.parquet").unlink(),
    "a folder": lambda folder: _become_folder(folder / "t.csv"),
    "a folder gone": lambda folder: shutil.rmtree(folder / "pages"),
    "page": lambda folder: (folder / "pages" / "report.html").write_bytes(b""),
    "summary": lambda folder: (folder / "summary.json").write_bytes(b'{"edi'),
    "summary gone": lambda folder: (folder / "summary.json").unlink(),
    "summary is no object": lambda folder: (folder / "summary.json").write_bytes(b"[1]"),
    "another name": lambda folder: (folder / "summary.json").write_bytes(
        b'{"edition": "2026-11", "revision": 7}'
    ),
    "revision is no number": lambda folder: (folder / "summary.json").write_bytes(
        b'{"edition": "2026-11", "revision": null}'
    ),
    "sums": lambda folder: (folder / "SHA256SUMS").write_bytes(b"\0" * 300),
    "sums gone": lambda folder: (folder / "SHA256SUMS").unlink(),
    "sums cut": lambda folder: (folder / "SHA256SUMS").write_bytes(
        b"".join((folder / "SHA256SUMS").read_bytes().splitlines(keepends=True)[:2])
    ),
    "database": lambda folder: (folder / "mirror.duckdb").write_bytes(b""),
    "workbook": lambda folder: (folder / "ranked_gaps.xlsx").write_bytes(b"PK"),
}


@pytest.mark.parametrize("kind", DAMAGES)
def test_what_is_damaged_is_found_and_restored_by_the_same_content(
    tmp_path: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    small(tmp_path, "2026-10", 1)
    folder = small(tmp_path, "2026-11", 1)
    before = content(folder)
    DAMAGES[kind](folder)
    assert damaged(folder), "it is found, though its summary may be gone"

    assert small(tmp_path, "2026-11", 1, noise=b"other bytes") == folder

    after = content(folder)
    assert damaged(folder) == []
    assert before.keys() == after.keys()
    differing = {name for name in before if before[name] != after[name]}
    assert differing <= {"mirror.duckdb", "SHA256SUMS"}
    assert links(tmp_path)["2026-11"] == links(tmp_path)["latest"] == "2026-11.r1"
    assert any("2026-11.r1 was damaged; restored" in said for said in caplog.messages)


def test_a_damaged_edition_with_other_content_stays_and_gets_a_revision(tmp_path: Path) -> None:
    folder = small(tmp_path, "2026-11", 1)
    (folder / "summary.json").unlink()
    assert small(tmp_path, "2026-11", 2).name == "2026-11.r2"
    assert damaged(folder) == ["summary.json is missing"]


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_month_is_compared_with_the_newest_good_one_before_it(tmp_path: Path, kind: str) -> None:
    small(tmp_path, "2026-08", 1)
    good = small(tmp_path, "2026-09", 1)
    DAMAGES[kind](small(tmp_path, "2026-10", 1))

    before = publish.before(tmp_path, PRESENT)
    said = publish.passed_over(tmp_path, PRESENT)

    assert before is not None
    if kind in ("cut", "flipped", "a folder", "a folder gone", "page", "database", "workbook"):
        assert (before.name, said) == ("2026-10.r1", []), "no comparison reads these files"
        return
    assert before.folder == good
    (sentence,) = said
    assert sentence.startswith("Edition 2026-10.r1 is damaged (")
    assert "are compared with 2026-09.r1; publish 2026-10 again" in sentence


def test_a_month_is_compared_with_the_month_before_and_no_later_one(tmp_path: Path) -> None:
    assert publish.before(tmp_path, "2026-10") is None
    small(tmp_path, "2026-09", 1)
    small(tmp_path, "2026-09", 2)
    small(tmp_path, "2026-10", 1)
    small(tmp_path, "2026-11", 1)
    before = publish.before(tmp_path, "2026-10")
    assert before is not None and before.name == "2026-09.r2"


def test_an_earlier_month_does_not_take_latest_and_that_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    small(tmp_path, "2026-10", 1)
    small(tmp_path, "2026-11", 2)
    caplog.set_level("INFO")
    small(tmp_path, "2026-10", 3)
    assert links(tmp_path) == {
        "2026-10": "2026-10.r2", "2026-11": "2026-11.r1", "latest": "2026-11.r1"
    }  # fmt: skip
    assert "latest stays at 2026-11.r1: 2026-10.r2 is of an earlier month" in caplog.messages


def test_latest_is_set_back_until_something_newer_is_published(tmp_path: Path) -> None:
    published = tmp_path / "published"
    for month in ("2026-08", "2026-09", "2026-10"):
        small(published, month, 1)

    said = mirror("latest", "2026-09", "--out", tmp_path)

    assert (said.returncode, said.stdout) == (0, f"{published / '2026-09.r1'}\n")
    newer = publish.set_back(published, PRESENT)
    assert newer is not None and newer.name == "2026-10.r1"
    small(published, "2026-10", 1)
    assert links(published)["latest"] == "2026-09.r1", "the same content is no publication"
    small(published, "2026-08", 2)
    assert links(published)["latest"] == "2026-09.r1"
    small(published, "2026-10", 2)
    assert links(published)["latest"] == "2026-10.r2"
    assert publish.set_back(published, PRESENT) is None


@pytest.mark.parametrize("name", ["2026-07", "2026-10.r2", "2026-10-backup", "latest.", "", "x"])
def test_latest_of_no_edition_is_wrong_usage(tmp_path: Path, name: str) -> None:
    small(tmp_path / "published", "2026-10")
    shutil.copytree(
        tmp_path / "published" / "2026-10.r1", tmp_path / "published" / "2026-10-backup"
    )
    said = mirror("latest", name, "--out", tmp_path)
    assert said.returncode == 2
    assert "there is 2026-10.r1" in said.stderr


def test_latest_of_a_damaged_edition_is_refused(tmp_path: Path) -> None:
    small(tmp_path / "published", "2026-10")
    (small(tmp_path / "published", "2026-09") / "t.csv").write_bytes(b"")
    said = mirror("latest", "2026-09", "--out", tmp_path)
    assert said.returncode == 2
    assert "Edition 2026-09.r1 is damaged" in said.stderr
    assert links(tmp_path / "published")["latest"] == "2026-10.r1"


def test_a_month_to_come_never_holds_latest(tmp_path: Path) -> None:
    """As a wrong clock published one."""
    small(tmp_path, "2026-10", 1)
    small(tmp_path, "2036-02", 1, present="2036-02")
    assert links(tmp_path)["latest"] == "2036-02.r1"
    small(tmp_path, "2026-11", 1)
    assert links(tmp_path)["latest"] == "2026-11.r1"
    small(tmp_path, "2036-02", 2)
    assert links(tmp_path)["latest"] == "2026-11.r1"


@pytest.mark.parametrize(
    "edition",
    ["2036-02", "٢٠٢٦-11", "2026-1١", "2026-13", "0000-01", "26-01", "2026-11.r1", "2026-11\n"],
)
def test_an_edition_is_a_month_up_to_the_present_one_in_ascii(tmp_path: Path, edition: str) -> None:
    with pytest.raises(SettingsError, match=r"wrong form|after the present one"):
        new_run(tmp_path / "out", edition=edition)
    assert not (tmp_path / "out").exists()


def test_the_present_month_is_a_good_edition(tmp_path: Path) -> None:
    assert new_run(tmp_path).edition == f"{datetime.now(UTC):%Y-%m}"


def test_only_folders_that_say_their_own_name_are_editions(tmp_path: Path) -> None:
    folder = small(tmp_path, "2026-10", 1)
    for copy in ("2026-11-backup", "2026-11", "2026-10.r7", "2026-10.r1.old", "x", "٢٠٢٦-10"):
        shutil.copytree(folder, tmp_path / copy)
    (tmp_path / "2026-12").mkdir()
    (tmp_path / "2027-01").write_text("a note", encoding="utf-8")
    (tmp_path / "2026-09").symlink_to("2026-10.r1")
    (tmp_path / "notes.txt").touch()
    before = {path.name for path in tmp_path.iterdir()}

    assert names(tmp_path) == ["2026-10.r1"]
    assert [one.name for one in publish.found(tmp_path)] == ["2026-10.r1"]
    assert small(tmp_path, "2026-10", 2).name == "2026-10.r2"
    assert links(tmp_path)["latest"] == "2026-10.r2"
    assert {path.name for path in tmp_path.iterdir()} == before | {"2026-10.r2"}


def test_a_revision_takes_no_name_that_something_else_has(tmp_path: Path) -> None:
    folder = small(tmp_path, "2026-10", 1)
    shutil.copytree(folder, tmp_path / "2026-10.r2")
    assert small(tmp_path, "2026-10", 2).name == "2026-10.r3"


def as_version_0_1(published: Path, month: str) -> Path:
    """Put an edition as version 0.1 did: a hidden folder, a link, no revision in its summary."""
    folder = small(published, month, 1)
    said = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    kept = {key: said[key] for key in said if key not in ("revision", "name")}
    (folder / "summary.json").write_text(json.dumps(kept), encoding="utf-8")
    publish.sums.write(folder)
    hidden = published / ".files" / f"{month}-0123456789ab"
    hidden.parent.mkdir(exist_ok=True)
    folder.rename(hidden)
    publish.point(published / month, f".files/{hidden.name}")
    publish.point(published / "latest", month)
    return hidden


def test_an_edition_of_version_0_1_is_the_first_revision(tmp_path: Path) -> None:
    as_version_0_1(tmp_path, "2026-09")
    hidden = as_version_0_1(tmp_path, "2026-10")
    before = content(hidden)
    assert names(tmp_path) == ["2026-09.r1", "2026-10.r1"]
    assert publish.newest(tmp_path) == hidden.resolve()

    small(tmp_path, "2026-10", 2)

    assert links(tmp_path) == {
        "2026-09": ".files/2026-09-0123456789ab",
        "2026-10": "2026-10.r2",
        "2026-10.r1": ".files/2026-10-0123456789ab",
        "latest": "2026-10.r2",
    }
    assert content(hidden) == before
    assert names(tmp_path) == ["2026-09.r1", "2026-10.r1", "2026-10.r2"]


def test_an_archive_copied_without_its_links_is_made_whole(tmp_path: Path) -> None:
    """`cp -rL` makes folders of links, and a copy to other file systems drops them."""
    small(tmp_path / "a", "2026-09", 1)
    small(tmp_path / "a", "2026-10", 1)
    small(tmp_path / "a", "2026-10", 2)
    shutil.copytree(tmp_path / "a", tmp_path / "b", symlinks=False)
    assert names(tmp_path / "b") == ["2026-09.r1", "2026-10.r1", "2026-10.r2"]
    shutil.rmtree(tmp_path / "b" / "2026-10.r2")
    assert names(tmp_path / "b") == ["2026-09.r1", "2026-10.r1", "2026-10.r2"]

    small(tmp_path / "b", "2026-11", 1)

    assert links(tmp_path / "b")["latest"] == "2026-11.r1"
    small(tmp_path / "b", "2026-10", 3)
    assert names(tmp_path / "b") == [
        "2026-09.r1", "2026-10.r1", "2026-10.r2", "2026-10.r3", "2026-11.r1"
    ]  # fmt: skip
    assert value_of(tmp_path / "b" / "2026-10.r2") == 2
    assert links(tmp_path / "b")["2026-10"] == "2026-10.r3"


def test_a_folder_where_a_link_belongs_is_moved_aside_and_not_deleted(tmp_path: Path) -> None:
    small(tmp_path, "2026-10", 1)
    (tmp_path / "latest").unlink()
    shutil.copytree(tmp_path / "2026-10.r1", tmp_path / "latest")
    small(tmp_path, "2026-11", 2)
    assert links(tmp_path)["latest"] == "2026-11.r1"
    assert value_of(tmp_path / "latest.copy-1") == 1


def test_a_folder_of_editions_can_be_a_link_and_can_move(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "published").symlink_to("disk")
    small(tmp_path / "published", "2026-10", 1)
    small(tmp_path / "published", "2026-11", 2)
    (tmp_path / "disk").rename(tmp_path / "moved")
    assert value_of(tmp_path / "moved" / "latest") == 2
    assert value_of(tmp_path / "moved" / "2026-10") == 1


@pytest.mark.parametrize("gone", ["2026-11.r1", "latest"])
def test_readers_get_the_newest_edition_where_latest_dangles(tmp_path: Path, gone: str) -> None:
    small(tmp_path, "2026-09", 1)
    small(tmp_path, "2026-10", 2)
    small(tmp_path, "2026-11", 3)
    place = tmp_path / gone
    place.unlink() if place.is_symlink() else shutil.rmtree(place)
    newest = publish.newest(tmp_path)
    assert newest is not None and value_of(newest) == (3 if gone == "latest" else 2)
    small(tmp_path, "2026-09", 4)
    assert (tmp_path / "latest").resolve() == newest


def test_names_that_find_an_edition(tmp_path: Path) -> None:
    small(tmp_path, "2026-10", 1)
    small(tmp_path, "2026-10", 2)
    small(tmp_path, "2026-11", 1)
    found = {
        text: one.name if (one := publish.find(tmp_path, text)) else None
        for text in (
            "2026-10",
            "2026-10.r1",
            "latest",
            "2026-12",
            "2026-10.r3",
            "r1",
            "2026-10.r01",
        )
    }
    assert found == {
        "2026-10": "2026-10.r2", "2026-10.r1": "2026-10.r1", "latest": "2026-11.r1",
        "2026-12": None, "2026-10.r3": None, "r1": None, "2026-10.r01": None,
    }  # fmt: skip


def test_everything_is_on_the_disk_before_it_gets_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    sync, rename, replace = os.fsync, Path.rename, Path.replace
    monkeypatch.setattr(
        os,
        "fsync",
        lambda handle: (
            done.append(Path(f"/proc/self/fd/{handle}").readlink().name),
            sync(handle),
        ),
    )
    monkeypatch.setattr(
        Path, "rename", lambda path, to: (done.append(f"name {to.name}"), rename(path, to))[1]
    )
    monkeypatch.setattr(Path, "replace", lambda path, to: (
        done.append(f"link {to.name}"), replace(path, to))[1])  # fmt: skip
    folder = small(tmp_path / "published", "2026-11", 1)
    named = done.index("name 2026-11.r1")
    assert {path.name for path in folder.rglob("*")} <= set(done[:named])
    assert [one for one in done[named + 1 :] if one != ".SHA256SUMS.new"] == [
        "published", "link latest", "published", "link 2026-11", "published"
    ]  # fmt: skip


def test_a_failure_while_writing_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small(tmp_path, "2026-11", 1)
    before = content(tmp_path)

    def failing(folder: Path) -> None:
        raise MirrorError("no")

    monkeypatch.setattr(disk, "sync", failing)
    with pytest.raises(MirrorError):
        small(tmp_path, "2026-11", 2)
    assert content(tmp_path) == before


def test_a_reader_keeps_its_edition_through_a_swap(tmp_path: Path) -> None:
    small(tmp_path, "2026-11", 1)
    with (tmp_path / "latest" / "t.csv").open() as reader:
        small(tmp_path, "2026-11", 2)
        assert reader.read() == "a\n1\n"


def test_an_edition_is_open_to_all_who_may_read_its_folder(tmp_path: Path) -> None:
    folder = small(tmp_path, "2026-11")
    (tmp_path / "other").mkdir()
    assert folder.stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.parametrize("missing", ["latest", "2026-11"])
def test_a_kill_between_the_links_is_made_good_by_the_next_writer(
    tmp_path: Path, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link of a month that is behind tells a kill from a `latest` that was set back."""
    small(tmp_path, "2026-10", 1)
    point = links_of.point

    def killed(link: Path, target: str) -> None:
        if link.name == missing:
            raise KeyboardInterrupt
        point(link, target)

    with monkeypatch.context() as patched:
        patched.setattr(links_of, "point", killed)
        with pytest.raises(KeyboardInterrupt):
            small(tmp_path, "2026-11", 1)
    assert not (tmp_path / "2026-11").is_symlink()

    small(tmp_path, "2026-10", 1)

    assert links(tmp_path) == {
        "2026-10": "2026-10.r1", "2026-11": "2026-11.r1", "latest": "2026-11.r1"
    }  # fmt: skip


def test_a_clock_that_is_behind_takes_latest_from_nobody(tmp_path: Path) -> None:
    newest = small(tmp_path, "2026-11", 1)
    os.utime(newest / "summary.json", (time.time() + 400 * 86_400,) * 2)  # so the clock went back
    small(tmp_path, "2025-11", 2, present="2025-11")
    assert links(tmp_path)["latest"] == "2026-11.r1"


def test_a_month_that_was_given_by_mistake_keeps_nobody_from_latest(tmp_path: Path) -> None:
    small(tmp_path, "2036-02", 1, present="2036-02")
    small(tmp_path, "2026-11", 2)
    assert links(tmp_path)["latest"] == "2026-11.r1"
