"""Rows that cannot be believed: each fault names the row, says what is wrong and what to do."""

from datetime import date

import pytest

REFERENCE = {
    "raw_flows": [{"flow_code": code} for code in ("M", "X")],
}
SOURCES = [
    {"source_id": number, "released": released, "fetched_at": None}
    for number, released in ((1, None), (2, date(2020, 1, 1)), (3, date(2021, 1, 1)))
]

PRICES = [
    {"period": period, "gold_price_usd_per_kg": price}
    for period, price in ((201512, 30000.0), (201601, 39000.0), (201602, 41000.0))
]


def raw(**other):
    return {
        "source_id": 1,
        "source_row": 2,
        "type_code": "C",
        "freq_code": "A",
        "period": "2016",
        "reporter_code": "466",
        "partner_code": "784",
        "partner2_code": "0",
        "flow_code": "X",
        "cmd_code": "7108",
        "customs_code": "C00",
        "mot_code": "0",
        "mos_code": "0",
        "classification_code": "H4",
        "is_original_classification": "true",
        "primary_value": "100",
        "net_wgt": "2",
        "is_net_wgt_estimated": "false",
        "cif_value": "0",
        "fob_value": "100",
        "last_released": "2020-01-01",
    } | other


GOOD = raw(source_row=9, partner_code="0")
AVAILABLE = {
    "source_id": 3,
    "source_row": 1,
    "freq_code": "A",
    "period": "2016",
    "reporter_code": "466",
    "total_records": "5",
    "first_released": "2018-01-01T00:00:00",
    "last_released": "2019-01-01T00:00:00",
}


@pytest.fixture
def refused(run_model):
    """Return file, row and problem of all that one refusal finds, beside a row that is good."""

    def run(name, *records, available=AVAILABLE):
        found = run_model(
            name,
            raw_records=[*records, GOOD],
            raw_availability=[available],
            raw_sources=SOURCES,
            stg_gold_price=PRICES,
            stg_areas=[
                {"area_code": 0, "is_country": False},
                {"area_code": 899, "is_country": False},
                {"area_code": 466, "is_country": True},
                {"area_code": 784, "is_country": True},
            ],
            raw_superseded=[{"source_id": 9, "source_row": 9}],
            **REFERENCE,
        )
        assert all(row["advice"] for row in found)
        return sorted((row["source_id"], row["source_row"], row["problem"]) for row in found)

    return run


NAMES = (
    "faults_of_period",
    "faults_of_code",
    "faults_of_number",
    "faults_of_size",
    "faults_of_mark",
    "faults_of_conflict",
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "good",
    [
        raw(),
        raw(freq_code="M", period="201612"),
        raw(net_wgt=None, cif_value=None, mot_code=None, partner2_code=None, last_released=None),
        raw(primary_value="0", net_wgt="0"),
        raw(primary_value="1e6", last_released="2020-01-01T10:00:00.123"),
    ],
)
def test_good_rows_pass(refused, name, good):
    assert refused(name, good) == []


@pytest.mark.parametrize(
    ("frequency", "period", "said"),
    [
        ("A", "201601", "the period 201601 of frequency A"),
        ("M", "2016", "the period 2016 of frequency M"),
        ("M", "201613", "the period 201613 of frequency M"),
        ("M", "201600", "the period 201600 of frequency M"),
        ("A", "1816", "the period 1816 of frequency A"),
        ("A", None, "the period (empty) of frequency A"),
        ("Q", "2016", "the frequency Q"),
        (None, "20161", "the period 20161"),
    ],
)
def test_periods(refused, frequency, period, said):
    found = refused("faults_of_period", raw(freq_code=frequency, period=period))
    assert found == [(1, 2, f"{said} is of the wrong form")]


def test_periods_of_availability(refused):
    found = refused("1_availability", available=AVAILABLE | {"period": "16"})
    assert found == [(3, 1, "the period 16 of frequency A is of the wrong form")]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"reporter_code": "999"}, "unknown reporter code 999"),
        ({"reporter_code": "0"}, "unknown reporter code 0"),
        ({"reporter_code": "MLI"}, "unknown reporter code MLI"),
        ({"reporter_code": None}, "unknown reporter code (empty)"),
        ({"partner_code": "999"}, "unknown partner code 999"),
        ({"partner_code": None}, "unknown partner code (empty)"),
        ({"flow_code": "Z"}, "unknown flow code Z"),
        ({"flow_code": None}, "unknown flow code (empty)"),
        ({"cmd_code": None}, "no HS code"),
    ],
)
def test_codes(refused, fields, problem):
    assert refused("faults_of_code", raw(**fields)) == [(1, 2, problem)]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"primary_value": None}, "primary_value (empty) is no number"),
        ({"primary_value": "1,000"}, "primary_value 1,000 is no number"),
        ({"net_wgt": "NaN"}, "net_wgt NaN is no number"),
        ({"cif_value": "inf"}, "cif_value inf is no number"),
        ({"mot_code": "air"}, "mot_code air is no number"),
        ({"partner2_code": "x"}, "partner2_code x is no number"),
    ],
)
def test_numbers(refused, fields, problem):
    assert refused("faults_of_number", raw(**fields)) == [(1, 2, problem)]


@pytest.mark.parametrize("field", ["primary_value", "net_wgt", "cif_value", "fob_value"])
def test_negative_figures(refused, field):
    assert refused("faults_of_size", raw(**{field: "-0.01"})) == [
        (1, 2, f"{field} -0.01 is negative")
    ]


FINE = "kg of fine gold, more than goes from one country to another"


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"primary_value": "220000000000"},
         "primary_value 220000000000 is above 200,000,000,000 USD, more than any flow of gold"),
        ({"primary_value": "200000000001", "partner_code": "0"},
         "primary_value 200000000001 is above 200,000,000,000 USD, more than any flow of gold"),
        ({"cif_value": "2e11", "partner_code": "0"}, None),
        # 2,000,000 kg at the mean of 39,000 and 41,000 USD: 80 bn USD
        ({"primary_value": "81e9"}, f"primary_value 81e9 buys more than 2,000,000 {FINE}"),
        ({"primary_value": "80000000000"}, None),
        ({"fob_value": "80000000001"}, f"fob_value 80000000001 buys more than 2,000,000 {FINE}"),
        ({"primary_value": "199000000000", "partner_code": "0"}, None),
        ({"primary_value": "199000000000", "partner_code": "899"}, None),  # all partners at once
        ({"primary_value": "61e9", "period": "201502", "freq_code": "M"},
         f"primary_value 61e9 buys more than 2,000,000 {FINE}"),
        # a year after the last price has the newest one
        ({"primary_value": "81e9", "period": "2020"},
         f"primary_value 81e9 buys more than 2,000,000 {FINE}"),
        ({"primary_value": "81e9", "period": "1999"}, None),
        ({"net_wgt": "1e12"}, None),  # a weight that is not possible is not used, the value is
        ({"primary_value": "n/a"}, None),
    ],
)  # fmt: skip
def test_values_that_no_flow_of_gold_has(refused, fields, problem):
    assert refused("faults_of_size", raw(**fields)) == ([(1, 2, problem)] if problem else [])


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"is_net_wgt_estimated": "maybe"},
         "isNetWgtEstimated maybe is neither true nor false"),
        ({"is_original_classification": "7.5"},
         "isOriginalClassification 7.5 is neither true nor false"),
        ({"last_released": "soon"}, "lastReleased soon is no date"),
    ],
)  # fmt: skip
def test_marks_and_dates(refused, fields, problem):
    assert refused("faults_of_mark", raw(**fields)) == [(1, 2, problem)]


@pytest.mark.parametrize("field", ["first_released", "last_released"])
def test_dates_of_availability(refused, field):
    found = refused("1_availability", available=AVAILABLE | {field: "soon"})
    said = "".join((field.split("_")[0], "Released"))
    assert found == [(3, 1, f"{said} soon is no date")]


CLASH = "a second, different figure for reporter 466, partner 784, flow X, 7108 in 2016"


@pytest.mark.parametrize(
    ("fields", "clashes"),
    [
        ({}, False),  # the same again
        ({"net_wgt": "3"}, True),
        ({"primary_value": "101"}, True),
        ({"cif_value": "7"}, False),
        ({"fob_value": "7"}, True),
        ({"primary_value": "100.0", "cif_value": None}, False),  # zero and empty are the same
        ({"fob_value": None}, False),  # a file without the column does not contradict
        ({"primary_value": "101", "last_released": "2021-01-01"}, False),  # the later one counts
        ({"primary_value": "101", "last_released": None}, True),
        ({"primary_value": "101", "flow_code": "M"}, False),
        ({"primary_value": "101", "mot_code": "1000"}, False),
        ({"primary_value": "101", "partner2_code": "784"}, False),
        ({"primary_value": "101", "classification_code": "H5"}, False),
        ({"primary_value": "101", "mot_code": None, "customs_code": None, "type_code": None,
          "partner2_code": "00", "reporter_code": "0466"}, True),
    ],
)  # fmt: skip
def test_two_figures_for_one_key(refused, fields, clashes):
    found = refused("faults_of_conflict", raw(), raw(source_row=3, **fields))
    written = CLASH.replace("466", fields.get("reporter_code", "466"))
    assert found == ([(1, 2, CLASH), (1, 3, written)] if clashes else [])


def test_files_with_dates_in_their_names_decide_rows_that_have_none(refused):
    row = {"last_released": None}
    later = raw(source_id=3, primary_value="101", **row)
    assert refused("faults_of_conflict", raw(source_id=2, **row), later) == []
    assert refused("faults_of_conflict", raw(source_id=1, **row), later) == [
        (1, 2, CLASH),
        (3, 2, CLASH),
    ]
