"""A read-only server of the editions: what they list in SHA256SUMS, and nothing else."""

import logging
import re
import sys
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import copyfileobj
from urllib.parse import unquote

from mirror import publish
from mirror.errors import MirrorError
from mirror.publish import Edition, sums
from mirror.steps.due import is_complete, summary_of

log = logging.getLogger(__name__)

TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
    "": "text/plain; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".parquet": "application/vnd.apache.parquet",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
    # the pages carry their styles and scripts; nothing comes from elsewhere, nothing goes there
    "Content-Security-Policy": "default-src 'none'; img-src 'self' data:; "
    "style-src 'unsafe-inline'; script-src 'unsafe-inline'; font-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
}
_NAMES = re.compile(r"latest|[0-9]{4}-[0-9]{2}(\.r[0-9]+)?")


class Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD; anything else is told that it cannot be done."""

    server_version = "mirror"
    sys_version = ""
    error_message_format = "%(explain)s\n"
    error_content_type = "text/plain; charset=utf-8"
    timeout = 60

    def __init__(self, published: Path, *args: object) -> None:
        self._published = published
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Answer with the front page, a file of an edition, or one sentence."""
        name, *rest = unquote(self.path.partition("?")[0]).removeprefix("/").split("/")
        if not name and not rest:
            self._send(HTTPStatus.OK, TYPES[".html"], front_page(self._published))
        elif not (edition := edition_of(self._published, name)):
            self._nothing()
        elif rest in ([], [""]):
            self._to_report(edition)
        elif file := file_of(edition, "/".join(rest)):
            self._file(file)
        else:
            self._nothing()

    do_HEAD = do_GET

    def do_POST(self) -> None:
        """Refuse."""
        self.send_error(HTTPStatus.METHOD_NOT_ALLOWED, explain="This server only reads.")

    do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_POST

    def _to_report(self, edition: Edition) -> None:
        """Lead to the page of the edition by its own name, so that the address can be cited."""
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", f"/{edition.folder.name}/report.html")
        self._end(0)

    def _nothing(self) -> None:
        self._send(HTTPStatus.NOT_FOUND, TYPES[".txt"],
                   "No edition has such a file: the editions are listed at /.\n")  # fmt: skip

    def _send(self, status: HTTPStatus, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self._end(len(body))
        if self.command != "HEAD":
            self.wfile.write(body)

    def _file(self, path: Path) -> None:
        """Send a file. It is open before a byte is sent, so that a swap meanwhile cuts nothing."""
        try:
            stream = path.open("rb")
        except OSError:
            return self._nothing()
        with stream:
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", TYPES.get(path.suffix, "application/octet-stream"))
            self._end(stream.seek(0, 2))
            stream.seek(0)
            if self.command != "HEAD":
                copyfileobj(stream, self.wfile)

    def _end(self, length: int) -> None:
        self.send_header("Content-Length", str(length))
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """One line a request, in the log."""
        log.info("%s %s", self.address_string(), format % args)


class Server(ThreadingHTTPServer):
    """A thread a request; a browser that goes away is no error."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Leave a line in the log."""
        log.info("a reply to %s broke off: %s", client_address, sys.exception())


def edition_of(published: Path, name: str) -> Edition | None:
    """The edition that `latest`, a month or a revision shows; null for any other name."""
    if not _NAMES.fullmatch(name):
        return None
    folder = (published / name).resolve()
    return next((one for one in publish.found(published) if one.folder.resolve() == folder), None)


def file_of(edition: Edition, path: str) -> Path | None:
    """A file that the edition lists; null for any other, and for one that is a link elsewhere."""
    folder = edition.folder.resolve()
    listed = sums.read(folder) or {}
    file = folder / path
    if path not in listed and path != sums.NAME:
        return None
    return file if file.is_file() and file.resolve() == file else None


def front_page(published: Path) -> str:
    """List the editions, the newest first, with what people open first."""
    latest = publish.shown(published)
    rows = "".join(
        _row(edition, edition == latest) for edition in reversed(publish.found(published))
    )
    return (
        "<!doctype html><html lang='en'><meta charset='utf-8'><title>Editions of mirror</title>"
        "<meta name='viewport' content='width=device-width'><style>body{font:16px/1.5 system-ui,"
        "sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse}"
        "td,th{text-align:left;padding:.3rem 1.2rem .3rem 0;border-bottom:1px solid #ddd}</style>"
        "<h1>Gaps in the declared trade in gold: editions</h1>"
        "<p>A gap proves no undeclared trade: it is consistent with it, or with other bookkeeping."
        "</p><table><tr><th>edition<th>records<th>state<th>to read<th>to compute</tr>"
        f"{rows}</table>{'' if rows else '<p>No edition stands yet.</p>'}</html>\n"
    )


def _row(edition: Edition, is_latest: bool) -> str:
    name, address = edition.name, edition.folder.name
    shown = " (latest)" if is_latest else ""
    kind = {"A": "annual", "M": "monthly"}.get(str(summary_of(edition).get("frequency")), "")
    if not edition.is_readable:
        return f"<tr><td>{name}<td><td>damaged<td><td></tr>"
    state = "complete" if is_complete(edition) else "behind the service"
    links = [f"<a href='/{address}/{file}'>{text}</a>" for file, text in (
        ("report.html", "page"), ("ranked_gaps.xlsx", "workbook"), ("CITATION.txt", "how to cite"),
        ("ranked_gaps.csv", "CSV"), ("mirror.duckdb", "database"), ("SHA256SUMS", "hashes"),
    )]  # fmt: skip
    return (f"<tr><td>{name}{shown}<td>{kind}<td>{state}<td>{' · '.join(links[:3])}"
            f"<td>{' · '.join(links[3:])}</tr>")  # fmt: skip


def server_of(published: Path, host: str, port: int) -> Server:
    """Make the server; raises MirrorError where the port is taken or cannot be used."""
    try:
        return Server((host, port), partial(Handler, published))
    except (OSError, OverflowError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise MirrorError(
            f"{host}:{port} cannot be served ({said}): choose another --port or --host."
        ) from error
