"""The rows that stand beside a total: second partner, customs procedure, mode of transport.

"Without partner2Code=0, customsCode=C00, motCode=0 about nine rows come per partner": [N].
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

_REFERENCE = Path(__file__).parents[2] / "data" / "reference"


class Place(NamedTuple):
    """Where a row stands in the breakdown, and its share of the total in per cent."""

    partner2: str
    customs: str
    transport: str
    per_cent: int


TOTAL = Place("0", "C00", "0", 100)
PLACES = (
    TOTAL,
    Place("757", "C00", "0", 60), Place("784", "C00", "0", 40),
    Place("0", "C04", "0", 70), Place("0", "C20", "0", 30),
    Place("0", "C00", "1000", 80), Place("0", "C00", "2100", 20),
    Place("757", "C04", "1000", 60), Place("784", "C20", "2100", 40),
)  # fmt: skip


def places(
    partner2: list[str] | None, customs: list[str] | None, transport: list[str] | None, mode: str
) -> list[Place]:
    """Those that a query asks for.

    classic: trade by partner and product, plus: the extended breakdown: [O] README; [I 4]: classic
    gave the World alone as second partner. Without a mode it is plus [S].
    """
    asked = ((0, partner2), (1, customs), (2, transport))
    return [
        place
        for place in (PLACES if mode != "classic" else (TOTAL,))
        if all(codes is None or place[axis] in codes for axis, codes in asked)
    ]


def broken_down(rows: Iterable[str], kept: list[Place]) -> Iterator[str]:
    """Each row of totals, at each of these places."""
    if kept == [TOTAL]:
        yield from rows
    else:
        for row in rows:
            for place in kept:
                yield row if place == TOTAL else _at(json.loads(row), place)


def _at(row: dict[str, Any], place: Place) -> str:
    shares = {
        name: row[name] * place.per_cent / 100
        for name in ("qty", "netWgt", "primaryValue", "cifvalue", "fobvalue")
        if row[name] is not None
    }
    codes = {"partner2Code": int(place.partner2), "customsCode": place.customs,
             "motCode": int(place.transport), "isAggregate": False}  # fmt: skip
    return json.dumps(row | shares | codes, separators=(",", ":"))


_CODES = re.compile(
    r'"reporterCode":(\d+),.*?"flowCode":"(\w+)",.*?"partnerCode":(\d+),.*?"cmdCode":"(\d+)"'
)


def described(row: str) -> str:
    """A row with the names that `includeDesc` brings; without it they are null: [N] Records."""
    found = _CODES.search(row)
    assert found
    for field, text in _names(*found.groups()):
        row = row.replace(f'"{field}":null', text, 1)
    return row


@cache
def _names(reporter: str, flow: str, partner: str, product: str) -> list[tuple[str, str]]:
    iso, area = areas().get(reporter, ("", ""))
    partner_iso, partner_area = areas().get(partner, ("", ""))
    names = {
        "reporterISO": iso, "reporterDesc": area, "flowDesc": _table("flows.csv")[flow]["name"],
        "partnerISO": partner_iso, "partnerDesc": partner_area, "partner2ISO": "W00",
        "partner2Desc": "World", "cmdDesc": "Gold" if product == "7108" else f"Gold; {product}",
        "customsDesc": "TOTAL CPC", "motDesc": "TOTAL MOT", "qtyUnitAbbr": "kg",
        "altQtyUnitAbbr": "N/A",
    }  # fmt: skip
    return [(name, f'"{name}":{json.dumps(value)}') for name, value in names.items()]


@cache
def areas() -> dict[str, tuple[str, str]]:
    """ISO name and name of each area, by its code."""
    rows = _table("areas.csv").values()
    return {row["area_code"]: (row["iso3"], row["name"]) for row in rows}


@cache
def _table(name: str) -> dict[str, dict[str, str]]:
    with (_REFERENCE / name).open(encoding="utf-8") as file:
        return {next(iter(row.values())): row for row in csv.DictReader(file)}
