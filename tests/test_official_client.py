"""The official Python client and ours ask the service the same questions and get the same answers.

`comtradeapicall` has the service's address in every function: only the host of what it sends is
changed here, so its paths, parameters, place of the key and loops over periods are its own.
"""

import math

import pytest
import urllib3

from commands import mirror
from comtrade_service.compare import settings_for
from comtrade_service.service import KEY, Service
from comtrade_service.world import World
from mirror.comtrade import FLOWS, GOLD, rows
from mirror.lake import Lake
from mirror.steps.fetch import FetchRequest, fetch

YEARS = ("2021", "2022", "2023")
PERIODS = ",".join(YEARS)
GOODS = {"typeCode": "C", "freqCode": "A", "clCode": "HS"}
GOLD_OF_ALL = GOODS | {
    "reporterCode": None, "cmdCode": ",".join(GOLD), "flowCode": ",".join(FLOWS),
    "partnerCode": None, "partner2Code": "0", "customsCode": "C00", "motCode": "0",
}  # fmt: skip


@pytest.fixture(scope="module")
def service():
    with Service(World(reporters=4, partners=6)).running() as running:
        yield running


@pytest.fixture
def official(service, monkeypatch):
    import comtradeapicall

    plain = urllib3.PoolManager.request

    def on_loopback(pool, method, url, **more):
        here = url.replace("https://comtradeapi.un.org", service.url)
        assert here.startswith(service.url)
        return plain(pool, method, here, **more)

    monkeypatch.setattr(urllib3.PoolManager, "request", on_loopback)
    return comtradeapicall


@pytest.fixture(scope="module")
def keyed(service, tmp_path_factory):
    return stored(service, tmp_path_factory.mktemp("keyed"), KEY)


@pytest.fixture(scope="module")
def keyless(service, tmp_path_factory):
    return stored(service, tmp_path_factory.mktemp("keyless"), None)


def stored(service, out, key):
    """Rows that our client fetched and kept, by kind of reply."""
    request = FetchRequest.of_span("A", YEARS[0], YEARS[-1], tuple(service.world.codes))
    assert fetch(request, settings_for(service, out, key)).is_complete
    return kept(out)


def kept(out):
    found = {}
    with Lake.reading(out / "lake") as lake:
        for reply in lake.replies():
            found.setdefault(reply.kind.split("_")[0], []).extend(rows(reply.path))
    return found


def same(frames, ours):
    """Whether both hold the same rows with the same values, whatever the order.

    Names (descriptions, ISO codes, units) are left out: each client asks for them or does not.
    """
    theirs = [
        {name.lower(): cell for name, cell in row.items()}
        for frame in frames
        for row in frame.to_dict("records")
    ]
    assert ours and theirs and set(theirs[0]) == set(ours[0])
    names = sorted(name for name in ours[0] if not name.endswith(("desc", "iso", "abbr")))
    assert table(theirs, names) == table(ours, names)


def table(found, names):
    return sorted(tuple(repr(plain(row[name])) for name in names) for row in found)


def plain(cell):
    """Numbers as floats, a missing one as None, in pandas' types as in ours."""
    if cell is None or isinstance(cell, str | bool):
        return cell
    return None if math.isnan(float(cell)) else float(cell)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["getFinalData", "_getFinalData"])
def test_records_with_a_key(service, official, keyed, name):
    made = len(service.calls)
    frame = getattr(official, name)(KEY, period=PERIODS, maxRecords=100_000, **GOLD_OF_ALL)
    same([frame], keyed["records"])
    calls = service.calls[made:]
    assert len(calls) == (len(YEARS) if name[0] == "_" else 1)
    assert all(call.has_key_in_address and call.status == 200 for call in calls)


def test_records_without_a_key_one_period_a_call(official, keyless, service):
    assert keyless.keys() >= {"preview"} and "records" not in keyless
    # a year of all four reporters is more than 500 rows, so each flow is asked for by itself
    frames = [
        official._previewFinalData(period=PERIODS, maxRecords=500, **GOLD_OF_ALL | {"flowCode": f})
        for f in ("M", "X", "RX")
    ]
    assert 0 < max(len(frame) for frame in frames) < 3 * 500
    same(frames, keyless["preview"])


def test_sizes(official, keyed):
    counted = official.getCountFinalData(KEY, period=PERIODS, **GOLD_OF_ALL)
    assert counted["count"].tolist() == [len(keyed["records"])]
    few = GOLD_OF_ALL | {"reporterCode": "784"}
    counted = official.previewCountFinalData(period="2022", **few)
    ours = [r for r in keyed["records"] if (r["period"], r["reportercode"]) == ("2022", 784)]
    assert counted["count"].tolist() == [len(ours)]


def test_availability_with_and_without_a_key(official, keyed, keyless):
    asked = GOODS | {"period": PERIODS, "reporterCode": None}
    with_key = official.getFinalDataAvailability(KEY, **asked)
    without = official._getFinalDataAvailability(**asked)
    assert len(with_key) == 3 * 4 and with_key.equals(without)
    same([with_key], keyed["availability"])
    same([without], keyless["availability"])


def test_the_mirror_of_the_un(official, service, tmp_path):
    said = mirror(
        "fetch", "--years", "2021-2023", "--bilateral", "--out", tmp_path,
        MIRROR_COMTRADE_URL=service.url, MIRROR_COMTRADE_KEY=KEY, MIRROR_COMTRADE_PAUSE_SECONDS="0",
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    frame = official.getBilateralData(
        KEY, period=PERIODS, reporterCode=None, cmdCode="7108", flowCode="M,X", partnerCode=None,
        **GOODS,
    )  # fmt: skip
    assert {"mirrorPrimaryValue", "mirrorNetWgt", "primaryValueDisc"} <= set(frame.columns)
    same([frame], kept(tmp_path)["bilateral"])


def test_reference_lists(official, keyed):
    assert {"reporter", "partner", "cmd:HS"} == set(official.listReference()["category"])
    reporters = official.getReference("reporter")
    assert set(reporters["reporterCode"]) == {r["reportercode"] for r in keyed["reference"]}
    assert official.getReference("partner").query("PartnerCode == 784")["text"].item() == (
        "United Arab Emirates"
    )
    assert set(official.getReference("cmd:HS")["id"]) == {"7108", *GOLD}


def test_what_only_the_official_client_asks_for(official, service, tmp_path):
    """Held beside the world, for no command of ours asks for it."""
    asked = GOODS | {"period": "2022", "reporterCode": None}
    codes = set(service.world.codes.values())
    listed = {row["datasetCode"] for row in service.world.availability(["2022"], [])}
    notes = [official.getMetadata(KEY, showHistory=False, **asked),
             official._getMetadata(showHistory=True, **asked)]  # fmt: skip
    assert all(set(frame.filter(like="datasetCode").iloc[:, 0]) == listed for frame in notes)
    assert len(official.getLiveUpdate(KEY)) == 2 * len(codes)
    values = official.getSUV(KEY, period="2022", cmdCode="7108", flowCode="M,X", qtyUnitCode="8")
    assert values["flowCode"].tolist() == ["M", "X"]
    files = official.getFinalDataBulkAvailability(KEY, **asked)
    assert set(files["reporterCode"]) == codes
    official.bulkDownloadFinalFile(KEY, tmp_path, decompress=True, **asked | {"reporterCode": 784})
    (text,) = tmp_path.glob("COMTRADE-FINAL-CA7842022H6*.txt")
    rows_of = service.world.rows(["2022"], [784], list(FLOWS), list(GOLD))
    assert len(text.read_text(encoding="utf-8").splitlines()) == 1 + 9 * len(rows_of)


def test_the_official_client_is_refused_where_we_are(official, capsys):
    """It prints what the service says and returns nothing."""
    asked = {"period": PERIODS, **GOLD_OF_ALL}
    for ask, said in [
        (lambda: official.getFinalData("not a key", **asked), "invalid subscription key"),
        (lambda: official.previewFinalData(**asked), "Too many periods"),
        (lambda: official.getTarifflineData(KEY, **asked), "Resource not found"),
    ]:
        assert ask() is None
        assert said in capsys.readouterr().out
