"""The surfaces of the service: what is had with a key and without, and what is refused."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from mirror.comtrade import Kind, Query, is_keyed
from mirror.errors import (
    AuthError,
    CallTooLarge,
    QuotaExceeded,
    Refused,
    SchemaDrift,
    SourceError,
    TruncatedReply,
)
from mirror.lake import PUBLIC, Lake

log = logging.getLogger(__name__)
SAME: tuple[tuple[Kind, Kind], ...] = (
    ("records", "preview"),
    ("availability_keyed", "availability"),
)
"""What is had with a key and without one: the first goes before the second."""
REMEMBERED = timedelta(days=1)
"""So long a kind of call that was refused is not tried again."""


class Surfaces:
    """What one account may ask for. Refusals and answers are remembered in the lake: a key that is
    refused here and was answered elsewhere is a good key that lacks this product.
    """

    def __init__(self, lake: Lake, account: str, clock: Callable[[], datetime]) -> None:
        self._learned = lake.learned
        self._account = account
        self._clock = clock
        self._answered: set[Kind] = set()
        self._of_this_run: dict[Kind, Refused] = {}
        self._warned: set[str] = set()

    def ways(self, kind: Kind) -> tuple[Kind, ...]:
        """Kinds of call that bring the same, the better first; keyed ones with a key alone."""
        same = next((pair for pair in SAME if kind in pair), (kind,))
        return tuple(way for way in same if self._account != PUBLIC or not is_keyed(way)) or same

    def open_way(self, kind: Kind) -> Kind | None:
        """The first way that is not known to be refused; null where all are."""
        return next((way for way in self.ways(kind) if self.refused(way) is None), None)

    def refused(self, kind: Kind) -> Refused | None:
        """The refusal that is still remembered of a kind of call; null: it may be asked."""
        since = self._clock() - REMEMBERED
        said = self._learned.get(self.account_of(kind), kind, "refused", since)
        return self._of_this_run.get(kind) or (Refused(said) if said else None)

    def forget(self) -> None:
        """Try again whatever was refused."""
        for account in {self._account, PUBLIC}:
            for kind in self._learned.kinds(account, "refused"):
                self._learned.forget(account, kind, "refused")
        self._of_this_run.clear()

    def ask_by_each(self, query: Query, ask: Callable[[Query], int]) -> int:
        """Ask by one way after the other until one answers.

        Raises TruncatedReply of any way; else, where none answers, Refused if it is of no use to
        ask again, what the best way raised if that stops a fetch, or one SourceError.
        """
        errors: list[SourceError | SchemaDrift] = []
        for way in self.ways(query.kind):
            if errors:
                self.warn(errors[0], way)
            try:
                return ask(replace(query, kind=way))
            except TruncatedReply:
                raise
            except (SourceError, SchemaDrift) as error:
                errors.append(error)
        raise _one_error(errors)

    @contextmanager
    def noted(self, query: Query) -> Iterator[None]:
        """Remember how the call within ends; one that is known to be refused is not made."""
        if known := self.refused(query.kind):
            raise known
        try:
            yield
        except Refused as error:
            if self.is_doubtful(query.kind, error):
                self._of_this_run[query.kind] = error
                raise
            raise self.note_refusal(query, error) from error
        except TruncatedReply:
            self._note_answer(query.kind)
            raise
        self._note_answer(query.kind)

    def warn(self, error: Exception, way: Kind) -> None:
        """Say, once a run, by which way a call is made in the place of one that failed."""
        if str(error) not in self._warned:
            self._warned.add(str(error))
            log.warning("%s Asked %s the key instead.", error,
                        "with" if is_keyed(way) else "without")  # fmt: skip

    def account_of(self, kind: Kind) -> str:
        """The account whose quota a call of this kind is taken from."""
        return self._account if is_keyed(kind) else PUBLIC

    def _note_answer(self, kind: Kind) -> None:
        if kind not in self._answered:
            self._answered.add(kind)
            account, now = self.account_of(kind), self._clock()
            self._learned.set(account, kind, "answered", now.isoformat(timespec="seconds"), now)
            self._learned.forget(account, kind, "refused")

    def is_doubtful(self, kind: Kind, error: Refused) -> bool:
        """Whether the key itself may be bad, or there is none: remembered for this run alone."""
        may_be_bad = is_keyed(kind) and error.status == 401
        return not error.status or (may_be_bad and not self._is_good(kind))

    def note_refusal(self, query: Query, error: Refused) -> Refused:
        """Remember a refusal for some time; returns it in words that fit the account."""
        said = str(error)
        if query.keyed and error.status == 401:
            said = (
                f"This key works, but lacks {query.words} ({error.said}). Subscribe to that"
                " product, or go on without it."
            )
        self._learned.set(self.account_of(query.kind), query.kind, "refused", said, self._clock())
        self._of_this_run[query.kind] = Refused(said, error.status, error.said)
        return self._of_this_run[query.kind]

    def _is_good(self, refused: Kind) -> bool:
        """Whether the key was answered elsewhere: in this run, or, unless it was answered here
        before and may have expired since, ever.
        """
        if any(is_keyed(kind) for kind in self._answered - {refused}):
            return True
        answered = self._learned.kinds(self._account, "answered")
        return bool(answered) and refused not in answered


def _one_error(errors: list[SourceError | SchemaDrift]) -> SourceError | SchemaDrift:
    first = errors[0]
    if len(errors) == 1 or isinstance(first, QuotaExceeded | AuthError | SchemaDrift):
        return first
    said = " ".join(map(str, errors))
    if large := next((error for error in errors if isinstance(error, CallTooLarge)), None):
        return CallTooLarge(said, large.status)
    is_of_no_use = all(isinstance(error, Refused | QuotaExceeded) for error in errors)
    return Refused(said) if is_of_no_use else SourceError(said)
