"""After a life: everything verifies, no edition was changed, nothing is left lying about."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.life.commands import Outcome
from benchmarks.life.editions import Edition, hashes
from benchmarks.life.findings import Findings

_OUT = {"lake", "published", "mirror.lock", "mirror.prom", "build.duckdb", "checks.json"}
_PUBLISHED = re.compile(r"\d{4}-\d{2}(\.r\d+)?|latest")
_LEFTOVER = re.compile(r"\.draft-|\.tmp|\.part$|\.new$|\.writing-|\.wal$")
_GOOD = re.compile(r"good\b")


def judge_verify(outcome: Outcome, editions: Iterable[Edition], findings: Findings) -> None:
    """`mirror verify` finds every edition and the lake good, a line each."""
    findings.demand(
        outcome.code == 0,
        "verify_failed",
        "mirror verify",
        "exit 0",
        outcome.stdout + outcome.stderr,
    )
    lines = outcome.stdout.splitlines()
    for edition in editions:
        name = edition.folder.name
        findings.demand(
            any(line.startswith(name) and _GOOD.search(line) for line in lines),
            "verify_unsaid",
            "mirror verify",
            f"{name}: … files, good",
            outcome.stdout,
        )
    bad = [line for line in lines if not _GOOD.search(line)]
    findings.demand(not bad, "verify_damaged", "mirror verify", "every line good", bad)


def judge_unchanged(editions: Iterable[Edition], findings: Findings) -> None:
    """An edition that was published once is there, byte for byte."""
    for edition in editions:
        if not edition.folder.is_dir():
            findings.add("edition_gone", str(edition.folder.name), "kept", "gone")
        elif hashes(edition.folder) != edition.sums:
            findings.add("edition_changed", str(edition.folder.name), "the same bytes", "others")


def judge_leftovers(out: Path, findings: Findings) -> None:
    """Nothing below the folder but what is promised to be there."""
    left = sorted(_leftovers(out))
    findings.demand(not left, "leftovers", str(out.name), "nothing else", left[:8])


def _leftovers(out: Path) -> Iterator[str]:
    yield from (path.name for path in out.iterdir() if path.name not in _OUT)
    published = out / "published"
    if published.is_dir():
        for path in published.iterdir():
            if not _PUBLISHED.fullmatch(path.name):
                yield f"published/{path.name}"
    for path in (out / "lake").rglob("*"):
        if path.is_file() and _LEFTOVER.search(path.name):
            yield str(path.relative_to(out))
