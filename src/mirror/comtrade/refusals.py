"""What the service says when it does not give data, as typed errors that say what to do."""

import json
import re
from contextlib import suppress
from datetime import datetime, timedelta

from mirror.comtrade.query import Query
from mirror.errors import AuthError, CallTooLarge, QuotaExceeded, Refused, SourceError

_QUOTA = re.compile(r"replenished in (?:(\d+)\.)?(\d+):(\d\d):(\d\d)")
_TAGS = re.compile(r"<[^>]*>")


def refusal(query: Query, status: int, body: bytes, now: datetime) -> SourceError:
    """The error for a reply whose status is not 200; `now` (UTC) dates the end of a quota."""
    said = _said(body)
    if status == 403 and "quota" in said.lower():
        return QuotaExceeded(*_rest(query, said, now))
    if status == 401 and query.keyed:
        return AuthError(
            f"UN Comtrade refuses the key ({said}). Set MIRROR_COMTRADE_KEY to the key of an"
            " active subscription, or leave it empty to work without one.",
            status, said,
        )  # fmt: skip
    if status == 403 and query.keyed:
        return AuthError(
            f"The key may not ask for {query.words} ({said}). Check its subscription.",
            status, said,
        )  # fmt: skip
    answered = f"UN Comtrade answered {status} to {query.words} ({said})."
    if status in (401, 403):
        return Refused(
            f"{answered} It refuses calls without a key: set MIRROR_COMTRADE_KEY, or run again"
            " another day.",
            status, said,
        )  # fmt: skip
    if status == 404:
        return Refused(
            f"{answered} It is not offered at that address: run again another day, or install a"
            " newer version of mirror.",
            status, said,
        )  # fmt: skip
    advised = f"{answered} {_advice(status)}"
    is_too_large = status == 400 or status >= 500
    return CallTooLarge(advised, status) if is_too_large else SourceError(advised)


def _advice(status: int) -> str:
    if status == 414:
        return "The address is too long: name fewer reporters or products."
    if status == 400:
        return "Check the codes and periods that were asked for."
    if 300 <= status < 400:
        return "Redirects are not followed, as they could carry the key away."
    return "Run again later: what was fetched is kept."


def _rest(query: Query, said: str, now: datetime) -> tuple[str, datetime, str]:
    """Message, time of the next call (24 hours where the reply names none), what is used up."""
    found = _QUOTA.search(said)
    days, hours, minutes, seconds = (int(x or 0) for x in found.groups()) if found else (1, 0, 0, 0)
    until = now + timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    what = "bytes" if "bandwidth" in said.lower() else "calls"
    whose = f"The {what} of this key" if query.keyed else f"Keyless {what}"
    return (
        (
            f"{whose} are used up until {until:%Y-%m-%d %H:%M} UTC."
            " What was fetched is kept; run again after that."
        ),
        until,
        what,
    )


def _said(body: bytes) -> str:
    """The message in a JSON or HTML body, on one line and at most 200 characters."""
    text = body.decode("utf-8", "replace")
    with suppress(ValueError):
        text = _message(json.loads(text)) or text
    return " ".join(_TAGS.sub(" ", text).split())[:200] or "no text"


def _message(reply: object) -> str:
    if not isinstance(reply, dict):
        return ""
    inner = reply.get("errorObject")
    message = inner.get("errorMessage") if isinstance(inner, dict) else None
    return str(message or reply.get("message") or reply.get("error") or "")
