"""Text of the files as typed values, and what becomes of every row."""

from datetime import date

import pytest

AREAS = [
    {"area_code": code, "iso3": iso3, "area_kind": kind}
    for code, iso3, kind in (
        (466, "MLI", "country"),
        (784, "ARE", "country"),
        (756, "CHE", "country"),
        (757, "CHE", "country"),
        (899, "_X", "not_specified"),
        (97, "EUR", "group"),
        (0, "W00", "world"),
    )
]
FLOWS = [{"flow_code": "X", "flow_use": "pair"}, {"flow_code": "MIP", "flow_use": "none"}]
SOURCES = [
    {"source_id": 1, "released": date(2020, 5, 1)},
    {"source_id": 2, "released": date(2021, 5, 1)},
    {"source_id": 9, "released": date(2022, 5, 1)},
]


def raw(**other):
    return {
        "source_id": 1,
        "source_row": 2,
        "freq_code": "A",
        "period": "2016",
        "reporter_code": "466",
        "partner_code": "784",
        "flow_code": "X",
        "cmd_code": "7108",
        "classification_code": "H4",
        "is_original_classification": "true",
        "type_code": "C",
        "customs_code": "C00",
        "mot_code": "0",
        "mos_code": "0",
        "partner2_code": "0",
        "primary_value": "100.5",
        "net_wgt": "2.5",
        "is_net_wgt_estimated": "false",
        "cif_value": "0",
        "fob_value": "100.5",
        "last_released": "2019-01-01T10:00:00",
    } | other


@pytest.fixture
def stage(run_model):
    def run(*records):
        rows = run_model(
            "stg_rows",
            raw_records=records,
            raw_sources=SOURCES,
            raw_superseded=[{"source_id": 9, "source_row": 9}],
            stg_areas=AREAS,
            stg_flows=FLOWS,
        )
        return sorted(rows, key=lambda row: (row["source_id"], row["source_row"]))

    return run


@pytest.fixture
def fates(stage):
    return lambda *records: [row["fate"] for row in stage(*records)]


def test_a_row_becomes_typed_values(stage):
    assert stage(raw()) == [
        {
            "source_id": 1,
            "source_row": 2,
            "frequency": "A",
            "period": 2016,
            "reporter_code": 466,
            "partner_code": 784,
            "flow_code": "X",
            "hs_code": "7108",
            "hs_edition": "H4",
            "is_original_edition": True,
            "is_goods": True,
            "is_total": True,
            "is_second_partner": False,
            "partner2_code": 0,
            "value_usd": 100.5,
            "net_weight_kg": 2.5,
            "is_weight_estimated": False,
            "cif_value_usd": None,
            "fob_value_usd": 100.5,
            "released_date": date(2019, 1, 1),
            "reporter_iso3": "MLI",
            "partner_iso3": "ARE",
            "partner_kind": "country",
            "fate": "used",
        }
    ]


def test_zero_is_null_for_weight_and_bases_but_stays_zero_for_the_value(stage):
    (row,) = stage(raw(net_wgt="0", cif_value="0.0", fob_value="0", primary_value="0"))
    assert row["net_weight_kg"] is row["cif_value_usd"] is row["fob_value_usd"] is None
    assert row["value_usd"] == 0


def test_fields_a_file_lacks_mean_the_total_and_a_release_by_the_name_of_the_file(stage):
    names = ("type_code customs_code mot_code mos_code partner2_code is_net_wgt_estimated "
             "is_original_classification last_released").split()  # fmt: skip
    bare, _ = stage(raw(**dict.fromkeys(names)), raw(source_row=3, partner_code="757"))
    assert (bare["fate"], bare["is_goods"], bare["is_total"]) == ("used", True, True)
    assert (bare["is_weight_estimated"], bare["is_original_edition"]) == (False, True)
    assert bare["released_date"] == date(2020, 5, 1)


@pytest.mark.parametrize(
    ("fields", "fate"),
    [
        ({"type_code": "S"}, "services"),
        ({"customs_code": "C01"}, "breakdown"),
        ({"mot_code": "1000"}, "breakdown"),
        ({"mos_code": "1"}, "breakdown"),
        ({"partner2_code": "757"}, "breakdown"),
        ({"flow_code": "MIP"}, "flow_not_used"),
        ({"reporter_code": "97"}, "reporter_is_no_country"),
        ({"partner_code": "97"}, "partner_is_a_group"),
        ({"partner_code": "0"}, "used"),
        ({"partner_code": "899"}, "used"),
    ],
)
def test_what_does_not_count_says_why(fates, fields, fate):
    assert fates(raw(**fields)) == [fate]


def test_the_same_row_again_is_a_duplicate_whichever_way_null_weights_are_written(fates):
    assert fates(raw(net_wgt="0"), raw(source_row=3, net_wgt=None)) == ["used", "duplicate"]


def test_a_breakdown_does_not_take_the_place_of_the_total(fates):
    breakdown = raw(mot_code="1000", last_released="2024-01-01")
    assert fates(breakdown, raw(source_row=3)) == ["breakdown", "used"]


@pytest.mark.parametrize(
    ("fields", "is_second_partner"),
    [
        ({"partner2_code": "784"}, True),
        ({"partner2_code": "784", "mot_code": "1000"}, False),  # a breakdown of the breakdown
        ({"partner2_code": "784", "customs_code": "C01"}, False),
        ({"mot_code": "1000"}, False),
        ({"partner2_code": None}, False),
    ],
)
def test_a_breakdown_by_second_partner_alone_is_marked(stage, fields, is_second_partner):
    (row,) = stage(raw(**fields))
    assert row["is_second_partner"] is is_second_partner
    assert row["partner2_code"] == int(fields.get("partner2_code") or 0)
    assert row["fate"] == ("used" if fields == {"partner2_code": None} else "breakdown")


@pytest.mark.parametrize("other", [{"primary_value": "90"}, {"net_wgt": "2"}, {"net_wgt": "0"}])
def test_the_later_release_counts(fates, other):
    earlier = raw(last_released="2018-12-31", **other)
    assert fates(earlier, raw(source_row=3)) == ["superseded", "used"]


def test_rows_of_a_reply_that_a_later_reply_replaced_do_not_count(fates):
    replaced = raw(source_id=9, source_row=9, primary_value="90")
    assert fates(raw(), replaced) == ["used", "superseded"]
    assert fates(replaced) == ["superseded"]


def test_the_date_in_a_files_name_serves_rows_that_have_none(fates):
    rows = [
        raw(source_id=1, last_released=None),
        raw(source_id=2, last_released=None, primary_value="90"),
        raw(source_id=2, source_row=3, partner_code="757"),
    ]
    assert fates(*rows) == ["superseded", "used", "used"]


def test_the_original_edition_goes_before_a_later_release_of_another(fates):
    converted = {"classification_code": "H5", "is_original_classification": "false"}
    rows = [raw(last_released="2024-01-01", primary_value="90", **converted), raw(source_row=3)]
    assert fates(*rows) == ["other_hs_edition", "used"]


@pytest.mark.parametrize("stated", ["H0", "H6"])
def test_an_edition_that_is_stated_goes_before_one_that_is_not(fates, stated):
    """HS says that it is the Harmonised System, not which edition of it."""
    not_stated = {"classification_code": "HS", "net_wgt": None}
    rows = raw(**not_stated), raw(classification_code=stated, source_row=3)
    assert fates(*rows) == ["other_hs_edition", "used"]
    rows = raw(classification_code=stated), raw(**not_stated, source_row=3)
    assert fates(*rows) == ["used", "other_hs_edition"]


def test_two_area_codes_of_one_country_are_two_rows_that_count(stage):
    rows = stage(raw(partner_code="756"), raw(source_row=3, partner_code="757"))
    assert [(row["partner_iso3"], row["fate"]) for row in rows] == [("CHE", "used")] * 2


def test_a_month_and_its_year_are_two_rows_that_count(fates):
    assert fates(raw(), raw(source_row=3, freq_code="M", period="201612")) == ["used", "used"]
