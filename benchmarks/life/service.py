"""UN Comtrade on loopback, written from its description alone: strict, and told by the truth."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from benchmarks.life.countries import EVERYBODY, NEWCOMER
from benchmarks.life.deliveries import Deliveries
from benchmarks.life.records import Record, listing, records, without_descriptions
from benchmarks.life.troubles import (
    BAD_KEY,
    BUSY,
    NEEDED_FIELD,
    QUOTA,
    RENAMED_FIELD,
    TOO_LONG,
    UNAVAILABLE,
    Trouble,
)
from benchmarks.life.truth import Dataset, World

KEY = "key-of-the-loopback-service"
KEY_HEADER = "ocp-apim-subscription-key"
LISTINGS = {"/public/v1/getDA/C/A/HS": False, "/data/v1/getDa/C/A/HS": True}
RECORDS = {"/public/v1/preview/C/A/HS": False, "/data/v1/get/C/A/HS": True}
"""Paths, and whether they ask for a key."""
LISTS = "/files/v1/app/reference/"
MOST_ROWS = {False: 500, True: 100_000}
MOST_PERIODS = {False: 1, True: 12}
LONGEST_URL = 4096
_PARAMETERS = frozenset(
    "reportercode period partnercode partner2code cmdcode flowcode customscode motcode "
    "breakdownmode includedesc countonly publisheddatefrom publisheddateto maxrecords "
    "format aggregateby".split()
)
_TOTALS = {"partner2code": "0", "customscode": "C00", "motcode": "0"}


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, body and what else goes into the header; `is_cut`: the body breaks off."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    is_cut: bool = False


@dataclass(slots=True)
class Service:
    """The service of one world; `refused` lists requests that no client should make."""

    world: World
    deliveries: Deliveries = field(default_factory=Deliveries)
    trouble: Trouble = field(default_factory=Trouble)
    refused: list[str] = field(default_factory=list)
    calls: int = 0

    def begin(self, trouble: Trouble) -> None:
        """From now on the service behaves so."""
        self.trouble = trouble
        self.calls = 0
        self.deliveries.forget_listings()

    def answer(self, path: str, query: Mapping[str, str], key: str | None, length: int) -> Reply:
        """The reply to one request; names of parameters are matched without case."""
        asked = {name.lower(): value for name, value in query.items()}
        wrong = self._wrong(path, asked, length)
        if wrong:
            self.refused.append(f"{path}: {wrong.status} {sorted(asked)}")
            return wrong
        if self.trouble.kind == "down":
            return Reply(HTTPStatus.SERVICE_UNAVAILABLE, UNAVAILABLE.encode())
        if path.startswith(LISTS):
            return _reference_list(path.removeprefix(LISTS))
        needs_key = (LISTINGS | RECORDS)[path]
        if needs_key and key != KEY:
            return _message(HTTPStatus.UNAUTHORIZED, BAD_KEY)
        if path in LISTINGS:
            return self._listing(asked, needs_key)
        return self._records(asked, needs_key)

    def _wrong(self, path: str, asked: Mapping[str, str], length: int) -> Reply | None:
        if length > LONGEST_URL:
            return Reply(HTTPStatus.REQUEST_URI_TOO_LONG, TOO_LONG.encode())
        if path not in LISTINGS and path not in RECORDS and not path.startswith(LISTS):
            return _message(HTTPStatus.NOT_FOUND, "Resource not found")
        unknown = asked.keys() - _PARAMETERS
        return _bad_request(f"unknown parameters {sorted(unknown)}") if unknown else None

    def _listing(self, asked: Mapping[str, str], needs_key: bool) -> Reply:
        if self.trouble.kind == "quota_at_once" and needs_key:
            return _message(HTTPStatus.FORBIDDEN, QUOTA)
        periods = _numbers(asked.get("period"))
        if periods and len(periods) > MOST_PERIODS[True]:
            return _bad_request("period: 12 at most")
        if self.trouble.kind == "nobody":
            return _data([])
        reporters = _numbers(asked.get("reportercode"))
        if reporters is None:
            self.deliveries.listed_periods |= periods or self._periods()
        return _data([listing(dataset) for dataset in self._chosen(periods, reporters)])

    def _periods(self) -> set[int]:
        return {period for _, period in self.world.published.keys() | self.world.withdrawn.keys()}

    def _chosen(self, periods: set[int] | None, reporters: set[int] | None) -> list[Dataset]:
        return [
            dataset
            for place, dataset in sorted(self.world.published.items())
            if (periods is None or place[1] in periods)
            and (reporters is None or EVERYBODY[place[0]].code in reporters)
        ]

    def _records(self, asked: Mapping[str, str], needs_key: bool) -> Reply:
        periods = _numbers(asked.get("period"))
        if not periods or len(periods) > MOST_PERIODS[needs_key]:
            return _bad_request(f"period: 1 to {MOST_PERIODS[needs_key]}")
        self.calls += 1
        refusal = self._refusal()
        if refusal:
            return refusal
        if any(asked.get(name) != value for name, value in _TOTALS.items()):
            self.refused.append(f"rows by procedure or transport were asked for: {sorted(asked)}")
        chosen = self._chosen(periods, _numbers(asked.get("reportercode")))
        found = [(dataset, _matching(dataset, asked)) for dataset in chosen]
        return self._reply(found, asked, needs_key)

    def _refusal(self) -> Reply | None:
        """What the trouble makes of this call for records."""
        kind, calls = self.trouble.kind, self.trouble.calls
        if kind == "quota_at_once" or (kind == "quota" and self.calls > calls):
            return _message(HTTPStatus.FORBIDDEN, QUOTA)
        if kind == "busy" and self.calls <= calls:
            return _message(HTTPStatus.TOO_MANY_REQUESTS, BUSY, {"Retry-After": "1"})
        return None

    def _reply(
        self, found: list[tuple[Dataset, list[Record]]], asked: Mapping[str, str], needs_key: bool
    ) -> Reply:
        rows = [row for _, some in found for row in some]
        if asked.get("countonly", "").lower() == "true":
            return _data([], count=len(rows))
        most = min(MOST_ROWS[needs_key], int(asked.get("maxrecords", MOST_ROWS[needs_key])))
        is_cut = self.trouble.kind == "cut_body" and self.calls <= self.trouble.calls
        if len(rows) < most and not is_cut and self.trouble.kind != "renamed_field":
            for dataset, some in found:
                self.deliveries.deliver(dataset, some)
        if not needs_key or asked.get("includedesc", "").lower() == "false":
            rows = [without_descriptions(row) for row in rows]
        reply = _data([self._written(row) for row in rows[:most]])
        return Reply(reply.status, reply.body, reply.headers, is_cut=is_cut)

    def _written(self, row: Record) -> Record:
        if self.trouble.kind == "renamed_field":
            return {RENAMED_FIELD if n == NEEDED_FIELD else n: v for n, v in row.items()}
        return row | {"carbonPriceUsd": None} if self.trouble.kind == "new_field" else row


def _matching(dataset: Dataset, asked: Mapping[str, str]) -> list[Record]:
    flows, products = _words(asked.get("flowcode")), _words(asked.get("cmdcode"))
    partners = _numbers(asked.get("partnercode"))
    return [
        row
        for row in records(dataset)
        if (flows is None or row["flowCode"] in flows)
        and (products is None or row["cmdCode"] in products)
        and (partners is None or row["partnerCode"] in partners)
    ]


def _words(text: str | None) -> set[str] | None:
    return set(text.split(",")) if text else None


def _numbers(text: str | None) -> set[int] | None:
    return {int(word) for word in text.split(",")} if text else None


def _data(rows: list[Record], count: int | None = None) -> Reply:
    body = {"elapsedTime": "0.02 secs", "count": len(rows) if count is None else count}
    return Reply(HTTPStatus.OK, json.dumps(body | {"data": rows, "error": ""}).encode())


def _message(status: int, text: str, headers: Mapping[str, str] | None = None) -> Reply:
    body = json.dumps({"statusCode": int(status), "message": text}).encode()
    return Reply(status, body, headers or {})


def _bad_request(text: str) -> Reply:
    return Reply(400, json.dumps({"errorObject": {"errorMessage": text}}).encode())


def _reference_list(name: str) -> Reply:
    """Reporters and partner areas as the service lists them, the newcomer included."""
    kinds = {"Reporters.json": "reporter", "partnerAreas.json": "Partner"}
    if name not in kinds:
        return _message(HTTPStatus.NOT_FOUND, "Resource not found")
    kind = kinds[name]
    results = [
        {
            "id": country.code,
            "text": country.name,
            f"{kind}Code": country.code,
            f"{kind}Desc": country.name,
            f"{kind}CodeIsoAlpha3": country.iso3,
            "entryEffectiveDate": "2025-01-01T00:00:00"
            if country is NEWCOMER
            else "1900-01-01T00:00:00",
            "isGroup": False,
        }
        for country in EVERYBODY.values()
    ]
    return Reply(HTTPStatus.OK, b"\xef\xbb\xbf" + json.dumps({"results": results}).encode())
