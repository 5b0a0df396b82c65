"""The page of an edition."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from markupsafe import Markup

from mirror.publish.page.contents import DIRECTIONS, ESTIMATES, PARTS, Contents
from mirror.publish.page.data import data
from mirror.publish.page.render import render

_WITHOUT_SCRIPT = 25
_LONGEST_LIST = 50
_CHANGES = 10
_LETTERS = {
    "reported": "R", "silent": "S", "suppressed": "P", "withdrawn": "W", "quarantined": "Q",
    "absent": "A",
}  # fmt: skip
_COLUMNS = (
    ("rank", "Place", "n"), ("exporter", "Exporter", ""), ("importer", "Importer", ""),
    ("first", "Years", "wide"), ("exportUsd", "Exporter declares, M USD", "n wide"),
    ("importUsd", "Importer declares, M USD", "n wide"), ("key", "At least, kg fine", "n"),
    ("kgMid", "Best estimate, kg fine", "n wide"), ("rankLow", "Places", "n wide"),
    ("grade", "Grade", ""), ("", "What else could explain it", "wide"),
)  # fmt: skip


def report(
    contents: Contents, drawings: list[tuple[str, str, str]], profiles: list[tuple[str, str]]
) -> bytes:
    """Fill the page in. `drawings`: name, title and SVG; `profiles`: code and name of countries."""
    aside = contents.tables["set_aside_pairs"]
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
        data=data(contents),
    )


def _headline(contents: Contents, direction: str) -> dict[str, Any]:
    """Add up the pairs of a direction above the noise floor, as amounts that are never negative."""
    pairs = contents.ranking.filter(direction=direction)
    floor = pairs.filter(pl.col("above_noise_floor"))
    sums = [
        pl.col(f"residual_{column}_{end}").sum().abs().alias(f"{end}_{unit}")
        for end in ("low", "mid", "high")
        for unit, column in (("kg", "fine_kg"), ("usd", "value_usd"))
    ]
    ends = floor.select(sums).row(0, named=True)
    for unit in ("kg", "usd"):
        low, high = sorted((ends[f"low_{unit}"], ends[f"high_{unit}"]))
        ends |= {f"low_{unit}": low, f"high_{unit}": high}
    title = DIRECTIONS[direction]
    key = pairs["noise_floor_key"].drop_nulls().max()
    return ends | {"title": title, "pairs": pairs.height, "above": floor.height, "floor": key}


def _changes(changes: pl.DataFrame | None) -> list[dict[str, Any]]:
    """Take the changes that moved most gold; an edition's file has them by direction."""
    if changes is None:
        return []
    size = pl.col("at_least_change_fine_kg").abs()
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
