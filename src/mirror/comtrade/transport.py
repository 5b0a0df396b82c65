"""The session: one host, key in a header of keyed calls only, retries, no redirects."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

import requests
from pydantic import SecretStr
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
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


class CountedRetry(Retry):
    """urllib3's retry, which asks leave before each further attempt: it costs a call too."""

    leave: Callable[[], None] = staticmethod(lambda: None)
    seen: Seen = staticmethod(lambda response, error: None)

    def new(self, **kw: Any) -> Self:
        """Carry the hook along."""
        fresh = super().new(**kw)
        fresh.leave = self.leave
        fresh.seen = self.seen
        return fresh

    def increment(self, *args: Any, **kw: Any) -> Self:
        """Show what ended without a reply, or with one that is not the last."""
        response, error = kw.get("response"), kw.get("error")
        if error is not None:
            self.seen(None, error)
        further = super().increment(*args, **kw)
        if response is not None:
            self.seen(response, None)
        return further

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:
        """Wait as the service says, within the cap, then ask leave."""
        super().sleep(response)
        self.leave()


class KeyHeader(AuthBase):
    """Puts the key into the header when a request leaves, so that it lies nowhere else."""

    def __init__(self, key: SecretStr) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Set the header."""
        request.headers[KEY_HEADER] = self._key.get_secret_value()
        return request


def open_session(
    manners: Manners, leave: Callable[[], None], recorder: Recorder | None = None
) -> requests.Session:
    """Open a session whose every attempt after the first calls `leave`, which may raise."""
    retry = CountedRetry(
        total=manners.retries,
        status_forcelist=BUSY,
        backoff_factor=manners.backoff,
        backoff_max=manners.wait,
        retry_after_max=manners.wait,
        raise_on_status=False,
        redirect=0,
    )
    retry.leave = leave
    session = requests.Session()
    adapter = HTTPAdapter(max_retries=retry)
    if recorder:
        retry.seen = recorder.seen
        adapter = RecordingAdapter(recorder, retry)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    session.headers["Accept"] = "application/json"
    return session


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
