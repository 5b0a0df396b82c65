"""What clients did before their first day on the live service, and the answer that unmasks each.

Each case asks as such a client asks, sees what the strict service answers, and then asks as one
must. Sizes are scaled down: three reporters, some tens of rows each.
"""

import pytest

from comtrade_service.asking import PREVIEW, RECORDS, TOTALS, get
from comtrade_service.service import Service
from comtrade_service.world import World

YEAR = f"{RECORDS}?period=2022&{TOTALS}"
OPEN = "/public/v1/getDA/C/A/HS?period=2022"
KEYED = "/data/v1/getDa/C/A/HS?period=2022"


@pytest.fixture
def service():
    with Service(World(reporters=3, partners=4)).running() as running:
        yield running


def size(service):
    return get(service, f"{YEAR}&countOnly=true").count


def reporters(reply):
    return {row["reporterCode"] for row in reply.rows}


def a_call_that_is_too_slow_is_asked_again_as_it_was(service):
    whole, service.slow_rows = size(service), size(service) // 2
    assert [get(service, YEAR).status for _ in range(3)] == [504, 504, 504]
    parts = [get(service, f"{YEAR}&reportercode={code}") for code in (288, 784, 757)]
    assert {part.status for part in parts} == {200}
    assert sum(part.count for part in parts) == whole


def availability_is_asked_without_a_key_alone(service):
    service.keyless_refused = frozenset({"availability"})
    assert get(service, OPEN).status == 403 and get(service, KEYED).status == 200
    service.keyless_refused, service.public_calls_a_day = frozenset(), 0
    used_up = get(service, OPEN)
    assert used_up.status == 403 and "call volume quota" in used_up.reply["message"]
    assert get(service, KEYED).count == 3
    service.key_lacks, service.public_calls_a_day = frozenset({"availability"}), None
    assert get(service, KEYED).status == 401 and get(service, OPEN).count == 3


def periods_are_joined_without_a_key(service):
    small = f"{TOTALS}&reportercode=288&flowCode=RX"
    joined = get(service, f"{PREVIEW}?period=2021,2022&{small}")
    assert joined.status == 400 and "errorObject" in joined.reply
    assert all(get(service, f"{PREVIEW}?period={y}&{small}").count for y in (2021, 2022))


def a_cap_that_nobody_named_is_taken_as_the_end(service):
    service.keyed_cap = 50
    cut = get(service, YEAR)
    assert cut.status == 200 and cut.count == len(cut.rows) == 50  # nothing in it says so
    assert size(service) > 50  # countOnly does,
    listed = reporters(get(service, KEYED))
    assert reporters(cut) < listed  # and so does availability


def a_free_key_is_planned_as_a_large_one(service):
    service.keyed_cap = 10
    assert get(service, f"{YEAR}&maxRecords=100000").count == 10
    assert size(service) > 10


def bytes_are_not_counted(service):
    service.calls_a_day = 500

    def calls_until_refused(target, packed):
        service.accounts[True].bytes = 0
        service.bytes_a_day = 3 * len(get(service, YEAR).body)
        service.accounts[True].bytes = made = 0
        while (reply := get(service, target, packed=packed)).status == 200 and made < 20:
            made += 1
        return made, reply

    made, refused = calls_until_refused(YEAR, packed=False)
    assert made == 3 and "bandwidth quota" in refused.reply["message"]
    # 5 % less without descriptions is one call more here, as the call that crosses the line passes
    assert calls_until_refused(f"{YEAR}&includeDesc=false", packed=False)[0] == 4
    assert calls_until_refused(f"{YEAR}&includeDesc=false", packed=True)[0] == 20


def a_401_for_one_product_is_a_bad_key(service):
    service.key_lacks = frozenset({"bilateral", "suv", "bulk"})
    refused = get(service, "/tools/v1/getBilateralData/C/A/HS?period=2022")
    assert refused.status == 401 and "invalid subscription key" in refused.reply["message"]
    assert get(service, YEAR).status == 200  # with the same key
    service.key_lacks = frozenset()
    below = (
        f"784/{get(service, '/bulk/v1/get/C/A/HS?period=2022&reporterCode=784').rows[0]['rowKey']}"
    )
    assert get(service, f"/bulk/v1/file/{below.replace('/', '%2F')}").status == 404
    assert get(service, f"/bulk/v1/file/{below}").status == 200
    # getSUV has no reporters and no second partner
    assert get(service, "/data/v1/getSUV/C/A/HS?period=2022&reportercode=784").status == 400


def one_call_a_second_whatever_comes_back(service):
    now = [1000.0]
    service.clock, service.seconds_between = lambda: now[0], 6
    answers = []
    for _ in range(7):
        answers.append(get(service, YEAR).status)
        now[0] += 1
    assert answers == [200, 429, 429, 429, 429, 429, 200]


@pytest.mark.parametrize(
    "habit",
    [
        a_call_that_is_too_slow_is_asked_again_as_it_was,
        availability_is_asked_without_a_key_alone,
        periods_are_joined_without_a_key,
        a_cap_that_nobody_named_is_taken_as_the_end,
        a_free_key_is_planned_as_a_large_one,
        bytes_are_not_counted,
        a_401_for_one_product_is_a_bad_key,
        one_call_a_second_whatever_comes_back,
    ],
    ids=lambda habit: habit.__name__,
)
def test_the_service_unmasks(service, habit):
    habit(service)
