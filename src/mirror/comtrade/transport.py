"""The session: one host, key in a header of keyed calls only, retries, no redirects."""

from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self, cast
from urllib.parse import urlsplit

import requests
from pydantic import SecretStr
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import MaxRetryError, ReadTimeoutError
from urllib3.response import BaseHTTPResponse
from urllib3.util import Retry

from mirror.comtrade.recording import Recorder, RecordingAdapter
from mirror.comtrade.service import KEY_HEADER
from mirror.errors import SettingsError

BUSY = (429, 500, 502, 503, 504)
Seen = Callable[[BaseHTTPResponse | None, Exception | None], None]


@dataclass(frozen=True)
class Manners:
    """How patient a client is: seconds, and retries of one call."""

    pause: float = 1.0
    connect: float = 10.0
    read: float = 120.0
    reply: float = 900.0
    retries: int = 4
    backoff: float = 1.0
    wait: int = 60


class Watch(Protocol):
    """What the retry asks and tells, as every attempt costs a call."""

    def leave(self) -> None:
        """Another attempt leaves; may raise."""

    def busy(self, asked_seconds: float | None) -> None:
        """The service answered 429; its Retry-After, null where it gave none."""

    def slow_attempts(self) -> int:
        """So many attempts may end in a 5xx or a time-out."""
        ...


class CountedRetry(Retry):
    """urllib3's retry under a watch: each further attempt is counted, and one that is too large
    for the service is not tried five times.
    """

    watch: Watch
    seen: Seen = staticmethod(lambda response, error: None)

    def new(self, **kw: Any) -> Self:
        """Carry the watch along."""
        fresh = super().new(**kw)
        fresh.watch = self.watch
        fresh.seen = self.seen
        return fresh

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> Self:
        """Raise MaxRetryError where enough attempts failed; show what ended without a reply, or
        with one that is not the last.
        """
        if response is not None and response.status == 429:
            self.watch.busy(self.get_retry_after(response))
        if error is not None:
            self.seen(None, error)
        further = super().increment(method, url, response, error, _pool, _stacktrace)
        slow = sum(
            isinstance(one.error, ReadTimeoutError) or (one.status or 0) >= 500
            for one in further.history
        )
        if slow >= self.watch.slow_attempts():
            raise MaxRetryError(cast(ConnectionPool, _pool), url or "", error) from error
        if response is not None:
            self.seen(response, None)
        return further

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:
        """Wait as the service says, within the cap, then ask leave."""
        super().sleep(response)
        self.watch.leave()


class KeyHeader(AuthBase):
    """Puts the key into the header when a request leaves, so that it lies nowhere else."""

    def __init__(self, key: SecretStr) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Set the header."""
        request.headers[KEY_HEADER] = self._key.get_secret_value()
        return request


def open_session(
    manners: Manners, watch: Watch, recorder: Recorder | None = None
) -> requests.Session:
    """Open a session whose every attempt after the first is watched."""
    retry = CountedRetry(
        total=manners.retries,
        status_forcelist=BUSY,
        backoff_factor=manners.backoff,
        backoff_max=manners.wait,
        retry_after_max=manners.wait,
        raise_on_status=False,
        redirect=0,
    )
    retry.watch = watch
    session = requests.Session()
    adapter = HTTPAdapter(max_retries=retry)
    if recorder:
        retry.seen = recorder.seen
        adapter = RecordingAdapter(recorder, retry)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    session.headers["Accept"] = "application/json"
    session.headers["Accept-Encoding"] = "gzip"
    return session


def is_time_out(error: Exception) -> bool:
    """Whether a request ended because no byte came for too long; not: no connection was made."""
    inner = error.args[0] if error.args else None
    reason = getattr(inner, "reason", inner)
    return isinstance(error, requests.ReadTimeout) or isinstance(reason, ReadTimeoutError)


def checked_key(key: SecretStr | None) -> SecretStr | None:
    """The key without blanks around it; null if nothing is left.

    Raises SettingsError, which does not show it, if it cannot stand in a header.
    """
    text = key.get_secret_value().strip() if key else ""
    if text and not (text.isascii() and text.isprintable() and " " not in text):
        raise SettingsError("MIRROR_COMTRADE_KEY holds characters that no key has: copy it anew.")
    return SecretStr(text) if text else None


def checked_address(url: str, key: SecretStr | None) -> str:
    """The base address without a slash at its end.

    Raises SettingsError if the key would travel in the clear to another machine.
    """
    parts = urlsplit(url)
    is_here = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if parts.scheme == "https" or (parts.scheme == "http" and (is_here or key is None)):
        return url.rstrip("/")
    raise SettingsError(
        f"MIRROR_COMTRADE_URL is {url}, which would send the key in the clear: use https."
    )
