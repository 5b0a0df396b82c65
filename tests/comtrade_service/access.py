"""Who may call, how often and how much in a day. Sources by letter: see `endpoints`."""

import math
from dataclasses import dataclass
from time import gmtime, strftime
from typing import TYPE_CHECKING

from comtrade_service.asked import Asked
from comtrade_service.endpoints import REFERENCE

if TYPE_CHECKING:
    from comtrade_service.service import Service

KEY = "0123456789abcdef0123456789abcdef"
HEADER = "Ocp-Apim-Subscription-Key"
MISSING_KEY = (  # [R], recorded on 7 December 2025
    "Access denied due to missing subscription key. Make sure to include subscription key when"
    " making requests to an API."
)
INVALID_KEY = (  # [N] Replies
    "Access denied due to invalid subscription key. Make sure to provide a valid key for an"
    " active subscription."
)
POLICY = "All calls are rejected by policy."  # [N] Limits: keyless calls, Dec 2024 to Mar 2025
DAY = 86_400


@dataclass(frozen=True)
class Refusal:
    status: int
    message: str
    outcome: str


@dataclass
class Account:
    """What was made of today with the key, or without one."""

    day: int = 0
    calls: int = 0
    bytes: int = 0
    last_call: float = -math.inf


def refusal(service: "Service", asked: Asked, headers: dict[str, str]) -> Refusal | None:
    """Why this call is turned away at the gate, in the gate's order: key, pace, quotas."""
    kind, is_keyed = asked.endpoint.kind, asked.endpoint.is_keyed
    if kind == REFERENCE:
        return None
    if is_keyed:
        # [N] the header and the parameter are documented as equal
        key = headers.get(HEADER.lower()) or asked.key
        if not key:
            return Refusal(401, MISSING_KEY, "no key")
        if key != KEY or kind in service.key_lacks:  # [N] Limits: 401 for a product that it lacks
            return Refusal(401, INVALID_KEY, "key")
    elif kind in service.keyless_refused:
        return Refusal(403, POLICY, "policy")
    return _too_soon(service, is_keyed) or _used_up(service, is_keyed)


def _too_soon(service: "Service", is_keyed: bool) -> Refusal | None:
    """[N] Limits: one call a second, ten a minute, or 429 until 5 s, by three sources."""
    account, now = service.accounts[is_keyed], service.clock()
    wait = account.last_call + service.seconds_between - now
    if wait > 0:
        said = f"Rate limit is exceeded. Try again in {math.ceil(wait)} seconds."
        return Refusal(429, said, "pace")
    account.last_call = now
    return None


def _used_up(service: "Service", is_keyed: bool) -> Refusal | None:
    """[N] Replies: 403, calls; [N] Limits: 403, bandwidth. The call that crosses a line passes."""
    account, limit = service.accounts[is_keyed], service.calls_a_day
    today, second = divmod(int(service.clock() - service.day_starts_at_second), DAY)
    if account.day != today:
        account.day, account.calls, account.bytes = today, 0, 0
    if is_keyed and service.quota is not None and service.quota <= 0:
        return Refusal(403, _used("call volume", "03:14:17"), "quota")
    left = strftime("%H:%M:%S", gmtime(DAY - second))
    if not is_keyed:
        limit = service.public_calls_a_day
    if limit is not None and account.calls >= limit:
        return Refusal(403, _used("call volume", left), "quota")
    if is_keyed and service.bytes_a_day is not None and account.bytes >= service.bytes_a_day:
        return Refusal(403, _used("bandwidth", left), "bytes")
    account.calls += 1
    if is_keyed and service.quota is not None:
        service.quota -= 1
    return None


def _used(what: str, left: str) -> str:
    return f"Out of {what} quota. Quota will be replenished in {left}."
