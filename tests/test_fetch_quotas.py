"""Quotas of an account, with a key and without: calls, bytes, pace, and the days that they make."""

from datetime import UTC, datetime

import pytest

from commands import mirror
from comtrade_service.compare import lake_rows, settings_for, world_rows
from comtrade_service.faults import Faults
from comtrade_service.service import KEY
from mirror.comtrade import FLOWS, GOLD, Query
from mirror.lake import Lake, account_of
from mirror.steps.asking import Asker
from mirror.steps.fetch import FetchRequest, collect, fetch, plan
from regimes import YEARS, at, demand_complete, learned, outcomes


@pytest.mark.slow
def test_without_a_key_each_call_asks_for_one_period(serve, tmp_path):
    service = serve()
    request = FetchRequest.of_span("A", "2020", "2022", ("ARE", "GHA"))
    settings = settings_for(service, tmp_path, key=None)
    report = fetch(request, settings, clock=at(0))
    assert report.is_complete and outcomes(service)["not understood"] == 0
    assert service.count("preview") == 3
    with Lake.reading(tmp_path / "lake") as lake:
        assert lake_rows(lake) == world_rows(service.world, request.periods, [784, 288])


def test_several_periods_without_a_key_are_cut_where_they_are_refused(serve, tmp_path):
    """As a queue of an older version holds them."""
    service = serve()
    settings = settings_for(service, tmp_path, key=None)
    query = Query("preview", "A", ("2021", "2022"), (784,), (), GOLD, FLOWS)
    assert collect([query], settings, clock=at(0)).is_complete
    assert outcomes(service) == {"not understood": 1, "ok": 2}
    request = FetchRequest.of_span("A", "2021", "2022", ("784",))
    with Lake.writing(tmp_path / "lake") as lake:
        lake.queue.plan(request.key(), [(query.to_json(), 200.0)])
    service.calls.clear()
    assert fetch(request, settings, clock=at(0)).is_complete
    assert outcomes(service)["not understood"] == 0


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
    service = serve(keyed_cap=500, public_calls_a_day=1)
    settings = settings_for(service, tmp_path, comtrade_calls_a_day=10)
    report = fetch(YEARS, settings, clock=at(0))
    assert report.resume_at and report.failures == () and report.public_calls == 2
    service.public_calls_a_day = None
    assert fetch(YEARS, settings, clock=at(1)).is_complete
    demand_complete(service, settings)


@pytest.mark.slow
def test_bytes_of_a_day_are_a_rest(serve, tmp_path):
    """The service's own quota of bytes, and ours, which is held before it."""
    service = serve(slow_rows=2_000, bytes_a_day=1_000_000, zipped=False)
    service.clock = lambda: at(0)().timestamp()
    settings = settings_for(service, tmp_path)
    report = fetch(YEARS, settings, clock=at(0))
    assert "The bytes of this key are used up until 2026-11-06 00:00 UTC." in report.rest
    assert 900_000 < int(learned(settings, "bytes_a_day", "any")) < 3_500_000
    service.bytes_a_day = None
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
