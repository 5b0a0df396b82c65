"""Whether every move between two editions is told, with a cause that the world knows."""

import io
import math
from collections.abc import Iterator, Set
from dataclasses import dataclass

import polars as pl

from benchmarks.life.commands import Outcome
from benchmarks.life.editions import Edition
from benchmarks.life.findings import Findings
from benchmarks.life.records_judge import sides
from benchmarks.life.truth import Place

Pair = tuple[str, str, str]
"""Direction, exporter and importer."""
Row = dict[str, object]
KEY = ("direction", "exporter_iso3", "importer_iso3")
OF_THE_PAIR = {"revised", "newly_reported", "withdrawn", "weight_revised"}
OF_OTHERS = {"unallocated_revised", "state_changed", "set_aside", "freight", "other_records"}
IMPOSSIBLE = {"gold_price", "parameters", "method"}
"""Causes that nothing in this world brings about: one code, one set of reference tables."""
_AMOUNTS = ("at_least", "missing")
_LEAST_KG, _LEAST_PROBABILITY = 1.0, 0.005
_MARGIN = 0.02
"""Part of a bound on either side of which the referee does not decide whether it is a move."""


@dataclass(frozen=True)
class Comparison:
    """Two editions and what lies between them."""

    before: Edition
    after: Edition

    def own_events(self, pair: Pair) -> set[Place]:
        """Reports of the pair whose figure, weight or presence is another than before."""
        _, exporter, importer = pair
        places = self.after.view.moved_since(self.before.view)
        return {
            place
            for side in sides(exporter, importer)
            for place in places
            if place[0] == side.reporter
            and side.amount(self.before.view, place[1]) != side.amount(self.after.view, place[1])
        }

    def counted_events(self, pair: Pair) -> set[Place]:
        """Own events in years that the ranking of one of the two editions counts."""
        counted = _counted(self.before, pair) | _counted(self.after, pair)
        return {place for place in self.own_events(pair) if place[1] in counted}

    def is_open(self, pair: Pair) -> bool:
        """Whether a part of a report only had gone out, so that either version may stand."""
        unsure = self.before.view.open | self.after.view.open
        return any(place[0] in pair[1:] for place in unsure)

    def window_years(self, pair: Pair) -> set[int]:
        """Years of the pair that entered or left the window."""
        return _windowed(self.before, pair) ^ _windowed(self.after, pair)


def _years(edition: Edition, pair: Pair, mark: str) -> set[int]:
    _, exporter, importer = pair
    rows = edition.gap_years.filter(
        (pl.col("exporter_iso3") == exporter) & (pl.col("importer_iso3") == importer) & pl.col(mark)
    )
    return set(rows["period"].to_list())


def _counted(edition: Edition, pair: Pair) -> set[int]:
    return _years(edition, pair, "is_counted")


def _windowed(edition: Edition, pair: Pair) -> set[int]:
    return _years(edition, pair, "is_in_window")


def judge_causes(before: Edition, after: Edition, findings: Findings) -> None:
    """Hold `changes` of the later edition against the moves and against the events."""
    told = {_key(row): row for row in after.table("changes").iter_rows(named=True)}
    for pair, fault in _moves(before, after, told.keys()):
        findings.add(fault, "→".join(pair[1:]), "a row of changes for every move", pair[0])
    between = Comparison(before, after)
    places = after.view.events_since(before.view)
    for pair, row in told.items():
        if not between.is_open(pair):
            for kind, wanted in _faults(between, pair, row, places):
                findings.add(kind, f"{pair[1]}→{pair[2]} {_ranks(row)}", wanted, _told(row))


def _key(row: Row) -> Pair:
    return str(row["direction"]), str(row["exporter_iso3"]), str(row["importer_iso3"])


def _ranks(row: Row) -> str:
    return f"rank {row['rank_before']}→{row['rank_after']}"


def _told(row: Row) -> str:
    return f"{row['cause']} {row['cause_reporter_iso3']} {row['cause_period']}: {row['sentence']}"


def _moves(before: Edition, after: Edition, told: Set[Pair]) -> Iterator[tuple[Pair, str]]:
    """Moves that are not told, and rows that tell none."""
    old = {_key(row): row for row in before.ranked_gaps.iter_rows(named=True)}
    new = {_key(row): row for row in after.ranked_gaps.iter_rows(named=True)}
    for pair in sorted(old.keys() | new.keys()):
        was, is_now = old.get(pair), new.get(pair)
        if pair not in told and _has_moved(was, is_now, 1 + _MARGIN):
            yield pair, "move_not_told"
        if pair in told and not _has_moved(was, is_now, 1 - _MARGIN):
            yield pair, "no_move_told"
    for pair in sorted(told - old.keys() - new.keys()):
        yield pair, "no_move_told"


def _has_moved(was: Row | None, is_now: Row | None, margin: float) -> bool:
    if was is None or is_now is None:
        return True
    if any(was[name] != is_now[name] for name in ("rank", "tier")):
        return True
    pairs = [("probability_material", _LEAST_PROBABILITY)]
    pairs += [(f"{name}_fine_kg", _LEAST_KG) for name in _AMOUNTS]
    return any(_gap(was[name], is_now[name]) >= least * margin for name, least in pairs)


def _gap(was: object, is_now: object) -> float:
    return abs(float(str(is_now or 0)) - float(str(was or 0)))


def _faults(
    between: Comparison, pair: Pair, row: Row, places: set[Place]
) -> Iterator[tuple[str, str]]:
    """Why the cause that is told of a move cannot be the true one."""
    cause = str(row["cause"])
    named = _named(row)
    own, counted = between.own_events(pair), between.counted_events(pair)
    if cause in IMPOSSIBLE:
        yield "cause_impossible", "a cause that this world has"
    elif cause == "window":
        if not between.window_years(pair):
            yield "cause_no_window", "no cause `window`: no year entered or left"
    elif counted and named not in own:
        yield "cause_not_own", f"a revision of its own reporters: {sorted(counted)}"
    elif cause in OF_THE_PAIR and named not in own:
        yield "cause_invented", f"one of its own events: {sorted(own)}"
    elif named and named not in places:
        yield "cause_no_event", f"an event between the editions: {sorted(places)}"
    elif cause == "other_pairs" and not _is_rank_only(row):
        yield "cause_unnamed", "who moved its amounts: its own figures are not the same"
    elif cause not in OF_THE_PAIR | OF_OTHERS | {"other_pairs"}:
        yield "cause_unknown", "a cause of the dictionary"
    if cause in {"revised", "newly_reported", "withdrawn"} and named in own:
        yield from _value_faults(between, pair, row, named)


def _named(row: Row) -> Place | None:
    reporter, period = row["cause_reporter_iso3"], row["cause_period"]
    return (str(reporter), int(str(period))) if reporter and period else None


def _is_rank_only(row: Row) -> bool:
    if row["rank_before"] is None or row["rank_after"] is None:
        return False
    is_same = row["tier_before"] == row["tier_after"]
    probability = _gap(row["probability_before"], row["probability_after"])
    kilograms = [_gap(row[f"{n}_before_fine_kg"], row[f"{n}_after_fine_kg"]) for n in _AMOUNTS]
    return (
        is_same
        and probability <= _LEAST_PROBABILITY * (1 + _MARGIN)
        and all(kg <= _LEAST_KG * (1 + _MARGIN) for kg in kilograms)
    )


def _value_faults(
    between: Comparison, pair: Pair, row: Row, named: Place | None
) -> Iterator[tuple[str, str]]:
    """The figures beside a cause are what the reporter declared then and declares now."""
    for side in sides(pair[1], pair[2]):
        if named is None or side.reporter != named[0]:
            continue
        for edition, name in ((between.before, "before"), (between.after, "after")):
            amount = side.amount(edition.view, named[1])
            wanted = amount.value_usd if amount else 0.0
            got = float(str(row[f"value_{name}_usd"] or 0))
            if not math.isclose(got, wanted, rel_tol=1e-9, abs_tol=0.01):
                yield "cause_value_untrue", f"{wanted} {name}"


def judge_diff(outcome: Outcome, after: Edition, findings: Findings) -> None:
    """`mirror diff` of the month before and this one says what `changes` says."""
    if not findings.demand(
        outcome.code == 0, "diff_failed", " ".join(outcome.command), "exit 0", outcome.stderr
    ):
        return
    names = [*KEY, "cause", "cause_reporter_iso3", "cause_period"]
    wanted = after.table("changes").select(pl.col(names).cast(pl.String)).fill_null("")
    shown = pl.read_csv(io.StringIO(outcome.stdout), infer_schema_length=0)
    got = shown.select(pl.col(names).cast(pl.String)).fill_null("")
    findings.demand(
        wanted.sort(names).equals(got.sort(names)),
        "diff_differs",
        " ".join(outcome.command),
        f"the {wanted.height} rows of changes",
        f"{got.height} rows",
    )


def judge_ranks_before(before: Edition | None, after: Edition, findings: Findings) -> None:
    """`rank_previous_edition` is the place in the month before."""
    ranks = (
        {}
        if before is None
        else {_key(row): row["rank"] for row in before.ranked_gaps.iter_rows(named=True)}
    )
    for row in after.ranked_gaps.iter_rows(named=True):
        wanted = ranks.get(_key(row))
        if row["rank_previous_edition"] != wanted:
            findings.add("rank_before_untrue", str(_key(row)), wanted, row["rank_previous_edition"])
            return
