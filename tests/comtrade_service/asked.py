"""One request as the service understands it, and what it refuses to understand."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import parse_qsl, urlsplit

from comtrade_service.endpoints import Endpoint, find

URL_LENGTH = 4096  # [N] Parameters; [R] the address with its host
HOST = "https://comtradeapi.un.org"
KEY_PARAMETER = "subscription-key"  # [O] every keyed function


class NotUnderstood(ValueError):
    """The reason of a 400."""


@dataclass(frozen=True)
class Asked:
    """A request to a known path. Names of parameters count without regard to case: [N] Parameters.

    A list that was not sent is None: everything. Codes that do not exist match nothing, and so the
    reply is 200 with count 0: [N] Replies, [I 18].
    """

    endpoint: Endpoint
    said: dict[str, str]
    pairs: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, target: str) -> "Asked | None":
        """Of the target of a request line; None: nothing lives at this path."""
        parts = urlsplit(target)
        found = find(parts.path)
        pairs = tuple((name.lower(), value) for name, value in parse_qsl(parts.query))
        return Asked(*found, pairs) if found else None

    @cached_property
    def values(self) -> dict[str, str]:
        return dict(self.pairs)

    @property
    def key(self) -> str:
        return self.values.get(KEY_PARAMETER, "")

    def listed(self, name: str) -> list[str] | None:
        value = self.values.get(name.lower())
        return value.split(",") if value else None

    def whole(self, name: str) -> int | None:
        value = self.values.get(name.lower())
        if value and not value.isdecimal():
            raise NotUnderstood(f"The value '{value}' is not valid for {name}.")
        return int(value) if value else None

    def truth(self, name: str) -> bool | None:
        """[O] sends Python's True, others true."""
        value = self.values.get(name.lower(), "").lower()
        if value not in ("", "true", "false"):
            raise NotUnderstood(f"The value '{value}' is not valid for {name}.")
        return value == "true" if value else None

    def day(self, name: str) -> date | None:
        value = self.values.get(name.lower())
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            raise NotUnderstood(f"The value '{value}' is not valid for {name}.") from None

    @property
    def frequency(self) -> str:
        return self.said.get("frequency", "A")

    @cached_property
    def periods(self) -> list[str] | None:
        """Periods of the frequency; others match nothing: [I 18], months asked of annual data."""
        shape = r"\d{4}" if self.frequency == "A" else r"\d{4}(0[1-9]|1[0-2])"
        listed = self.listed("period")
        return listed and [one for one in dict.fromkeys(listed) if re.fullmatch(shape, one)]

    def check(self) -> None:
        """Whatever is a 400, else nothing.

        That an unknown parameter is refused has no source: the live service may ignore it [S].
        """
        names = [name for name, _ in self.pairs if name != KEY_PARAMETER]
        for name in names:
            if name not in self.endpoint.parameters:
                raise NotUnderstood(f"The parameter {name} is not known.")
            if names.count(name) > 1:  # [S]
                raise NotUnderstood(f"The parameter {name} is given twice.")
        if len(self.listed("period") or ()) > self.endpoint.periods:
            raise NotUnderstood(f"Too many periods: {self.endpoint.periods} at most.")
        for name, values in (("format", ("json",)), ("breakdownMode", ("classic", "plus"))):
            value = self.values.get(name.lower(), values[0]).lower()
            if value not in values:
                raise NotUnderstood(f"The value '{value}' is not valid for {name}.")
        self.whole("maxRecords")
        for name in ("countOnly", "includeDesc"):
            self.truth(name)
        for name in ("publishedDateFrom", "publishedDateTo"):
            self.day(name)
