"""Which worlds each part of the proof needs, and the run of them on two processes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from benchmarks.harness import AS_IT_IS, Variant
from benchmarks.parallel import in_parallel
from benchmarks.seeds import SEEDS
from benchmarks.trial import Trial, run
from benchmarks.worlds import MIXES, WorldName, traps_of

SWITCHED_OFF = {
    "as it is": AS_IT_IS,
    "without class swap": Variant("class_swap"),
    "without timing": Variant("timing"),
    "without unallocated partner": Variant("unallocated"),
    "without transit": Variant("reexport"),
    "without lawful causes": Variant(causes_off=("all",)),
    "without the chance for hubs": Variant(causes_off=("hub",)),
}
TRAP_BASE = {"routes": "all_traps", "chain": "chain_all"}
"""The mix from which a trap that stands alone takes its strength."""
NO_TRAP = "none"


@dataclass(frozen=True)
class Task:
    """A world, how the method runs on it, and the line of a table to which its scores belong."""

    line: str
    world: WorldName
    variant: Variant = AS_IT_IS


def judged(seeds: str, mixes: Sequence[str], worlds: int | None, hiding: bool) -> list[Task]:
    """Every mix on the seeds asked for, with its hiding or with nothing hidden."""
    return [
        Task(mix, WorldName(mix, seed, hiding=hiding))
        for mix in mixes
        for seed in islice(SEEDS[seeds][mix], worlds)
    ]


def switched_off(mixes: Sequence[str], worlds: int) -> list[Task]:
    """Each part of the method off, on the first choosing seeds."""
    return [
        Task(line, WorldName(mix, seed), variant)
        for line, variant in SWITCHED_OFF.items()
        for mix in mixes
        for seed in islice(SEEDS["choosing"][mix], worlds)
    ]


def alone(worlds: int) -> list[Task]:
    """Each trap alone, on the first choosing seeds."""
    return [
        Task(f"{mix}: {trap}", WorldName(mix, seed, only=() if trap == NO_TRAP else (trap,)))
        for mix in TRAP_BASE.values()
        for trap in (NO_TRAP, *traps_of(mix))
        for seed in islice(SEEDS["choosing"][mix], worlds)
    ]


def run_all(tasks: Iterable[Task]) -> dict[str, list[Trial]]:
    """Run tasks, two at a time; the trials of each line, in the order of the tasks."""
    listed = list(tasks)
    found: dict[str, list[Trial]] = {task.line: [] for task in listed}
    for task, trials in zip(listed, in_parallel(_run, listed), strict=True):
        found[task.line] += trials
    return found


def _run(task: Task) -> list[Trial]:
    return run(task.world, task.variant)


def chosen_mixes(asked: Sequence[str]) -> tuple[str, ...]:
    """The mixes asked for, all where none is."""
    return tuple(mix for mix in MIXES if not asked or mix in asked)
