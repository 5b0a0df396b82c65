"""The service on loopback keeps the rules that the live one is known by; each names its source."""

import gzip
import json
from collections import Counter

import pytest

from comtrade_service.asking import PREVIEW, RECORDS, TOTALS, get
from comtrade_service.service import KEY, Service
from comtrade_service.world import World

YEAR = f"{RECORDS}?period=2022&{TOTALS}"


@pytest.fixture(scope="module")
def plain():
    with Service(World(reporters=3, partners=4)).running() as running:
        yield running


@pytest.fixture
def service(plain):
    with Service(plain.world).running() as running:
        yield running


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/data/v1/gets/C/A/HS?period=2022", 404),
        ("/data/v1/get/C/A/HS/?period=2022", 404),
        ("/data/v1/get/C/Q/HS?period=2022", 404),
        ("/data/v2/get/C/A/HS?period=2022", 404),
        ("/data/v1/getDA/C/A/HS?period=2022", 404),
        ("/data/v1/getDa/C/A/HS?period=2022", 200),
        ("/public/v1/getDA/C/A/HS?period=2022", 200),
        ("/public/v1/getDa/C/A/HS?period=2022", 200),
        ("/public/v1/getMetadata/C/A/HS?reporterCode=784&period=2022", 200),
        ("/data/v1/getMetadata/C/A/HS?reporterCode=784&period=2022", 200),
        ("/data/v1/getLiveUpdate", 200),
        ("/data/v1/getLiveUpdate?period=2022", 400),
        ("/data/v1/getSUV/C/A/HS?period=2022&qtyUnitCode=8", 200),
        ("/data/v1/getSUV/C/A/HS?period=2022&reportercode=784", 400),
        ("/data/v1/getSUV/C/M/HS?period=202201", 404),
        ("/tools/v1/getBilateralData/C/A/HS?period=2022&partner2Code=0", 400),
        ("/files/v1/app/reference/Reporters.json", 200),
        ("/files/v1/app/reference/reporters.json", 404),
        ("/bulk/v1/file/784%2F0123", 404),
    ],
)
def test_paths_are_known_or_not(plain, target, status):
    assert get(plain, target).status == status


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("periods=2022", "The parameter periods is not known."),
        ("period=2022&period=2023", "The parameter period is given twice."),
        ("period=" + ",".join(str(year) for year in range(2010, 2023)), "Too many periods"),
        ("period=2022&maxRecords=all", "'all' is not valid for maxRecords"),
        ("period=2022&countOnly=1", "'1' is not valid for countOnly"),
        ("period=2022&breakdownMode=full", "'full' is not valid for breakdownMode"),
        ("period=2022&format=csv", "'csv' is not valid for format"),
    ],
)
def test_what_is_not_understood_is_refused(plain, query, said):
    reply = get(plain, f"{RECORDS}?{query}")
    assert reply.status == 400 and said in reply.reply["errorObject"]["errorMessage"]


def test_several_periods_need_a_key(plain):
    twelve = ",".join(str(year) for year in range(2011, 2023))
    assert get(plain, f"{PREVIEW}?period=2021,2022&{TOTALS}").status == 400
    assert get(plain, f"{RECORDS}?period={twelve}&{TOTALS}").status == 200
    assert get(plain, f"/public/v1/getDA/C/A/HS?period={twelve}").count == 12 * 3


@pytest.mark.parametrize(
    "query",
    ["period=1900", "period=2022&reporterCode=4", "period=2022&reporterCode=abc",
     "period=202201", "period=2022&flowCode=-1", "period=2022&cmdCode=7109",
     "period=2022&partnerCode=9999", "period=2022&motCode=9"],
)  # fmt: skip
def test_a_code_that_does_not_exist_is_an_empty_reply(plain, query):
    reply = get(plain, f"{RECORDS}?{query}")
    assert (reply.status, reply.count, reply.rows) == (200, 0, [])


def test_without_the_three_totals_nine_rows_come_for_each_partner(plain):
    whole = get(plain, YEAR)
    nine = get(plain, f"{RECORDS}?period=2022")
    assert nine.count == 9 * whole.count > 0
    # of the nine, the second partner is the World in five, and mode and procedure total in three
    assert get(plain, f"{RECORDS}?period=2022&partner2Code=0").count == 5 * whole.count
    assert get(plain, f"{RECORDS}?period=2022&partner2Code=0&motCode=0").count == 3 * whole.count
    assert get(plain, f"{RECORDS}?period=2022&breakdownMode=classic").rows == whole.rows
    places = Counter((row["partner2Code"], row["customsCode"], row["motCode"]) for row in nine.rows)
    assert set(places.values()) == {whole.count} and len(places) == 9
    # what is broken down adds up again
    first = whole.rows[0]
    parts = [row for row in nine.rows if row["customsCode"] == "C00" and row["motCode"] > 0
             and all(row[k] == first[k] for k in
                     ("reporterCode", "partnerCode", "flowCode", "cmdCode"))]  # fmt: skip
    assert sum(row["netWgt"] for row in parts) == pytest.approx(first["netWgt"])


def test_names_of_parameters_count_without_regard_to_case(plain):
    asked = ("reportercode=784", "reporterCode=784", "REPORTERCODE=784")
    replies = [get(plain, f"{YEAR}&{one}").body for one in asked]
    assert len(set(replies)) == 1
    assert {row["reporterCode"] for row in json.loads(replies[0])["data"]} == {784}


def test_every_parameter_does_what_it_says(plain):
    whole = get(plain, YEAR)
    of_partner = get(plain, f"{YEAR}&partnerCode=784,288")
    assert of_partner.rows == [row for row in whole.rows if row["partnerCode"] in (784, 288)] != []
    of_flow = get(plain, f"{YEAR}&flowCode=RX&cmdCode=7108")
    assert {(row["flowCode"], row["cmdCode"]) for row in of_flow.rows} == {("RX", "7108")}
    assert get(plain, f"{YEAR}&maxRecords=7").rows == whole.rows[:7]
    counted = get(plain, f"{YEAR}&countOnly=True&maxRecords=7")
    assert (counted.count, counted.rows) == (whole.count, [])
    assert whole.rows[0]["reporterDesc"] == "Ghana"
    bare = get(plain, f"{YEAR}&includeDesc=false")
    assert bare.rows[0]["reporterDesc"] is None and len(bare.body) < 0.95 * len(whole.body)
    assert get(plain, f"{PREVIEW}?period=2022&{TOTALS}").rows[0]["reporterDesc"] is None


def test_releases_are_asked_by_the_day_on_which_they_came(plain):
    listed = get(plain, "/public/v1/getDA/C/A/HS?period=2022")
    days = sorted(row["lastReleased"][:10] for row in listed.rows)
    late = get(plain, f"/public/v1/getDA/C/A/HS?period=2022&publishedDateFrom={days[-1]}")
    early = get(plain, f"/data/v1/getDa/C/A/HS?period=2022&publishedDateTo={days[0]}")
    assert [row["lastReleased"][:10] for row in late.rows + early.rows] == [days[-1], days[0]]
    bulk = get(plain, f"/bulk/v1/get/C/A/HS?period=2022&publishedDateFrom={days[-1]}")
    assert [row["reporterCode"] for row in bulk.rows] == [row["reporterCode"] for row in late.rows]


def test_a_reply_is_cut_in_silence(service):
    service.keyed_cap, service.preview_cap = 50, 40
    assert get(service, f"{YEAR}&maxRecords=250000").count == len(get(service, YEAR).rows) == 50
    assert get(service, f"{PREVIEW}?period=2022&{TOTALS}").count == 40
    service.default_rows = 10
    assert (get(service, YEAR).count, get(service, f"{YEAR}&maxRecords=30").count) == (10, 30)
    size = get(service, f"{PREVIEW}?period=2022&{TOTALS}&countOnly=true").count
    service.public_counts_all = False
    assert get(service, f"{PREVIEW}?period=2022&{TOTALS}&countOnly=true").count == 40 < size


def test_a_key_counts_in_the_header_and_in_the_address(plain):
    assert get(plain, f"{YEAR}&subscription-key={KEY}", key=None).status == 200
    missing, wrong = get(plain, YEAR, key=None), get(plain, YEAR, key="wrong")
    assert (missing.status, wrong.status) == (401, 401)
    assert "missing subscription key" in missing.reply["message"]
    assert "invalid subscription key" in wrong.reply["message"]
    assert KEY not in missing.headers["www-authenticate"]


def test_a_key_may_lack_a_product(service):
    service.key_lacks = frozenset({"bilateral", "bulk", "suv", "availability"})
    for target in (
        "/tools/v1/getBilateralData/C/A/HS", "/bulk/v1/get/C/A/HS", "/data/v1/getSUV/C/A/HS",
        "/data/v1/getDa/C/A/HS",
    ):  # fmt: skip
        reply = get(service, f"{target}?period=2022")
        assert reply.status == 401 and "invalid subscription key" in reply.reply["message"]
    assert get(service, YEAR).status == get(service, "/public/v1/getDA/C/A/HS").status == 200


def test_calls_without_a_key_may_be_refused_by_policy(service):
    service.keyless_refused = frozenset({"availability"})
    refused = get(service, "/public/v1/getDA/C/A/HS?period=2022")
    assert (refused.status, refused.reply["message"]) == (403, "All calls are rejected by policy.")
    assert get(service, f"{PREVIEW}?period=2022").status == 200
    assert get(service, "/data/v1/getDa/C/A/HS?period=2022").status == 200


def test_an_address_may_have_4096_characters_with_its_host(plain):
    room = 4096 - len("https://comtradeapi.un.org") - len(f"{YEAR}&partnerCode=")
    assert get(plain, f"{YEAR}&partnerCode={'1' * room}").status == 200
    reply = get(plain, f"{YEAR}&partnerCode={'1' * (room + 1)}")
    assert (reply.status, reply.headers["content-type"]) == (414, "text/html")


def test_large_replies_are_late_or_do_not_come(service):
    service.slow_rows = 20
    reply = get(service, YEAR)
    assert reply.status == 504 and reply.body.startswith(b"<html")
    assert get(service, f"{YEAR}&maxRecords=20").status == 200
    assert get(service, f"{YEAR}&countOnly=true").status == 200
    service.slow_status = 400
    assert "errorObject" in get(service, YEAR).reply
    service.slow_status, service.counts = 504, False
    assert get(service, f"{YEAR}&countOnly=true").status == 504
    service.slow_seconds = 0.01
    assert get(service, YEAR).count > 20 and service.calls[-1].outcome == "late"


def test_a_day_has_so_many_calls_and_bytes(service):
    now = [9 * 3600.0]
    service.clock = lambda: now[0]
    service.calls_a_day, service.public_calls_a_day = 2, 1
    assert [get(service, YEAR).status for _ in range(3)] == [200, 200, 403]
    said = get(service, YEAR).reply["message"]
    assert said == "Out of call volume quota. Quota will be replenished in 15:00:00."
    keyless = "/public/v1/getDA/C/A/HS?period=2022"
    assert [get(service, keyless).status for _ in range(2)] == [200, 403]
    now[0] += 15 * 3600
    assert get(service, YEAR).status == get(service, keyless).status == 200
    service.calls_a_day, service.bytes_a_day = None, 1
    refused = get(service, YEAR)
    assert refused.status == 403 and "Out of bandwidth quota" in refused.reply["message"]
    assert [call.outcome for call in service.calls].count("bytes") == 1


def test_bytes_count_as_they_travel(service):
    reply = get(service, YEAR, packed=True)
    sent = service.calls[-1].bytes
    assert reply.headers["content-encoding"] == "gzip" and sent < len(reply.body) / 4
    assert service.accounts[True].bytes == sent
    service.counts_packed = False
    get(service, YEAR, packed=True)
    assert service.accounts[True].bytes == sent + len(reply.body)


@pytest.mark.parametrize("says_wait", [True, False])
def test_calls_may_come_too_soon(service, says_wait):
    service.seconds_between, service.says_wait, service.clock = 6, says_wait, lambda: 1000.0
    assert get(service, YEAR).status == 200
    reply = get(service, YEAR)
    assert reply.status == 429 and "Try again in 6 seconds" in reply.reply["message"]
    assert reply.headers.get("retry-after") == ("6" if says_wait else None)
    assert get(service, f"{PREVIEW}?period=2022").status == 200  # counted apart
    service.clock = lambda: 1006.0
    assert get(service, YEAR).status == 200


@pytest.mark.parametrize("whole", [True, False])
def test_a_bulk_file_lies_below_its_reporter(service, whole):
    service.whole_addresses = whole
    listed = get(service, "/bulk/v1/get/C/A/HS?reporterCode=784&period=2022").rows[0]
    below = f"784/{listed['rowKey']}"
    assert listed["fileUrl"] == (f"{service.url}/bulk/v1/file/{below}" if whole else below)
    lines = gzip.decompress(get(service, f"/bulk/v1/file/{below}?format=json").body).split(b"\n")
    size = get(service, f"{RECORDS}?period=2022&reporterCode=784&countOnly=true").count
    assert len(lines) == 1 + size + 1 and lines[0].count(b"\t") == 46
    assert get(service, f"/bulk/v1/file/784/{'0' * 64}").status == 404


def test_reference_lists_start_with_a_mark(plain):
    reply = get(plain, "/files/v1/app/reference/Reporters.json")
    assert reply.body.startswith(b"\xef\xbb\xbf")
    assert len(json.loads(reply.body)["results"]) == 3


def test_without_a_period_the_newest_year_comes(plain):
    assert {row["period"] for row in get(plain, f"{RECORDS}?{TOTALS}").rows} == {"2025"}
