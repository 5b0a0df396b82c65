"""The page of an edition."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from markupsafe import Markup

from mirror.publish.package import corrections_said
from mirror.publish.page.contents import DIRECTIONS, ESTIMATES, PARTS, TIERS, Contents
from mirror.publish.page.data import data
from mirror.publish.page.render import render

_WITHOUT_SCRIPT = 25
_LONGEST_LIST = 50
_CHANGES = 10
_HUBS = 10
_LETTERS = {
    "reported": "R", "silent": "S", "suppressed": "P", "withdrawn": "W", "quarantined": "Q",
    "absent": "A",
}  # fmt: skip
_COLUMNS = (
    ("rank", "Place", "n"), ("tier", "Tier", ""), ("exporter", "Exporter", ""),
    ("importer", "Importer", ""), ("first", "Years", "wide"),
    ("exportUsd", "Exporter declares, M USD", "n wide"),
    ("importUsd", "Importer declares, M USD", "n wide"), ("chance", "P", "n wide"),
    ("atLeast", "At least, kg", "n"), ("missing", "Missing, kg", "n"),
    ("atMost", "At most, kg", "n wide"), ("rankLow", "Places by kg", "n wide"),
    ("grade", "Grade", "wide"), ("", "What else could explain it", "wide"),
)  # fmt: skip


def report(
    contents: Contents, drawings: list[tuple[str, str, str]], profiles: list[tuple[str, str]]
) -> bytes:
    """Fill the page in. `drawings`: name, title and SVG; `profiles`: code and name of countries."""
    aside, hubs = contents.tables["set_aside_pairs"], contents.tables["gaps_of_hubs"]
    first = contents.ranking.filter(direction="undeclared_export").head(_WITHOUT_SCRIPT)
    return render(
        "report.html",
        edition=contents.edition,
        version=contents.version,
        citation=contents.citation,
        summary=contents.summary,
        window=contents.summary["window"],
        headline=[_headline(contents, name) for name in DIRECTIONS],
        directions=DIRECTIONS,
        tiers=TIERS,
        hubs=hubs.head(_HUBS).to_dicts(),
        hubs_count=hubs.height,
        parts=PARTS,
        estimates=ESTIMATES,
        parameters=contents.parameters,
        columns=_COLUMNS,
        first=first.to_dicts(),
        regions=sorted(set(contents.countries["continent"].drop_nulls())),
        figures=[{"name": n, "title": t, "drawing": Markup(s)} for n, t, s in drawings],
        changes=_changes(contents.changes),
        coverage=_coverage(contents.coverage),
        reasons=_reasons(aside),
        aside=aside.sort(pl.col("gap_value_usd").abs(), descending=True, nulls_last=True)
        .head(_LONGEST_LIST)
        .to_dicts(),
        aside_count=aside.height,
        profiles=profiles,
        corrections=corrections_said(contents.summary),
        data=data(contents),
    )


def _headline(contents: Contents, direction: str) -> dict[str, Any]:
    """Add up the pairs of a direction: those that are sure (tiers 1 and 2), and those that are
    possible (tier 3); `is_floor_known`: whether there is a noise floor.
    """
    pairs = contents.ranking.filter(direction=direction)
    sure, possible = pairs.filter(pl.col("tier") <= 2), pairs.filter(tier=3)
    return {
        "title": DIRECTIONS[direction],
        "pairs": pairs.height,
        "sure": sure.height,
        "at_least_kg": sure["at_least_fine_kg"].sum(),
        "missing_kg": sure["missing_fine_kg"].sum(),
        "at_most_kg": sure["at_most_fine_kg"].sum(),
        "possible": possible.height,
        "possible_missing_kg": possible["missing_fine_kg"].sum(),
        "is_floor_known": pairs["above_noise_floor"].count() > 0,
    }


def _changes(changes: pl.DataFrame | None) -> list[dict[str, Any]]:
    """Take the changes that moved most gold; an edition's file has them by direction."""
    if changes is None:
        return []
    size = pl.max_horizontal(
        pl.col("at_least_change_fine_kg", "missing_change_fine_kg").abs().fill_null(0)
    )
    order = changes.sort(
        size, "direction", "exporter_iso3", "importer_iso3",
        descending=[True, False, False, False], nulls_last=True,
    )  # fmt: skip
    return order.head(_CHANGES).to_dicts()


def _reasons(aside: pl.DataFrame) -> list[dict[str, Any]]:
    return (
        aside.group_by(reason="set_aside_reason")
        .agg(pl.len().alias("pairs"), pl.col("import_value_usd", "gap_value_usd").sum())
        .sort("pairs", "reason", descending=[True, False])
        .to_dicts()
    )


def _coverage(coverage: pl.DataFrame) -> dict[str, Any]:
    """Put the state of each reporter's year in its cell, exports then imports."""
    key = ("reporter_name", "reporter_iso3", "year", "flow_code")
    states = {row[:4]: row[4] for row in coverage.select(*key, "reporter_state").rows()}
    years = sorted(set(coverage["year"]))
    reporters = [
        (name or code, [_states(states, name, code, year) for year in years])
        for name, code in coverage.select("reporter_name", "reporter_iso3")
        .unique()
        .sort(pl.all())
        .rows()
    ]
    return {"years": years, "reporters": reporters}


def _states(states: Mapping[Any, str], name: str, code: str, year: int) -> tuple[str, str]:
    both = [states.get((name, code, year, flow)) for flow in ("X", "M")]
    letters = "".join("·" if state is None else _LETTERS.get(state, "?") for state in both)
    return both[0] or both[1] or "", letters
