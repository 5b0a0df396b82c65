"""Files of every shape become the same rows; every row is accounted for, none counted twice."""

import gzip
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from files import HEADERS, SHAPES, Record, bulk, record, reply, write
from mirror.records import RECORD_COLUMNS, Counts, find_sources, read_file
from mirror.settings import ASSETS
from mirror.steps.build import build
from mirror.steps.run import new_run
from mirror.warehouse import open_built

Query = Callable[[str], pl.DataFrame]

PRODUCTS = frozenset({"7108", "710811", "710812", "710813", "710820"})
NOT_IN_LEGACY = {"type_code", "is_original_classification", "mos_code", "is_net_wgt_estimated"}

GOLD = [
    record(),
    record(partnerCode=899, netWgt="0", cifvalue=None, primaryValue="123456789012.34567"),
    record(reporterCode=792, flowCode="X", partnerCode=784, fobvalue="0.001", cifvalue="0"),
    record(flowCode="RX", partnerCode=792, netWgt=None, primaryValue="0"),
    record(period="201612", freqCode="M", flowCode="RM", cmdCode="710812"),
    record(customsCode="C01", motCode=1000, partner2Code=792, mosCode="1"),
]
OTHER_GOODS = [
    record(cmdCode="0901"),
    record(cmdCode="TOTAL", partnerCode=0),
    record(cmdCode="284330", reporterCode=792, period="2017"),
]


def read(*paths: Path) -> tuple[pl.DataFrame, pl.DataFrame, Counts]:
    """Rows of gold without their place, rows of other goods, and the counts of the last file."""
    batches, counts = [], Counts()
    for source in find_sources(paths):
        counts = Counts()
        batches += list(read_file(source, PRODUCTS, counts))
    rows = pl.concat(batch.rows for batch in batches).drop("source_row")
    other = pl.concat(batch.other_goods for batch in batches)
    return rows, other, counts


def expected(records: Sequence[Record], shape: str) -> pl.DataFrame:
    names = {"cif_value": "cifvalue", "fob_value": "fobvalue"}
    fields = {column: names.get(column, _camel(column)) for column in RECORD_COLUMNS}
    rows = [{column: _text(one.get(name)) for column, name in fields.items()} for one in records]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(RECORD_COLUMNS, pl.String))
    if shape != "legacy":
        return frame
    totals = {"customs_code": "C00", "mot_code": "0", "partner2_code": "0"}
    return frame.with_columns(
        *(pl.lit(None, pl.String).alias(name) for name in NOT_IN_LEGACY),
        *(pl.col(name).replace(total, None) for name, total in totals.items()),
    )


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def _text(value: Any) -> str | None:
    return None if value is None else str(value).lower() if isinstance(value, bool) else str(value)


@pytest.fixture
def built(tmp_path: Path) -> Callable[..., Query]:
    """Build files and return a function that queries what was built."""
    numbers = iter(range(100))

    def make(*sources: Path, frequency: str = "annual") -> Query:
        run = new_run(tmp_path / f"out{next(numbers)}", sources, "2026-11", frequency)
        build(run)

        def query(text: str) -> pl.DataFrame:
            with open_built(run.building) as warehouse:
                return warehouse.frame(text)

        return query

    return make


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same_rows(tmp_path, shape):
    rows, other, counts = read(write(tmp_path, shape, GOLD + OTHER_GOODS))

    spelt = rows.with_columns(pl.col("is_net_wgt_estimated", "is_original_classification")
                              .str.to_lowercase())  # fmt: skip
    assert_frame_equal(spelt, expected(GOLD, shape))
    assert other.sort("reporter_code", "partner_code").rows() == [
        ("A", "2016", "784", "M", "0", 1),
        ("A", "2016", "784", "M", "466", 1),
        ("A", "2017", "792", "M", "466", 1),
    ]
    assert (counts.kind, counts.rows_read, counts.rows_other_goods) == ("records", 9, 3)
    assert counts.unknown_columns == (("isConfidential",) if shape == "preview" else ())


@pytest.mark.slow
def test_all_shapes_beside_each_other_are_one_record_and_its_duplicates(tmp_path, built):
    folder = tmp_path / "downloads"
    for shape in SHAPES:
        write(folder, shape, GOLD)

    query = built(folder)

    fates = query("select fate, count(*) as rows from stg_rows group by fate order by fate")
    copies = len(SHAPES) - 1
    assert dict(fates.iter_rows()) == {"used": 5, "duplicate": 5 * copies, "breakdown": 1 + copies}
    values = query("select value_usd from stg_records order by value_usd desc")["value_usd"]
    assert values.to_list() == [123456789012.34567, *[1520000000.125] * 3, 0]


FIGURES = ["14711195539.593", "0.1", "123456789012345.678", "99999999999999999999.5", "7e-3"]


@pytest.mark.parametrize("shape", SHAPES)
def test_figures_keep_every_digit(tmp_path, shape):
    records = [record(primaryValue=figure, netWgt=figure) for figure in FIGURES]

    rows, _, _ = read(write(tmp_path, shape, records))

    plain = [figure.replace("7e-3", "0.007") for figure in FIGURES]
    for column in ("primary_value", "net_wgt"):
        assert rows[column].str.replace("7e-3", "0.007", literal=True).to_list() == plain


def test_a_figure_with_an_exponent_is_the_same_number(tmp_path):
    path = write(tmp_path, "reply", [record(primaryValue="1.4711195539593E+10")])

    assert read(path)[0]["primary_value"].to_list() == ["14711195539.593"]


WEBSITE = (
    ",".join(HEADERS) + "\r\n"
    '"C","A","20160101","2016","52","2016","784","ARE","United Arab Emirates","M","Import","466",'
    '"MLI","Mali","0","W00","World","H4","HS","true","7108","Gold (including gold plated with '
    'platinum) unwrought or in semi-manufactured forms, or in powder form","4","false","C00",'
    '"TOTAL CPC","0 ","0","TOTAL MOT","8","kg","59876.25","false","8","kg","59876.25","false",'
    '"59876.25","false",,"false","1519684232.123",,"1519684232.123","0","false","true",\r\n'
    '"C","A","20160101","2016","52","2016","792","TUR","T\xfcrkiye","X","Export","784","ARE",'
    '"United Arab Emirates","0","W00","World","H4","HS","true","7108","Gold, ""unwrought""","4",'
    '"false","C00","TOTAL CPC","0","0","TOTAL MOT","8","kg","105350.9","false","8","kg",'
    '"105350.9","false","105350.9","true",,"false",,"4056190126","4056190126","0","false","true",'
    "\r\n"
).encode("latin-1")


def test_a_download_of_the_website_is_read_as_it_came(tmp_path):
    (tmp_path / "TradeData.csv").write_bytes(WEBSITE)

    rows, _, counts = read(tmp_path)

    kept = ["reporter_code", "flow_code", "partner_code", "mos_code", "net_wgt", "cif_value",
            "primary_value", "is_net_wgt_estimated"]  # fmt: skip
    assert rows.select(kept).rows() == [
        ("784", "M", "466", "0", "59876.25", "1519684232.123", "1519684232.123", "false"),
        ("792", "X", "784", "0", "105350.9", None, "4056190126", "true"),
    ]
    assert counts.unknown_columns == ()


def test_a_column_that_is_not_known_is_named_whatever_its_letters(tmp_path):
    (tmp_path / "a.csv").write_bytes(WEBSITE.replace(b"motDesc", b"motDesc,Gr\xf6\xdfe", 1)
                                     .replace(b'"TOTAL MOT"', b'"TOTAL MOT","\xfc"'))  # fmt: skip

    rows, _, counts = read(tmp_path / "a.csv")

    assert counts.unknown_columns == ("Größe",)
    assert rows["net_wgt"].to_list() == ["59876.25", "105350.9"]


def test_a_row_is_named_by_its_line_or_its_place_in_the_list(tmp_path):
    def places(path: Path) -> list[int]:
        (source,) = find_sources([path])
        return next(read_file(source, PRODUCTS, Counts())).rows["source_row"].to_list()

    assert places(write(tmp_path, "website", GOLD[:3])) == [2, 3, 4]
    assert places(write(tmp_path, "reply", GOLD[:3])) == [1, 2, 3]


def test_availability_is_read_beside_records(tmp_path, built):
    asked = {
        "typeCode": "C", "freqCode": "A", "period": 2016, "reporterCode": 466,
        "totalRecords": 1420, "datasetChecksum": -97114181,
        "firstReleased": "2017-07-08T15:49:16.39", "lastReleased": "2018-07-08T15:49:16.39",
    }  # fmt: skip
    (tmp_path / "getDA.json").write_bytes(reply([asked]))
    gold = write(tmp_path, "reply", GOLD)

    query = built(tmp_path / "getDA.json", gold)

    assert query("select * from stg_availability").rows() == [
        ("A", 2016, "MLI", 1420, date(2017, 7, 8), date(2018, 7, 8))
    ]
    kinds = query("select source_kind, rows_read, rows_used from sources order by source_file")
    assert ("availability", 1, 1) in kinds.rows()


def test_every_row_of_every_file_is_accounted_for(tmp_path, built):
    first = [
        record(lastReleased="2017-05-01"),  # superseded by the second file
        record(partnerCode=792, lastReleased="2017-05-01"),  # the same there
        record(partnerCode=710, classificationCode="H5", isOriginalClassification=False,
               lastReleased="2017-05-01"),
        record(partnerCode=4, customsCode="C01"),
        record(partnerCode=4, motCode=2100),
        record(partnerCode=4, flowCode="MIP"),
        record(partnerCode=97),  # European Union
        record(reporterCode=97, partnerCode=4),
        record(partnerCode=4, typeCode="S"),
        *OTHER_GOODS,
    ]  # fmt: skip
    second = [
        record(primaryValue="1", cifvalue="1", lastReleased="2018-05-01"),
        record(partnerCode=792, lastReleased="2018-05-01"),
        record(partnerCode=710, lastReleased="2017-05-01"),
    ]
    sources = [write(tmp_path, "bulk", first, "a.gz"), write(tmp_path, "bulk", second, "b.gz")]

    table = built(*sources)("select * from sources where source_kind = 'records'")

    counts = table.select("^rows_.*$")
    a, b = counts.to_dicts()
    assert {name: count for name, count in a.items() if count} == {
        "rows_read": 12, "rows_other_goods": 3, "rows_breakdown": 2, "rows_superseded": 1,
        "rows_duplicate": 1, "rows_other_hs_edition": 1, "rows_flow_not_used": 1,
        "rows_partner_is_a_group": 1, "rows_reporter_is_no_country": 1, "rows_services": 1,
    }  # fmt: skip
    assert {name: count for name, count in b.items() if count} == {"rows_read": 3, "rows_used": 3}
    sums = counts.select(pl.sum_horizontal(pl.exclude("rows_read"))).to_series()
    assert sums.to_list() == [12, 3]


SAMPLE = ASSETS / "data" / "sample" / "uae_2016.csv"
"""Real figures: 119 rows of imports and the exports of 74 reporters."""

RESULTS = ("ranked_gaps", "gap_years", "one_sided_flows", "set_aside_pairs", "country_balance",
           "reporter_coverage", "freight_margins")  # fmt: skip


def results(query: Query) -> dict[str, pl.DataFrame]:
    return {name: query(f"select * from {name}") for name in RESULTS}


@pytest.mark.slow
def test_a_file_given_twice_and_files_that_overlap_change_nothing(tmp_path, built):
    header, *lines = SAMPLE.read_text("utf-8").splitlines()
    parts = {"later.csv": lines[80:], "earlier.csv": lines[:120], "again.csv": lines[::-1]}
    for name, part in parts.items():
        (tmp_path / name).write_text("\n".join([header, *part]), "utf-8")
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "renamed.csv").write_bytes(SAMPLE.read_bytes())

    once = results(built(SAMPLE))
    twice = results(built(SAMPLE, SAMPLE, copy))
    overlapping = results(built(*(tmp_path / name for name in parts)))

    assert once["ranked_gaps"].height > 20
    for name in RESULTS:
        assert_frame_equal(once[name], twice[name])
        assert_frame_equal(once[name], overlapping[name])


def test_the_same_file_under_two_names_is_one_source(tmp_path):
    for folder in ("a", "b"):
        write(tmp_path / folder, "website", GOLD)

    sources = find_sources([tmp_path, tmp_path / "a", tmp_path / "b" / "website.csv"])

    assert [source.label for source in sources] == [f"{tmp_path.name}/a/website.csv"]


def value_of_mali(query: Query) -> list[float]:
    return query(
        "select value_usd from stg_records where reporter_iso3 = 'ARE' and partner_iso3 = 'MLI'"
    )["value_usd"].to_list()


OLD, NEW = (record(primaryValue=v, cifvalue=v) for v in ("100000000.5", "200000000.25"))


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")], ids=["later file last", "later first"])
def test_the_later_bulk_file_decides_by_the_date_in_its_name(tmp_path, built, names):
    write(tmp_path, "bulk", [OLD], f"{names[0]}[2022-11-28].gz")
    write(tmp_path, "bulk", [NEW], f"{names[1]}[2022-11-29].gz")

    query = built(tmp_path)

    assert value_of_mali(query) == [200000000.25]
    released = query("select released_date from stg_records")["released_date"].to_list()
    assert released == [date(2022, 11, 29)]
    assert query("select sum(rows_superseded) as n from sources")["n"].to_list() == [1]


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")], ids=["later file last", "later first"])
def test_the_later_release_decides_by_the_column(tmp_path, built, names):
    for name, one, released in zip(names, (OLD, NEW), ("2022-11-28T10:00:00", "2022-11-29"),
                                   strict=True):  # fmt: skip
        write(tmp_path, "reply", [one | {"lastReleased": released}], f"{name}.json")

    assert value_of_mali(built(tmp_path)) == [200000000.25]


def test_the_column_goes_before_the_name_of_the_file(tmp_path, built):
    write(tmp_path, "bulk", [OLD | {"lastReleased": "2020-01-01"}], "a[2026-01-01].gz")
    write(tmp_path, "bulk", [NEW], "b[2025-01-01].gz")

    assert value_of_mali(built(tmp_path)) == [200000000.25]


@pytest.mark.parametrize("released", [None, "2024-01-01"], ids=["no dates", "converted is newer"])
def test_the_original_hs_edition_wins_over_a_converted_one(tmp_path, built, released):
    dates = {"lastReleased": released and "2023-01-01"}, {"lastReleased": released}
    original = NEW | {"classificationCode": "H4"} | dates[0]
    converted = OLD | {"classificationCode": "H5", "isOriginalClassification": False} | dates[1]
    write(tmp_path, "bulk", [converted, original], "a.gz")

    query = built(tmp_path)

    assert value_of_mali(query) == [200000000.25]
    assert query("select hs_edition from stg_records")["hs_edition"].to_list() == ["H4"]


def test_breakdowns_are_not_added_to_their_total(tmp_path, built):
    total = record(primaryValue="300", cifvalue="300")
    parts = [
        total | {"primaryValue": "101", "motCode": 1000},
        total | {"primaryValue": "199", "motCode": 2100},
        total | {"primaryValue": "298", "customsCode": "C04"},
        total | {"primaryValue": "297", "partner2Code": 756},
        total | {"primaryValue": "296", "mosCode": "1"},
    ]
    write(tmp_path, "reply", [*parts, total])

    query = built(tmp_path)

    assert value_of_mali(query) == [300]
    assert query("select import_value_usd from gap_years")["import_value_usd"].to_list() == [300]


def test_a_breakdown_without_its_total_is_left_out(tmp_path, built):
    alone = record(partnerCode=710, motCode=1000)
    query = built(write(tmp_path, "reply", [record(), alone]))

    assert query("select partner_iso3 from stg_records")["partner_iso3"].to_list() == ["MLI"]


def test_a_download_that_lacks_cif_and_fob_agrees_with_one_that_has_them(tmp_path, built):
    bare = [one for one in GOLD if one["flowCode"] == "M"]
    write(tmp_path, "legacy", [one | {"cifvalue": None} for one in bare], "a.csv")
    write(tmp_path, "website", bare, "b.csv")

    cif = built(tmp_path)("select cif_value_usd from stg_records where partner_iso3 = 'MLI'")

    assert cif["cif_value_usd"].to_list() == [1520000000.125]


def slim(one: Record) -> Record:
    return {name: value for name, value in one.items() if value is not None and "Desc" not in name}


GROWTH = """
import re, resource, sys
from pathlib import Path
from mirror.records import Counts, find_sources, read_file

def peak():
    status = Path("/proc/self/status")  # on Linux ru_maxrss begins at the peak of the parent
    if status.exists():
        return int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

(source,), counts, before = find_sources([Path(sys.argv[1])]), Counts(), peak()
for batch in read_file(source, {"7108"}, counts):
    pass
print(counts.rows_read, counts.rows_other_goods, peak() - before)
"""


def big_file(path: Path, shape: str, hundreds: int) -> Path:
    """Rows of coffee, one of gold among a hundred, in one shape."""
    hundred = [slim(record(cmdCode="0901" if n % 100 else "7108")) for n in range(100)]
    if shape == "bulk":
        header, rows = gzip.decompress(bulk(hundred)).split(b"\n", 1)
        path.write_bytes(gzip.compress(header + b"\n" + rows * hundreds, compresslevel=1))
    else:
        head, rows = reply(hundred, count=100 * hundreds).split(b"[")
        rows, tail = rows.split(b"]")
        path.write_bytes(head + b"[" + b",".join([rows] * hundreds) + b"]" + tail)
    return path


def read_apart(path: Path) -> list[int]:
    """Read a file in a process of its own: its rows, those of other goods, growth of memory."""
    said = subprocess.run(
        [sys.executable, "-c", GROWTH, str(path)], capture_output=True, text=True, check=True
    )
    return [int(word) for word in said.stdout.split()]


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["reply", "bulk"])
def test_memory_stays_bounded_on_a_big_file(tmp_path, shape):
    name = SHAPES[shape][0]
    _, _, growth_of_a_half = read_apart(big_file(tmp_path / f"half of {name}", shape, 1_001))

    rows_read, other_goods, growth = read_apart(big_file(tmp_path / name, shape, 2_000))

    assert (rows_read, other_goods) == (200_000, 198_000)
    assert 0 < growth < 1.3 * growth_of_a_half
