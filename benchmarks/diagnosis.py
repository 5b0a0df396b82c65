"""Sections of docs/proof.md that say what each part does and what each trap costs."""

from collections.abc import Mapping, Sequence

from benchmarks.pooled import Pool, pools
from benchmarks.tables import Lines, number, percent, table
from benchmarks.trial import DIRECTIONS, ORACLE, WITH_HUBS, Trial

Found = Mapping[str, Sequence[Trial]]
EXPORT = DIRECTIONS[0]


def switched_off(found: Found) -> Lines:
    """The method with each part off."""
    yield "## Every part off"
    yield ""
    yield ("One part switched off, all else the same, on the first choosing seeds. AP / truth below "
           "`at_least` (pairs claimed). `gaps_of_hubs` is a judgement, since in one generator hubs "
           "never hide and in another they do: the second table shows the AP with the hubs put back "
           "into the ranking, with and without the chance that the method gives to hubs.")  # fmt: skip
    yield ""
    lines = {line: pools(trials, EXPORT) for line, trials in found.items()}
    mixes = list(next(iter(lines.values())))
    rows = [[line, *(_off_cell(own[mix]) for mix in mixes)] for line, own in lines.items()]
    yield from table(["", *mixes], rows)
    kept = {line: own for line, own in lines.items() if line in ("as it is", *_HUBS)}
    rows = [
        [f"{line}, {'hubs put back' if name else 'published'}",
         *(number(_ap(own[mix], name)) for mix in mixes)]
        for line, own in kept.items() for name in ("", WITH_HUBS)
    ]  # fmt: skip
    yield from table(["", *mixes], rows)


_HUBS = ("without the chance for hubs",)


def _ap(pool: Pool, ranking: str) -> float:
    chosen = {"ranking": ranking} if ranking else {}
    return pool.spread("average_precision", **chosen).mean


def _off_cell(pool: Pool) -> str:
    return f"{number(_ap(pool, ''))} / {percent(pool.below)} ({pool.claimed.height})"


def alone(found: Found) -> Lines:
    """Each trap alone."""
    yield "## Every trap alone"
    yield ""
    yield ("Worlds with one trap and no other, on the first choosing seeds: what that trap costs, "
           "beside the AP of the oracle and of the raw gap.")  # fmt: skip
    yield ""
    head = ["mix: trap", "AP", "nDCG", "oracle's AP", "raw gap's AP", "pairs claimed",
            "truth below `at_least`", "false t"]  # fmt: skip
    rows = []
    for line, trials in found.items():
        pool = Pool(trials, EXPORT)
        rows.append([
            line, number(_ap(pool, "")), number(pool.spread("ndcg").mean),
            number(_ap(pool, ORACLE)), number(_ap(pool, "raw gap")), str(pool.claimed.height),
            percent(pool.below), number(pool.total("at_least_false_tonnes"), 1),
        ])  # fmt: skip
    yield from table(head, rows)
