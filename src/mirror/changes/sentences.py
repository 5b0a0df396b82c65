"""One change in one sentence."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from mirror.changes.common import REPORTS
from mirror.changes.corrections import words
from mirror.changes.edition import Compared
from mirror.changes.published import NO_COUNTRY
from mirror.changes.shared import Shared

Row = Mapping[str, Any]
Names = Mapping[str, str]
_READINGS = {
    "set_aside": "its pairs are excluded",
    "hub": "its exporter counts as a hub and its gap stands in gaps_of_hubs",
    "one_sided": "one side's silence cannot be assessed",
    "balanced": "the two reports agree within what the parts explain",
    None: "the records hold no flow between the two any more",
}


def names(compared: Compared) -> Names:
    """Name the countries of both editions by their codes."""
    found = {"W00": "the world", NO_COUNTRY: "partners that are no country"}
    for edition in compared.editions:
        for frame in edition.tables.values():
            for role in ("reporter", "exporter", "importer"):
                columns = [f"{role}_iso3", f"{role}_name"]
                if set(columns) <= set(frame.columns):
                    found |= dict(frame.select(columns).drop_nulls().unique().iter_rows())
    return found


def sentence(row: Row, shared: Shared, called: Names) -> str:
    """Say how a pair moved and by which cause; `called` names the countries."""
    return f"{_move(row)}: {_cause(row, shared, called)}{_dates(row)}."


def _move(row: Row) -> str:
    if row["change"] == "new":
        return f"New at rank {row['rank_after']}{_standing(row, 'after')}"
    if row["change"] == "gone":
        why = _READINGS.get(row["reading"], "no year in the window leaves a residual this way")
        return f"Gone from rank {row['rank_before']}{_standing(row, 'before')}, {why}"
    ranks = f"from rank {row['rank_before']} to {row['rank_after']}"
    words = {"up": f"Up {ranks}", "down": f"Down {ranks}"}
    place = words.get(row["change"], f"Still at rank {row['rank_after']}")
    if row["cause"] == "other_pairs":
        return place
    return "".join([place, *_differences(row)])


def _standing(row: Row, side: str) -> str:
    """Tier, probability and amounts of one edition, as far as it has them."""
    tier, probability = row[f"tier_{side}"], row[f"probability_{side}"]
    missing = row[f"missing_{side}_fine_kg"]
    told = [] if tier is None else [f"tier {tier:.0f}"]
    told += [] if probability is None else [f"P {probability:.3f}"]
    told += [f"at least {row[f'at_least_{side}_fine_kg']:,.0f} kg of fine gold"]
    told += [] if missing is None else [f"missing {missing:,.0f} kg"]
    return f" ({', '.join(told)})"


def _differences(row: Row) -> Iterator[str]:
    """What differs, as it reads: tier, probability, at least, missing."""
    for name, form, unit in (
        ("tier {}", "{:.0f}", ""),
        ("probability {}", "{:.3f}", ""),
        ("at_least {} fine_kg", "{:,.0f}", " kg of fine gold"),
        ("missing {} fine_kg", "{:,.0f}", " kg"),
    ):
        sides = [row[name.format(side).replace(" ", "_")] for side in ("before", "after")]
        if None in sides:
            continue
        was, now = (form.format(value) for value in sides)
        if was != now:
            called = {"probability": "P"}.get(name.split()[0], name.split()[0].replace("_", " "))
            yield f", {called} {was} → {now}{unit}"


def _cause(row: Row, shared: Shared, called: Names) -> str:
    own = "its own reports are the same"
    if set((row["other_causes"] or "").split(";")) & set(REPORTS):
        own = "its own reports changed by less"
    when = "" if row["cause_period"] is None else _period(row["cause_period"])
    texts = {
        "parameters": f"a parameter changed ({shared.parameters})",
        "method": f"the method changed ({shared.method})",
        "other_pairs": "its own figures are the same, other pairs moved",
        "other_records": f"{own}, records of other flows changed",
        "gold_price": f"the gold price of {when} changed",
        "window": f"{when} entered or left the years that the ranking sums over",
        "correction": f"a correction changed ({row['what'] or words(shared.corrections)})",
        "set_aside": f"{when} was excluded or is no longer excluded",
    }
    if row["cause"] == "other_records" and row["reporter"]:
        return f"{own}, {_by_reporter(row, row['how'], called)}"
    return texts.get(row["cause"]) or _by_reporter(row, row["cause"], called)


def _by_reporter(row: Row, cause: str, called: Names) -> str:
    """Say what the reporter of the cause reports otherwise, of the pair or of another flow."""
    reporter, exporter, importer = (
        row[name] for name in ("cause_reporter_iso3", "exporter_iso3", "importer_iso3")
    )
    is_export = row["flow_code"] in ("X", "RX", "DX")
    partner = row["partner"] or (importer if reporter == exporter else exporter)
    who, other = called.get(reporter, reporter), called.get(partner, partner)
    flow = f"{'exports to' if is_export else 'imports from'} {other}"
    was, now = _usd(row["value_before_usd"]), _usd(row["value_after_usd"])
    period = _period(row["cause_period"])
    state = [row[f"state_{side}"] or "unknown" for side in ("before", "after")]
    figure = f"the {row['what']} its" if row["what"] else "its"
    texts = {
        "revised": f"{who} revised {figure} {flow} of {period} from {was} to {now}",
        "newly_reported": f"{who} newly reports {flow} of {period}, {now}",
        "withdrawn": f"{who} no longer reports {flow} of {period}, {was} before",
        "weight_revised": f"{who} revised the weight of its {flow} of {period}",
        "unallocated_revised": f"the trade that {who} reports without a partner in {period} went "
        f"from {was} to {now}",
        "state_changed": f"{who} counted as {state[0]} towards {other} in {period} and counts as "
        f"{state[1]} now",
        "freight": f"the freight that is taken off the imports of {who} changed: {was} to {now} "
        f"without it in {period}",
    }
    return texts[cause]


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
