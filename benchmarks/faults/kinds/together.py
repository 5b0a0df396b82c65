"""Several at once on one `--out`: runs of one month and of several, steps, readers."""

import random
import re
import signal
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks.faults import judge
from benchmarks.faults.driver import Running, Said
from benchmarks.faults.kinds import Case
from benchmarks.faults.stage import FIRST_REVISIONS, Stage
from benchmarks.faults.trial import BROKEN, EXIT, HUNG, READERS, SENTENCES, Trial

HELD = re.compile(
    r"mirror: \S+ is held by mirror \w+ \(process \d+ on \S+,"
    r" since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\): run again when it has ended\.$", re.MULTILINE
)  # fmt: skip
RUN = ("run",)
GROUPS: dict[str, tuple[tuple[str, ...], ...]] = {
    "two runs": (RUN, RUN),
    "three runs": (RUN, RUN, RUN),
    "four runs": (RUN,) * 4,
    "runs of two months": (RUN, ("run", "--edition", "2026-09")),
    # none of 2026-10, with whose ranks those of 2026-11 are compared
    "runs of four months": (
        RUN, ("run", "--edition", "2026-09"), ("run", "--edition", "2026-08"),
        ("run", "--edition", "2026-07"),
    ),
    "run and publish": (RUN, ("publish",)),
    "run, build and check": (RUN, ("build",), ("check",)),
    "run and fetch": (RUN, ("fetch", "--years", "2018-2024")),
    "run and prune": (RUN, ("prune", "--keep", "1", "--yes")),
    "run and latest": (RUN, ("latest", "2026-10")),
    "two publishes": (("publish",), ("publish",)),
    "two builds": (("build",), ("build", "--edition", "2026-10")),
    "two fetches": (("fetch", "--years", "2018-2024"), ("fetch", "--years", "2018-2024")),
}  # fmt: skip


def cases(stage: Stage, trials: int, chance: random.Random) -> list[Case]:
    """Each group once, then by chance; a quarter waits for each other; readers beside a run."""
    found: list[Case] = [
        ("readers beside a run", readers_beside), ("four runs", partial(group, "four runs", False)),
        ("who holds it", who_holds), ("a lock file that says anything", any_lock_file),
        ("a run whose holder was killed", killed_holder),
        ("four runs that wait", partial(group, "four runs", True)),
    ]  # fmt: skip
    found += [(name, partial(group, name, False)) for name in GROUPS]
    while len(found) < trials:
        name, waits = chance.choice(list(GROUPS)), chance.random() < 0.25
        found.append((f"{name}{' that wait' * waits}", partial(group, name, waits)))
    return found[:trials]


def group(name: str, waits: bool, trial: Trial) -> None:
    """All begin within a moment; each ends with 0, or 1 and the sentence of the lock."""
    needs_build = any(one[0] == "publish" for one in GROUPS[name])
    trial.take("built" if needs_build else "old", later=[] if needs_build else FIRST_REVISIONS)
    environment = {"MIRROR_WAIT_SECONDS": "120" if waits else "0"}
    running = []
    for arguments in GROUPS[name]:
        running.append(trial.start(*arguments, environment=environment))
        time.sleep(trial.chance.choice((0, 0, 0.02, 0.3, 1.0)))
    said = [one.wait() for one in running]
    for one in said:
        settled(trial, one, waits, GROUPS[name])
    if not any(one.code == 0 for one in said):
        trial.find(EXIT, said[0], "one of them gets through")
    published(trial, said)
    trial.stands()
    trial.again(GROUPS[name][-1][0])
    trial.mirror("verify", codes=(0,))


def settled(trial: Trial, said: Said, waits: bool, commands: Sequence[tuple[str, ...]]) -> None:
    """0, or 1 with the lock's sentence; a step may find the build of another run instead."""
    is_step = said.command.split()[1] in ("publish", "check")  # may find nothing built
    trial.ended(said, (0, 1, 2) if is_step else (0, 1))
    if said.code == 1 and not HELD.search(said.stderr) and not said.has_traceback and not (
        is_step and ("run", ) in commands
    ):  # fmt: skip
        trial.find(SENTENCES, said, "… is held by mirror … (process … on …, since … UTC): run again"
                   " when it has ended.")  # fmt: skip
    if said.code == 1 and waits and not is_step:
        trial.find(EXIT, said, "0, for it waits")


def published(trial: Trial, said: Sequence[Said]) -> None:
    """Every edition that a command says it published is there and whole."""
    for one in said:
        if one.code == 0 and one.command.split()[1] in ("run", "publish"):
            lines = one.stdout.strip().splitlines()
            folder = Path(lines[0]) if lines else trial.out
            flaws = judge.flaws(folder) if folder.is_dir() else [f"{folder} is not there"]
            for flaw in flaws:
                trial.find(BROKEN, one, "what was published is there", flaw)


def readers_beside(trial: Trial) -> None:
    """Readers in a loop while a run goes on: each answers, of one whole edition."""
    trial.take("old", later=FIRST_REVISIONS)
    running = trial.start("run")
    readers = [one for one in READERS if one[0] != "diff"]
    began = time.monotonic()
    while not (trial.folder / "command1").is_dir() or _is_alive(running):
        trial.mirror(*readers[trial.chance.randrange(len(readers))], codes=(0, 1, 3))
        last = trial.commands[-1]
        if last.code == 1 and not last.command.startswith("mirror status"):
            trial.find(EXIT, last, "a reader answers beside a run")
        if time.monotonic() - began > 60:
            trial.find(HUNG, None, "the run ends beside readers")
            break
    trial.ended(running.wait(), (0,))
    trial.stands()
    trial.next_run("run")
    trial.readers(READERS[0])


def _is_alive(running: Running) -> bool:
    """Whether it has not ended yet; an ended one waits to be asked for its code."""
    stat = Path(f"/proc/{running.pid}/stat").read_text()
    return stat.rpartition(")")[2].split()[0] != "Z"


def _held(trial: Trial) -> Running:
    """A run that is stopped while it holds the lock."""
    trial.service.set(seconds=1.5)
    running = trial.start("run")
    lock, began = trial.out / "mirror.lock", time.monotonic()
    while not (lock.is_file() and lock.stat().st_size) and time.monotonic() - began < 2:
        time.sleep(0.01)
    if not lock.is_file():
        trial.find(EXIT, None, "a run makes <out>/mirror.lock at once", "there is none")
    running.signal(signal.SIGSTOP)
    return running


def who_holds(trial: Trial) -> None:
    """Another writer says who holds the folder and leaves at once; readers do not mind."""
    trial.take("done", later=[["2024", 466]])
    running = _held(trial)
    for writer in (("fetch", "--years", "2018"), ("build",), ("publish",), ("run",),
                   ("prune", "--keep", "1", "--yes"), ("latest", "2026-10")):  # fmt: skip
        said = trial.mirror(*writer, codes=(1,))
        if f"process {running.pid} on" not in said.stderr or not HELD.search(said.stderr):
            trial.find(SENTENCES, said, f"held by mirror run (process {running.pid} on …)")
        if said.seconds > 2:
            trial.find(EXIT, said, "leaves at once", f"{said.seconds:.1f} s")
    trial.readers(READERS[0], READERS[2])
    running.signal(signal.SIGCONT)
    trial.service.set(seconds=0)
    trial.ended(running.wait(), (0,))
    trial.next_run("run", state="revised")


def any_lock_file(trial: Trial) -> None:
    """A lock file that nobody holds never stops a run, whatever it says."""
    trial.take("old", later=FIRST_REVISIONS)
    texts = (
        b"",
        b"\0" * 100,
        b"garbage \xff\xfe",
        b'{"pid": "x"}',
        b"[]",
        b'{"pid": 1}',
        b"1" * 9999,
    )
    (trial.out / "mirror.lock").write_bytes(trial.chance.choice(texts))
    trial.next_run("run")


def killed_holder(trial: Trial) -> None:
    """Who held the lock was killed: the next run goes at once."""
    trial.take("old", later=FIRST_REVISIONS)
    running = _held(trial)
    running.signal(signal.SIGKILL)
    running.wait()
    trial.service.set(seconds=0)
    trial.stands()
    trial.next_run("run")
