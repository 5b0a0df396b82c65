"""Each limit that an account is known to have: learned, planned by, complete in few calls."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from commands import mirror
from comtrade_service.compare import lake_rows, settings_for, world_rows
from comtrade_service.faults import Faults
from comtrade_service.regimes import Regime
from comtrade_service.service import KEY
from comtrade_service.world import World
from mirror.comtrade import FLOWS, GOLD, Query
from mirror.lake import Lake, account_of
from mirror.steps import planning
from mirror.steps.asking import Asker
from mirror.steps.fetch import FetchRequest, collect, fetch, plan

START = datetime(2026, 11, 5, 6, tzinfo=UTC)
YEARS = FetchRequest.of_span("A", "2021", "2022")
"""Two years of 1,724 rows each, of 20 reporters with about 86."""
ROWS = 3_448


def at(day):
    return lambda: START + timedelta(days=day)


@pytest.fixture(autouse=True)
def usual(monkeypatch):
    """The world's own mean, as the real numbers are of the real world."""
    monkeypatch.setattr(planning, "USUAL_ROWS", {"A": 86, "M": 43})


@pytest.fixture
def serve():
    """Start a service of that regime over the same world."""
    running = []

    def start(**regime):
        cap = regime.pop("keyed_cap", 100_000)
        context = Regime(World(reporters=20, partners=8), **regime).running()
        service = context.__enter__()
        service.keyed_cap = cap
        running.append(context)
        return service

    yield start
    for context in running:
        context.__exit__(None, None, None)


def outcomes(service):
    return Counter(call.outcome for call in service.calls)


def demand_complete(service, settings, request=YEARS):
    with Lake.reading(settings.out / "lake") as lake:
        assert lake_rows(lake) == world_rows(service.world, request.periods)


def bring(service, settings, request=YEARS):
    """A complete fetch, and a second one without a call; returns the first."""
    report = fetch(request, settings, clock=at(0))
    assert report.is_complete and report.failures == () and report.rows == ROWS
    demand_complete(service, settings, request)
    made = len(service.calls)
    assert fetch(request, settings, clock=at(0)).is_complete
    assert len(service.calls) == made
    return report


def learned(settings, fact, kind="records"):
    with Lake.reading(settings.out / "lake") as lake:
        key = settings.comtrade_key
        return lake.learned.get(account_of(key and key.get_secret_value()), kind, fact)


@pytest.mark.slow
@pytest.mark.parametrize("cap", [500, 750, 1_000, 1_234])
def test_any_cap_is_learned_from_the_first_cut_reply_and_planned_by(serve, tmp_path, cap):
    """One cut reply and its count, then calls that are filled well, and a plan that was right."""
    service = serve(keyed_cap=cap)
    settings = settings_for(service, tmp_path)
    report = bring(service, settings)
    assert learned(settings, "rows_a_call") == str(cap)
    assert service.sent.count(cap) == 1
    assert report.keyed_calls <= 2 + 1.25 * -(-ROWS // (0.5 * cap))
    with Lake.reading(settings.out / "lake") as lake:
        assert all(reply.rows < cap for reply in lake.replies() if reply.kind == "records")
    service.calls.clear()
    more = FetchRequest.of_span("A", "2019", "2020")
    assert fetch(more, settings, clock=at(1)).is_complete
    assert service.sent.count(cap) == 1


@pytest.mark.slow
@pytest.mark.parametrize("counts", [True, False])
def test_a_size_that_takes_too_long_is_cut_and_remembered(serve, tmp_path, counts):
    """3,448 rows are planned in one call and fail twice, then 1,724, and half of that comes; where
    no count tells that the service is up, the size grows again from much less.
    """
    service = serve(slow_above=1_500, counts=counts)
    settings = settings_for(service, tmp_path)
    report = bring(service, settings)
    assert 4 <= outcomes(service)["slow"] <= (4 if counts else 8) and report.keyed_calls <= 18
    assert 700 <= int(learned(settings, "rows_in_time")) <= 1_500
    service.calls.clear()
    assert fetch(FetchRequest.of_span("A", "2019", "2020"), settings, clock=at(1)).is_complete
    assert outcomes(service)["slow"] <= 2


def test_a_call_that_is_refused_for_its_size_is_cut(serve, tmp_path):
    service = serve(refuses_above=2_000)
    settings = settings_for(service, tmp_path)
    assert bring(service, settings).keyed_calls <= 5
    assert outcomes(service)["refused"] == 1


def test_a_call_that_is_refused_for_another_reason_is_no_avalanche(serve, tmp_path):
    service = serve(refuses_above=0)
    service.refuses_count = True
    report = fetch(YEARS, settings_for(service, tmp_path), clock=at(0))
    assert not report.is_complete and "400" in report.failures[0]
    assert outcomes(service)["refused"] <= 7
    assert learned(settings_for(service, tmp_path), "rows_in_time") is None


@pytest.mark.parametrize("looked", [False, True])
def test_a_service_that_is_down_costs_few_calls_and_teaches_nothing(serve, tmp_path, looked):
    service = serve()
    settings = settings_for(service, tmp_path)
    if looked:
        fetch(YEARS, settings_for(service, tmp_path, comtrade_calls_a_day=1), clock=at(0))
        with Lake.writing(settings.out / "lake") as lake:
            lake.queue.plan("", [])
        service.world.revise("2021", 784)
        service.world.revise("2022", 784)
    service.is_down = True
    service.calls.clear()
    report = fetch(YEARS, settings, clock=at(2))
    assert not report.is_complete and "504" in report.failures[0]
    assert len(service.calls) <= 24, "of two attempts, six calls, by each way to ask availability"
    assert learned(settings, "rows_in_time") is None
    service.is_down = False
    service.calls.clear()
    assert fetch(YEARS, settings, clock=at(3)).is_complete
    assert len(service.calls) <= 3, "what the queue had, a look, what that showed"
    demand_complete(service, settings)


def test_a_service_that_goes_down_after_the_looks_leaves_the_plan_as_it_was(serve, tmp_path):
    service = serve()
    settings = settings_for(service, tmp_path)
    service.down_for_data = True
    report = fetch(YEARS, settings, clock=at(0))
    assert not report.is_complete and len(service.calls) <= 20
    assert report.failures and learned(settings, "rows_in_time") is None
    with Lake.reading(settings.out / "lake") as lake:
        assert len(lake.queue.open(YEARS.key())) == 1
    service.down_for_data = False
    service.calls.clear()
    assert fetch(YEARS, settings, clock=at(0)).is_complete
    assert len(service.calls) == 1
    demand_complete(service, settings)


@pytest.mark.slow
def test_a_size_grows_again_after_an_outage(serve, tmp_path):
    """Four failures leave a size of a few rows, and a minute later everything works."""
    service = serve()
    settings = settings_for(service, tmp_path)
    service.down_for_data = True
    wait = iter(range(100))
    plain = service.answer

    def answer(path, headers):
        service.down_for_data = next(wait) < 9
        return plain(path, headers)

    service.answer = answer
    report = fetch(YEARS, settings, clock=at(0))
    assert report.is_complete and len(service.calls) <= 30
    service.calls.clear()
    more = FetchRequest.of_span("A", "2017", "2020")
    assert fetch(more, settings, clock=at(1)).is_complete
    assert len(service.calls) <= 8


@pytest.mark.slow
def test_without_a_key_each_call_asks_for_one_period(serve, tmp_path):
    service = serve()
    request = FetchRequest.of_span("A", "2020", "2022", ("ARE", "GHA"))
    settings = settings_for(service, tmp_path, key=None)
    report = fetch(request, settings, clock=at(0))
    assert report.is_complete and outcomes(service)["periods"] == 0
    assert service.count("preview") == 3
    with Lake.reading(tmp_path / "lake") as lake:
        assert lake_rows(lake) == world_rows(service.world, request.periods, [784, 288])


def test_several_periods_without_a_key_are_cut_where_they_are_refused(serve, tmp_path):
    """As a queue of an older version holds them."""
    service = serve()
    settings = settings_for(service, tmp_path, key=None)
    query = Query("preview", "A", ("2021", "2022"), (784,), (), GOLD, FLOWS)
    assert collect([query], settings, clock=at(0)).is_complete
    assert outcomes(service) == {"periods": 1, "ok": 2}
    request = FetchRequest.of_span("A", "2021", "2022", ("784",))
    with Lake.writing(tmp_path / "lake") as lake:
        lake.queue.plan(request.key(), [(query.to_json(), 200.0)])
    service.calls.clear()
    assert fetch(request, settings, clock=at(0)).is_complete
    assert outcomes(service)["periods"] == 0


@pytest.mark.slow
def test_a_key_of_500_rows_and_keyless_calls_are_two_quotas(serve, tmp_path):
    """Eleven calls a day of each: the days are said beforehand, and it takes as many."""
    service = serve(keyed_cap=500)
    settings = settings_for(service, tmp_path, comtrade_calls_a_day=11)
    request = FetchRequest.of_span("A", "2015", "2022")
    first = fetch(request, settings, clock=at(0))
    assert (first.keyed_calls, first.public_calls) == (11, 11)
    assert first.resume_at == datetime(2026, 11, 6, tzinfo=UTC)
    said = plan(request, settings, clock=at(1)).outlook
    assert said.rows_a_call == 500 and said.calls_a_day == 22
    assert "Replies to this account end at 500 rows. It takes 2 days" in first.outlook.sentence()
    assert (
        "It takes 2 days at 22 calls and 824 MB a day: about 3 years fit into a day."
        in said.sentence()
    )
    made, days = 0, 0
    while not (report := fetch(request, settings, clock=at(days + 1))).is_complete:
        made, days = made + report.keyed_calls + report.public_calls, days + 1
    made, days = made + report.keyed_calls + report.public_calls, days + 1
    assert said.days == days and abs(said.calls - made) <= 0.25 * made
    demand_complete(service, settings, request)


@pytest.mark.slow
def test_keyless_calls_that_are_refused_do_not_turn_a_rest_into_a_failure(serve, tmp_path):
    service = serve(keyed_cap=500, keyless_quota=1)
    settings = settings_for(service, tmp_path, comtrade_calls_a_day=10)
    report = fetch(YEARS, settings, clock=at(0))
    assert report.resume_at and report.failures == () and report.public_calls == 2
    service.keyless_quota = None
    assert fetch(YEARS, settings, clock=at(1)).is_complete
    demand_complete(service, settings)


@pytest.mark.slow
def test_bytes_of_a_day_are_a_rest(serve, tmp_path):
    """The service's own quota of bytes, and ours, which is held before it."""
    service = serve(slow_above=2_000, bytes_left=1_000_000)
    service.zipped = False
    settings = settings_for(service, tmp_path)
    report = fetch(YEARS, settings, clock=at(0))
    assert "The bytes of this key are used up until 2026-11-05 09:14 UTC." in report.rest
    assert 900_000 < int(learned(settings, "bytes_a_day", "any")) < 3_500_000
    service.bytes_left = None
    own = settings_for(service, tmp_path, comtrade_bytes_a_day=2_000_000)
    report = fetch(FetchRequest.of_span("A", "2019", "2022"), own, clock=at(1))
    assert "No byte" in report.rest and "left before 2026-11-07 00:00 UTC." in report.rest
    with Lake.reading(tmp_path / "lake") as lake:
        key = account_of(own.comtrade_key.get_secret_value())
        sizes = {len(r.open().read()) for r in lake.replies() if r.kind == "records"}
        assert lake.ledger.received(key, at(1)()) >= 2_000_000
        assert lake.ledger.bytes_a_row(["records"]) == pytest.approx(
            sum(sizes) / sum(r.rows for r in lake.replies() if r.kind == "records"), rel=0.5
        )


def test_bytes_are_counted_as_they_come_over_the_wire(serve, tmp_path):
    service = serve()
    settings = settings_for(service, tmp_path)
    fetch(FetchRequest.of_span("A", "2021", "2022", ("784",)), settings, clock=at(0))
    assert all(call.headers["accept-encoding"] == "gzip" for call in service.calls)
    assert all("includeDesc=false" in c.path for c in service.calls if c.asks("get/"))
    with Lake.reading(tmp_path / "lake") as lake:
        came = lake.ledger.received(account_of(settings.comtrade_key.get_secret_value()), at(0)())
        (body,) = [reply.bytes for reply in lake.replies() if reply.kind == "records"]
    assert 0 < came < body / 5


@pytest.mark.slow
def test_a_plan_says_beforehand_what_it_takes(serve, tmp_path):
    """Once a year is there, its reporters' sizes are known: the plan of eight more is right."""
    service = serve(keyed_cap=1_000)
    settings = settings_for(service, tmp_path)
    fetch(YEARS, settings, clock=at(0))
    request = FetchRequest.of_span("A", "2013", "2022")
    said = plan(request, settings, clock=at(1))
    report = fetch(request, settings, clock=at(1))
    assert report.is_complete
    assert abs(said.keyed_calls - report.keyed_calls) <= 0.25 * report.keyed_calls
    assert said.outlook.calls == said.keyed_calls and said.outlook.days == 1


def test_what_was_fetched_under_another_address_is_not_asked_again(serve, tmp_path):
    """As version 0.1 fetched it, with descriptions and without maxRecords."""
    service = serve()
    settings = settings_for(service, tmp_path)
    fetch(YEARS, settings, clock=at(0))
    with Lake.writing(tmp_path / "lake") as lake:
        lake._db.execute(
            "update replies set address = replace(replace(address,"
            " 'includeDesc=false', 'includeDesc=true'), '&maxRecords=100000', '')"
        )
    made = len(service.calls)
    assert fetch(YEARS, settings, clock=at(0)).is_complete and len(service.calls) == made


def test_a_large_reply_that_lacks_a_reporter_is_confirmed_by_one_count(serve, tmp_path):
    """A reporter without gold looks like a reply that was cut before it."""
    service = serve()
    service.world.silent = frozenset({784})
    settings = settings_for(service, tmp_path)
    assert fetch(YEARS, settings, clock=at(0)).is_complete
    assert outcomes(service) == {"ok": 2, "count": 1}
    whole = learned(settings, "rows_whole")
    for code in service.world.codes.values():
        service.world.revise("2021", code)
    assert fetch(YEARS, settings, clock=at(1)).is_complete
    assert outcomes(service)["count"] == 1 and learned(settings, "rows_whole") == whole


def test_a_reply_that_ends_within_its_only_reporter_is_found(serve, tmp_path):
    service = serve(keyed_cap=617)
    service.world.partners = 60
    request = FetchRequest.of_span("A", "2022", "2022", ("784",))
    assert fetch(request, settings_for(service, tmp_path), clock=at(0)).is_complete
    with Lake.reading(tmp_path / "lake") as lake:
        found = lake_rows(lake)
    assert found == world_rows(service.world, ["2022"], [784]) and len(found) > 617


@pytest.mark.slow
def test_a_count_that_is_answered_with_rows_confirms_nothing(serve, tmp_path):
    """The service ignores countOnly: a round number stays in doubt, and the call is cut."""
    service = serve(keyed_cap=1_000)
    plain = service.answer
    service.answer = lambda path, headers: plain(path.replace("&countOnly=true", ""), headers)
    settings = settings_for(service, tmp_path)
    assert fetch(YEARS, settings, clock=at(0)).is_complete
    demand_complete(service, settings)


def test_a_pause_that_was_needed_is_remembered(serve, tmp_path):
    service = serve()
    service.faults = Faults(planned=["", "busy"])
    settings = settings_for(service, tmp_path).model_copy(update={"comtrade_wait_seconds": 1})
    assert fetch(YEARS, settings, clock=at(0)).is_complete
    assert learned(settings, "pause_seconds", "any") == "0.5"
    with Lake.reading(tmp_path / "lake") as lake:
        later, much_later = Asker(lake, settings, at(1)), Asker(lake, settings, at(40))
        assert (later.client.pace.pause(True), later.client.pace.pause(False)) == (0.5, 0.0)
        assert much_later.client.pace.pause(True) == 0.0


def test_what_was_learned_is_found_out_again_after_a_month(serve, tmp_path):
    """An account may be allowed more one day."""
    service = serve(keyed_cap=1_000)
    settings = settings_for(service, tmp_path)
    fetch(FetchRequest.of_span("A", "2022", "2022"), settings, clock=at(0))
    with Lake.reading(tmp_path / "lake") as lake:
        assert Asker(lake, settings, at(29)).limits.rows("records") == 1_000
        assert Asker(lake, settings, at(31)).limits.rows("records") == 100_000


def test_the_command_says_how_many_days_a_span_takes(serve, tmp_path):
    service = serve()
    shown = {"MIRROR_COMTRADE_URL": service.url, "MIRROR_COMTRADE_KEY": KEY,
             "MIRROR_COMTRADE_PAUSE_SECONDS": "0", "MIRROR_COMTRADE_CALLS_A_DAY": "1"}  # fmt: skip
    said = mirror("fetch", "--years", "2000-2009", "--dry-run", "--out", tmp_path, **shown)
    assert said.returncode == 0
    assert "To come: about " in said.stderr
    assert "days at 1 call and 412 MB a day: about " in said.stderr
    shown["MIRROR_COMTRADE_CALLS_A_DAY"] = "2"
    service.keyed_cap = 500
    said = mirror("fetch", "--years", "2021-2022", "--out", tmp_path, **shown)
    assert said.returncode == 0 and "No call " in said.stderr
    assert "Replies to this account end at 500 rows. It takes" in said.stderr
    assert "days at 4 calls and 824 MB a day: one year or less fit into a day." in said.stderr
