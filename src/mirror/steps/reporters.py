"""Comtrade's codes of reporters, from the service's own list, kept in the lake."""

from collections.abc import Iterable

from mirror.comtrade import Query, rows
from mirror.errors import SettingsError
from mirror.lake import StoredReply, verify
from mirror.steps.asking import Asker


def reporter_codes(asker: Asker, names: Iterable[str], may_ask: bool = True) -> frozenset[int]:
    """Comtrade's codes of ISO alpha-3 names, from the service's own list, kept in the lake.

    Raises SettingsError for a name it does not hold. Without leave to ask and without the list,
    names stand for themselves as numbers below zero: enough to count calls.
    """
    wanted = [name.strip().upper() for name in names if name.strip()]
    codes = {int(name) for name in wanted if name.isdigit()}
    letters = [name for name in wanted if not name.isdigit()]
    if not letters:
        return frozenset(codes)
    known = _reporter_list(asker, may_ask)
    if not known:
        return frozenset(codes | {-number for number, _ in enumerate(letters, 1)})
    missing = sorted(set(letters) - known.keys())
    if missing:
        raise SettingsError(f"UN Comtrade knows no reporter {', '.join(missing)}: use alpha-3.")
    return frozenset(codes.union(*(known[name] for name in letters)))


def _reporter_list(asker: Asker, may_ask: bool) -> dict[str, set[int]]:
    query = Query("reference", name="Reporters")
    kept = _kept(asker, query)
    if kept:
        verify(kept[-1].path, kept[-1].sha256)
    if not kept and may_ask:
        asker.ask(query)
        kept = _kept(asker, query)
    found: dict[str, set[int]] = {}
    for row in rows(kept[-1].path) if kept else ():
        iso = str(row.get("reportercodeisoalpha3") or "").strip()
        found.setdefault(iso, set()).add(int(row["reportercode"]))
    return found


def _kept(asker: Asker, query: Query) -> list[StoredReply]:
    asked = (reply for reply in asker.lake.replies() if reply.query == query.to_json())
    return [reply for reply in asked if reply.path.is_file()]
