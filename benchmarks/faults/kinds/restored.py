"""A lake that was put back from a backup, wholly or in part, or with what SQLite left beside it."""

import shutil
from functools import partial
from pathlib import Path

from benchmarks.faults.kinds import Case
from benchmarks.faults.stage import copy
from benchmarks.faults.trial import EXIT, Trial

MANIFEST = "lake/manifest.sqlite"
BESIDE = {"-wal": b"garbage", "-shm": b"garbage", "-journal": b"garbage"}


def cases() -> list[Case]:
    """Older manifests and lakes, parts of the lake that are gone, files beside the manifest."""
    found: list[Case] = [
        ("an older manifest", partial(older, MANIFEST)),
        ("an older lake", partial(older, "lake")),
        ("older entries", partial(older, "lake/entries")),
    ]
    found += [(f"{name} is gone", partial(gone, name))
              for name in ("lake/entries", "lake/drafts", "lake", MANIFEST)]  # fmt: skip
    found += [(f"a {how} {ending} beside the manifest", partial(beside, ending, how))
              for ending in BESIDE for how in ("empty", "foreign")]  # fmt: skip
    return found


def older(name: str, trial: Trial) -> None:
    """A part of the lake as it was a month ago: a sentence or true figures; `--rebuild` helps."""
    trial.take("fetched")
    path, before = trial.out / name, trial.stage.out("old") / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    copy(before, path)
    if name == "lake":
        trial.look()  # the newer replies went with the lake; they are fetched again
        trial.now = trial.now.replace(day=7)
    mended(trial)


def gone(name: str, trial: Trial) -> None:
    """A part of the lake is gone; what can be is written anew, the rest is fetched again."""
    trial.take("fetched")
    path = trial.out / name
    if not path.exists():
        trial.point += " (is not there anyway)"
        return
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    if name == "lake":
        trial.look()
    mended(trial)


def beside(ending: str, how: str, trial: Trial) -> None:
    """What SQLite or somebody left beside the manifest: true figures, or a sentence."""
    trial.take("fetched")
    path = Path(f"{trial.out / MANIFEST}{ending}")
    path.write_bytes(b"" if how == "empty" else BESIDE[ending])
    trial.look()
    said = trial.mirror("run", codes=(0, 1))
    if said.code:
        path.unlink(missing_ok=True)
    trial.stands()
    trial.next_run("run")


def mended(trial: Trial) -> None:
    """A run ends well or in a sentence that names the remedy, which then works."""
    said = trial.mirror("run", codes=(0, 1))
    trial.stands()
    if said.code == 1:
        if "mirror fetch" not in said.stderr:
            trial.find(EXIT, said, "the sentence names the remedy, mirror fetch --rebuild")
        trial.mirror("fetch", "--rebuild", codes=(0,))
    trial.next_run("run")
