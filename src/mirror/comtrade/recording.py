"""A recording: each attempt to call the service and what came of it, in a folder to send on.

`exchanges.jsonl` has a line for each attempt, in order: `at` (UTC), `method`, `address` below the
base, `is_keyed`: whether it went with the key, `status` and `headers` (null where no reply came),
`seconds` until its end, waits before it included, `wire_bytes` of its body as it came, `body` (a
file of bodies/, packed with gzip; null: none) and `error`, where the connection broke. The key is
nowhere in it: where a reply shows it, there are asterisks.
"""

import gzip
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
from pydantic import SecretStr
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse
from urllib3.util import Retry

from mirror.comtrade.service import KEY_HEADER
from mirror.errors import SettingsError

EXCHANGES = "exchanges.jsonl"
SHOWN = 8
"""So many characters of a key are too many to be shown."""
_ABOUT = """\
What was asked of UN Comtrade and what it answered: a line of exchanges.jsonl for each attempt, the
bodies of the replies in bodies/. The key is left out. Replies hold records of UN Comtrade, whose
terms hold for whoever is given this folder.
"""


def hidden(text: bytes, key: SecretStr | None) -> bytes:
    """The text with asterisks in the place of the key."""
    shown = _bytes(key)
    return text.replace(shown, b"*" * len(shown)) if shown else text


class Recorder:
    """Writes a recording; one that is there is gone on with.

    Raises SettingsError for a folder that holds anything else.
    """

    def __init__(self, folder: Path, key: SecretStr | None) -> None:
        if not _may_record(folder):
            raise SettingsError(
                f"--record {folder} holds something else: give a new folder, or a recording to go"
                " on with."
            )
        self.bodies = folder / "bodies"
        self.bodies.mkdir(parents=True, exist_ok=True)
        (folder / "README.txt").write_text(_ABOUT, encoding="utf-8")
        self._lines = folder / EXCHANGES
        self._lines.touch()
        self.number = 1 + self._lines.read_bytes().count(b"\n")
        self._key = key
        self._open: Exchange | None = None

    def begin(self, request: requests.PreparedRequest) -> None:
        """An attempt leaves."""
        self._open = Exchange(self, request)

    def seen(self, response: BaseHTTPResponse | None, error: Exception | None) -> None:
        """An attempt ended without a reply, or with one that makes it leave again."""
        if exchange := self._open:
            if response is not None:
                exchange.take_all(response)
            exchange.end(response, error)
            self._open = Exchange(self, exchange.request)

    def answered(self, response: requests.Response) -> "RecordedResponse":
        """The reply that is read; its exchange ends when it is closed."""
        return RecordedResponse(response, self._open)

    def write(self, exchange: dict[str, Any]) -> None:
        """Add a line."""
        line = json.dumps({"number": self.number, **exchange}, ensure_ascii=False)
        with self._lines.open("a", encoding="utf-8") as file:
            file.write(hidden(line.encode(), self._key).decode() + "\n")
        self.number += 1

    def ready(self, text: bytes) -> tuple[bytes, bytes]:
        """What of a body that goes on can be written, without the key, and what may begin it."""
        overlap = len(_bytes(self._key)) - 1
        text = hidden(text, self._key)
        return (text[:-overlap], text[-overlap:]) if overlap > 0 else (text, b"")

    def last(self, text: bytes) -> bytes:
        """The end of a body, which may break off in the middle of the key."""
        key = _bytes(self._key)
        shown = (n for n in range(len(key) - 1, SHOWN - 1, -1) if text.endswith(key[:n]))
        cut = next(shown, 0)
        return text[: len(text) - cut] + b"*" * cut


class Exchange:
    """One attempt, from when it leaves to the end of its reply."""

    def __init__(self, recorder: Recorder, request: requests.PreparedRequest) -> None:
        self.request = request
        self._recorder = recorder
        self._at = datetime.now(UTC)
        self._started = time.monotonic()
        self._pieces: gzip.GzipFile | None = None
        self._path = recorder.bodies / f"{recorder.number:05d}.gz"
        self._tail = b""
        self._is_over = False

    def take(self, piece: bytes) -> None:
        """Keep the next piece of the body."""
        if self._pieces is None:
            self._pieces = gzip.GzipFile(self._path, "wb", 4, mtime=0)
        ready, self._tail = self._recorder.ready(self._tail + piece)
        self._pieces.write(ready)

    def take_all(self, response: BaseHTTPResponse) -> None:
        """Keep the body of a reply that nobody reads, as far as it comes."""
        try:
            self.take(response.read(decode_content=True))
        except (HTTPError, OSError):
            return

    def end(self, response: BaseHTTPResponse | None, error: Exception | None) -> None:
        """Write the line of this attempt, once."""
        if self._is_over:
            return
        self._is_over = True
        if self._pieces:
            self._pieces.write(self._recorder.last(self._tail))
            self._pieces.close()
        self._recorder.write({
            "at": self._at.isoformat(timespec="milliseconds"),
            "method": self.request.method,
            "address": self.request.path_url,
            "is_keyed": KEY_HEADER in self.request.headers,
            "status": None if response is None else response.status,
            "headers": None if response is None else _headers(response),
            "seconds": round(time.monotonic() - self._started, 3),
            "wire_bytes": 0 if response is None else response.tell(),
            "body": f"bodies/{self._path.name}" if self._pieces else None,
            "error": f"{type(error).__name__}: {error}"[:300] if error else None,
        })  # fmt: skip


class RecordedResponse(requests.Response):
    """A reply whose body is kept while it is read."""

    def __init__(self, response: requests.Response, exchange: Exchange | None) -> None:
        super().__init__()
        self.__dict__.update(vars(response))
        self._exchange = exchange
        self._error: Exception | None = None

    def iter_content(
        self, chunk_size: int | None = 1, decode_unicode: bool = False
    ) -> Iterator[Any]:
        """Give the body in pieces."""
        try:
            for piece in super().iter_content(chunk_size, decode_unicode):
                if self._exchange:
                    self._exchange.take(piece)
                yield piece
        except requests.RequestException as error:
            self._error = error
            raise

    def close(self) -> None:
        """End the exchange as well."""
        super().close()
        if self._exchange:
            self._exchange.end(self.raw, self._error)


class RecordingAdapter(HTTPAdapter):
    """Sends requests under the eyes of a recorder."""

    def __init__(self, recorder: Recorder, retry: Retry) -> None:
        super().__init__(max_retries=retry)
        self._recorder = recorder

    def send(self, request: requests.PreparedRequest, *rest: Any, **more: Any) -> requests.Response:
        """Send, and keep what comes."""
        self._recorder.begin(request)
        return super().send(request, *rest, **more)

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        """The reply, recorded while it is read."""
        return self._recorder.answered(super().build_response(req, resp))


def _bytes(key: SecretStr | None) -> bytes:
    return key.get_secret_value().encode() if key else b""


def _headers(response: BaseHTTPResponse) -> dict[str, str]:
    """All but cookies, which may be as good as a key."""
    return {name: said for name, said in response.headers.items() if name.lower() != "set-cookie"}


def _may_record(folder: Path) -> bool:
    if not folder.exists():
        return True
    return folder.is_dir() and ((folder / EXCHANGES).is_file() or not any(folder.iterdir()))
