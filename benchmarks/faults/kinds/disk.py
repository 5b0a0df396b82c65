"""The disk is full: file systems of many sizes, no inodes left, and each operation refused."""

import ctypes
import os
import random
import re
import shutil
import subprocess
from functools import partial
from pathlib import Path

from benchmarks.faults.driver import Said
from benchmarks.faults.hooks import BROKEN as EIO
from benchmarks.faults.hooks import FULL, AtOperation
from benchmarks.faults.kinds import Case
from benchmarks.faults.kinds.kills import COMMANDS
from benchmarks.faults.stage import FIRST_REVISIONS, Stage, copy
from benchmarks.faults.trial import READERS, SENTENCES, Trial, is_root

ROOMY = "size=400m,nr_inodes=100000"
PEAK = (
    1.6  # a run needs at most this many times what the state after it needs, above the one before
)
NEW_NAMESPACE = 0x00020000


def cases(stage: Stage, trials: int, chance: random.Random) -> list[Case]:
    """Half are sizes, a tenth inodes, the others operations refused and the temporary folder."""
    sizes: list[Case] = [
        (f"{kb} kB free", partial(small, kb)) for kb in _sizes(stage, trials // 2, chance)
    ]
    numbers = sorted(chance.sample(range(1, 120), min(60, max(1, trials // 10))))
    inodes: list[Case] = [
        (f"{number} inodes free", partial(few_inodes, number)) for number in numbers
    ]
    temporary: list[Case] = [(f"TMPDIR with {kb} kB", partial(small_temporary, kb))
                             for kb in (4, 64)]  # fmt: skip
    mounted: list[Case] = [*sizes, *inodes, *temporary[: 1 + (trials > 20)]] if can_mount() else []
    refused: list[Case] = [
        (f"{name} refused at operation {number} ({os.strerror(error)})",
         partial(refuse, name, number, error))
        for name, (_, _, _, counted) in COMMANDS.items()
        if not name.endswith("key")
        for number in range(1, stage.operations[counted] + 1)
        for error in (FULL, EIO)
    ]  # fmt: skip
    return [*mounted, *chance.sample(refused, min(len(refused), max(1, trials - len(mounted))))]


def _sizes(stage: Stage, count: int, chance: random.Random) -> list[int]:
    most = stage.kb * PEAK
    return [int(most * (place + chance.random()) / max(1, count)) for place in range(count)]


def can_mount() -> bool:
    """Whether a file system can be mounted here; said in the table where it cannot."""
    if not is_root():
        return False
    script = "mount --make-rprivate / && mount -t tmpfs none /mnt"
    done = subprocess.run(["unshare", "-m", "sh", "-c", script], capture_output=True, check=False)
    return done.returncode == 0


def alone() -> None:
    """Mounts of this process are seen by it and its children only, and end with them."""
    if ctypes.CDLL(None, use_errno=True).unshare(NEW_NAMESPACE):
        raise OSError(ctypes.get_errno(), "unshare")
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)


def mount(folder: Path, options: str) -> None:
    """A file system in memory, with what the folder holds."""
    kept = folder.with_name(f"{folder.name}.kept")
    folder.rename(kept)
    folder.mkdir(mode=0o777)
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"mode=777,{options}", "none", folder], check=True
    )
    for path in kept.iterdir():
        copy(path, folder / path.name)
    shutil.rmtree(kept)


def remount(folder: Path, options: str) -> None:
    """Change what it allows."""
    subprocess.run(["mount", "-o", f"remount,{options}", folder], check=True)


def small(free_kb: int, trial: Trial) -> None:
    """A run on a disk with so much room."""
    trial.take("old", later=FIRST_REVISIONS)
    alone()
    mount(trial.out, ROOMY)
    used = shutil.disk_usage(trial.out).used // 1024
    remount(trial.out, f"size={used + free_kb}k")
    full(trial, trial.mirror("run"))


def few_inodes(free: int, trial: Trial) -> None:
    """A run on a disk that has so many inodes left."""
    trial.take("old", later=FIRST_REVISIONS)
    alone()
    mount(trial.out, ROOMY)
    state = os.statvfs(trial.out)
    remount(trial.out, f"nr_inodes={state.f_files - state.f_ffree + free}")
    full(trial, trial.mirror("run"))


def small_temporary(kb: int, trial: Trial) -> None:
    """The folder for temporary files is on a full disk of its own."""
    trial.take("old", later=FIRST_REVISIONS)
    alone()
    mount(trial.folder / "temporary", f"size={kb}k")
    full(trial, trial.mirror("run"), trial.folder / "temporary")
    remount(trial.folder / "temporary", "size=50m")


def full(trial: Trial, said: Said, disk: Path | None = None) -> None:
    """The sentence names the disk and what is free; readers answer; with room all is well."""
    if said.code == 1:
        named(trial, said, disk or trial.out)
    trial.stands()
    trial.readers(READERS[0], READERS[1 + trial.number % 6])
    remount(disk or trial.out, "size=400m,nr_inodes=100000")
    trial.next_run()
    trial.mirror("verify", codes=(0,))


def named(trial: Trial, said: Said, disk: Path) -> None:
    """`The disk of <path> is full (12 MB free): free space or choose another --out; …`."""
    told = " ".join(said.sentences)
    place = re.escape(str(disk))
    if not re.search(rf"The disk of {place}\S* is full \([^)]*free[^)]*\): .*stands\.", told):
        trial.find(SENTENCES, said, f"The disk of {disk} is full (… free): …; the last good edition"
                   " stands.", told)  # fmt: skip


def refuse(name: str, number: int, error: int, trial: Trial) -> None:
    """From this operation on, whatever needs room is refused (or this one operation fails)."""
    arguments, state, later, _ = COMMANDS[name]
    trial.take(state, later=later)
    at = AtOperation(trial.out, number, error, once=error != FULL)
    codes = (0, 1) if error == FULL else (0, 1, 2)
    said = trial.mirror(*arguments, codes=codes, operation=at)
    if said.code == 1 and error == FULL:
        named(trial, said, trial.out)
    trial.stands()
    trial.readers()
    trial.again(name, state="revised" if name == "revision" else "done")
