"""UN Comtrade over HTTP: a query is a value, a reply is rows or a typed error."""

from mirror.comtrade.client import Answer, Client
from mirror.comtrade.plan import Need, Planned, pieces, plan_calls
from mirror.comtrade.query import Query, span, windows
from mirror.comtrade.reading import Tally, rows
from mirror.comtrade.service import FLOWS, GOLD, LIMITS, Frequency, Kind, Limits, is_keyed
from mirror.comtrade.split import expected_rows, split, split_to_fit
from mirror.comtrade.transport import Manners, checked_key

__all__ = [
    "FLOWS", "GOLD", "LIMITS", "Answer", "Client", "Frequency", "Kind", "Limits", "Manners",
    "Need", "Planned", "Query", "Tally", "checked_key", "expected_rows", "is_keyed", "pieces",
    "plan_calls", "rows", "span", "split", "split_to_fit", "windows",
]  # fmt: skip
