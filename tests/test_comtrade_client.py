"""The client against a real server: data, typed errors, and a key that stays where it belongs."""

import io
import json
import logging
import pickle
import time
import traceback
import tracemalloc
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from comtrade_service.faults import Faults
from comtrade_service.service import HEADER, KEY, Service
from comtrade_service.world import World
from mirror.comtrade import FLOWS, GOLD, Client, Limits, Manners, Query
from mirror.comtrade.reading import Counting
from mirror.errors import (
    AuthError,
    QuotaExceeded,
    SchemaDrift,
    SettingsError,
    SourceError,
    TruncatedReply,
)

QUICK = Manners(pause=0, backoff=0, wait=0)
RECORDS = Query("records", "A", ("2022",), (784, 288), (), GOLD, FLOWS)
PREVIEW = Query("preview", "A", ("2022",), (288,), (), ("7108",), ("M",))


@pytest.fixture
def service():
    with Service(World(reporters=4, partners=8)).running() as running:
        yield running


def ask(service, query=RECORDS, key=KEY, **more):
    sink = io.BytesIO()
    client = Client(
        service.url, SecretStr(key) if key else None, more.pop("manners", QUICK), **more
    )
    return client.ask(query, sink), sink.getvalue()


def test_a_reply_arrives_byte_for_byte_and_is_counted(service):
    answer, body = ask(service)
    rows = json.loads(body)["data"]
    assert answer.tally.rows == len(rows) == answer.tally.declared
    assert sum(answer.tally.by_reporter.values()) == len(rows)
    assert set(answer.tally.by_reporter) == {("2022", 784), ("2022", 288)}
    assert service.calls[0].headers["accept-encoding"].startswith("gzip")


def test_keyless_calls_never_carry_the_key(service):
    ask(service, PREVIEW)
    ask(service, RECORDS)
    assert [HEADER.lower() in call.headers for call in service.calls] == [False, True]
    assert all(KEY not in call.path for call in service.calls)


def test_keyed_calls_need_a_key(service):
    with pytest.raises(AuthError, match="MIRROR_COMTRADE_KEY"):
        ask(service, key=None)
    assert service.calls == []


def test_a_wrong_key_is_said(service):
    with pytest.raises(AuthError, match=r"refuses the key.*invalid subscription key"):
        ask(service, key="wrong")


def test_a_quota_says_when_to_go_on(service):
    service.quota = 0
    with pytest.raises(QuotaExceeded, match="UTC") as stop:
        ask(service)
    assert stop.value.until > datetime.now(UTC)
    copied = pickle.loads(pickle.dumps(stop.value))
    assert (str(copied), copied.until) == (str(stop.value), stop.value.until)


@pytest.mark.parametrize("way", ["busy", "busy_with_time", "error_500", "error_503", "reset"])
def test_a_busy_service_is_asked_again(service, way):
    service.faults = Faults(planned=[way, way])
    told = []
    answer, _ = ask(service, on_call=told.append)
    assert answer.tally.rows > 0
    assert len(told) == len(service.calls) == 3


def test_patience_ends(service):
    service.faults = Faults(rate=1, ways=("busy",))
    with pytest.raises(SourceError, match=r"429.*Try again in 2 seconds"):
        ask(service, manners=Manners(pause=0, backoff=0, wait=0, retries=2))
    assert len(service.calls) == 3


def test_a_long_wait_is_capped(service):
    service.faults = Faults(planned=["busy_with_time"])
    ask(service, manners=Manners(pause=0, backoff=0, wait=1))
    assert len(service.calls) == 2


@pytest.mark.parametrize(
    "way", ["cut_body", "cut_open_body", "cut_gzip", "reset_in_body", "empty_body", "html_200"]
)
def test_a_damaged_body_is_an_error(service, way):
    service.faults = Faults(planned=[way])
    with pytest.raises(SourceError) as error:
        ask(service)
    assert not isinstance(error.value, TruncatedReply)


def test_html_is_said_in_words(service):
    service.faults = Faults(planned=["too_long"])
    with pytest.raises(SourceError, match=r"414 to records \(Request-URI Too Long\)"):
        ask(service)


def test_a_refusal_that_is_no_quota_is_not_taken_for_one(service):
    service.faults = Faults(planned=["policy", "policy"])
    with pytest.raises(AuthError, match=r"may not ask for records.*rejected by policy"):
        ask(service)
    with pytest.raises(SourceError, match=r"403 to preview.*rejected by policy") as error:
        ask(service, PREVIEW)
    assert not isinstance(error.value, QuotaExceeded | AuthError)


def test_a_service_that_says_nothing_is_left(service):
    service.faults = Faults(planned=["stall"])
    with pytest.raises(SourceError, match="broke off"):
        ask(service, manners=Manners(pause=0, read=0.05, retries=0))


def test_a_slow_body_ends(service):
    service.faults = Faults(planned=["slow_body"])
    with pytest.raises(SourceError, match="too long"):
        ask(service, manners=Manners(pause=0, reply=0))


def test_a_reply_at_the_cap_is_never_accepted(service):
    service.keyed_cap = 100
    with pytest.raises(TruncatedReply, match="100 rows"):
        ask(service, limits=Limits(keyed_rows=100, suspect=frozenset({100})))
    service.faults = Faults(planned=["wrong_count"])
    service.keyed_cap = 100_000
    with pytest.raises(TruncatedReply, match="cut"):
        ask(service)


def test_new_fields_are_reported_and_missing_ones_are_fatal(service, caplog):
    service.world.extra_field = True
    answer, _ = ask(service)
    assert answer.tally.unknown_fields == ("carbonkg",)
    assert "carbonkg" in caplog.text
    counting = Counting()
    counting.feed(b'{"count":1,"data":[{"period":"2022","reporterCode":4}],"error":""}')
    assert "primaryvalue" in counting.finish().missing
    service.answer = lambda path, headers: (200, b'{"count":1,"data":[{"period":"2022"}]}', "ok")
    with pytest.raises(SchemaDrift, match="primaryvalue"):
        ask(service)


def test_an_empty_reply_is_no_error_of_the_client(service):
    answer, _ = ask(service, Query("records", "A", ("1900",), (4,), (), GOLD, FLOWS))
    assert answer.tally.rows == 0


def test_a_reference_list_may_start_with_a_mark(service):
    answer, body = ask(service, Query("reference", name="Reporters"), key=None)
    assert answer.tally.rows == 4 and body.startswith(b"\xef\xbb\xbf")


def test_the_mirror_of_the_un_answers(service):
    answer, _ = ask(service, Query("bilateral", "A", ("2022",), flows=("M", "X")))
    assert answer.tally.rows > 1


def test_a_redirect_is_not_followed(service):
    with Service().running() as other:
        service.redirect = other.url
        with pytest.raises(SourceError, match=r"302.*Redirects are not followed"):
            ask(service)
        assert other.calls == []


@pytest.mark.parametrize("way", ["", "cut_body", "reset", "html_502", "too_long", "html_200"])
def test_the_key_is_in_no_log_and_no_error(service, caplog, way):
    caplog.set_level(logging.DEBUG)
    service.faults = Faults(planned=[way] * 9)
    said = ""
    try:
        ask(service)
    except SourceError:
        said = traceback.format_exc()
    assert bool(said) == bool(way)
    assert KEY not in said + caplog.text


@pytest.mark.parametrize("status", [200, 400, 401, 403, 500])
def test_a_service_that_shows_the_key_is_not_quoted(service, status):
    said = json.dumps({"data": [], "error": f"the key {KEY} is bad"}).encode()
    service.answer = lambda path, headers: (status, said, "ok")
    with pytest.raises(SourceError, match=r"the key \*\*\*\*") as error:
        ask(service, manners=Manners(pause=0, retries=0))
    assert KEY not in str(error.value)


@pytest.mark.parametrize("key", [f" {KEY}\n", KEY])
def test_blanks_around_the_key_do_no_harm(service, key):
    assert ask(service, key=key)[0].tally.rows


@pytest.mark.parametrize("key", [KEY[:9] + "\n" + KEY[9:], KEY + "é", f"{KEY} {KEY}"])
def test_a_key_that_no_header_can_hold_is_not_shown(service, key):
    with pytest.raises(SettingsError, match="copy it anew") as error:
        ask(service, key=key)
    assert KEY[:9] not in "".join(traceback.format_exception(error.value))


def test_the_key_does_not_leave_in_the_clear():
    with pytest.raises(SettingsError, match="https"):
        Client("http://example.org", SecretStr(KEY))
    Client("http://example.org", None)


def test_the_pace_is_kept(service):
    client = Client(service.url, None, Manners(pause=0.05))
    started = time.monotonic()
    for _ in range(3):
        client.ask(PREVIEW, io.BytesIO())
    assert time.monotonic() - started >= 0.1


def test_rows_are_counted_without_holding_them():
    row = json.dumps({"period": "2022", "reporterCode": 784, "filling": "x" * 800}).encode()
    start, piece = b'{"count":5000,"data":[' + row, b"," + row
    counting = Counting()
    tracemalloc.start()
    counting.feed(start)
    for _ in range(4999):
        counting.feed(piece)
    counting.feed(b"]}")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert counting.finish().rows == 5000
    assert peak < 500_000
