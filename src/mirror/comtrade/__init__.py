"""UN Comtrade over HTTP: a query is a value, a reply is rows or a typed error."""

from mirror.comtrade.client import Answer, Client
from mirror.comtrade.limits import FILL, LIMITS, SMALL_ROWS, SMALLEST_CAP, Limits, is_round
from mirror.comtrade.plan import COUNT_FIRST, Need, Planned, pieces, plan_calls
from mirror.comtrade.query import Query, span, windows
from mirror.comtrade.reading import Tally, rows
from mirror.comtrade.service import FLOWS, GOLD, Frequency, Kind, is_keyed
from mirror.comtrade.split import can_split, expected_rows, share, split, split_to_fit
from mirror.comtrade.transport import Manners, checked_key

__all__ = [
    "COUNT_FIRST", "FILL", "FLOWS", "GOLD", "LIMITS", "SMALLEST_CAP", "SMALL_ROWS", "Answer",
    "Client", "Frequency", "Kind", "Limits", "Manners", "Need", "Planned", "Query", "Tally",
    "can_split", "checked_key", "expected_rows", "is_keyed", "is_round", "pieces", "plan_calls",
    "rows", "share", "span", "split", "split_to_fit", "windows",
]  # fmt: skip
