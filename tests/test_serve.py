"""`mirror serve`: what the editions list and nothing else, read-only, while one is swapped in."""

import http.client
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import pytest

from browsing import Open
from commands import MIRROR, mirror
from mirror.steps.serve import HEADERS, server_of
from standing import FILES, show, stand, stand_old

Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture
def published(tmp_path: Path) -> Path:
    return tmp_path / "out" / "published"


@pytest.fixture
def port(published: Path) -> Iterator[int]:
    with served(published) as number:
        yield number


class served:
    """The server of a folder, in a thread of this process."""

    def __init__(self, published: Path) -> None:
        self.server = server_of(published, "127.0.0.1", 0)

    def __enter__(self) -> int:
        Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        return self.server.server_port

    def __exit__(self, *error: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def get(port: int, path: str, method: str = "GET") -> Answer:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.putrequest(method, path, skip_host=True)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("report.html", "text/html; charset=utf-8"),
        ("ranked_gaps.csv", "text/csv; charset=utf-8"),
        ("mirror.duckdb", "application/octet-stream"),
        ("figures/map.svg", "image/svg+xml"),
        ("summary.json", "application/json"),
        ("SHA256SUMS", "text/plain; charset=utf-8"),
    ],
)
def test_files_have_their_type(published: Path, port: int, name: str, kind: str) -> None:
    folder = stand(published, "2026-11", 2)
    expected = (folder / name).read_bytes()
    for edition in ("2026-11.r2", "2026-11", "latest"):
        status, headers, body = get(port, f"/{edition}/{name}?x=1")
        assert (status, headers["Content-Type"], body) == (200, kind, expected)
        assert HEADERS.items() <= headers.items()
    status, headers, body = get(port, f"/latest/{name}", "HEAD")
    assert (status, headers["Content-Length"], body) == (200, str(len(expected)), b"")


def test_an_edition_of_an_older_version_is_served(published: Path, port: int) -> None:
    stand_old(published, "2026-11")
    assert get(port, "/latest/")[1]["Location"] == "/2026-11/report.html"
    assert get(port, "/2026-11/report.html")[2] == FILES["report.html"].encode()


def test_latest_leads_to_the_edition_by_its_name(published: Path, port: int) -> None:
    stand(published, "2026-11")
    for path in ("/latest", "/latest/", "/2026-11/"):
        status, headers, _ = get(port, path)
        assert (status, headers["Location"]) == (302, "/2026-11.r1/report.html")


LINKS = ("link.csv", "folder/secret", "../../secret")
"""Listed by an edition, and not in it."""
OUTSIDE = [
    "/latest/../../secret", "/latest/%2e%2e/%2e%2e/secret", "/../secret", "/%2e%2e/secret",
    "/latest/notes.txt", "/latest/.hidden", "/latest/figures", "/latest/figures/", "/latest//",
    "/latest/link.csv", "/latest/folder/secret", "/.draft-x/report.html", "/.files/",
    "/.files/x/report.html", "/2026-11-backup/report.html", "/2026-12/report.html",
    "/outside/secret", "/2026-09/secret", "/etc/passwd", "//etc/passwd", "/latest/%00", "/%00",
    "/latest%2f..%2f..%2fsecret", "/latest\\..\\secret", "/favicon.ico", "/2026-11.r01/report.html",
    "/mirror.lock", "/٢٠٢٦-11/", "http://[/", "*", "http:", "/latest/report.html/",
    "/latest/REPORT.HTML",
]  # fmt: skip


@pytest.mark.parametrize("path", OUTSIDE)
def test_nothing_else_is_served(published: Path, port: int, path: str) -> None:
    folder = stand(published, "2026-11")
    (published.parent / "secret").write_text("secret")
    (published / "mirror.lock").write_text("secret")
    (folder / "notes.txt").write_text("secret")
    (folder / ".hidden").write_text("secret")
    (folder / "link.csv").symlink_to(published.parent / "secret")
    (folder / "folder").symlink_to(published.parent)
    with (folder / "SHA256SUMS").open("a") as sums:
        sums.writelines(f"{'0' * 64}  {name}\n" for name in LINKS)
    show(published, "outside", "..")
    show(published, "2026-09", "..")
    stand(published / ".draft-x", "2026-12")
    (published / ".files").mkdir()
    assert get(port, "/latest/report.html")[0] == 200
    status, headers, body = get(port, quote(path, safe="/%\\[]:*"))
    assert (status, b"secret" in body) == (404, False)
    assert body == b"No edition has such a file: the editions are listed at /.\n"
    assert headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_only_questions_are_answered(published: Path, port: int, method: str) -> None:
    stand(published, "2026-11")
    status, _, body = get(port, "/latest/report.html", method)
    assert status in (405, 501) and b"<" not in body


def test_the_front_page_lists_the_editions(published: Path, port: int) -> None:
    assert b"No edition stands yet." in get(port, "/")[2]
    stand(published, "2026-10")
    stand(published, "2026-11")
    stand(published, "2026-11", 2, upstream={"is_complete": False})
    (stand(published, "2026-12") / "summary.json").write_text("{")
    show(published, "latest", "2026-11.r2")
    text = get(port, "/")[2].decode()
    rows = [row.split("</tr>")[0] for row in text.split("<tr>")[2:]]
    assert [row.split("<td>")[1] for row in rows] == [
        "2026-12.r1", "2026-11.r2 (latest)", "2026-11.r1", "2026-10.r1",
    ]  # fmt: skip
    assert ["damaged" in row for row in rows] == [True, False, False, False]
    assert ["behind the service" in row for row in rows] == [False, True, False, False]
    assert "href='/2026-11.r2/report.html'" in rows[1]
    assert "href='/2026-10.r1/ranked_gaps.xlsx'" in rows[3]


def test_it_goes_on_while_an_edition_is_swapped_in(published: Path, port: int) -> None:
    stand(published, "2026-10")
    assert b'"2026-10"' in get(port, "/latest/summary.json")[2]
    stand(published, "2026-11")
    assert b'"2026-11"' in get(port, "/latest/summary.json")[2]


def test_a_port_that_is_taken_is_one_sentence(published: Path, port: int) -> None:
    stand(published, "2026-11")
    said = mirror("serve", "--port", str(port), "--out", published.parent)
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == (
        f"mirror: 127.0.0.1:{port} cannot be served (Address already in use): "
        "choose another --port or --host.\n"
    )


@pytest.mark.slow
def test_it_ends_with_ctrl_c_and_has_written_nothing(published: Path) -> None:
    stand(published, "2026-11")
    before = {path: path.lstat().st_mtime_ns for path in published.parent.rglob("*")}
    with subprocess.Popen(
        [str(MIRROR), "serve", "--port", "0", "--out", str(published.parent)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ,
    ) as running:  # fmt: skip
        assert running.stdout and running.stderr
        address = running.stdout.readline().strip()
        assert get(int(address.rstrip("/").rpartition(":")[2]), "/")[0] == 200
        with closing(socket.create_connection(("127.0.0.1", int(address.split(":")[2][:-1])))):
            pass  # a browser that goes away
        running.send_signal(signal.SIGINT)
        said = running.stderr.read()
        assert running.wait() == 0
    assert said.endswith("mirror: stopped.\n") and "Traceback" not in said
    assert {path: path.lstat().st_mtime_ns for path in published.parent.rglob("*")} == before


@pytest.mark.slow
def test_the_page_works_as_it_is_served(edition: Path, open_page: Open) -> None:
    """Its styles, scripts, pictures and dossiers, under the policy that it is sent with."""
    with served(edition.parent) as port:
        watched = open_page(f"http://127.0.0.1:{port}/latest/")
        page = watched.page
        assert page.url.endswith("/report.html")
        first = watched.pairs()
        page.locator("#rows tr:not(.detail)").first.click()
        page.goto(f"http://127.0.0.1:{port}/latest/profiles/KEN.html")
        assert "Kenya" in page.title()
    assert first and watched.errors == []
    assert all(url.startswith((f"http://127.0.0.1:{port}/", "data:")) for url in watched.asked)
