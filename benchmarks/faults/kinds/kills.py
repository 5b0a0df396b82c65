"""Killed: before each file operation one after the other, and at random moments."""

import random
import signal
import time
from functools import partial
from pathlib import Path

from benchmarks.faults import judge
from benchmarks.faults.hooks import AtOperation
from benchmarks.faults.kinds import Case
from benchmarks.faults.stage import FIRST_REVISIONS, Stage
from benchmarks.faults.trial import BROKEN, LOST, PROMISE, READERS, TRACEBACK, Trial

FETCH = ("fetch", "--years", "2018-2024")
# command, the state it starts from, what is revised since, where its operations were counted
COMMANDS = {
    "publish": (("publish",), "built", [], "done publish"),
    "fetch": (FETCH, "old", FIRST_REVISIONS, "fetched fetch"),
    "fetch without a key": (FETCH, "old", FIRST_REVISIONS, "fetched fetch"),
    "build": (("build",), "fetched", [], "built build"),
    "check": (("check",), "built", [], "built check"),
    "run": (("run",), "old", FIRST_REVISIONS, "revised run"),
    "revision": (("run",), "done", [["2024", 466]], "revised run"),
}
NO_KEY = {"MIRROR_COMTRADE_KEY": ""}
MOST_OF_PRUNE = 30
MORE_WITHOUT_KEY = 3  # without a key a call asks for one year, so it has more operations


def cases(stage: Stage, trials: int, chance: random.Random) -> list[Case]:
    """Two of three at an operation (all of them, where trials suffice), the others at random."""
    points = [
        (f"{name} before operation {number}", partial(at_operation, name, number))
        for name, (_, _, _, counted) in COMMANDS.items()
        for number in range(1, _operations(stage, name, counted) + 2)
    ]
    points += [(f"prune before operation {number}", partial(prune, number))
               for number in range(1, MOST_OF_PRUNE)]  # fmt: skip
    wanted = max(1, trials * 2 // 3)
    if len(points) > wanted:
        points = sorted(chance.sample(points, wanted), key=lambda case: case[0])
    names = ["run", "run", "run", "revision", "publish", "build", "fetch"]
    moments = [
        (f"{name} at a random moment", partial(at_moment, name))
        for name in chance.choices(names, k=max(0, trials - len(points)))
    ]
    return [("publish syncs before it swaps", synced), *points[1:], *moments]


def _operations(stage: Stage, name: str, counted: str) -> int:
    return stage.operations[counted] * (MORE_WITHOUT_KEY if name.endswith("key") else 1)


def at_operation(name: str, number: int, trial: Trial) -> None:
    """SIGKILL before the operation; then what stands, then the next run."""
    arguments, state, later, _ = COMMANDS[name]
    trial.take(state, later=later)
    keys = NO_KEY if name.endswith("key") else {}
    said = trial.mirror(*arguments, codes=(0, -signal.SIGKILL), environment=keys,
                        operation=AtOperation(trial.out, number))  # fmt: skip
    trial.point += f" ({_last_operation(trial)})" if said.code else " (beyond the last)"
    afterwards(trial, name)


def at_moment(name: str, trial: Trial) -> None:
    """A signal at a random moment; mostly the one that nothing can be done about."""
    arguments, state, later, _ = COMMANDS[name]
    trial.take(state, later=later)
    usual = trial.stage.seconds["mirror " + " ".join(arguments)]
    seconds = trial.chance.uniform(0.02, 1.05) * usual
    number = trial.chance.choices((signal.SIGKILL, signal.SIGTERM, signal.SIGINT), (8, 1, 1))[0]
    trial.point += f" ({number.name} after {seconds:.3f} s)"
    running = trial.start(*arguments)
    time.sleep(seconds)
    running.signal(number)
    said = running.wait()
    trial.commands.append(said)
    if said.has_traceback:
        trial.find(TRACEBACK, said, "one sentence or none")
    afterwards(trial, name)


def synced(trial: Trial) -> None:
    """Every file and folder of an edition is on the disk before its name is, and then the name."""
    trial.take("built")
    said = trial.mirror("publish", codes=(0,), operation=AtOperation(trial.out, 0))
    log = (trial.folder / "command1" / "operations").read_text(errors="replace").splitlines()
    latest = (trial.out / "published" / "latest").resolve()
    swap = next((place for place, line in enumerate(log)
                 if line.endswith(f" {latest}") and "os.rename" in line), None)  # fmt: skip
    if swap is None:
        trial.find(PROMISE, said, f"one rename makes {latest.name}", "\n".join(log[-5:]))
        return
    draft = Path(log[swap].split(" os.rename ")[1].removesuffix(f" {latest}"))
    before = {line.partition(" fsync ")[2] for line in log[:swap]}
    for path in (latest, *sorted(latest.rglob("*"))):
        if str(draft / path.relative_to(latest)) not in before:
            trial.find(PROMISE, said, "every file and folder is synced before the swap", path.name)
    if str(latest.parent) not in {line.partition(" fsync ")[2] for line in log[swap:]}:
        trial.find(PROMISE, said, "published/ is synced after the swap")


def prune(number: int, trial: Trial) -> None:
    """SIGKILL while a month is removed: what stays is whole; then the removal again."""
    arguments = ("prune", "--keep", "1", "--yes")
    trial.take("revised")
    kept = {name: told for name, told in trial.before.editions.items() if name > "2026-11"}
    trial.before.editions.clear()
    trial.before.editions.update(kept)
    at = AtOperation(trial.out, number)
    said = trial.mirror(*arguments, codes=(0, -signal.SIGKILL), operation=at)
    trial.point += f" ({_last_operation(trial)})" if said.code else " (beyond the last)"
    for flaw in trial.before.lost_editions(trial.out):
        trial.find(BROKEN, said, "what is not pruned stands", flaw)
    trial.readers(READERS[0])
    trial.mirror(*arguments, codes=(0,))
    trial.stands()
    if (trial.out / "published" / "2026-10").is_symlink():
        trial.find(PROMISE, None, "links are put right after pruning", "2026-10")
    trial.mirror("verify", codes=(0,))
    trial.tidy()


def fetch_only(number: int, trial: Trial) -> None:
    """SIGKILL in a fetch; then the fetch again: every reply is there, and nothing lies about."""
    arguments, state, later, _ = COMMANDS["fetch"]
    trial.take(state, later=later)
    trial.mirror(*arguments, codes=(0, -signal.SIGKILL), operation=AtOperation(trial.out, number))
    trial.stands()
    trial.acknowledged(since=0)
    trial.mirror(*arguments, codes=(0,))
    trial.stands()
    trial.tidy()
    if there := set(trial.stage.replies) - judge.bodies(trial.out / "lake"):
        trial.find(LOST, None, "the fetch again makes the lake complete", str(there))


def afterwards(trial: Trial, name: str) -> None:
    """The last good edition stands, readers answer, and the next run is as if nothing had been."""
    trial.stands()
    if name.startswith("fetch"):
        trial.acknowledged(since=0)
    trial.readers(READERS[0])
    trial.readers()
    state = "revised" if name == "revision" else "done"
    trial.again(name, state=state)
    trial.mirror("verify", codes=(0,)) if trial.number % 3 == 0 else trial.readers()


def _last_operation(trial: Trial) -> str:
    log = trial.folder / "command1" / "operations"
    last = log.read_text(errors="replace").splitlines()[-1:] if log.exists() else []
    return last[0].replace(str(trial.folder), "") if last else "none"
