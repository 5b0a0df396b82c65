"""What can be wrong with the service itself, with the texts that were recorded of it."""

from dataclasses import dataclass
from typing import Literal

TroubleKind = Literal[
    "none",
    "quota",
    "quota_at_once",
    "busy",
    "down",
    "refused",
    "nobody",
    "renamed_field",
    "new_field",
    "cut_body",
]
QUOTA = "Out of call volume quota. Quota will be replenished in 03:14:17."
BUSY = "Rate limit is exceeded. Try again in 1 seconds."
BAD_KEY = (
    "Access denied due to invalid subscription key. Make sure to provide a valid key for an "
    "active subscription."
)
UNAVAILABLE = "<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>"
TOO_LONG = "<html><body><h1>414 Request-URI Too Large</h1></body></html>"
NEEDED_FIELD = "primaryValue"
RENAMED_FIELD = "tradeValueUsd"
MAY_STOP: dict[TroubleKind, tuple[str, ...]] = {
    "down": ("503", "service", "answer"),
    "refused": ("reach", "connect", "answer", "service"),
    "nobody": ("nobody", "availability", "lists no"),
    "quota_at_once": ("quota", "calls"),
    "renamed_field": (NEEDED_FIELD.lower(),),
}
"""Troubles with which a run may stop, and the words of which its sentence must have one.

A quota that is used up after some calls is a rest and no failure; a busy minute, a body that was
cut once and a field that is new are nothing at all.
"""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong from now on, and after how many calls for records it begins (or ends)."""

    kind: TroubleKind = "none"
    calls: int = 0


NO_TROUBLE = Trouble()
