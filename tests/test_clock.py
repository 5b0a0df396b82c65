"""Clocks that are wrong: order is that of arrival, and a time that cannot be is not believed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from comtrade_service.compare import lake_rows, settings_for, world_rows
from comtrade_service.service import Service
from comtrade_service.world import World
from mirror.errors import QuotaExceeded
from mirror.lake import PUBLIC, Cover, Lake, NewReply, Release, rebuild
from mirror.lake.times import _in_order
from mirror.steps.fetch import FetchReport, FetchRequest, fetch
from mirror.steps.planning import looks
from mirror.steps.status import status

YEARS = FetchRequest.of_span("A", "2021", "2023")
DAY = timedelta(days=1)
RIGHT = [datetime(2026, month, 5, 6, tzinfo=UTC) for month in (8, 9, 10, 11)]
WRONG = {
    "a year ahead": RIGHT[1] + 365 * DAY,
    "a century ahead": RIGHT[1] + 36500 * DAY,
    "a year behind": RIGHT[1] - 365 * DAY,
    "back to 1970": datetime(1970, 1, 1, tzinfo=UTC),
}
IND, CHE, ARE = 699, 757, 784


@pytest.fixture
def service() -> Iterator[Service]:
    with Service(World(reporters=6, partners=4)).running() as running:
        yield running


def brought(service: Service, out: Path, now: datetime) -> FetchReport:
    return fetch(YEARS, settings_for(service, out), clock=lambda: now)


def values(lake: Lake, as_of: date | None = None) -> dict[int, int]:
    """The newest reply that speaks of each reporter in 2022."""
    words = [word for word in lake.covered("A", as_of) if word.live and word.cover.period == "2022"]
    return {word.cover.reporter_code: word.reply_id for word in words}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_one_fetch_with_a_wrong_clock_hides_no_revision(
    service: Service, tmp_path: Path, wrong: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    now = [RIGHT[0], wrong, RIGHT[2], RIGHT[3]]
    for number, clock in enumerate(now):
        caplog.clear()
        assert brought(service, tmp_path, clock).is_complete
        ahead = [r for r in caplog.records if "ahead of the clock" in r.message]
        assert len(ahead) == (max(now[:number], default=clock) > clock + DAY)
        with Lake.reading(tmp_path / "lake") as lake:
            assert lake_rows(lake) == world_rows(service.world, YEARS.periods), clock
            assert all(known.is_current for known in lake.reporter_periods("A"))
        service.world.revise("2022", IND)
        service.world.revise("2023", (CHE, ARE)[number % 2])
    found = status(YEARS, settings_for(service, tmp_path), clock=lambda: RIGHT[3])
    assert found.looked_at == RIGHT[3]


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_what_a_wrong_clock_brought_counts_between_its_neighbours(
    service: Service, tmp_path: Path, wrong: datetime
) -> None:
    known = []
    for clock in (RIGHT[0], wrong, RIGHT[2]):
        assert brought(service, tmp_path, clock).is_complete
        with Lake.reading(tmp_path / "lake") as lake:
            known.append(values(lake))
        service.world.revise("2022", IND)
    assert known[0] != known[1] != known[2]
    with Lake.reading(tmp_path / "lake") as lake:
        assert values(lake, date(2026, 8, 4)) == {}
        assert values(lake, RIGHT[0].date()) == known[0]
        assert values(lake, RIGHT[2].date() - DAY) == known[0], "nobody knows on which day"
        assert values(lake, RIGHT[2].date()) == known[2]
        assert values(lake, datetime.now(UTC).date()) == known[2]


def test_the_last_fetch_counts_today_though_its_clock_was_ahead(
    service: Service, tmp_path: Path
) -> None:
    assert brought(service, tmp_path, datetime.now(UTC) + 400 * DAY).is_complete
    today = datetime.now(UTC).date()
    with Lake.reading(tmp_path / "lake") as lake:
        assert len(values(lake, today)) == 6
        assert values(lake, today - DAY) == {}


def days(*of: str) -> list[date]:
    return [date.fromisoformat(one) for one in of]


@pytest.mark.parametrize(
    ("given", "believed"),
    [
        ((), []),
        (("2026-08-05", "2026-09-05"), [0, 1]),
        (("2026-08-05", "2027-09-05", "2026-10-05", "2026-11-05"), [0, 2, 3]),
        (("2026-08-05", "1970-01-01", "2026-10-05"), [0, 2]),
        (("2026-08-05", "1970-01-01"), [0]),
        (("1970-01-01", "2026-08-05"), [0, 1]),
        (("2026-08-05", "2025-09-05", "2025-09-06", "2026-10-05", "2026-11-05"), [1, 2, 3, 4]),
        (("2026-08-05", "2026-09-05", "2025-09-06", "2026-10-05"), [0, 1, 3]),
    ],
)
def test_times_that_most_others_bear_out_are_believed(given, believed) -> None:
    assert _in_order(days(*given)) == believed


def test_a_rest_of_a_wrong_clock_is_over(service: Service, tmp_path: Path) -> None:
    """A used-up day in 2126 rested until then, and so for a century."""
    settings = settings_for(service, tmp_path, comtrade_calls_a_day=2)
    far = datetime(2126, 11, 5, 6, tzinfo=UTC)
    assert fetch(YEARS, settings, clock=lambda: far).is_complete
    service.world.revise("2022", IND)
    stopped = fetch(YEARS, settings, clock=lambda: far + timedelta(hours=13))
    assert stopped.resume_at == datetime(2126, 11, 6, tzinfo=UTC)
    now = RIGHT[3]
    assert status(YEARS, settings, clock=lambda: now).resume_at is None
    assert fetch(YEARS, settings, clock=lambda: now).is_complete
    with Lake.reading(tmp_path / "lake") as lake:
        assert lake_rows(lake) == world_rows(service.world, YEARS.periods)


def test_calls_of_a_wrong_day_do_not_count_when_that_day_comes(tmp_path: Path) -> None:
    day, ahead, earlier = RIGHT[3], RIGHT[3] + 30 * DAY, RIGHT[2]
    with Lake.writing(tmp_path, 3) as lake:
        for at in (earlier, day, ahead, ahead, ahead, day):
            lake.ledger.spend(PUBLIC, "/x", at)
        assert lake.ledger.spent(PUBLIC, day) == 2
        assert lake.ledger.spent(PUBLIC, ahead) == 0
        for _ in range(3):
            lake.ledger.spend(PUBLIC, "/x", ahead)
        with pytest.raises(QuotaExceeded):
            lake.ledger.spend(PUBLIC, "/x", ahead)


def test_a_rest_of_a_day_or_two_is_kept(tmp_path: Path) -> None:
    with Lake.writing(tmp_path) as lake:
        lake.ledger.set_rest(PUBLIC, RIGHT[3] + 2 * DAY)
        assert lake.ledger.rest(PUBLIC, RIGHT[3]) == RIGHT[3] + 2 * DAY
        assert lake.ledger.rest(PUBLIC, RIGHT[3] - DAY) is None


def keep(lake: Lake, body: bytes, now: datetime, rows: int) -> None:
    reply = NewReply("records", "A", "{}", "/a", rows, ("2022",), (), ("7108",), ("M", "X"))
    with lake.draft() as draft:
        draft.write(body)
        lake.keep(draft, reply, now, [Cover("2022", ARE, rows)])


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_a_rebuilt_manifest_keeps_the_order_of_arrival(tmp_path: Path, wrong: datetime) -> None:
    for number, clock in enumerate((RIGHT[0], wrong, RIGHT[2])):
        with Lake.writing(tmp_path) as lake:
            keep(lake, f"[{number}]".encode(), clock, number + 1)
    (tmp_path / "manifest.sqlite").unlink()
    assert rebuild(tmp_path).replies == 3
    with Lake.reading(tmp_path) as lake:
        assert [(reply.id, reply.rows) for reply in lake.replies()] == [(1, 1), (2, 2), (3, 3)]
        assert [known.gold_rows for known in lake.reporter_periods("A")] == [3]


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_what_an_older_manifest_did_not_know_came_before_what_it_knows_since(
    tmp_path: Path, wrong: datetime
) -> None:
    """Numbers 2 and 3 were given twice: by the manifest that was lost, and by the one before it."""
    with Lake.writing(tmp_path) as lake:
        keep(lake, b"[1]", RIGHT[0], 1)
    older = (tmp_path / "manifest.sqlite").read_bytes()
    with Lake.writing(tmp_path) as lake:
        keep(lake, b"[2]", RIGHT[1], 2)
        keep(lake, b"[3]", wrong, 3)
    (tmp_path / "manifest.sqlite").write_bytes(older)
    (tmp_path / "entries").rename(tmp_path / "kept")
    with Lake.writing(tmp_path) as lake:
        keep(lake, b"[4]", RIGHT[2], 4)
        keep(lake, b"[5]", RIGHT[3], 5)
    for path in (tmp_path / "kept").glob("*/*"):
        (tmp_path / "entries" / path.parent.name).mkdir(exist_ok=True)
        path.replace(tmp_path / "entries" / path.parent.name / path.name)
    assert rebuild(tmp_path).found_again == 2
    with Lake.reading(tmp_path) as lake:
        assert [reply.rows for reply in lake.replies()] == [1, 2, 3, 4, 5]
        assert [reply.id for reply in lake.replies()] == [1, 2, 3, 4, 5]
    assert rebuild(tmp_path).found_again == 0


def test_the_sentence_counts_what_is_ahead_and_is_silent_otherwise(tmp_path: Path) -> None:
    with Lake.writing(tmp_path) as lake:
        keep(lake, b"[1]", RIGHT[0], 1)
        assert lake.ahead_sentence(RIGHT[0] - timedelta(hours=23)) == ""
        keep(lake, b"[2]", RIGHT[3], 1)
        keep(lake, b"[3]", RIGHT[3], 1)
        lake.ledger.spend(PUBLIC, "/x", RIGHT[3])
        lake.ledger.set_rest(PUBLIC, RIGHT[3] + DAY)
        said = lake.ahead_sentence(RIGHT[0])
    assert (
        "the clock, which says 2026-08-05 06:00 UTC: 2 replies (the last 2026-11-05 06:00 UTC), "
        "1 call (the last 2026-11-05 06:00 UTC), 1 rest (the last 2026-11-06 06:00 UTC). "
    ) in said


def test_a_listing_from_the_future_is_asked_again(tmp_path: Path) -> None:
    with Lake.writing(tmp_path) as lake:
        reply = NewReply("availability", "A", "{}", "/a", 1, ("2022",))
        with lake.draft() as draft:
            draft.write(b"{}")
            release = [Release("2022", ARE, "2026-09-01", "1")]
            lake.keep(draft, reply, RIGHT[0] + 365 * DAY, releases=release)
        year = FetchRequest("A", ("2022",))
        assert [query.periods for query in looks(lake, year, RIGHT[0])] == [("2022",)]
        assert looks(lake, year, RIGHT[0] + 365 * DAY) == []
