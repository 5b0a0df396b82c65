"""What trials start from, built once: a month published, the next one built, published, revised."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.faults import judge
from benchmarks.faults.driver import Circumstances, Said, start
from benchmarks.faults.hooks import AtOperation
from benchmarks.faults.service import KEY, Service

OCTOBER = datetime(2026, 10, 5, 6, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 5, 6, tzinfo=UTC)
ACROSS = ("MLI", "ARE")  # the pair that is asked about; the revisions move it
FIRST_REVISIONS = [["2023", 784], ["2024", 288]]
LATER_REVISIONS = [["2024", 466]]
STATES = {
    # name: the state before it, what is revised since, when, commands
    "old": ("", [], OCTOBER, ["run"]),
    "fetched": ("old", FIRST_REVISIONS, NOVEMBER, ["fetch --years 2018-2024"]),
    "built": ("fetched", [], NOVEMBER, ["build", "check"]),
    "done": ("built", [], NOVEMBER, ["publish"]),
    "revised": ("done", LATER_REVISIONS, NOVEMBER + timedelta(days=1), ["run"]),
}


def environment(out: Path, url: str, folder: Path) -> dict[str, str]:
    """Settings of a trial: everything quick, everything within its own folder."""
    return {
        "MIRROR_OUT": str(out), "MIRROR_COMTRADE_URL": url, "MIRROR_COMTRADE_KEY": KEY,
        "MIRROR_COMTRADE_PAUSE_SECONDS": "0", "MIRROR_COMTRADE_BACKOFF_SECONDS": "0",
        "MIRROR_COMTRADE_WAIT_SECONDS": "0", "MIRROR_FETCH_YEARS": "9", "MIRROR_THREADS": "1",
        "MIRROR_STATUS_SECONDS": "2", "TMPDIR": str(folder / "temporary"),
        "HOME": str(folder / "home"),
    }  # fmt: skip


def copy(source: Path, target: Path) -> None:
    """A folder with links, times and owners as they are."""
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)


@dataclass(frozen=True)
class Stage:
    """The states that were built, and what is true in each."""

    folder: Path
    seconds: Mapping[str, float]
    operations: Mapping[str, int]
    figures: Mapping[str, Mapping[str, str]]
    listing: frozenset[str]
    kb: int
    replies: tuple[str, ...]

    def out(self, state: str) -> Path:
        """The folder of a state; never written to."""
        return self.folder / state

    @staticmethod
    def revisions(state: str) -> list[list[object]]:
        """What the service has revised when the state is reached."""
        before, revised, *_ = STATES[state]
        return [*(Stage.revisions(before) if before else []), *revised]


class Unfit(Exception):
    """The commands do not even work where nothing befalls them."""


def build(folder: Path, last: str) -> Stage:
    """Build the states up to the last one; count operations and seconds of each command."""
    states = list(STATES)[: list(STATES).index(last) + 1]
    (folder / "temporary").mkdir(parents=True)
    (folder / "home").mkdir()
    service = Service()
    try:
        said = {state: _reach(state, folder, service) for state in states}
    finally:
        service.stop()
    seconds = {one.command: one.seconds for all_said in said.values() for one in all_said}
    done = folder / "done"
    return Stage(
        folder,
        seconds | {"mirror run": said["old"][0].seconds},
        {p.parent.name: _operations(p) for p in folder.glob("said/*/operations")},
        {state: judge.figures(folder / state / "published" / "latest") for state in states},
        judge.listing(done),
        sum(path.lstat().st_blocks for path in done.rglob("*")) // 2,
        tuple(sorted(judge.bodies(folder / "fetched" / "lake"))),
    )


def _operations(log: Path) -> int:
    return sum(not line.startswith("0 ") for line in log.read_text().splitlines())


def _reach(state: str, folder: Path, service: Service) -> list[Said]:
    before, revised, clock, commands = STATES[state]
    out = folder / "out"  # in one place, then kept under the state's name
    if before:
        copy(folder / before, out)
    service.set(revise=revised)
    said = []
    for command in commands:
        at = Circumstances(environment(out, service.url, folder), clock, AtOperation(out, 0))
        told = start(command.split(), folder / "said" / f"{state} {command.split()[0]}", at).wait()
        if told.code:
            raise Unfit(f"{command} for the state {state} ended with {told.code}: {told.stderr}")
        said.append(told)
    out.rename(folder / state)
    return said


def save(stage: Stage) -> None:
    """Write down what was measured, so that another process can use the folder."""
    told = asdict(stage) | {"folder": "", "listing": sorted(stage.listing)}
    (stage.folder / "stage.json").write_text(json.dumps(told))


def load(folder: Path) -> Stage:
    """A stage that `save` wrote."""
    told = json.loads((folder / "stage.json").read_text())
    return Stage(**(told | {"folder": folder, "listing": frozenset(told["listing"])}))


def room() -> Path:
    """Where trials are fast and wear out no disk, or the usual place."""
    memory = Path("/dev/shm")
    given = os.environ.get("FAULTS_ROOM")
    if given:
        return Path(given)
    is_roomy = memory.is_dir() and os.access(memory, os.W_OK)
    return memory if is_roomy and shutil.disk_usage(memory).free > 2 << 30 else Path("/") / "tmp"
