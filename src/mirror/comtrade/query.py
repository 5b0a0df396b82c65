"""A query is a value: what is asked, and the exact address that asks it."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any
from urllib.parse import quote, urlencode

from mirror.comtrade.service import (
    ENDPOINTS,
    PERIODS_A_CALL,
    URL_CHARACTERS,
    Frequency,
    Kind,
    is_keyed,
)
from mirror.errors import SourceError


@dataclass(frozen=True)
class Query:
    """One call. An empty tuple asks for all there is; codes are Comtrade's own, periods
    YYYY or YYYYMM. `name` is the reference list.
    """

    kind: Kind
    frequency: Frequency = "A"
    periods: tuple[str, ...] = ()
    reporters: tuple[int, ...] = ()
    partners: tuple[int, ...] = ()
    products: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    name: str = ""
    count_only: bool = False

    @property
    def keyed(self) -> bool:
        """Whether the call needs the key; a keyless call never carries it."""
        return is_keyed(self.kind)

    @property
    def words(self) -> str:
        """What is asked for, as a sentence names it."""
        return ENDPOINTS[self.kind].words or self.kind

    def path(self, max_records: int = 0) -> str:
        """Path and parameters below the base address; `max_records` goes with a call for rows.

        Raises SourceError beyond 12 periods or 4,000 characters: the service would refuse it.
        """
        endpoint = ENDPOINTS[self.kind]
        path = endpoint.path.format(frequency=self.frequency, name=quote(self.name, safe=""))
        asked = {
            spelled: ",".join(map(str, getattr(self, ours)))
            for ours, spelled in endpoint.spelling.items()
            if getattr(self, ours)
        }
        most = {"maxRecords": str(max_records)} if max_records else {}
        size = {"countOnly": "true"} if self.count_only else most
        parameters = urlencode({**asked, **endpoint.fixed, **size}, safe=",")
        whole = f"{path}?{parameters}" if parameters else path
        self._check(whole)
        return whole

    def _check(self, path: str) -> None:
        if len(self.periods) > PERIODS_A_CALL:
            said = f"{len(self.periods)} periods in one call, {PERIODS_A_CALL} at most"
        elif len(path) > URL_CHARACTERS:
            said = f"an address of {len(path)} characters, {URL_CHARACTERS} at most"
        else:
            return
        raise SourceError(f"The query has {said}: split it. {path[:120]}…")

    def to_json(self) -> str:
        """Write the query as one line, the same for equal queries."""
        return json.dumps({k: v for k, v in asdict(self).items() if v}, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Query":
        """Read what `to_json` wrote."""
        known = {field.name for field in fields(cls)}
        said: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in json.loads(text).items()
            if name in known
        }
        return cls(**said)

    def cells(self) -> frozenset[tuple[str, str]]:
        """The (flow, product) pairs that it asks for."""
        return frozenset((flow, product) for flow in self.flows for product in self.products)


def span(frequency: Frequency, first: str, last: str) -> tuple[str, ...]:
    """All periods from first to last, both included: years, or months as YYYYMM."""
    if frequency == "A":
        return tuple(str(year) for year in range(int(first[:4]), int(last[:4]) + 1))
    months = range(_month_number(first), _month_number(last) + 1)
    return tuple(f"{number // 12:04d}{number % 12 + 1:02d}" for number in months)


def windows(frequency: Frequency, periods: Iterable[str]) -> list[tuple[str, ...]]:
    """Cut periods into windows of 12 that stay the same whatever span is asked for."""
    found: dict[int, list[str]] = {}
    for period in sorted(set(periods)):
        number = int(period) if frequency == "A" else _month_number(period)
        found.setdefault(number // PERIODS_A_CALL, []).append(period)
    return [tuple(window) for window in found.values()]


def _month_number(period: str) -> int:
    digits = period.replace("-", "")
    return int(digits[:4]) * 12 + int(digits[4:6]) - 1
