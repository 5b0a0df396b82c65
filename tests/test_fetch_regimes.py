"""Sizes of calls: caps, time and outages are learned, planned by, complete in few calls."""

import pytest

from comtrade_service.answers import rows_sent
from comtrade_service.closed import DOWN
from comtrade_service.compare import lake_rows, settings_for, world_rows
from mirror.lake import Lake
from mirror.steps.fetch import FetchRequest, fetch
from regimes import ROWS, YEARS, at, bring, demand_complete, learned, outcomes

DATA = "/data/v1/get/"


def rows_noted(service):
    """A list to which the rows of each reply are added from now on."""
    sent, plain = [], service.answer

    def answer(path, headers):
        found = plain(path, headers)
        sent.append(rows_sent(found[1]))
        return found

    service.answer = answer
    return sent


@pytest.mark.slow
@pytest.mark.parametrize("cap", [500, 750, 1_000, 1_234])
def test_any_cap_is_learned_from_the_first_cut_reply_and_planned_by(serve, tmp_path, cap):
    """One cut reply and its count, then calls that are filled well, and a plan that was right."""
    service = serve(keyed_cap=cap)
    sent = rows_noted(service)
    settings = settings_for(service, tmp_path)
    report = bring(service, settings)
    assert learned(settings, "rows_a_call") == str(cap)
    assert sent.count(cap) == 1
    assert report.keyed_calls <= 2 + 1.25 * -(-ROWS // (0.5 * cap))
    with Lake.reading(settings.out / "lake") as lake:
        assert all(reply.rows < cap for reply in lake.replies() if reply.kind == "records")
    service.calls.clear()
    more = FetchRequest.of_span("A", "2019", "2020")
    assert fetch(more, settings, clock=at(1)).is_complete
    assert sent.count(cap) == 1


@pytest.mark.slow
@pytest.mark.parametrize("counts", [True, False])
def test_a_size_that_takes_too_long_is_cut_and_remembered(serve, tmp_path, counts):
    """3,448 rows are planned in one call and fail twice, then 1,724, and half of that comes; where
    no count tells that the service is up, the size grows again from much less.
    """
    service = serve(slow_rows=1_500, counts=counts)
    settings = settings_for(service, tmp_path)
    report = bring(service, settings)
    assert 4 <= outcomes(service)["slow"] <= (4 if counts else 8) and report.keyed_calls <= 18
    assert 700 <= int(learned(settings, "rows_in_time")) <= 1_500
    service.calls.clear()
    assert fetch(FetchRequest.of_span("A", "2019", "2020"), settings, clock=at(1)).is_complete
    assert outcomes(service)["slow"] <= 2


def test_a_call_that_is_refused_for_its_size_is_cut(serve, tmp_path):
    service = serve(slow_rows=2_000, slow_status=400)
    settings = settings_for(service, tmp_path)
    assert bring(service, settings).keyed_calls <= 5
    assert outcomes(service)["not understood"] == 1


def test_a_call_that_is_refused_for_another_reason_is_no_avalanche(serve, tmp_path):
    service = serve(doors={DATA: (400, "Bad parameter.")})
    report = fetch(YEARS, settings_for(service, tmp_path), clock=at(0))
    assert not report.is_complete and "400" in report.failures[0]
    assert outcomes(service)["no"] <= 7
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
    service.doors["/"] = DOWN
    service.calls.clear()
    report = fetch(YEARS, settings, clock=at(2))
    assert not report.is_complete and "500" in report.failures[0]
    assert len(service.calls) <= 24, "of two attempts, six calls, by each way to ask availability"
    assert learned(settings, "rows_in_time") is None
    service.doors.clear()
    service.calls.clear()
    assert fetch(YEARS, settings, clock=at(3)).is_complete
    assert len(service.calls) <= 3, "what the queue had, a look, what that showed"
    demand_complete(service, settings)


def test_a_service_that_goes_down_after_the_looks_leaves_the_plan_as_it_was(serve, tmp_path):
    service = serve()
    settings = settings_for(service, tmp_path)
    service.doors[DATA] = DOWN
    report = fetch(YEARS, settings, clock=at(0))
    assert not report.is_complete and len(service.calls) <= 20
    assert report.failures and learned(settings, "rows_in_time") is None
    with Lake.reading(settings.out / "lake") as lake:
        assert len(lake.queue.open(YEARS.key())) == 1
    service.doors.clear()
    service.calls.clear()
    assert fetch(YEARS, settings, clock=at(0)).is_complete
    assert len(service.calls) == 1
    demand_complete(service, settings)


@pytest.mark.slow
def test_a_size_grows_again_after_an_outage(serve, tmp_path):
    """Four failures leave a size of a few rows, and a minute later everything works."""
    service = serve()
    settings = settings_for(service, tmp_path)
    service.doors[DATA] = DOWN
    wait = iter(range(100))
    plain = service.answer

    def answer(path, headers):
        service.doors = {DATA: DOWN} if next(wait) < 9 else {}
        return plain(path, headers)

    service.answer = answer
    report = fetch(YEARS, settings, clock=at(0))
    assert report.is_complete and len(service.calls) <= 30
    service.calls.clear()
    more = FetchRequest.of_span("A", "2017", "2020")
    assert fetch(more, settings, clock=at(1)).is_complete
    assert len(service.calls) <= 8


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
