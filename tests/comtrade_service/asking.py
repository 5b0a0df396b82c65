"""Asking the service by hand, without any client."""

import json
from dataclasses import dataclass
from typing import Any

import urllib3

from comtrade_service.access import HEADER, KEY
from comtrade_service.service import Service

TOTALS = "partner2Code=0&customsCode=C00&motCode=0"
RECORDS = "/data/v1/get/C/A/HS"
PREVIEW = "/public/v1/preview/C/A/HS"


@dataclass
class Got:
    """A reply: `rows` of its data, `count` as it says."""

    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def reply(self) -> dict[str, Any]:
        return json.loads(self.body)

    @property
    def rows(self) -> list[dict[str, Any]]:
        return self.reply["data"]

    @property
    def count(self) -> int:
        return self.reply["count"]


def get(service: Service, target: str, key: str | None = KEY, packed: bool = False) -> Got:
    """Ask for a path with its parameters, the key in the header."""
    headers = {HEADER: key} if key and service_is_keyed(target) else {}
    if packed:
        headers["Accept-Encoding"] = "gzip"
    with urllib3.PoolManager(retries=False) as http:
        reply = http.request("GET", service.url + target, headers=headers)
    return Got(reply.status, reply.data, {k.lower(): v for k, v in reply.headers.items()})


def service_is_keyed(target: str) -> bool:
    return target.startswith(("/data/", "/tools/", "/bulk/"))
