"""The page's data, small enough for 3,000 pairs: lists, no name twice, years in whole USD."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from mirror.publish.page.contents import DIRECTIONS, PARTS, TIERS, Contents, directed

_PAIR = ("exporter_iso3", "importer_iso3")
_ENDS = ("low", "mid", "high")


def data(contents: Contents) -> dict[str, Any]:
    """Return what the scripts of the page read; assets/data.js names the places in the lists."""
    ranking, years = contents.ranking, contents.years
    codes = sorted({*ranking[_PAIR[0]], *ranking[_PAIR[1]]})
    place = {code: number for number, code in enumerate(codes)}
    explanations = list(dict.fromkeys(ranking["main_other_explanation"]))
    pairs = {
        pair: number
        for number, pair in enumerate(ranking.select(_PAIR).unique().sort(_PAIR).rows())
    }
    return {
        "edition": contents.edition,
        "directions": list(DIRECTIONS),
        "tiers": TIERS,
        "parts": [*PARTS.values(), "Residual"],
        "countries": _countries(contents, codes),
        "explanations": explanations,
        "prices": _prices(years),
        "rows": [
            _row(row, place, pairs[row["exporter_iso3"], row["importer_iso3"]], explanations)
            for row in ranking.iter_rows(named=True)
        ],
        "waterfalls": _waterfalls(ranking, contents.tables["gap_years"]),
        "years": _years(years, pairs),
    }


def _countries(contents: Contents, codes: list[str]) -> list[list[Any]]:
    """List code, name, continent, latitude and longitude."""
    known = {row[0]: row[1:] for row in contents.countries.rows()}
    names = contents.names
    return [[code, names.get(code, code), *known.get(code, (None, None, None))] for code in codes]


def _prices(years: pl.DataFrame) -> dict[str, int | None]:
    means = years.group_by("year").agg(pl.col("gold_price_usd_per_kg").mean()).sort("year")
    return {str(year): _usd(price) for year, price in means.rows()}


def _row(
    row: dict[str, Any], place: dict[str, int], pair: int, explanations: list[str]
) -> list[Any]:
    """List a pair of the ranking; its figures are not rounded, so that sorting is the table's."""
    kg = [row[f"residual_fine_kg_{end}"] for end in _ENDS]
    usd = [row[f"residual_value_usd_{end}"] for end in _ENDS]
    return [
        list(DIRECTIONS).index(row["direction"]), row["rank"], row["tier"],
        place[row["exporter_iso3"]], place[row["importer_iso3"]],
        row["first_year"], row["last_year"], row["years_assessed"], row["years_positive"],
        row["export_value_usd"], row["import_value_usd"],
        row["probability_material"],
        row["at_least_fine_kg"], row["missing_fine_kg"], row["at_most_fine_kg"],
        *kg, *usd, row["rank_low"], row["rank_high"], row["rank_by_share"],
        row["material_fine_kg"], row["above_noise_floor"], row["grade"], row["flags"] or "",
        explanations.index(row["main_other_explanation"]), row["rank_previous_edition"], pair,
        row.get("country_reply"),
    ]  # fmt: skip


def _waterfalls(ranking: pl.DataFrame, years: pl.DataFrame) -> list[list[Any]]:
    """List for each row of the ranking the raw gap, then low, mid and high of every part and of
    the residual, over the counted years that point in the row's direction.
    """
    amounts = [f"{part}_usd_{end}" for part in PARTS for end in _ENDS]
    amounts += [f"residual_value_usd_{end}" for end in _ENDS]
    made: Mapping[Any, list[Any]] = {
        (direction, *row[:2]): [_usd(value) for value in row[2:]]
        for direction in DIRECTIONS
        for row in directed(years, direction)
        .group_by(_PAIR, maintain_order=True)
        .agg(pl.col("gap_value_usd", *amounts).sum())
        .rows()
    }
    return [made.get(key, []) for key in ranking.select("direction", *_PAIR).rows()]


def _years(years: pl.DataFrame, pairs: dict[tuple[str, str], int]) -> list[list[list[Any]]]:
    """List for each pair its years: reports in USD and kg, residual in kg, whether it counts."""
    kept = years.select(
        *_PAIR, "year", "export_value_usd", "import_value_usd",
        "export_net_weight_kg", "import_net_weight_kg",
        *(f"residual_fine_kg_{end}" for end in _ENDS),
        "is_counted", "exporter_state", "importer_state",
    )  # fmt: skip
    made: list[list[list[Any]]] = [[] for _ in pairs]
    for row in kept.sort(*_PAIR, "year").iter_rows():
        if row[:2] in pairs:
            usd, kg = map(_usd, row[3:5]), map(_kg, row[5:10])
            made[pairs[row[:2]]].append([row[2], *usd, *kg, int(row[10]), *_states(row[11:])])
    return made


def _states(states: Iterable[str]) -> list[str]:
    """Leave out the state that most have: the side reported."""
    return ["" if state == "reported" else state for state in states]


def _usd(value: float | None) -> int | None:
    return None if value is None or not math.isfinite(value) else round(value)


def _kg(value: float | None) -> float | int | None:
    if value is None or not math.isfinite(value):
        return None
    return round(value) if abs(value) >= 1000 else _short(round(value, 1))


def _short(value: float) -> float | int:
    return int(value) if value == int(value) else value
