"""The referee of faults: it sees what it judges, and a small fault of each kind is withstood."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from benchmarks.faults import judge, table
from benchmarks.faults.__main__ import KINDS
from benchmarks.faults.driver import Said
from benchmarks.faults.hooks import FULL, AtOperation, install
from benchmarks.faults.judge import Snapshot, sha256
from benchmarks.faults.small import SMALL

from conftest import Once

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def findings(once: Once) -> list[dict]:
    """What the small cases found: one process for all, on one built folder."""

    def fill(folder: Path) -> None:
        command = [sys.executable, "-m", "benchmarks.faults", "--small", "--workers", "1",
                   "--findings", str(folder / "findings.jsonl")]  # fmt: skip
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        (folder / "said").write_text(done.stdout + done.stderr, encoding="utf-8")

    folder = once("faults", fill)
    assert (folder / "findings.jsonl").is_file(), (folder / "said").read_text(encoding="utf-8")
    return [json.loads(line) for line in (folder / "findings.jsonl").read_text().splitlines()]


@pytest.mark.slow
@pytest.mark.xdist_group("faults")
@pytest.mark.parametrize("kind", KINDS)
def test_a_small_fault_of_each_kind_is_withstood(kind: str, findings: list[dict]) -> None:
    own = [line for line in findings if line["kind"] == kind]
    assert len(own) == len(SMALL[kind])
    assert [found for line in own for found in line["findings"]] == []
    assert all(line["commands"] for line in own)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder with one edition, its links and a reply, as the referee wants them."""
    edition = tmp_path / "published" / "2026-10.r1"
    (edition / "figures").mkdir(parents=True)
    summary = {"edition": "2026-10", "name": "2026-10.r1"}
    (edition / "summary.json").write_text(json.dumps(summary))
    (edition / "gap_years.csv").write_text("a\n1\n")
    (edition / "figures" / "one.svg").write_text("<svg/>")
    sums = "".join(f"{told}  {name}\n" for name, told in judge.hashes(edition).items())
    (edition / "SHA256SUMS").write_text(sums)
    for link in ("2026-10", "latest"):
        (tmp_path / "published" / link).symlink_to("2026-10.r1")
    (tmp_path / "lake" / "replies").mkdir(parents=True)
    (tmp_path / "lake" / "replies" / "one").write_bytes(b"reply")
    return tmp_path


def test_a_whole_folder_has_no_flaws(out: Path) -> None:
    before = Snapshot.of(out)
    assert set(before.editions) == {"2026-10", "2026-10.r1"}
    assert before.latest == "2026-10.r1"
    assert judge.link_flaws(out / "published") == []
    assert before.lost_editions(out) == before.lost_replies(out) == []


DAMAGES: dict[str, Callable[[Path], object]] = {
    "gap_years.csv is changed": lambda folder: (folder / "gap_years.csv").write_text("a\n2\n"),
    "figures/one.svg is missing": lambda folder: (folder / "figures/one.svg").unlink(),
    "new is not listed": lambda folder: (folder / "new").write_text(""),
    "2026-10 has no SHA256SUMS": lambda folder: (folder / "SHA256SUMS").unlink(),
}


@pytest.mark.parametrize("flaw", DAMAGES)
def test_every_flaw_of_an_edition_is_seen(flaw: str, out: Path) -> None:
    before = Snapshot.of(out)
    DAMAGES[flaw](out / "published" / "2026-10.r1")
    assert flaw in judge.flaws(out / "published" / "2026-10")
    assert f"2026-10: {flaw}" in before.lost_editions(out)
    assert f"2026-10: {flaw}" in judge.link_flaws(out / "published")


def test_lost_editions_links_and_replies_are_seen(out: Path) -> None:
    before, published = Snapshot.of(out), out / "published"
    (out / "lake" / "replies" / "one").write_bytes(b"other")
    assert before.lost_replies(out) == ["one"]
    (published / "latest").unlink()
    (published / "latest").symlink_to(published / "2026-10.r1")
    assert judge.link_flaws(published) == ["latest leads out of published/"]
    shutil.rmtree(published / "2026-10.r1")
    assert before.lost_editions(out) == ["2026-10 is gone", "2026-10.r1 is gone"]
    assert judge.link_flaws(published) == ["latest leads nowhere", "2026-10 leads nowhere"]


def test_a_newer_revision_may_take_the_month_and_no_other_edition_may(out: Path) -> None:
    before, published = Snapshot.of(out), out / "published"
    for name in ("2026-10.r2", "2026-09.r1"):
        shutil.copytree(published / "2026-10.r1", published / name)
        summary = json.dumps({"edition": name[:7], "name": name})
        (published / name / "summary.json").write_text(summary)
        sums = (published / name / "SHA256SUMS").read_text()
        old = sha256(published / "2026-10.r1" / "summary.json")
        new = sha256(published / name / "summary.json")
        (published / name / "SHA256SUMS").write_text(sums.replace(old, new))
        (published / "2026-10").unlink()
        (published / "2026-10").symlink_to(name)
        lost = [] if name == "2026-10.r2" else ["2026-10 was changed"]
        assert before.lost_editions(out) == lost


def test_leftovers_differ_from_editions(out: Path) -> None:
    before = judge.listing(out)
    (out / "published" / ".draft-abc").mkdir()
    (out / "build.17.tmp").touch()
    (out / "published" / "2026-10.r2").mkdir()
    assert judge.listing(out) - before == {"published/.draft-abc", "build.17.tmp"}


def in_a_fork(deed: Callable[[], None]) -> int:
    """How a process ended that did this: its code, or the signal with a minus."""
    pid = os.fork()
    if pid == 0:
        try:
            deed()
        except OSError as error:
            os._exit(error.errno or 1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.parametrize(
    ("number", "error", "code", "left"),
    [(1, None, -signal.SIGKILL, ""), (2, None, -signal.SIGKILL, "a"),
     (3, None, -signal.SIGKILL, "a b"), (4, None, 0, "a c"), (2, FULL, FULL, "a")],
)  # fmt: skip
def test_an_operation_is_met_before_it_is_done(
    number: int, error: int | None, code: int, left: str, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()

    def three_operations() -> None:
        install(AtOperation(folder, number, error), tmp_path / "log")
        (tmp_path / "elsewhere").write_text("")
        (folder / "a").write_text("")
        (folder / "b").mkdir()
        (folder / "b").rename(folder / "c")
        assert (folder / "a").read_text() == ""

    assert in_a_fork(three_operations) == code
    assert " ".join(sorted(path.name for path in folder.iterdir())) == left


def test_noise_is_what_nobody_wrote_for_the_operator() -> None:
    def said(code: int, *lines: str) -> Said:
        return Said("mirror run", code, "", "\n".join(lines), 0, 0)

    whole = said(1, "INFO a", "WARNING b", "mirror: It is full: free space.")
    assert (judge.noise(whole), len(whole.sentences)) == ([], 1)
    assert judge.noise(said(1, "nanobind: leaked 3 types!", "mirror: x")) == [
        "nanobind: leaked 3 types!"
    ]
    assert judge.noise(said(0, "28 rows in 3 replies", "Exception ignored in x")) == [
        "Exception ignored in x"
    ]


def test_the_table_counts_trials_not_findings() -> None:
    found = {"kind": "kills", "what": "traceback", "point": "p", "command": "c", "expected": "e",
             "got": "", "stderr": "s"}  # fmt: skip
    lines = [
        {"kind": "kills", "seconds": 1, "findings": [found, found]},
        {"kind": "kills", "seconds": 2, "findings": []},
    ]
    head, row = table.table(lines, ["kills"]).splitlines()[:2]
    names = [name for name in re.split(r"\s{2,}", head.strip()) if name]
    cells = dict(zip(names, row.split(), strict=True))
    told = {name: count for name, count in cells.items() if count != "0"}
    assert told == {
        "kind": "kills", "trials": "2", "clean": "1", "s a trial": "1.5", "traceback": "1",
    }  # fmt: skip
