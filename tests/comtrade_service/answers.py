"""What each endpoint answers, over a generated world. Sources by letter: see `endpoints`."""

import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

from comtrade_service import endpoints
from comtrade_service.asked import Asked
from comtrade_service.breakdown import PLACES, areas, broken_down, described, places
from comtrade_service.world import FLOWS, PRODUCTS

if TYPE_CHECKING:
    from comtrade_service.service import Service

BOM = b"\xef\xbb\xbf"


def body(service: "Service", asked: Asked) -> bytes:
    """The body of a 200."""
    return _ANSWERS[asked.endpoint.kind](service, asked)


def _reply(rows: Iterable[str], count: int | None = None) -> bytes:
    sent = list(rows)
    said = len(sent) if count is None else count
    return (
        f'{{"elapsedTime":"0.2 secs","count":{said},"data":[{",".join(sent)}],"error":""}}'
    ).encode()


def rows_sent(reply: bytes) -> int:
    """Rows that a reply carries, not those that it counts."""
    said = re.match(rb'\{"elapsedTime":"[^"]*","count":(\d+),"data":\[\{', reply)
    return int(said[1]) if said else 0


def _records(service: "Service", asked: Asked) -> bytes:
    totals = _totals(service, asked)
    partners = asked.listed("partnerCode")
    if partners is not None:
        marks = [f'"partnerCode":{code},' for code in partners]
        totals = [row for row in totals if any(mark in row for mark in marks)]
    kept = places(
        asked.listed("partner2Code"), asked.listed("customsCode"), asked.listed("motCode"),
        asked.values.get("breakdownmode", "plus").lower(),
    )  # fmt: skip
    is_keyed, found = asked.endpoint.is_keyed, len(totals) * len(kept)
    cap = service.keyed_cap if is_keyed else service.preview_cap
    if asked.truth("countOnly"):
        # [N] Limits: "tells the size first"; [O] README: without a key "limited to 500 records"
        is_told = is_keyed or service.public_counts_all
        return _reply((), found if is_told else min(found, cap))
    rows = islice(broken_down(totals, kept), _most(service, asked, cap))
    # [N] Records: "Preview sends null descriptions"; with a key they come unless left out
    names = asked.truth("includeDesc")
    return _reply(map(described, rows) if names or (is_keyed and names is None) else rows)


def _most(service: "Service", asked: Asked, cap: int) -> int:
    """Rows that are sent: cut silently at the cap, `count` = rows sent: [N] Limits, [I 21]."""
    wanted = asked.whole("maxRecords") or service.default_rows or cap  # [O] README: maxRecords
    return min(cap, wanted)


def _totals(service: "Service", asked: Asked) -> list[str]:
    """Rows at the top of the breakdown; without a period the newest year: [W]."""
    periods = asked.periods
    if periods is None:
        year = str(service.world.last_year)
        periods = [year if asked.frequency == "A" else year + "12"]
    reporters, flows = _reporters(service, asked), asked.listed("flowCode") or FLOWS
    products = asked.listed("cmdCode") or PRODUCTS
    return service.world.rows(periods, reporters, list(flows), list(products)) if reporters else []


def _reporters(service: "Service", asked: Asked) -> list[int]:
    """No reporter = all: [N] Parameters; unknown codes match nothing."""
    known = service.world.codes.values()
    listed = asked.listed("reporterCode")
    return [code for code in known if listed is None or str(code) in listed]


def _listings(service: "Service", asked: Asked) -> list[dict[str, Any]]:
    """Availability of what is asked; without periods all of them: [O] passes None through."""
    reporters = _reporters(service, asked)
    periods = asked.periods
    if periods is None:
        years = range(service.world.first_year, service.world.last_year + 2)
        months = [f"{year}{month:02d}" for year in years for month in range(1, 13)]
        periods = [str(year) for year in years] if asked.frequency == "A" else months
    found = service.world.availability(periods, reporters) if reporters and periods else []
    first, last = asked.day("publishedDateFrom"), asked.day("publishedDateTo")
    return [row for row in found if _is_between(str(row["lastReleased"]), first, last)]


def _is_between(released: str, first: date | None, last: date | None) -> bool:
    day = date.fromisoformat(released[:10])
    return (first is None or first <= day) and (last is None or day <= last)


def _availability(service: "Service", asked: Asked) -> bytes:
    return _reply(json.dumps(row) for row in _listings(service, asked))


def _updates(service: "Service", asked: Asked) -> bytes:
    """Newest releases of the last two years; the fields are availability's and a guess [S]."""
    years = [str(service.world.last_year - 1), str(service.world.last_year)]
    found = service.world.availability(years, [])
    found.sort(key=lambda row: str(row["lastReleased"]), reverse=True)
    return _reply(json.dumps(row | {"lastUpdated": row["lastReleased"]}) for row in found[:50])


def _metadata(service: "Service", asked: Asked) -> bytes:
    """Datasets with their notes; [O] Metadata.py needs notes, datasetCode, publicationDate."""
    common = ("datasetCode", "typeCode", "freqCode", "period", "reporterCode", "reporterISO",
              "reporterDesc", "classificationCode")  # fmt: skip
    found = []
    for row in _listings(service, asked):
        note = {
            "datasetCode": row["datasetCode"], "publicationDate": row["lastReleased"],
            "publicationNote": "Figures made up.", "currency": "USD", "importConvFactor": 1.0,
            "exportConvFactor": 1.0, "tradeSystem": "General", "importValuation": "CIF",
            "exportValuation": "FOB", "importPartnerCountry": "Origin",
            "exportPartnerCountry": "Last known destination",
        }  # fmt: skip
        found.append(json.dumps({name: row[name] for name in common} | {"notes": [note]}))
    return _reply(found)


def _bilateral(service: "Service", asked: Asked) -> bytes:
    reporters = _reporters(service, asked)
    products, partners = asked.listed("cmdCode") or ["7108"], asked.listed("partnerCode")
    found = []
    if reporters and "7108" in products:
        periods = asked.periods or [str(service.world.last_year)]
        flows = asked.listed("flowCode") or ["M", "X"]
        found = service.world.bilateral(periods, reporters, flows)
    if partners is not None:
        found = [row for row in found if str(json.loads(row)["partnerCode"]) in partners]
    rows = found[: _most(service, asked, service.keyed_cap)]
    return _reply(rows if asked.truth("includeDesc") is False else map(described, rows))


def _suv(service: "Service", asked: Asked) -> bytes:
    """Standard unit values; the names of the figures are a guess [S]."""
    periods = asked.periods or [str(service.world.last_year)]
    flows, units = asked.listed("flowCode") or ["M", "X"], asked.listed("qtyUnitCode") or ["8"]
    return _reply(
        json.dumps({
            "typeCode": "C", "freqCode": "A", "period": int(period), "flowCode": flow,
            "classificationCode": "H6", "cmdCode": product, "qtyUnitCode": 8, "suv": 40_000.0,
            "suvLowerLimit": 20_000.0, "suvUpperLimit": 60_000.0,
        })
        for period in periods for flow in flows for product in asked.listed("cmdCode") or PRODUCTS
        if flow in ("M", "X") and product in PRODUCTS and "8" in units
    )  # fmt: skip


def _bulk(service: "Service", asked: Asked) -> bytes:
    if "name" in asked.said:
        return _file(service, asked.said["name"])
    found = []
    for row in _listings(service, asked):
        name = _hash(service, str(row["period"]), int(row["reporterCode"]))
        # [R] a whole address; [N] "or a bare hash below the reporter"
        below = f"{row['reporterCode']}/{name}"
        whole = f"{service.url}/bulk/v1/file/{below}" if service.whole_addresses else below
        common = ("isOriginalClassification", "reporterCode", "freqCode", "typeCode",
                  "classificationCode", "period")  # fmt: skip
        found.append(json.dumps({
            "fileUrl": whole, "fileSize": "183.34 KB", **{name: row[name] for name in common},
            "refPeriodId": int(str(row["period"]).ljust(6, "0").ljust(8, "0")),
            "publicationDate": f"{row['lastReleased'][:19]}Z", "rowKey": name,
            "partitionKey": str(row["reporterCode"]), "timestamp": f"{row['lastReleased'][:19]}Z",
        }))  # fmt: skip
    return _reply(found)


def _hash(service: "Service", period: str, reporter: int) -> str:
    revision = service.world.revisions.get((period, reporter), 0)
    return hashlib.sha256(f"{period} {reporter} {revision}".encode()).hexdigest()


def _file(service: "Service", name: str) -> bytes:
    """Gzip, tab-separated: [N]; the extended breakdown, for classic files have a path of their own.

    An unknown name is empty: 404.
    """
    reporter, digest = name.split("/")
    years = range(service.world.first_year, service.world.last_year + 2)
    months = (f"{year}{month:02d}" for year in years for month in range(1, 13))
    for period in (*map(str, years), *months):
        code = int(reporter)
        is_there = code in service.world.codes.values() and service.world.publishes(period, code)
        if is_there and _hash(service, period, code) == digest:
            rows = service.world.rows([period], [code], list(FLOWS), list(PRODUCTS))
            return gzip.compress("".join(_lines(rows)).encode(), mtime=0)
    return b""


def _lines(rows: list[str]) -> Iterator[str]:
    for place, row in enumerate(map(json.loads, broken_down(rows, list(PLACES)))):
        if not place:
            yield "\t".join(row) + "\n"
        yield "\t".join("" if cell is None else str(cell) for cell in row.values()) + "\n"


def _reference(service: "Service", asked: Asked) -> bytes:
    """UTF-8 with BOM, wrapped in `results`: [N]; the list of lists as [O] listReference reads it.

    An unknown name is empty: 404.
    """
    known = {
        "Reporters": [
            {"id": code, "text": areas().get(str(code), ("", iso))[1], "reporterCode": code,
             "reporterDesc": areas().get(str(code), ("", iso))[1], "reporterCodeIsoAlpha3": iso,
             "entryEffectiveDate": "1900-01-01T00:00:00", "isGroup": False}
            for iso, code in service.world.codes.items()
        ],
        "partnerAreas": [
            {"id": int(code), "text": name, "PartnerCode": int(code), "PartnerDesc": name,
             "PartnerCodeIsoAlpha3": iso, "isGroup": False}
            for code, (iso, name) in areas().items()
        ],
        "HS": [
            {"id": code, "text": f"{code} - Gold", "parent": code[:4], "aggrLevel": len(code)}
            for code in PRODUCTS
        ],
    }  # fmt: skip
    known["ListofReferences"] = [
        {"category": category, "variable": name, "fileuri":
         f"{service.url}/files/v1/app/reference/{name}.json"}
        for category, name in (("reporter", "Reporters"), ("partner", "partnerAreas"),
                               ("cmd:HS", "HS"))
    ]  # fmt: skip
    found = known.get(asked.said["name"])
    return BOM + json.dumps({"results": found}, ensure_ascii=False).encode() if found else b""


_ANSWERS = {
    endpoints.RECORDS: _records, endpoints.AVAILABILITY: _availability,
    endpoints.METADATA: _metadata, endpoints.UPDATES: _updates, endpoints.BILATERAL: _bilateral,
    endpoints.SUV: _suv, endpoints.BULK: _bulk, endpoints.REFERENCE: _reference,
}  # fmt: skip
