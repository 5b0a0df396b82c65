"""How many days a plan takes by the calls and the bytes that an account has."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from mirror.comtrade import COUNT_FIRST, Kind, Planned, Query, pieces
from mirror.lake import PUBLIC
from mirror.steps.allowance import ANY, RECORDS
from mirror.steps.asking import Asker

BYTES_A_ROW = 900.0
"""Of a row without descriptions that nobody packed; what came before goes before it."""


@dataclass(frozen=True)
class Outlook:
    """What is still to come, against what an account has each day. `rows_a_call` and
    `rows_in_time` are null where calls taught nothing; `periods`: how many the calls are for.
    """

    calls: int
    bytes: int
    days: int
    calls_a_day: int
    bytes_a_day: int
    periods: int
    unit: str
    rows_a_call: int | None
    rows_in_time: int | None

    def sentence(self) -> str:
        """How long it takes and why; empty if nothing is to come."""
        if not self.calls:
            return ""
        return " ".join(filter(None, [
            f"To come: about {_calls(self.calls)} and {_megabytes(self.bytes)} MB.",
            *self._limits(), self._span(),
        ]))  # fmt: skip

    def _limits(self) -> list[str]:
        return [
            f"Replies to this account end at {self.rows_a_call:,} rows."
            if self.rows_a_call
            else "",
            f"Calls for more than {self.rows_in_time:,} rows took too long."
            if self.rows_in_time
            else "",
        ]

    def _span(self) -> str:
        a_day = f"{_calls(self.calls_a_day)} and {_megabytes(self.bytes_a_day)} MB a day"
        if self.days <= 1:
            return f"It fits into one day of {a_day}."
        fitting = int(self.periods / max(
            self.calls / self.calls_a_day, self.bytes / self.bytes_a_day
        ))  # fmt: skip
        fit = f"about {fitting:,} {self.unit}s" if fitting > 1 else f"one {self.unit} or less"
        return f"It takes {self.days:,} days at {a_day}: {fit} fit into a day."


def outlook(asker: Asker, calls: Sequence[Planned], looks: Sequence[Query] = ()) -> Outlook:
    """What is to come of these calls for records and looks at availability."""
    records = [call for call in calls if call.query.kind in RECORDS]
    limits, ledger = asker.limits, asker.lake.ledger
    kind: Kind = "records" if asker.client.has_key else "preview"
    parts = [pieces(call, limits) for call in calls]
    number = sum(parts) + sum(part > COUNT_FIRST for part in parts)
    number += sum(query.keyed or PUBLIC in asker.used_accounts for query in looks)
    a_row = ledger.bytes_a_row(RECORDS) or BYTES_A_ROW
    size = round(a_row * sum(call.rows for call in records))
    quotas = len(asker.used_accounts)
    calls_a_day, bytes_a_day = quotas * ledger.calls_a_day, quotas * _bytes_a_day(asker)
    bytes_left = sum(_bytes_left(asker, account) for account in asker.used_accounts)
    return Outlook(
        calls=number,
        bytes=size,
        days=_days((number, size), (asker.calls_left(), bytes_left), (calls_a_day, bytes_a_day)),
        calls_a_day=calls_a_day,
        bytes_a_day=bytes_a_day,
        periods=len({period for call in records for period in call.query.periods}),
        unit="month" if any(call.query.frequency == "M" for call in records) else "year",
        rows_a_call=limits.caps.get(kind),
        rows_in_time=limits.in_time.get(kind),
    )


def _days(needed: tuple[int, int], left: tuple[int, int], a_day: tuple[int, int]) -> int:
    """Days that calls and bytes take, today among them where some of both are left."""
    if not needed[0]:
        return 0
    later = max(
        ceil(max(0, n - now) / each) for n, now, each in zip(needed, left, a_day, strict=True)
    )
    return later + (1 if all(left) else 0)


def _bytes_a_day(asker: Asker) -> int:
    """The own limit, or what the service was found to give, if that is less."""
    found = asker.allowance.found(asker.accounts[0], ANY, "bytes_a_day")
    own = asker.lake.ledger.bytes_a_day
    return own if found is None else min(own, int(found))


def _bytes_left(asker: Asker, account: str) -> int:
    ledger, now = asker.lake.ledger, asker.clock()
    spent = ledger.received(account, now)
    return min(ledger.bytes_left(account, now), max(0, _bytes_a_day(asker) - spent))


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f}" if size >= 1e7 else f"{max(size / 1e6, 0.1):.1f}"


def _calls(number: int) -> str:
    return f"{number:,} {'call' if number == 1 else 'calls'}"
