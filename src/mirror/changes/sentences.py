"""One change in one sentence."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from mirror.changes.shared import Shared

Row = Mapping[str, Any]
_READINGS = {
    "set_aside": "its pairs are set aside",
    "one_sided": "one side's silence cannot be assessed",
    "balanced": "the two reports agree within what bookkeeping explains",
    None: "the records hold no flow between the two any more",
}


def sentence(row: Row, shared: Shared) -> str:
    """Say how a pair moved and by which cause."""
    return f"{_move(row)}: {_cause(row, shared)}{_dates(row)}."


def _move(row: Row) -> str:
    was, now = row["at_least_before_fine_kg"], row["at_least_after_fine_kg"]
    if row["change"] == "new":
        return f"New at rank {row['rank_after']} with at least {now:,.0f} kg of fine gold"
    if row["change"] == "gone":
        why = _READINGS.get(row["reading"], "no year in the window leaves a residual this way")
        return f"Gone from rank {row['rank_before']} ({was:,.0f} kg of fine gold), {why}"
    ranks = f"from rank {row['rank_before']} to {row['rank_after']}"
    words = {"up": f"Up {ranks}", "down": f"Down {ranks}"}
    place = words.get(row["change"], f"Still at rank {row['rank_after']}")
    if row["cause"] == "other_pairs":
        return place
    return f"{place}, at least {was:,.0f} → {now:,.0f} kg of fine gold"


def _cause(row: Row, shared: Shared) -> str:
    when = "" if row["cause_period"] is None else _period(row["cause_period"])
    texts = {
        "parameters": f"a parameter changed ({shared.parameters})",
        "method": f"the method changed ({shared.method})",
        "other_pairs": "its own amount is the same, other pairs moved",
        "other_records": "its own figures are the same, records of other flows changed",
        "gold_price": f"the gold price of {when} changed",
        "window": f"{when} entered or left the years that the ranking sums over",
        "set_aside": f"{when} was set aside or is no longer set aside",
    }
    return texts.get(row["cause"]) or _by_reporter(row)


def _by_reporter(row: Row) -> str:
    is_exporter = row["cause_reporter_iso3"] == row["exporter_iso3"]
    who = row["exporter_name"] if is_exporter else row["importer_name"]
    other = row["importer_name"] if is_exporter else row["exporter_name"]
    what = f"exports to {other}" if is_exporter else f"imports from {other}"
    was, now = _usd(row["value_before_usd"]), _usd(row["value_after_usd"])
    period = _period(row["cause_period"])
    state = [row[f"reporter_state_{side}"] or "unknown" for side in ("before", "after")]
    texts = {
        "revised": f"{who} revised its {what} of {period} from {was} to {now}",
        "newly_reported": f"{who} newly reports {what} of {period}, {now}",
        "withdrawn": f"{who} no longer reports {what} of {period}, {was} before",
        "weight_revised": f"{who} revised the weight of its {what} of {period}",
        "unallocated_revised": f"the trade that {who} books without a partner in {period} went "
        f"from {was} to {now}",
        "state_changed": f"{who} counted as {state[0]} in {period} and counts as {state[1]} now",
        "freight": f"the freight that is taken off the imports of {who} changed: {was} to {now} "
        f"without it in {period}",
    }
    return texts[row["cause"]]


def _period(period: int) -> str:
    return f"{period // 100}-{period % 100:02d}" if period > 9999 else str(period)


def _usd(value: float | None) -> str:
    if value is None:
        return "nothing"
    return f"{value / 1e6:,.1f} M USD" if abs(value) >= 1e5 else f"{value:,.0f} USD"


def _dates(row: Row) -> str:
    """Release dates, where the cause has a reporter whose dates are known."""
    was, now = row["released_before_date"], row["released_after_date"]
    known: list[date] = [one for one in (was, now) if one]
    if not known or not row["cause_reporter_iso3"]:
        return ""
    if was and now and was != now:
        return f" (released {was}, then {now})"
    return f" (released {known[-1]})"
