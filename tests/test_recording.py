"""`--record`: what is asked and answered is kept without the key, and can be played again."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from commands import mirror
from comtrade_service.closed import NO_KEY, QUOTA, Closed
from comtrade_service.compare import lake_content, settings_for
from comtrade_service.faults import Faults
from comtrade_service.replay import Replay
from comtrade_service.service import KEY
from comtrade_service.world import World
from mirror.errors import SettingsError
from mirror.steps.fetch import FetchRequest, fetch

YEARS = FetchRequest.of_span("A", "2018", "2019")
START = datetime(2026, 11, 5, 6, tzinfo=UTC)


@pytest.fixture
def service():
    with Closed(World(reporters=2, partners=2)).running() as running:
        yield running


def exchanges(folder: Path):
    return [json.loads(line) for line in (folder / "exchanges.jsonl").open(encoding="utf-8")]


def fetched(service, out, record=None, key=KEY):
    """A fetch at a time that stands still; what it reports."""
    settings = settings_for(service, out, key=key, comtrade_record=record, comtrade_retries=2)
    return fetch(YEARS, settings, clock=lambda: START)


@pytest.mark.parametrize(
    ("key", "planned"),
    [(KEY, ""), (None, ""), (KEY, "busy - reset error_500"), (KEY, "cut_body cut_gzip"),
     (None, "html_200 cut_open_body"), (KEY, "reset_in_body"), (KEY, "- busy busy busy"),
     (KEY, "- wrong_count")],
)  # fmt: skip
def test_a_recorded_fetch_gives_the_same_lake_again(service, tmp_path, planned, key):
    service.faults = Faults(planned=[fault.strip("-") for fault in planned.split()])
    record, first, again = (tmp_path / name for name in ("record", "first", "again"))
    report = fetched(service, first, record, key)
    with Replay(record).running() as replay:
        replayed = fetched(replay, again, key=key)
    assert replay.missed == []
    assert lake_content(again / "lake") == lake_content(first / "lake")
    assert replayed == report and report.rows


@pytest.mark.parametrize("doors", [{"/data/v1/get/": NO_KEY}, {"/data/v1/getDa": QUOTA}])
def test_what_was_refused_is_refused_again(service, tmp_path, doors):
    service.doors = doors
    record, first, again = (tmp_path / name for name in ("record", "first", "again"))
    report = fetched(service, first, record)
    with Replay(record).running() as replay:
        assert fetched(replay, again) == report
    assert lake_content(again / "lake") == lake_content(first / "lake")


def test_each_attempt_has_its_line(service, tmp_path):
    service.faults = Faults(planned=["busy_with_time", "reset", "", "cut_body"])
    assert fetched(service, tmp_path / "out", tmp_path / "record").is_complete
    found = exchanges(tmp_path / "record")
    assert [one["number"] for one in found] == [1, 2, 3, 4, 5]
    assert [one["status"] for one in found] == [429, None, 200, 200, 200]
    assert found[0]["headers"]["Retry-After"] == "7200"
    assert found[0]["body"] == "bodies/00001.gz"
    said = gzip.decompress((tmp_path / "record" / found[0]["body"]).read_bytes())
    assert b"Try again in 2 seconds" in said
    assert "Connection" in found[1]["error"] and "IncompleteRead" in found[3]["error"]
    assert [bool(one["error"]) for one in found] == [False, True, False, True, False]
    assert {one["is_keyed"] for one in found} == {True}
    assert found[4]["address"].startswith("/data/v1/get/C/A/HS?period=2018,")
    assert 0 < found[4]["wire_bytes"] < 100_000 and found[4]["seconds"] >= 0


def test_the_key_is_in_no_file_though_the_service_shows_it(service, tmp_path):
    """Across the pieces in which a body is read, and where it breaks off in the middle, too."""
    plain = service.answer
    for cut in range(0, 45, 9):
        text = b'{"data":[],"error":"' + b"x" * ((1 << 16) - cut) + KEY.encode() + b'"}'
        service.answer = lambda path, headers, text=text: (200, text, "ok")
        fetched(service, tmp_path / "out", tmp_path / "record")
        service.answer = lambda path, headers, text=text: (500, text[20:], "ok")
        fetched(service, tmp_path / "out", tmp_path / "record")
    service.answer = plain
    assert fetched(service, tmp_path / "out", tmp_path / "record").is_complete
    files = [path for path in (tmp_path / "record").rglob("*") if path.is_file()]
    assert len(files) > 10
    for path in files:
        content = path.read_bytes()
        plain_text = gzip.decompress(content) if path.suffix == ".gz" else content
        assert KEY.encode() not in plain_text and KEY[:20].encode() not in plain_text
    assert any(b"*" * 32 in gzip.decompress(f.read_bytes()) for f in files if f.suffix == ".gz")


def test_a_recording_is_gone_on_with_and_nothing_else_is_written_into(service, tmp_path):
    for year in ("2018", "2019"):
        said = mirror(
            "fetch", "--years", year, "--record", tmp_path / "record", "--out", tmp_path / "out",
            MIRROR_COMTRADE_URL=service.url, MIRROR_COMTRADE_KEY=KEY,
            MIRROR_COMTRADE_PAUSE_SECONDS="0",
        )  # fmt: skip
        assert said.returncode == 0, said.stderr
    assert [one["number"] for one in exchanges(tmp_path / "record")] == [1, 2, 3, 4]
    assert "terms" in (tmp_path / "record" / "README.txt").read_text(encoding="utf-8")
    other = tmp_path / "other"
    other.mkdir()
    (other / "file").touch()
    for folder in (other, other / "file"):
        with pytest.raises(SettingsError, match="holds something else"):
            fetched(service, tmp_path / "out", folder)
    assert [path.name for path in other.iterdir()] == ["file"]
