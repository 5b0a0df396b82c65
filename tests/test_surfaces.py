"""What a key may ask for and what is had without one: each way stands in for the other."""

from datetime import UTC, datetime, timedelta

import pytest

from commands import Said, mirror
from comtrade_service.closed import DOWN, NO_KEY, NOT_THERE, POLICY, QUOTA, Closed
from comtrade_service.compare import lake_rows, settings_for, world_rows
from comtrade_service.service import KEY
from comtrade_service.world import World
from mirror.comtrade import Query
from mirror.errors import AuthError
from mirror.lake import Lake
from mirror.steps.fetch import FetchRequest, collect, fetch, plan
from mirror.steps.spans import bilateral_queries
from mirror.steps.status import status

YEARS = FetchRequest.of_span("A", "2018", "2019")
START = datetime(2026, 11, 5, 6, tzinfo=UTC)
PUBLIC, WITH_KEY, RECORDS = "/public/", "/data/v1/getDa/", "/data/v1/get/"


def at(days: float):
    """A clock that stands still, some days after the start."""
    return lambda: START + timedelta(days=days)


@pytest.fixture
def service():
    with Closed(World(reporters=4, partners=4)).running() as running:
        yield running


def in_lake(folder):
    with Lake.reading(folder / "lake") as lake:
        return lake_rows(lake)


def fetched(service, out, *more, key=KEY) -> Said:
    """What the command says, without waiting between calls."""
    return mirror(
        "fetch", "--years", "2018-2019", "--out", out, *more,
        MIRROR_COMTRADE_URL=service.url, MIRROR_COMTRADE_KEY=key or "",
        MIRROR_COMTRADE_PAUSE_SECONDS="0", MIRROR_COMTRADE_RETRIES="0",
    )  # fmt: skip


def test_a_good_key_needs_no_keyless_call(service, tmp_path):
    service.doors = {PUBLIC: POLICY, "/files/": POLICY}
    report = fetch(YEARS, settings_for(service, tmp_path))
    assert report.is_complete and (report.keyed_calls, report.public_calls) == (2, 0)
    assert in_lake(tmp_path) == world_rows(service.world, YEARS.periods)
    assert service.count(keyed=False) == 0


@pytest.mark.parametrize("door", [POLICY, NO_KEY, NOT_THERE, DOWN])
def test_availability_is_asked_without_the_key_where_it_is_not_given_with_it(
    service, tmp_path, door, caplog
):
    service.doors = {WITH_KEY: door}
    settings = settings_for(service, tmp_path, comtrade_retries=0)
    assert fetch(YEARS, settings, clock=at(0)).is_complete
    assert in_lake(tmp_path) == world_rows(service.world, YEARS.periods)
    assert "Asked without the key instead." in caplog.text and door[1] in caplog.text
    is_remembered = door in (POLICY, NOT_THERE)
    assert plan(YEARS, settings, clock=at(0.6)).public_calls == is_remembered


@pytest.mark.parametrize("door", [POLICY, NOT_THERE])
def test_what_was_refused_is_asked_again_after_a_day(service, tmp_path, door):
    service.doors = {WITH_KEY: door}
    settings = settings_for(service, tmp_path)
    asked = []
    for day in (0, 0.9, 1.1):
        service.calls.clear()
        longer = FetchRequest("A", YEARS.periods, fresh_hours=0)
        assert fetch(longer, settings, clock=at(day)).is_complete
        asked.append([service.count("data/v1/getDa"), service.count("public/v1/getDA")])
    assert asked == [[1, 1], [0, 1], [1, 1]]


def test_a_key_whose_calls_are_used_up_still_learns_what_is_new(service, tmp_path):
    """Availability comes without the key; the records rest, and it is said of the key's calls."""
    service.doors = {"/data/": QUOTA}
    report = fetch(YEARS, settings_for(service, tmp_path), clock=at(0))
    assert report.resume_at == START + timedelta(hours=3, minutes=14, seconds=17)
    assert report.rest.startswith("No call of this key is left before")
    assert (report.public_calls, report.remaining, report.failures) == (1, 1, ())


def test_keyless_calls_that_are_used_up_are_named_so_and_do_not_concern_a_key(service, tmp_path):
    service.doors = {PUBLIC: QUOTA}
    keyless = settings_for(service, tmp_path, key=None)
    report = fetch(YEARS, keyless, clock=at(0))
    assert report.rest.startswith("Keyless calls are used up until 2026-11-05 09:14 UTC.")
    again = fetch(YEARS, keyless, clock=at(0))
    assert again.rest.startswith("No keyless call is left before 2026-11-05 09:14 UTC.")
    assert service.count() == 1
    report = fetch(YEARS, settings_for(service, tmp_path), clock=at(0))
    assert report.is_complete and report.calls_left == 498


def test_availability_that_nobody_gives_is_a_failure_that_names_both_ways(service, tmp_path):
    """Not exit 0 with no rows; and what is known to be published is fetched all the same."""
    settings = settings_for(service, tmp_path, comtrade_retries=0)
    service.doors = {RECORDS: DOWN}
    assert not fetch(YEARS, settings).is_complete
    service.doors = {WITH_KEY: NOT_THERE, PUBLIC: QUOTA}
    longer = FetchRequest.of_span("A", "2014", "2019")
    report = fetch(longer, settings)
    assert in_lake(tmp_path) == world_rows(service.world, YEARS.periods)
    said = report.failures[0]
    assert "answered 404 to availability (Resource not found)" in said
    assert "No keyless call is left before" in said and report.resume_at is None
    done = fetched(service, tmp_path / "other")
    assert done.returncode == 1 and "Keyless calls are used up until" in done.stderr


def test_a_key_that_lacks_records_gets_them_in_replies_of_preview(service, tmp_path, caplog):
    service.doors = {RECORDS: NO_KEY}
    settings = settings_for(service, tmp_path)
    assert fetch(YEARS, settings).is_complete
    assert in_lake(tmp_path) == world_rows(service.world, YEARS.periods)
    assert "This key works, but lacks records (Access denied" in caplog.text
    assert service.count("v1/get/") == 1
    service.world.revise("2019", 784)
    again = FetchRequest("A", YEARS.periods, fresh_hours=0)
    assert fetch(again, settings).is_complete
    assert service.count("v1/get/") == 1  # it is known, and planned for


def test_a_key_that_lacks_the_mirror_of_the_un_keeps_its_records(service, tmp_path):
    service.doors = {"/tools/": NO_KEY}
    said = fetched(service, tmp_path, "--bilateral")
    assert said.returncode == 1
    assert "This key works, but lacks bilateral data (Access denied" in said.stderr
    assert "Subscribe to that product, or go on without it." in said.stderr
    assert "refuses the key" not in said.stderr
    assert in_lake(tmp_path) == world_rows(service.world, YEARS.periods)


def test_collect_goes_on_with_what_can_be_had(service, tmp_path):
    settings = settings_for(service, tmp_path)
    fetch(YEARS, settings)
    service.doors = {"/tools/": NO_KEY}
    many = FetchRequest.of_span("A", "1990", "2025")
    report = collect([*bilateral_queries(many), Query("reference", name="Reporters")], settings)
    assert service.count("getBilateralData") == 1
    assert len(set(report.failures)) == 1 and report.replies == 1
    service.doors = {}
    assert service.count("getBilateralData") == 1


def test_a_wrong_key_is_said_and_works_as_soon_as_it_is_accepted(service, tmp_path):
    service.doors = {"/data/": NO_KEY}
    settings = settings_for(service, tmp_path)
    with pytest.raises(AuthError, match="refuses the key"):
        fetch(YEARS, settings)
    service.doors = {}
    assert fetch(YEARS, settings).is_complete


def test_a_key_that_has_expired_is_not_taken_for_one_that_lacks_a_product(service, tmp_path):
    settings = settings_for(service, tmp_path)
    assert fetch(YEARS, settings, clock=at(0)).is_complete
    service.world.revise("2019", 784)
    service.doors = {"/data/": NO_KEY}
    with pytest.raises(AuthError, match="refuses the key"):
        fetch(YEARS, settings, clock=at(30))


def test_a_refusal_of_keyless_calls_says_what_to_do_and_is_remembered(service, tmp_path):
    service.doors = {PUBLIC: POLICY}
    for _ in range(2):
        said = fetched(service, tmp_path, key=None)
        assert said.returncode == 1
        assert "answered 403 to availability without a key (All calls are rejected" in said.stderr
        assert "set MIRROR_COMTRADE_KEY" in said.stderr
    assert service.count() == 1


def test_status_asks_by_the_way_that_is_open(service, tmp_path):
    settings = settings_for(service, tmp_path)
    assert fetch(YEARS, settings, clock=at(0)).is_complete
    service.world.revise("2019", 784)
    for doors in ({PUBLIC: POLICY}, {WITH_KEY: POLICY}):
        service.doors = doors
        found = status(YEARS, settings, ask_upstream=True, clock=at(30))
        assert (found.new_upstream, found.unreachable) == ((("2019", 784),), "")


def test_status_tells_a_service_that_refuses_from_one_that_is_down(service, tmp_path):
    service.doors = {PUBLIC: POLICY}
    said = mirror("status", "--out", tmp_path, MIRROR_COMTRADE_URL=service.url)
    assert "the service,gives no availability" in said.stdout
    assert "mirror: The service gives no availability, so what is new is not known" in said.stderr
    assert "cannot be reached" not in said.stdout + said.stderr


def test_status_names_the_calls_that_are_used_up(service, tmp_path):
    service.doors = {"/": QUOTA}
    found = status(YEARS, settings_for(service, tmp_path), ask_upstream=True, clock=at(0))
    assert (
        found.rest.startswith("The calls of this key are used up until") and not found.unreachable
    )
    keyless = settings_for(service, tmp_path, key=None)
    found = status(YEARS, keyless, ask_upstream=True, clock=at(0))
    assert found.rest.startswith("Keyless calls are used up until")
    said = mirror("status", "--out", tmp_path, MIRROR_COMTRADE_URL=service.url)
    assert "the service,was not asked" in said.stdout
    assert "keyless calls left today,500" in said.stdout
    assert "mirror: The service was not asked, so what is new is not known: Keyless" in said.stderr
