"""`mirror fetch --check`: what an account may do, found out in few calls, shown and remembered."""

import csv
import io
from datetime import UTC, datetime

import pytest

from commands import Said, mirror
from comtrade_service.closed import DOWN, NO_KEY, POLICY, QUOTA, Closed
from comtrade_service.compare import settings_for
from comtrade_service.replay import Replay
from comtrade_service.service import KEY
from comtrade_service.world import World
from mirror.lake import Lake, account_of
from mirror.steps.access import find_access

NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)
SLOW = 504, "Gateway time-out"


@pytest.fixture
def service():
    with Closed(World(reporters=6, partners=8)).running() as running:
        yield running


def checked(service, out, *more, key: str | None = KEY) -> tuple[Said, dict[str, str]]:
    """What the command says, and its table: each answer by what was asked for."""
    said = mirror(
        "fetch", "--check", "--out", out, *more,
        MIRROR_COMTRADE_URL=service.url, MIRROR_COMTRADE_KEY=key or "",
        MIRROR_COMTRADE_PAUSE_SECONDS="0", MIRROR_COMTRADE_BACKOFF_SECONDS="0",
    )  # fmt: skip
    assert KEY not in said.stdout + said.stderr
    rows = csv.DictReader(io.StringIO(said.stdout))
    return said, {row["asked for"]: f"{row['answer']} | {row['what it means']}" for row in rows}


def learned(out, kind, fact="rows_a_call", key: str | None = KEY):
    with Lake.reading(out / "lake") as lake:
        return lake.learned.get(account_of(key), kind, fact)


def rows_of_a_year(service):
    return len(service.world.rows(["2025"], [], ["M", "X", "RX"], ["7108", "710811", "710812",
                                                                 "710813", "710820"]))  # fmt: skip


def test_a_good_key(service, tmp_path):
    said, table = checked(service, tmp_path)
    rows = rows_of_a_year(service)
    assert said.returncode == 0 and len(service.calls) == 6
    assert "mirror:" not in said.stderr
    assert "A fetch can work; found out in 6 calls. Full history: annual since 1995" in said.stderr
    assert list(table) == [
        "key", "availability with the key", "availability without a key", "records without a key",
        "rows a call, with the key", "time of a large reply", "bytes over the wire",
        "the UN's own mirror",
    ]  # fmt: skip
    assert table["key"] == "accepted | "
    assert f"all {rows:,} rows of 2025 came at once" in table["rows a call, with the key"]
    assert "all years in 3 calls" in table["availability with the key"]
    assert table["the UN's own mirror"].endswith("mirror fetch --bilateral works")
    assert learned(tmp_path, "records") is None
    with Lake.reading(tmp_path / "lake") as lake:
        assert [reply.kind for reply in lake.replies()] == ["availability_keyed", "availability"]
        assert lake.ledger.spent(account_of(KEY), datetime.now(UTC)) == 4


def test_without_a_key(service, tmp_path):
    service.preview_cap = 50
    said, table = checked(service, tmp_path, key=None)
    assert said.returncode == 0 and len(service.calls) == 2
    assert table["key"].startswith("not set")
    assert "annual since 1995: about" in table["records without a key"]
    assert "rows a call, with the key" not in table


def test_a_key_that_gives_500_rows_a_call(service, tmp_path):
    """The plan of a full history is made by it, and what was learned is kept."""
    service.keyed_cap = 500
    said, table = checked(service, tmp_path)
    rows = rows_of_a_year(service)
    assert said.returncode == 0 and rows > 500
    assert f"a reply ends at 500 rows of {rows:,}" in table["rows a call, with the key"]
    assert learned(tmp_path, "records") == "500"
    service.keyed_cap = 100_000
    _, now = checked(service, tmp_path)
    assert learned(tmp_path, "records") is None
    assert calls_of(now["rows a call, with the key"]) < calls_of(table["rows a call, with the key"])


def calls_of(said):
    return int(said.split("monthly since 2010: about ")[1].split(" calls")[0].replace(",", ""))


def test_a_cap_that_nobody_names_shows_against_the_count(service, tmp_path):
    service.keyed_cap = 321
    _, table = checked(service, tmp_path)
    assert "a reply ends at 321 rows of" in table["rows a call, with the key"]
    assert learned(tmp_path, "records") == "321"


def test_a_service_that_is_too_slow_for_a_year(service, tmp_path):
    service.doors = {"/data/v1/get/C/A/HS?period=2025&cmdCode=7108,710811,": SLOW}
    plain = service.answer
    opened = Closed(service.world)

    def answer(path, headers):
        return opened.answer(path, headers) if "countOnly" in path else plain(path, headers)

    service.answer = answer
    said, table = checked(service, tmp_path)
    rows = rows_of_a_year(service)
    assert said.returncode == 0 and len(service.calls) <= 8
    assert f"{rows:,} rows of 2025 were too many" in table["rows a call, with the key"]
    assert learned(tmp_path, "records", "rows_in_time") == str(rows // 2)
    service.answer = opened.answer
    checked(service, tmp_path)
    assert learned(tmp_path, "records", "rows_in_time") is None


def test_a_wrong_key(service, tmp_path):
    service.doors = {"/data/": NO_KEY, "/tools/": NO_KEY}
    said, table = checked(service, tmp_path)
    assert said.returncode == 1 and len(service.calls) <= 8
    assert table["key"].startswith("refused")
    assert said.stderr.count("mirror: ") == 1
    assert "mirror: UN Comtrade refuses the key (Access denied" in said.stderr
    with Lake.reading(tmp_path / "lake") as lake:
        assert not lake.learned.kinds(account_of(KEY), "refused")


@pytest.mark.parametrize("lacking", ["/tools/", "/data/v1/getDa", "/data/v1/get/"])
def test_a_key_that_lacks_a_product_and_gets_it(service, tmp_path, lacking):
    """The first answer comes later than a refusal: it is understood all the same."""
    service.doors = {lacking: NO_KEY}
    said, table = checked(service, tmp_path)
    assert said.returncode == 0 and table["key"] == "accepted | "
    assert sum("refused (401: Access denied" in answer for answer in table.values()) == 1
    with Lake.reading(tmp_path / "lake") as lake:
        (kind,) = lake.learned.kinds(account_of(KEY), "refused")
        sentence = lake.learned.get(account_of(KEY), kind, "refused")
    assert sentence.startswith("This key works, but lacks")
    service.doors = {}
    _, table = checked(service, tmp_path)
    assert not any("refused" in answer for answer in table.values())
    with Lake.reading(tmp_path / "lake") as lake:
        assert not lake.learned.kinds(account_of(KEY), "refused")


def test_keyless_calls_that_are_refused_stop_nobody_with_a_key(service, tmp_path):
    service.doors = {"/public/": POLICY}
    said, table = checked(service, tmp_path)
    assert said.returncode == 0
    assert "403: All calls are rejected by policy." in table["records without a key"]
    said, _ = checked(service, tmp_path / "other", key=None)
    assert said.returncode == 1 and "set MIRROR_COMTRADE_KEY" in said.stderr


@pytest.mark.parametrize(("door", "said_so"), [
    (DOWN, "UN Comtrade answered 500 to availability"),
    (QUOTA, "The calls of this key are used up until"),
])  # fmt: skip
def test_a_service_that_gives_nothing(service, tmp_path, door, said_so):
    service.doors = {"/": door}
    said, _ = checked(service, tmp_path)
    assert said.returncode == 1 and f"mirror: {said_so}" in said.stderr
    assert len(service.calls) <= 4


def test_a_check_can_be_recorded_and_played_again(service, tmp_path):
    service.keyed_cap = 500
    said, table = checked(service, tmp_path / "first", "--record", tmp_path / "record")
    assert said.returncode == 0
    with Replay(tmp_path / "record").running() as replay:
        again, played = checked(replay, tmp_path / "again")
    assert replay.missed == [] and again.returncode == 0
    assert played.keys() == table.keys()
    assert all(played[same] == table[same] for same in ("key", "rows a call, with the key"))
    assert learned(tmp_path / "again", "records") == "500"


def test_it_is_given_no_span(service, tmp_path):
    said, _ = checked(service, tmp_path, "--years", "2022")
    assert said.returncode == 2 and "--check is no fetch" in said.stderr
    assert service.calls == []


def test_no_more_than_eight_attempts_leave(service, tmp_path):
    service.doors = {"/data/v1/get/": SLOW}
    settings = settings_for(service, tmp_path)
    found = find_access(settings, clock=lambda: NOON)
    assert found.calls == len(service.calls) <= 8
    assert found.trouble and "answered 504 to records" in str(found.trouble)
