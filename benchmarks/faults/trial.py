"""One trial: a copy of a state, a service, commands in circumstances, and what was found."""

import os
import random
import shutil
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.faults import judge
from benchmarks.faults.driver import Circumstances, Running, Said, start
from benchmarks.faults.judge import Snapshot
from benchmarks.faults.service import Service
from benchmarks.faults.stage import ACROSS, NOVEMBER, Stage, copy, environment

# what a finding is, in the words of the table
BROKEN, LOST, TRACEBACK, SENTENCES, LEFTOVER, DELETED, STALE, EXIT, NEXT, HUNG, PROMISE = (
    "broken edition", "lost reply", "traceback", "not one sentence", "leftover", "deleted",
    "old figures", "wrong exit", "next run", "hung", "promise",
)  # fmt: skip
CLASSES = (BROKEN, LOST, TRACEBACK, SENTENCES, LEFTOVER, DELETED, STALE, EXIT, NEXT, HUNG, PROMISE)


class Trial:
    """A folder of its own; everything that is found against what is promised is written down."""

    def __init__(self, kind: str, number: int, seed: int, stage: Stage, folder: Path) -> None:
        self.kind, self.number, self.stage, self.folder = kind, number, stage, folder
        self.seed = f"{seed}.{number}"
        self.chance = random.Random(f"{kind} {self.seed}")
        self.point = ""
        self.out = folder / "out"
        self.now = NOVEMBER + timedelta(hours=2)
        self.findings: list[dict[str, Any]] = []
        self.commands: list[Said] = []
        folder.mkdir(parents=True)
        folder.chmod(0o755)
        for name in ("temporary", "home"):
            (folder / name).mkdir()
            (folder / name).chmod(0o777)
        self.service = Service()
        self.before = Snapshot({}, {}, "", frozenset())
        self._started = 0

    def close(self, *, keep: bool) -> None:
        """End the service and remove the folder."""
        self.service.stop()
        if not keep:
            shutil.rmtree(self.folder, ignore_errors=True)

    def take(self, state: str, *, later: list[list[object]] | None = None) -> None:
        """Begin from a state; `later`: what the service revises after it."""
        copy(self.stage.out(state), self.out)
        self.service.set(revise=[*Stage.revisions(state), *(later or [])])
        self.look()

    def look(self) -> None:
        """From here on, what is here must not be lost."""
        self.before = Snapshot.of(self.out)

    def start(self, *arguments: str, first: Callable[[], None] | None = None, **at: Any) -> Running:
        """Begin a command; its clock goes on by ten minutes with each command."""
        self._started += 1
        self.now += timedelta(minutes=10)
        given = at.pop("environment", {})
        own = environment(self.out, self.service.url, self.folder)
        here = replace(Circumstances(own | given, clock=self.now), **at)
        return start(list(arguments), self.folder / f"command{self._started}", here, first=first)

    def ended(self, said: Said, codes: Collection[int] = (0, 1)) -> Said:
        """Judge how a command ended: its code, one sentence, no traceback, nothing else."""
        self.commands.append(said)
        if "HUNG" in said.stderr:
            self.find(HUNG, said, "an end")
        elif said.has_traceback:
            self.find(TRACEBACK, said, "one sentence")
        elif said.code not in codes:
            self.find(EXIT, said, f"exit {' or '.join(map(str, codes))}, not {said.code}")
        elif said.code in (1, 2) and len(said.sentences) != 1 and not _is_status(said):
            self.find(SENTENCES, said, f"one sentence, not {len(said.sentences)}")
        elif said.code >= 0 and judge.noise(said):
            self.find(SENTENCES, said, f"nothing beside the log: {judge.noise(said)[:3]}")
        return said

    def mirror(self, *arguments: str, codes: Collection[int] = (0, 1), **at: Any) -> Said:
        """Run a command to its end and judge it."""
        return self.ended(self.start(*arguments, **at).wait(), codes)

    def find(self, what: str, said: Said | None, expected: str, got: str = "") -> None:
        """Write a finding down."""
        last = said or (self.commands[-1] if self.commands else None)
        text = last.stderr if last else ""
        self.findings.append({
            "kind": self.kind, "trial": self.number, "seed": self.seed, "point": self.point,
            "what": what, "command": last.command.replace(str(self.folder), "") if last else "",
            "code": last.code if last else None, "expected": expected, "got": got,
            "stderr": text if len(text) < 3000 else text[:1000] + "\n…\n" + text[-2000:],
        })  # fmt: skip

    # what must hold after a fault, before anybody has mended anything

    def stands(self, *, editions: bool = True) -> None:
        """The good editions are as they were, the links lead to whole ones, no reply is lost."""
        if editions:
            for flaw in self.before.lost_editions(self.out):
                self.find(BROKEN, None, "the last good edition stands", flaw)
            if self.before.latest:
                for flaw in judge.link_flaws(self.out / "published"):
                    self.find(BROKEN, None, "links lead to whole editions", flaw)
        for name in self.before.lost_replies(self.out):
            self.find(LOST, None, "every reply byte for byte", name)

    def acknowledged(self, *, since: int) -> None:
        """Each reply that came whole before the client asked for the next one is in the lake."""
        calls = [call for call in self.service.log()[since:] if _is_kept(call)]
        there = judge.bodies(self.out / "lake")
        for call in calls[:-1]:
            if call["is_whole"] and call["sha256"] not in there:
                self.find(LOST, None, "a reply is kept before the next is asked for", call["path"])

    # what must hold when the fault is gone and a run has ended

    def next_run(self, *arguments: str, state: str = "done", **at: Any) -> Said:
        """Run again without the fault: published, whole, true, tidy, and readers answer."""
        arguments = arguments or ("run",)
        said = self.start(*arguments, **at).wait()
        self.ended(said, (0,))
        if said.code:
            self.find(NEXT, said, f"{' '.join(arguments)} ends well when the fault is gone")
            return said
        self.stands()
        self.true(state)
        self.tidy()
        return said

    def again(self, command: str, *, state: str = "done") -> Said:
        """The next run; after `publish` in every second trial only that step again."""
        is_step = command == "publish" and self.number % 2
        return self.next_run(*(("publish",) if is_step else ("run",)), state=state)

    def true(self, state: str) -> None:
        """`latest` shows the figures that the service's records give, under the month's name."""
        latest = self.out / "published" / "latest"
        if judge.figures(latest) != self.stage.figures[state]:
            self.find(STALE, None, f"the figures of a run without a fault ({state})",
                      f"{judge.edition_of(latest)}: {judge.figures(latest)}")  # fmt: skip

    def tidy(self, *, besides: Collection[str] = ()) -> None:
        """Nothing lies about that a run without a fault would not leave."""
        now = judge.listing(self.out)
        new = now - self.stage.listing - self.before.listing - set(besides)
        for name in sorted(name for name in new if not judge.WANTED.fullmatch(name)):
            self.find(LEFTOVER, None, "no leftovers after the next run", name)
        for name in sorted(now & (self.before.listing - self.stage.listing) - set(besides)):
            if judge.OURS.search(name):
                self.find(LEFTOVER, None, "no leftovers after the next run", name)

    def readers(self, *which: tuple[str, ...], **at: Any) -> None:
        """Readers answer, and tell the figures of what `latest` shows; one by turns by default."""
        latest = self.out / "published" / "latest"
        for one in which or (READERS[self.number % len(READERS)],):
            codes = (0, 1, 3) if one[0] == "status" else (0,)
            said = self.mirror(*one, codes=codes, **at)
            if one[0] == "explain" and said.code == 0:
                self.explained(said, latest)

    def explained(self, said: Said, edition: Path) -> None:
        """What `explain` says is what the edition holds, under its name."""
        name, missing = judge.edition_of(edition), []
        if name.split(".")[0] not in said.stdout:
            missing.append(name)
        missing += [
            text for text in judge.told_figures(edition, *ACROSS) if text not in said.stdout
        ]
        if missing:
            self.find(
                STALE, said, f"explain shows {edition.name}, {missing[:3]}", said.stdout[:600]
            )


READERS = (
    ("explain", *ACROSS), ("verify", "2026-10"), ("sql", "select count(*) from gap_years"),
    ("status", "--offline"), ("tables",), ("profile", "ARE"), ("diff", "2026-10", "latest"),
)  # fmt: skip


def _is_status(said: Said) -> bool:
    """`status` that ended with 1 told it on stdout; it did not fail."""
    return said.command.startswith("mirror status") and bool(said.stdout)


def _is_kept(call: dict[str, Any]) -> bool:
    """Whether a call's reply belongs in the lake."""
    path = call["path"].lower()
    is_asked = any(part in path for part in ("/getda/", "/preview/", "/data/v1/get/"))
    return call["status"] == 200 and is_asked and "countonly=true" not in path


def is_root() -> bool:
    """Whether mounts and other users can be tried."""
    return os.geteuid() == 0
