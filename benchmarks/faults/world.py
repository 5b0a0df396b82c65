"""A tiny world of gold trade: nine reporters, some twenty pairs, seven years, all figures made up.

The same state gives the same bytes; a revision changes every figure of one reporter and year.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from zlib import crc32

REPORTERS = {
    "ARE": 784, "CHE": 757, "GBR": 826, "IND": 699, "ZAF": 710, "GHA": 288, "TUR": 792, "MLI": 466,
    "PER": 604,
}  # fmt: skip
FIRST_YEAR, LAST_YEAR = 2018, 2024
YEARS = tuple(str(year) for year in range(FIRST_YEAR, LAST_YEAR + 1))
PRICE_USD_PER_KG = dict(
    zip(YEARS, (40_800, 44_800, 56_900, 57_800, 57_900, 62_400, 76_700), strict=True)
)

# exporter, importer, fine kg a year, share of it that the exporter reports
PAIRS = (
    ("GHA", "ARE", 41_000, 0.45), ("GHA", "CHE", 30_000, 0.98), ("GHA", "IND", 24_000, 0.97),
    ("MLI", "ARE", 52_000, 0.20), ("MLI", "CHE", 6_000, 1.02), ("ZAF", "GBR", 64_000, 0.99),
    ("ZAF", "IND", 12_000, 1.0), ("ZAF", "ARE", 9_000, 0.7), ("PER", "CHE", 38_000, 1.01),
    ("PER", "IND", 22_000, 0.99), ("PER", "ARE", 15_000, 0.6), ("ARE", "IND", 70_000, 0.96),
    ("ARE", "CHE", 45_000, 1.04), ("ARE", "TUR", 33_000, 1.3), ("CHE", "IND", 260_000, 0.99),
    ("CHE", "GBR", 120_000, 1.01), ("CHE", "TUR", 90_000, 1.0), ("GBR", "CHE", 310_000, 0.98),
    ("GBR", "IND", 20_000, 1.02), ("TUR", "CHE", 28_000, 0.97), ("TUR", "ARE", 31_000, 1.1),
)  # fmt: skip
HEADING, PRODUCT = "7108", "710812"


@dataclass
class World:
    """What the service holds now. `revisions`: how often a year of a reporter was revised."""

    revisions: dict[tuple[str, int], int] = field(default_factory=dict)
    withdrawn: set[tuple[str, int]] = field(default_factory=set)

    def revise(self, year: str, reporter: int) -> None:
        """Publish the year of a reporter anew, every figure a tenth larger."""
        self.revisions[year, reporter] = self.revisions.get((year, reporter), 0) + 1

    def publishes(self, year: str, reporter: int) -> bool:
        """Whether availability lists it."""
        return (
            year in YEARS
            and reporter in REPORTERS.values()
            and (year, reporter) not in self.withdrawn
        )

    def rows(
        self,
        years: Iterable[str],
        reporters: Iterable[int],
        flows: Iterable[str],
        products: Iterable[str],
    ) -> list[dict[str, object]]:
        """Records as Comtrade gives them; nothing asked for means everything."""
        asked = list(reporters) or list(REPORTERS.values())
        wanted = (set(flows), set(products))
        return [
            row
            for year in years
            for reporter in asked
            if self.publishes(year, reporter)
            for row in self._of(year, reporter)
            if all(not want or row[key] in want
                   for want, key in zip(wanted, ("flowCode", "cmdCode"), strict=True))
        ]  # fmt: skip

    def availability(
        self, years: Iterable[str], reporters: Iterable[int]
    ) -> list[dict[str, object]]:
        """Rows as getDA gives them."""
        asked = list(reporters) or list(REPORTERS.values())
        return [
            self._listing(year, reporter)
            for year in years
            for reporter in asked
            if self.publishes(year, reporter)
        ]

    def _of(self, year: str, reporter: int) -> list[dict[str, object]]:
        factor = 1.1 ** self.revisions.get((year, reporter), 0)
        totals: dict[str, float] = {}
        found = []
        for exporter, importer, kg, share in PAIRS:
            sides = (("X", exporter, importer, share), ("M", importer, exporter, 1.0))
            for flow, own, partner, told in sides:
                if REPORTERS[own] != reporter:
                    continue
                chance = crc32(f"{year} {exporter} {importer} {flow}".encode()) % 1000
                weight = round(kg * told * (0.98 + chance / 25_000) * factor, 1)
                totals[flow] = totals.get(flow, 0.0) + weight
                found += _lines(year, reporter, flow, REPORTERS[partner], weight)
        for flow, weight in totals.items():
            found += _lines(year, reporter, flow, 0, round(weight, 1))
        return found

    def _listing(self, year: str, reporter: int) -> dict[str, object]:
        revision = self.revisions.get((year, reporter), 0)
        first = f"{int(year) + 1}-{1 + reporter % 12:02d}-{1 + reporter % 28:02d}T10:00:00.25"
        revised = f"2026-09-{min(revision, 30):02d}T11:00:00.5"
        return {
            "datasetCode": crc32(f"{year} {reporter}".encode()), "typeCode": "C", "freqCode": "A",
            "period": int(year), "reporterCode": reporter, "reporterISO": None,
            "reporterDesc": f"Reporter {reporter}", "classificationCode": "H6",
            "classificationSearchCode": "HS", "isOriginalClassification": True,
            "totalRecords": len(self._of(year, reporter)),
            "datasetChecksum": crc32(f"{year} {reporter} {revision}".encode()) - (1 << 31),
            "firstReleased": first, "lastReleased": revised if revision else first,
        }  # fmt: skip


def _lines(
    year: str, reporter: int, flow: str, partner: int, weight_kg: float
) -> list[dict[str, object]]:
    return [_line(year, reporter, flow, partner, code, weight_kg) for code in (HEADING, PRODUCT)]


def _line(
    year: str, reporter: int, flow: str, partner: int, product: str, weight_kg: float
) -> dict[str, object]:
    value = round(weight_kg * PRICE_USD_PER_KG[year] * (1.002 if flow == "M" else 1.0), 2)
    return {
        "typeCode": "C", "freqCode": "A", "refPeriodId": int(f"{year}0101"), "refYear": int(year),
        "refMonth": 52, "period": year, "reporterCode": reporter, "reporterISO": None,
        "reporterDesc": None, "flowCode": flow, "flowDesc": None, "partnerCode": partner,
        "partnerISO": None, "partnerDesc": None, "partner2Code": 0, "partner2ISO": None,
        "partner2Desc": None, "classificationCode": "H6", "classificationSearchCode": "HS",
        "isOriginalClassification": True, "cmdCode": product, "cmdDesc": None, "aggrLevel": None,
        "isLeaf": None, "customsCode": "C00", "customsDesc": None, "mosCode": "0", "motCode": 0,
        "motDesc": None, "qtyUnitCode": 8, "qtyUnitAbbr": None, "qty": weight_kg,
        "isQtyEstimated": False, "altQtyUnitCode": -1, "altQtyUnitAbbr": None, "altQty": 0.0,
        "isAltQtyEstimated": False, "netWgt": weight_kg, "isNetWgtEstimated": False,
        "grossWgt": 0.0, "isGrossWgtEstimated": False, "cifvalue": value if flow == "M" else None,
        "fobvalue": value if flow == "X" else None, "primaryValue": value,
        "legacyEstimationFlag": 0, "isReported": False, "isAggregate": True,
    }  # fmt: skip


def reply(rows: list[dict[str, object]]) -> bytes:
    """A reply as the service sends it."""
    packed = json.dumps(rows, separators=(",", ":"))
    return f'{{"elapsedTime":"0.2 secs","count":{len(rows)},"data":{packed},"error":""}}'.encode()
