"""Ask UN Comtrade one query: the body goes into a sink as it came, or a typed error is raised."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import requests
from pydantic import SecretStr

from mirror.comtrade.limits import LIMITS, Limits
from mirror.comtrade.pace import Pace
from mirror.comtrade.query import Query
from mirror.comtrade.reading import Counting, Tally, check_records
from mirror.comtrade.recording import Recorder, hidden
from mirror.comtrade.refusals import refusal
from mirror.comtrade.transport import (
    KeyHeader,
    Manners,
    checked_address,
    checked_key,
    is_time_out,
    open_session,
)
from mirror.errors import AuthError, CallTooLarge, SourceError, TruncatedReply

log = logging.getLogger(__name__)
_CHUNK = 1 << 16
_BOM = b"\xef\xbb\xbf"


class Sink(Protocol):
    """Where a body is written to."""

    def write(self, data: bytes, /) -> int:
        """Take the next bytes."""
        ...


@dataclass(frozen=True)
class Answer:
    """A reply that counts: its status, what it holds, and how long it took, in seconds."""

    status: int
    tally: Tally
    seconds: float


class Client:
    """One session with the service. `on_call` is told of each attempt before it leaves and may
    refuse it by raising QuotaExceeded; `on_reply` of each reply: its bytes as they came over the
    wire, and its rows, none if it does not count. `record` is the folder of a recording;
    """

    def __init__(
        self,
        base_url: str,
        key: SecretStr | None,
        manners: Manners | None = None,
        on_call: Callable[[Query], None] = lambda query: None,
        limits: Limits = LIMITS,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        on_reply: Callable[[Query, int, int], None] = lambda query, wire_bytes, rows: None,
        record: Path | None = None,
    ) -> None:
        self._key = checked_key(key)
        self._base = checked_address(base_url, self._key)
        self._manners = manners or Manners()
        self._on_call = on_call
        self._on_reply = on_reply
        self.limits = limits
        self.pace = Pace(self._manners.pause, self._manners.wait)
        self._clock = clock
        self._asking: Query | None = None
        self._attempts = 1
        recorder = Recorder(record, self._key) if record else None
        self._session = open_session(self._manners, self, recorder)

    @property
    def has_key(self) -> bool:
        """Whether keyed calls can be made."""
        return self._key is not None

    def address(self, query: Query) -> str:
        """Path and parameters of the call that `ask` makes."""
        return query.path(0 if query.count_only else self.limits.max_records(query.kind))

    def ask(self, query: Query, sink: Sink, attempts: int | None = None) -> Answer:
        """Make the call and stream its body into the sink.

        `attempts`: so many may end in a time-out or a 5xx (null: as many as the manners say), fewer
        for what can be asked in parts. Raises AuthError, QuotaExceeded, TruncatedReply (at a row
        cap), CallTooLarge, SchemaDrift or SourceError; the sink then holds nothing that counts.
        """
        if query.keyed and self._key is None:
            raise AuthError(f"Asking for {query.words} needs a key: set MIRROR_COMTRADE_KEY.")
        started, rows = time.monotonic(), 0
        with closing(self._send(query, attempts)) as response:
            try:
                if response.status_code != 200:
                    said = hidden(_head(response), self._key)
                    raise refusal(query, response.status_code, said, self._clock())
                tally = self._stream(query, response, sink)
                rows = tally.rows
            finally:
                self._on_reply(query, response.raw.tell(), rows)
        self.pace.went_well(query.keyed)
        self._check(query, tally)
        return Answer(200, tally, time.monotonic() - started)

    def leave(self) -> None:
        """Keep the pace and tell the ledger, before every attempt."""
        if self._asking is not None:
            self.pace.wait(self._asking.keyed)
            self._on_call(self._asking)

    def busy(self, asked_seconds: float | None) -> None:
        """Slow down, as the service answered 429."""
        if self._asking is not None:
            self.pace.refused(self._asking.keyed, asked_seconds)

    def slow_attempts(self) -> int:
        """So many attempts of the present call may end in a 5xx or a time-out."""
        return self._attempts

    def _send(self, query: Query, attempts: int | None) -> requests.Response:
        self._asking, self._attempts = query, attempts or self._manners.retries + 1
        self.leave()
        try:
            return self._session.get(
                self._base + self.address(query),
                auth=KeyHeader(self._key) if query.keyed and self._key else _no_auth,
                timeout=(self._manners.connect, self._manners.read),
                allow_redirects=False,
                stream=True,
            )
        except requests.RequestException as error:
            raise _broken(query, error) from error

    def _stream(self, query: Query, response: requests.Response, sink: Sink) -> Tally:
        counting = Counting()
        is_first = True
        for chunk in self._chunks(query, response):
            sink.write(chunk)
            counting.feed(chunk.removeprefix(_BOM) if is_first else chunk)
            is_first = False
        return counting.finish()

    def _chunks(self, query: Query, response: requests.Response) -> Iterator[bytes]:
        deadline = time.monotonic() + self._manners.reply
        try:
            for chunk in response.iter_content(_CHUNK):
                if time.monotonic() > deadline:
                    raise CallTooLarge(f"A reply to {query.words} took too long. Run again later.")
                yield chunk
        except requests.RequestException as error:
            raise _broken(query, error) from error

    def _check(self, query: Query, tally: Tally) -> None:
        if query.count_only:
            return
        if not tally.has_list or tally.complaint:
            said = hidden(tally.complaint.encode(), self._key).decode() or "no list of rows in it"
            raise SourceError(
                f"A reply to {query.words} is no data ({said[:200]}). Run again later."
            )
        declared = tally.rows if tally.declared is None else tally.declared
        if self.limits.is_cut(query.kind, tally.rows) or declared > tally.rows:
            raise TruncatedReply(
                f"A reply to {query.kind} stands at {tally.rows} rows of {declared}:"
                " it is cut, and must be asked in parts.",
                tally.rows,
                declared if declared > tally.rows else None,
            )
        if query.kind in ("records", "preview"):
            check_records(tally)
            if tally.unknown_fields:
                log.warning("new fields in records: %s", ", ".join(tally.unknown_fields))


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keep requests from adding a password of its own."""
    return request


def _head(response: requests.Response) -> bytes:
    try:
        return next(response.iter_content(_CHUNK), b"")
    except requests.RequestException:
        return b""


def _broken(query: Query, error: Exception) -> SourceError:
    said = " ".join(str(error).split())[:160]
    kind = CallTooLarge if is_time_out(error) else SourceError
    return kind(f"UN Comtrade broke off while asked for {query.words} ({said}). Run again later.")
