"""A generated world of gold trade: reporters that publish late, revise, withdraw, stay silent.

The same seed gives the same rows; a reporter and period is computed when it is asked for.
"""

import csv
import json
import random
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

NAMED = {
    "ARE": 784, "GHA": 288, "CHE": 757, "ZAF": 710, "IND": 699, "GBR": 826, "HKG": 344, "TUR": 792,
    "MLI": 466, "KEN": 404, "UGA": 800, "USA": 842, "SDN": 729, "FRA": 251, "NOR": 579, "TZA": 834,
}  # fmt: skip
_AREAS = Path(__file__).parents[2] / "data" / "reference" / "areas.csv"


def _countries() -> dict[str, int]:
    """Comtrade's codes of today's countries, the named ones first."""
    with _AREAS.open(encoding="utf-8") as file:
        listed = {row["iso3"]: int(row["area_code"]) for row in csv.DictReader(file)
                  if row["kind"] == "country" and not row["last_year"]}  # fmt: skip
    return NAMED | {iso: code for iso, code in listed.items() if iso not in NAMED}


COUNTRIES = _countries()
PARTNERS = (0, *COUNTRIES.values())


def partner_code(place: int) -> int:
    """The code of a partner by its place; beyond today's countries it is invented."""
    return PARTNERS[place] if place < len(PARTNERS) else 1000 + place


FLOWS = ("M", "X", "RX")
PRODUCTS = ("7108", "710812", "710813", "710811", "710820")
ROW = (
    '{"typeCode":"C","freqCode":"%s","refPeriodId":%s,"refYear":%s,"refMonth":%d,"period":"%s",'
    '"reporterCode":%d,"reporterISO":null,"reporterDesc":null,"flowCode":"%s","flowDesc":null,'
    '"partnerCode":%d,"partnerISO":null,"partnerDesc":null,"partner2Code":0,"partner2ISO":null,'
    '"partner2Desc":null,"classificationCode":"H6","classificationSearchCode":"HS",'
    '"isOriginalClassification":true,"cmdCode":"%s","cmdDesc":null,"aggrLevel":null,"isLeaf":null,'
    '"customsCode":"C00","customsDesc":null,"mosCode":"0","motCode":0,"motDesc":null,'
    '"qtyUnitCode":8,"qtyUnitAbbr":null,"qty":%d.5,"isQtyEstimated":false,"altQtyUnitCode":-1,'
    '"altQtyUnitAbbr":null,"altQty":0.0,"isAltQtyEstimated":false,"netWgt":%d.5,'
    '"isNetWgtEstimated":false,"grossWgt":0.0,"isGrossWgtEstimated":false,"cifvalue":%s,'
    '"fobvalue":%s,"primaryValue":%d.25,"legacyEstimationFlag":0,"isReported":false,'
    '"isAggregate":true%s}'
)


@dataclass
class World:
    """`partners`: the mean number of partners a reporter has in a year, months have half.

    With 150 reporters and 40 partners a year holds about 60,000 rows and a month 30,000.
    """

    seed: int = 1
    reporters: int = 150
    partners: int = 40
    first_year: int = 1995
    last_year: int = 2025
    extra_field: bool = False
    silent: frozenset[int] = frozenset()
    revisions: dict[tuple[str, int], int] = field(default_factory=dict)
    withdrawn: set[tuple[str, int]] = field(default_factory=set)
    dropped: set[tuple[str, int, int]] = field(default_factory=set)

    @cached_property
    def codes(self) -> dict[str, int]:
        """Reporters by ISO name."""
        return dict(list(COUNTRIES.items())[: self.reporters])

    def publishes(self, period: str, reporter: int) -> bool:
        """Whether availability lists the reporter and period."""
        year = int(period[:4])
        in_span = self.first_year <= year <= self.last_year + (len(period) == 6)
        return in_span and (period, reporter) not in self.withdrawn

    def revise(self, period: str, reporter: int) -> None:
        """Publish the period anew with other figures."""
        self.revisions[period, reporter] = self.revisions.get((period, reporter), 0) + 1

    def withdraw(self, period: str, reporter: int) -> None:
        """Take the period back."""
        self.withdrawn.add((period, reporter))

    def restore(self, period: str, reporter: int) -> None:
        """Publish again what was taken back, as it was."""
        self.withdrawn.discard((period, reporter))

    def drop_partner(self, period: str, reporter: int, partner: int) -> None:
        """Publish the period anew without the rows of one partner."""
        self.dropped.add((period, reporter, partner))
        self.revise(period, reporter)

    def availability(self, periods: list[str], reporters: list[int]) -> list[dict[str, object]]:
        """Rows as getDA gives them."""
        return [
            self._listing(period, code)
            for period in periods
            for code in sorted(self.codes.values())
            if (not reporters or code in reporters) and self.publishes(period, code)
        ]

    def rows(
        self, periods: list[str], reporters: list[int], flows: list[str], products: list[str]
    ) -> list[str]:
        """Rows of gold as JSON texts, in the service's order."""
        return [
            row
            for period in periods
            for code in sorted(reporters or self.codes.values())
            if self.publishes(period, code) and code not in self.silent
            for row in self._rows(period, code, flows, products)
        ]

    def bilateral(self, periods: list[str], reporters: list[int], flows: list[str]) -> list[str]:
        """The service's own pairing of heading 7108: each reporter's value and its partner's."""
        values = {
            (row["period"], row["reporterCode"], row["partnerCode"], row["flowCode"]): row
            for row in map(json.loads, self.rows(periods, [], ["M", "X"], ["7108"]))
        }
        found = []
        for (period, reporter, partner, flow), row in values.items():
            mirrored = values.get((period, partner, reporter, "X" if flow == "M" else "M"))
            if flow in flows and (not reporters or reporter in reporters) and partner:
                found.append(json.dumps(row | _beside(row, mirrored), separators=(",", ":")))
        return found

    def _rows(self, period: str, reporter: int, flows: list[str], products: list[str]) -> list[str]:
        revision = self.revisions.get((period, reporter), 0)
        chance = random.Random(self._number(period, reporter))
        wide = self._partners(reporter) // (1 if len(period) == 4 else 2)
        frequency, month = ("A", 52) if len(period) == 4 else ("M", int(period[4:]))
        day = period + ("0101" if len(period) == 4 else "01")
        extra = ',"carbonKg":1.5' if self.extra_field else ""
        kilos = self._kilos(chance, wide)
        found = []
        for (partner, flow, product), weight in kilos.items():
            is_dropped = (period, reporter, partner_code(partner)) in self.dropped
            if flow not in flows or product not in products or is_dropped:
                continue
            value = weight * 40_000 + revision
            cif, fob = (f"{value}.25", "null") if flow == "M" else ("null", f"{value}.25")
            found.append(
                ROW % (frequency, day, period[:4], month, period, reporter, flow,
                       partner_code(partner), product, weight, weight, cif, fob, value, extra)
            )  # fmt: skip
        return found

    def _kilos(self, chance: random.Random, wide: int) -> dict[tuple[int, str, str], int]:
        """Weight by partner (0: the world), flow and product; headings and the world are sums."""
        kilos: dict[tuple[int, str, str], int] = {}
        for partner in range(wide):
            for flow in FLOWS if partner % 8 == 0 else FLOWS[:2]:
                for product in PRODUCTS if partner % 4 else PRODUCTS[:4]:
                    kilos[partner, flow, product] = 0
        for partner, flow, product in list(kilos):
            if partner and product != "7108":
                weight = chance.randrange(1, 90_000)
                for place in {(partner, flow), (0, flow)}:
                    for part in ("7108", product):
                        kilos[(*place, part)] = kilos.get((*place, part), 0) + weight
        return kilos

    def _partners(self, reporter: int) -> int:
        """Few reporters trade with many, many with few; the mean is `partners`."""
        share = 0.25 + 1.5 * (self._number("size", reporter) % 1000) / 1000
        return max(1, round(self.partners * share))

    def _listing(self, period: str, reporter: int) -> dict[str, object]:
        revision = self.revisions.get((period, reporter), 0)
        year, month = int(period[:4]), int(period[4:] or 12)
        year, month = year + (month + 2) // 12, (month + 2) % 12 + 1
        first = f"{year:04d}-{month:02d}-{1 + reporter % 28:02d}T10:00:00.25"
        return {
            "datasetCode": self._number(period, reporter),
            "typeCode": "C",
            "freqCode": "A" if len(period) == 4 else "M",
            "period": int(period),
            "reporterCode": reporter,
            "reporterISO": None,
            "reporterDesc": f"Reporter {reporter}",
            "classificationCode": "H6",
            "classificationSearchCode": "HS",
            "isOriginalClassification": True,
            "totalRecords": self._records_of_all_goods(period, reporter),
            "datasetChecksum": self._number(period, reporter) - (1 << 31) + revision,
            "firstReleased": first,
            "lastReleased": first if not revision else f"2026-10-{revision:02d}T11:00:00.5",
        }

    def _records_of_all_goods(self, period: str, reporter: int) -> int:
        """Never fewer than those of gold: three flows of five products for each partner."""
        of_gold = 15 * self._partners(reporter)
        return max(1000, of_gold) + self._number(period, reporter) % 100_000

    def _number(self, period: str, reporter: int) -> int:
        return zlib.crc32(f"{self.seed} {period} {reporter}".encode())


def _beside(row: dict[str, Any], mirrored: dict[str, Any] | None) -> dict[str, float | None]:
    """What the partner reports; the discrepancy's sign is a guess."""
    if mirrored is None:
        return dict.fromkeys(("mirrorPrimaryValue", "mirrorNetWgt", "primaryValueDisc"))
    return {
        "mirrorPrimaryValue": mirrored["primaryValue"], "mirrorNetWgt": mirrored["netWgt"],
        "primaryValueDisc": row["primaryValue"] - mirrored["primaryValue"],
    }  # fmt: skip
