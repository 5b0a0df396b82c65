"""Nothing may be written: folders of another user, a read-only file system, no HOME, no TMPDIR."""

import os
import random
import shutil
import subprocess
import time
from functools import partial
from pathlib import Path

from benchmarks.faults.kinds import Case
from benchmarks.faults.kinds.disk import ROOMY, alone, can_mount, mount, remount
from benchmarks.faults.stage import FIRST_REVISIONS, Stage
from benchmarks.faults.trial import BROKEN, DELETED, EXIT, READERS, STALE, Trial, is_root

LOCKED = (
    "", "published", "lake", "lake/replies", "lake/entries", "lake/drafts", "lake/manifest.sqlite",
    "mirror.lock", "build.duckdb", "checks.json",
)  # fmt: skip
STRANGER = "65534"  # the user nobody
HOMES = ("missing", "of another user", "a file", "unset")


def cases(stage: Stage, trials: int, chance: random.Random) -> list[Case]:
    """Every case once, then again with other readers and moments."""
    found: list[Case] = [
        (f"{place or 'out'} is of another user", partial(locked, place)) for place in LOCKED
    ]
    found += [
        ("an edition is read-only", edition_locked),
        ("out is a file", out_is_a_file),
        ("out cannot be made", out_cannot_be_made),
        ("readers of another user", readers_only),
        ("readers of a mistyped --out", mistyped),
    ]
    found += [(f"{name} is {how}", partial(no_home, name, how))
              for name in ("TMPDIR", "HOME") for how in HOMES]  # fmt: skip
    if can_mount():
        found += [("the file system is read-only", partial(remounted, 0.0)),
                  ("the file system becomes read-only", partial(remounted, 1.0))]  # fmt: skip
    chance.shuffle(found)
    return (found * (1 + trials // len(found)))[:trials]


def take_away(path: Path) -> None:
    """It is another user's, and nobody may write there."""
    if path.exists():
        if is_root():
            subprocess.run(["chown", "-Rh", STRANGER, path], check=True)
        subprocess.run(["chmod", "-R", "a-w,a+rX", path], check=True)


def give_back(path: Path) -> None:
    """As before."""
    if is_root():
        subprocess.run(["chown", "-Rh", "root", path], check=True)
    subprocess.run(["chmod", "-R", "u+w", path], check=True)


def tree(folder: Path) -> set[str]:
    """Every name below a folder."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def untouched(trial: Trial, before: set[str], folder: Path) -> None:
    """A command that was refused, or only reads, made nothing and removed nothing."""
    after = tree(folder)
    if after != before:
        found = f"made {sorted(after - before)[:4]}, removed {sorted(before - after)[:4]}"
        trial.find(DELETED, None, "nothing is made or removed", found)


def locked(place: str, trial: Trial) -> None:
    """A run that may not write in one place; readers do not mind."""
    trial.take("done", later=[["2024", 466]])
    path = trial.out / place
    take_away(path)
    before = tree(trial.out)
    said = trial.mirror("run", codes=(0, 1, 2), is_powerless=True)
    if said.code == 1 and "is held by" not in said.stderr and place in ("", "published", "lake"):
        trial.find(EXIT, said, "exit 2 for a folder without rights")
    if said.code and str(trial.out) not in " ".join(said.sentences):
        trial.find(EXIT, said, f"a sentence that names the place below {trial.out}")
    if said.code and not place:
        untouched(trial, before, trial.out)
    if said.code:
        trial.stands()
    trial.readers(READERS[0], is_powerless=True)
    trial.readers(is_powerless=True)
    give_back(trial.out)
    trial.next_run("run", state="revised", is_powerless=True)


def edition_locked(trial: Trial) -> None:
    """What was published is made read-only by the operator: later months do not mind."""
    trial.take("old", later=FIRST_REVISIONS)
    take_away((trial.out / "published" / "2026-10").resolve())
    trial.next_run("run", is_powerless=True)
    give_back(trial.out)


def out_is_a_file(trial: Trial) -> None:
    """`--out` names a file."""
    trial.out.write_text("notes\n")
    trial.mirror("run", codes=(2,))
    for reader in READERS:
        trial.mirror(*reader, codes=(1, 2))
    if trial.out.read_text() != "notes\n":
        trial.find(DELETED, None, "the file stands", trial.out.read_text()[:100])


def out_cannot_be_made(trial: Trial) -> None:
    """`--out` lies in a folder of another user."""
    parent = trial.folder / "parent"
    parent.mkdir()
    take_away(parent)
    trial.out = parent / "out"
    trial.mirror("run", codes=(2,), is_powerless=True)
    untouched(trial, set(), parent)


def readers_only(trial: Trial) -> None:
    """Every reader works without the right to write, and makes nothing."""
    trial.take("done")
    take_away(trial.out)
    before = tree(trial.out)
    trial.readers(*READERS, ("verify",), ("prune",), is_powerless=True)
    untouched(trial, before, trial.out)
    give_back(trial.out)


def mistyped(trial: Trial) -> None:
    """Readers of a folder that is not there say one sentence and do not make it."""
    for reader in (*READERS, ("verify",), ("prune",)):
        trial.mirror(*reader, codes=(1, 2))
    if trial.out.exists():
        trial.find(DELETED, None, "a mistyped --out is not made", str(tree(trial.out)))


def no_home(name: str, how: str, trial: Trial) -> None:
    """The folder for temporary files or the user's own cannot be used."""
    trial.take("old", later=FIRST_REVISIONS)
    place = trial.folder / "nowhere"
    if how == "a file":
        place.write_text("")
    elif how == "of another user":
        place.mkdir()
        take_away(place)
    said = trial.mirror("run", codes=(0, 1, 2), is_powerless=True,
                        environment={name: "" if how == "unset" else str(place)})  # fmt: skip
    trial.stands()
    if name == "HOME" and said.code:
        trial.find(EXIT, said, "a run needs no home")
    if place.is_dir() and tree(place):
        trial.find(BROKEN, said, "nothing is written there", str(tree(place)))
    trial.next_run("run", is_powerless=True)


def remounted(moment: float, trial: Trial) -> None:
    """The file system is read-only from the beginning, or becomes so during a run."""
    trial.take("old", later=FIRST_REVISIONS)
    alone()
    mount(trial.out, ROOMY)
    if not moment:
        remount(trial.out, "ro")
        trial.mirror("run", codes=(2,))
    else:
        running = trial.start("run")
        time.sleep(trial.chance.uniform(0.1, 1.0) * trial.stage.seconds["mirror run"])
        # refused while a file is open for writing: then it is tried again
        while subprocess.run(["mount", "-o", "remount,ro", trial.out], capture_output=True,
                             check=False).returncode:  # fmt: skip
            time.sleep(0.01)
        trial.ended(running.wait(), (0, 1, 2))
    trial.stands()
    trial.readers(READERS[0])
    trial.readers()
    remount(trial.out, "rw")
    trial.next_run()
    if not os.access(trial.out, os.W_OK) or shutil.disk_usage(trial.out).free == 0:
        trial.find(STALE, None, "the trial itself had room", "none")
