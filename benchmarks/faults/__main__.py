"""`python -m benchmarks.faults --kinds kills,disk,… --trials N --seed S`: play, judge, tell.

Findings go to a file of JSON lines; a table ends it, and exit 1 if anything was found.
"""

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

from benchmarks.faults import driver, stage, table
from benchmarks.faults.kinds import Case, clock, damage, disk, kills, readonly, together
from benchmarks.faults.small import SMALL
from benchmarks.faults.stage import Stage
from benchmarks.faults.trial import Trial

KINDS: dict[str, ModuleType] = {
    "kills": kills, "disk": disk, "readonly": readonly, "together": together, "clock": clock,
    "damage": damage,
}  # fmt: skip
Play = tuple[str, int, Case]


def main() -> int:
    """Play the trials asked for; 1 if anything was found."""
    given = _arguments()
    driver.prepare()
    room = Path(tempfile.mkdtemp(prefix="faults-", dir=stage.room()))
    room.chmod(0o755)
    try:
        return _played(given, room)
    finally:
        if given.keep:
            sys.stderr.write(f"kept: {room}\n")
        else:
            shutil.rmtree(room, ignore_errors=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("--kinds", default=",".join(KINDS), help="of " + ", ".join(KINDS))
    parser.add_argument("--trials", type=int, default=20, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="cases whose name holds this text")
    parser.add_argument("--small", action="store_true", help="one cheap case of each kind")
    parser.add_argument("--workers", type=int, default=2, help="trials at a time")
    parser.add_argument("--findings", type=Path, default=Path("faults.jsonl"))
    parser.add_argument("--keep", action="store_true", help="keep the folders of trials")
    given = parser.parse_args()
    given.kinds = given.kinds.split(",")
    if unknown := set(given.kinds) - KINDS.keys():
        parser.error(f"no such kind: {', '.join(sorted(unknown))}")
    return given


def _played(given: argparse.Namespace, room: Path) -> int:
    began = time.monotonic()
    # in a process of its own: this one reads no figures and starts no threads
    last = "done" if given.small else "revised"
    _wait(_fork(lambda: stage.save(stage.build(room / "stage", last))))
    if not (room / "stage" / "stage.json").is_file():
        sys.stderr.write("the commands fail where nothing befalls them\n")
        return 1
    built = stage.load(room / "stage")
    given.findings.write_text("")
    plays = list(_plays(given, built))
    _tell(f"{len(plays)} trials; stage built in {time.monotonic() - began:.0f} s")
    _pool(plays, given, built, room)
    lines = [json.loads(line) for line in given.findings.read_text().splitlines()]
    sys.stdout.write(table.table(lines, given.kinds))
    _tell(f"{time.monotonic() - began:.0f} s; findings in {given.findings}")
    return int(any(line["findings"] for line in lines))


def _plays(given: argparse.Namespace, built: Stage) -> Iterator[Play]:
    if given.small:
        yield from ((kind, place, case) for kind in given.kinds
                    for place, case in SMALL[kind])  # fmt: skip
        return
    for kind in given.kinds:
        chance = random.Random(f"{kind} {given.seed}")
        cases = KINDS[kind].cases(built, given.trials if not given.only else 5000, chance)
        cases = [case for case in cases if given.only in case[0]][: given.trials]
        yield from ((kind, number, case) for number, case in enumerate(cases))


def _pool(plays: list[Play], given: argparse.Namespace, built: Stage, room: Path) -> None:
    running: set[int] = set()
    for place, play in enumerate(plays):
        if len(running) >= given.workers:
            running.discard(os.wait()[0])
        running.add(_fork(lambda play=play: _trial(play, given, built, room)))  # type: ignore[misc]
        if place % 25 == 24:
            _tell(f"{place + 1} of {len(plays)}")
    for pid in running:
        _wait(pid)


def _trial(play: Play, given: argparse.Namespace, built: Stage, room: Path) -> None:
    kind, number, (point, deed) = play
    trial = Trial(kind, number, given.seed, built, room / f"{kind}{number}")
    trial.point = point
    began = time.monotonic()
    try:
        deed(trial)
    except Exception:  # noqa: BLE001  a fault of the referee is told in the table
        trial.find("referee", None, "the referee itself works", traceback.format_exc())
    line = {
        "kind": kind, "trial": number, "point": trial.point, "findings": trial.findings,
        "seconds": round(time.monotonic() - began, 2),
        "cpu_seconds": round(sum(said.cpu_seconds for said in trial.commands), 2),
        "commands": len(trial.commands),
    }  # fmt: skip
    with given.findings.open("ab", buffering=0) as file:
        file.write(json.dumps(line).encode() + b"\n")
    trial.close(keep=given.keep)


def _fork(deed: Callable[[], None]) -> int:
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    try:
        deed()
    except BaseException:  # noqa: BLE001  nothing above it could tell
        traceback.print_exc()
    sys.stderr.flush()
    os._exit(0)


def _wait(pid: int) -> None:
    os.waitpid(pid, 0)


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # DuckDB would tell of leaks
