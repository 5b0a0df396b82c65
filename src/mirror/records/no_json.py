"""What is wrong with text that is to be JSON and is none, and what to do about it."""

import json
import re

from mirror.errors import SourceError, TruncatedReply

_NEAR = 20
_CUT_WORD = re.compile(r"[a-zA-Z0-9.+-]*")
_ROWS = re.compile(r'\[\{"\\u0000\w+": \d+\}\]')
"""What stands for the rows of a reply that were read already."""


def no_json(text: bytes, label: str, again: str, behind: int = 0) -> SourceError:
    """Return the error for text that cannot be read as JSON, `behind` so many rows.

    `again` is how to get it whole, where it may be cut off.
    """
    written = text.decode(errors="replace").rstrip()
    error = _error(written)
    at = error.pos if error else len(written)
    before = _ROWS.sub("[…]", written[max(0, at - 3 * _NEAR) : at])[-_NEAR:]
    near = "`" + " ".join((before + written[at : at + _NEAR]).split()) + "`"
    where = f"behind row {behind:,}, at {near}" if behind else f"at {near}"
    if error and (fault := _fault(written, error)):
        return SourceError(f"{label} is no JSON ({where}): {fault}.")
    return TruncatedReply(f"{label} is cut off or no JSON ({where}): {again}.")


def _error(text: str) -> json.JSONDecodeError | None:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return error
    except (RecursionError, ValueError):
        return None
    return None


def _fault(text: str, error: json.JSONDecodeError) -> str | None:
    """Say what is wrong and what to do; null where it only ends too early, or is not known."""
    here, before = text[error.pos :], text[: error.pos].rstrip()
    if _CUT_WORD.fullmatch(here) or error.msg.startswith("Unterminated"):
        return None
    if here.startswith(("'", "None", "True", "False")):
        return "it is written as Python prints it; write it with json.dump"
    if here.startswith(("//", "/*", "#")):
        return "a comment stands there, which JSON has not; take it out"
    if before.endswith(",") and here.startswith(("]", "}", ",")):
        return "a comma too many stands there; take it out"
    if "control character" in error.msg:
        return "a line break or tab inside a text; save it with a program that writes it as \\n"
    if "Extra data" in error.msg:
        return "something stands behind its end; take it out"
    return None
