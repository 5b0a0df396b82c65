"""Sections of docs/proof.md that say what was measured."""

import math
from collections.abc import Mapping, Sequence

import polars as pl

from benchmarks import wanted
from benchmarks.pooled import GRADES, Pool, pools
from benchmarks.tables import Lines, at_least, at_most, between, number, percent, table
from benchmarks.trial import BOTH_REPORT, DIRECTIONS, NAIVE, ORACLE, WITH_HUBS, Trial
from benchmarks.wanted import WANTED

Found = Mapping[str, Sequence[Trial]]
EXPORT, IMPORT = DIRECTIONS


def ranking(found: Found) -> Lines:
    """How well the ranking finds the true pairs, beside what was wanted, an oracle, naive ones."""
    yield "## How well the ranking finds what is hidden"
    yield ""
    yield ("Average precision (AP) over the true pairs: mean of the worlds ± standard error, and the "
           "worst world; nDCG with the hidden kg as gain; the share of the hidden kg among the first "
           "n, n being the number of true pairs. A true pair without a place counts as never found. "
           "In brackets what was wanted, bold where it is missed. The oracle ranks by the gap less "
           "all that lawful causes did to it, which no records show. It does not know which reports "
           "err and ranks by kg alone: where errors are heavy, a method that weighs them passes it.")  # fmt: skip
    yield ""
    head = ["mix", "worlds", "true pairs", "AP", "worst", "nDCG", "kg in first n", "oracle's AP",
            *(f"AP of {name}" for name in NAIVE)]  # fmt: skip
    yield from table(head, [_ranking_row(m, p) for m, p in _by_mix(found, EXPORT).items()])


def _ranking_row(mix: str, pool: Pool) -> list[str]:
    said, own, gain = WANTED[mix], pool.spread("average_precision"), pool.spread("ndcg")
    ap = f"{number(own.mean)} ± {number(own.error)}"
    return [
        mix, str(len(pool.trials)), f"{pool.total('true_pairs'):.0f}",
        at_least(own.mean, said.precision, ap),
        at_least(own.least, said.worst, number(own.least)),
        at_least(gain.mean, said.ndcg, number(gain.mean)),
        number(pool.spread("share_of_kg_in_first_n").mean, 2),
        *(number(pool.spread("average_precision", name).mean) for name in (ORACLE, *NAIVE)),
    ]  # fmt: skip


def claims(found: Found, direction: str = EXPORT) -> Lines:
    """What is claimed, against the truth."""
    yield "## Whether the claims hold"
    yield ""
    yield ("Over all pairs of a mix together. `at_least` is to be above the truth in no more than "
           "the share in brackets, pairs with P ≥ 0.95 true in at least the share beside; and not "
           "by claiming nothing: the last columns say how much of the hidden kg `at_least` holds, "
           f"`missing_fine_kg` over the truth (wanted {wanted.MISSING_OVER_TRUTH[0]}–"
           f"{wanted.MISSING_OVER_TRUTH[1]}), how often more is hidden than `at_most_fine_kg` "
           f"(≤ {wanted.ABOVE_AT_MOST}), how often the bands of places hold the true one "
           f"({wanted.BANDS[0]}–{wanted.BANDS[1]}).")  # fmt: skip
    yield ""
    head = ["mix", "pairs claimed", "truth below `at_least`", "pairs P ≥ 0.95", "of them true",
            "`at_least` / hidden", "false t", "missing / hidden", "above `at_most`", "bands"]  # fmt: skip
    yield from table(head, [_claims_row(m, p) for m, p in _by_mix(found, direction).items()])


def _claims_row(mix: str, pool: Pool) -> list[str]:
    said, sure = WANTED[mix], pool.sure
    right = float(sure.mean()) if len(sure) else math.nan  # type: ignore[arg-type]
    over, above = pool.missing_over_truth, pool.above
    bands = pool.spread("bands_hold").mean
    return [
        mix, str(pool.claimed.height), at_most(pool.below, said.below, percent(pool.below)),
        str(len(sure)), at_least(right, said.sure, percent(right)),
        at_least(pool.at_least_share, said.at_least_share, percent(pool.at_least_share)),
        number(pool.total("at_least_false_tonnes"), 1),
        between(over, wanted.MISSING_OVER_TRUTH, number(over, 2)),
        between(above, (0, wanted.ABOVE_AT_MOST), percent(above)),
        between(bands, wanted.BANDS, percent(bands)),
    ]  # fmt: skip


def unranked(found: Found) -> Lines:
    """True pairs that the ranking cannot hold, and the ranking with hubs put back."""
    yield "## What has no place in the ranking"
    yield ""
    yield ("True pairs of hubs as exporters stand in `gaps_of_hubs`, without a rank; others have no "
           "gap left in the direction. Gold that is hidden in years that cannot be compared (a side "
           "does not report, books no partners, or lost the row) is in no ranking and counted apart. "
           "The last two columns: AP with the hubs put back by the same order, and over the pairs "
           "alone of which the exporter declares something.")  # fmt: skip
    yield ""
    head = ["mix", "true pairs", "of hubs", "t of hubs", "no gap left", "t hidden",
            "t not comparable", "pairs not comparable", "AP", "AP, hubs put back",
            "AP, exporter declares"]  # fmt: skip
    yield from table(head, [_unranked_row(m, p) for m, p in _by_mix(found, EXPORT).items()])


def _unranked_row(mix: str, pool: Pool) -> list[str]:
    lost = pool.total("true_pairs_unranked") - pool.total("true_pairs_of_hubs")
    return [
        mix, f"{pool.total('true_pairs'):.0f}", f"{pool.total('true_pairs_of_hubs'):.0f}",
        number(pool.total("hidden_tonnes_of_hubs"), 0), f"{lost:.0f}",
        number(pool.total("hidden_tonnes"), 0), number(pool.total("hidden_unassessed_tonnes"), 0),
        f"{pool.total('hidden_unassessed_pairs'):.0f}",
        number(pool.spread("average_precision").mean),
        *(number(pool.spread("average_precision", name).mean) for name in (WITH_HUBS, BOTH_REPORT)),
    ]  # fmt: skip


def calibration(found: Found) -> Lines:
    """P by bins, against what happens."""
    yield "## What a probability is worth"
    yield ""
    yield ("Mean of `probability_material` in each bin → share of its pairs that are true (number "
           f"of pairs). Bold: further apart than {wanted.PROBABILITY_OFF} with "
           f"{wanted.PAIRS_IN_BIN} pairs or more.")  # fmt: skip
    yield ""
    by_mix = {mix: pool.bins() for mix, pool in _by_mix(found, EXPORT).items()}
    edges = sorted({edge for bins in by_mix.values() for edge in bins["bin_from"]})
    rows = []
    for mix, bins in by_mix.items():
        own = {edge: (p, true, n) for edge, p, true, n in bins.iter_rows()}
        rows.append([mix, *(_bin(own[edge]) if edge in own else "–" for edge in edges)])
    yield from table(["mix", *(f"from {edge:g}" for edge in edges)], rows)
    yield ""
    yield "![The same bins against the line on which probabilities come true](calibration.svg)"


def _bin(row: tuple[float, float, int]) -> str:
    p, true, pairs = row
    text = f"{p:.2f} → {true:.2f} ({pairs})"
    is_off = abs(p - true) > wanted.PROBABILITY_OFF and pairs >= wanted.PAIRS_IN_BIN
    return f"**{text}**" if is_off else text


def grades(found: Found) -> Lines:
    """Share of the pairs of each grade that are true."""
    yield "## Grades"
    yield ""
    asked = ", ".join(f"{grade} in over {share:.0%}" for grade, share in wanted.GRADES.items())
    yield f"Share of the pairs of each grade that are true (number of pairs). Wanted: {asked}."
    yield ""
    rows = []
    for mix, pool in _by_mix(found, EXPORT).items():
        cells = [_grade(grade, *row) for grade, row in pool.by_grade().items()]
        rows.append([mix, *cells])
    yield from table(["mix", *GRADES], rows)


def _grade(grade: str, pairs: int, right: float) -> str:
    if not pairs:
        return "–"
    text = f"{percent(right)} ({pairs})"
    return f"**{text}**" if right < wanted.GRADES.get(grade, 0) else text


def other_direction(found: Found) -> Lines:
    """What importers hide."""
    yield "## The other direction: what importers hide"
    yield ""
    yield (f"Wanted: AP ≥ {wanted.OTHER_DIRECTION_HARD} on hard, truth below `at_least` in at most "
           f"{wanted.OTHER_DIRECTION_BELOW:.0%}.")  # fmt: skip
    yield ""
    head = ["mix", "true pairs", "AP", "nDCG", "raw gap's AP", "oracle's AP", "pairs claimed",
            "truth below `at_least`", "pairs P ≥ 0.95", "of them true"]  # fmt: skip
    rows = []
    for mix, pool in _by_mix(found, IMPORT).items():
        own, sure = pool.spread("average_precision").mean, pool.sure
        least = wanted.OTHER_DIRECTION_HARD if mix == "hard" else None
        rows.append([
            mix, f"{pool.total('true_pairs'):.0f}", at_least(own, least, number(own)),
            number(pool.spread("ndcg").mean),
            *(number(pool.spread("average_precision", n).mean) for n in ("raw gap", ORACLE)),
            str(pool.claimed.height),
            at_most(pool.below, wanted.OTHER_DIRECTION_BELOW, percent(pool.below)),
            str(len(sure)), percent(float(sure.mean()) if len(sure) else math.nan),  # type: ignore[arg-type]
        ])  # fmt: skip
    yield from table(head, rows)


def nothing_hidden(found: Found, honest: Found) -> Lines:
    """What is claimed where nothing is hidden."""
    yield "## Where nothing is hidden"
    yield ""
    yield ("The same worlds with nothing hidden: tonnes that `at_least` claims all the same, in the "
           "ranking and of hubs, as a share of what it claims with hiding, and the largest.")  # fmt: skip
    yield ""
    head = ["mix", "direction", "t claimed with hiding", "nothing hidden", "share",
            "pairs claimed", "largest, t"]  # fmt: skip
    rows = []
    for direction in DIRECTIONS:
        hiding = _by_mix(found, direction)
        for mix, pool in _by_mix(honest, direction).items():
            if mix in hiding:
                rows.append(_honest_row(mix, direction, hiding[mix], pool))
    yield from table(head, rows, words=2)


def _honest_row(mix: str, direction: str, hiding: Pool, honest: Pool) -> list[str]:
    claimed, false = hiding.claimed_tonnes, honest.claimed_tonnes
    share = false / claimed if claimed else math.nan
    said = WANTED[mix].claimed if direction == EXPORT else None
    largest = honest.claimed.sort("at_least_fine_kg").tail(1)
    told = "–" if largest.is_empty() else _largest(largest)
    return [mix, direction, number(claimed, 1), number(false, 1),
            at_most(share, said, percent(share)), str(honest.claimed.height), told]  # fmt: skip


def _largest(pair: pl.DataFrame) -> str:
    row = pair.row(0, named=True)
    kg = row["at_least_fine_kg"]
    return f"{row['exporter_iso3']} → {row['importer_iso3']} {kg / 1000:,.1f}"


def _by_mix(found: Found, direction: str) -> dict[str, Pool]:
    return pools([trial for trials in found.values() for trial in trials], direction)
