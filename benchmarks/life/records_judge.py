"""Whether an edition says what the service said: every flow, both sides, state and weight."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from benchmarks.life.countries import NEWCOMER, NOWHERE
from benchmarks.life.deliveries import View
from benchmarks.life.editions import Edition
from benchmarks.life.findings import Findings
from benchmarks.life.truth import Amount

Flow = tuple[int, str, str]
"""A year, exporter and importer."""
_UNREPORTED = {"absent", "unknown", "withdrawn"}
_REPORTED = {"reported", "silent"}


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a flow: who reports it, under which code, and the columns that show it."""

    reporter: str
    partner: str
    flow_code: str
    name: str

    def amount(self, view: View, period: int) -> Amount | None:
        """What the reporter declares, as far as the view holds it."""
        dataset = view.seen.get((self.reporter, period))
        return dataset.amounts.get((self.flow_code, self.partner)) if dataset else None


def sides(exporter: str, importer: str) -> tuple[Side, Side]:
    """The exporter's side of a pair, then the importer's."""
    return Side(exporter, importer, "X", "export"), Side(importer, exporter, "M", "import")


def flows(view: View) -> set[Flow]:
    """Every flow between countries that at least one side declares."""
    return {
        (period, reporter, partner) if flow == "X" else (period, partner, reporter)
        for (reporter, period), dataset in view.seen.items()
        for flow, partner in dataset.amounts
        if partner != NOWHERE
    }


def judge_records(edition: Edition, findings: Findings) -> None:
    """Hold every row of `gap_years` against the records that the edition must have seen."""
    rows = {
        (row["period"], row["exporter_iso3"], row["importer_iso3"]): row
        for row in edition.gap_years.iter_rows(named=True)
    }
    expected = flows(edition.view)
    unknown = {flow for flow in expected if NEWCOMER.iso3 in flow and flow not in rows}
    _judge_newcomer(edition, unknown, findings)
    for flow in sorted(expected - rows.keys() - unknown):
        if not _is_open(edition.view, flow):
            findings.add("flow_missing", str(flow), "a row of gap_years", "none")
    for flow, row in sorted(rows.items()):
        if not _is_open(edition.view, flow):
            for kind, what, wanted, got in _faults(edition.view, flow, row):
                findings.add(kind, what, wanted, got)


def _judge_newcomer(edition: Edition, unknown: set[Flow], findings: Findings) -> None:
    """Flows of a country that no list knows: there, or left out by name."""
    if not unknown:
        return
    told = " ".join(edition.warnings)
    is_named = NEWCOMER.iso3 in told or str(NEWCOMER.code) in told
    findings.demand(
        is_named,
        "newcomer_dropped",
        f"{len(unknown)} flows of {NEWCOMER.iso3}",
        "rows of gap_years, or a warning that names the code",
        edition.warnings,
    )


def _is_open(view: View, flow: Flow) -> bool:
    period, exporter, importer = flow
    return (exporter, period) in view.open or (importer, period) in view.open


def _faults(
    view: View, flow: Flow, row: dict[str, object]
) -> Iterator[tuple[str, str, object, object]]:
    period, exporter, importer = flow
    for side, role in zip(sides(exporter, importer), ("exporter", "importer"), strict=True):
        place = side.reporter, period
        state = str(row[f"{role}_state"])
        value = row[f"{side.name}_value_usd"]
        what = f"{side.name} {exporter} to {importer} {period}"
        if side.reporter == NEWCOMER.iso3 and place not in view.seen:
            continue
        if place in view.withdrawn:
            if state != "withdrawn":
                yield "withdrawn_as_other", what, "withdrawn", state
            if row["is_assessed"]:
                yield "withdrawn_assessed", what, "not assessed", "assessed"
            continue
        amount = side.amount(view, period)
        shown = view.shown_before.get(place, frozenset())
        if amount is None and state == "withdrawn" and (side.flow_code, side.partner) in shown:
            continue
        if not _is_same(value, amount.value_usd if amount else None):
            yield "value_untrue", what, amount and amount.value_usd, value
        weight = row[f"{side.name}_net_weight_kg"]
        if amount and not _is_same(weight, amount.weight_kg):
            yield "weight_untrue", what, amount.weight_kg, weight
        wanted = _REPORTED if place in view.seen else _UNREPORTED
        if state not in wanted:
            yield "state_untrue", what, sorted(wanted), state
        if place not in view.seen and row["is_assessed"]:
            yield "absent_assessed", what, "not assessed", "assessed"


def _is_same(got: object, wanted: float | None) -> bool:
    if got is None or wanted is None:
        return got is None and wanted is None
    return math.isclose(float(str(got)), wanted, rel_tol=1e-9, abs_tol=0.01)


def judge_sameness(before: Edition, after: Edition, findings: Findings) -> None:
    """A month in which nothing became of the records: the same figures, and no change told."""
    own = ["rank_previous_edition"]
    if not before.ranked_gaps.drop(own).equals(after.ranked_gaps.drop(own)):
        findings.add("quiet_ranking", after.month, f"the ranking of {before.month}", "another")
    if not before.gap_years.equals(after.gap_years):
        findings.add("quiet_records", after.month, f"gap_years of {before.month}", "others")
    told: pl.DataFrame = after.table("changes")
    if told.height:
        findings.add("quiet_changes", after.month, "no row of changes", told.height)
