"""Pairs kept out of the ranking; of several reasons the first in the model's order."""

import pytest


def pair(exporter="MLI", importer="ARE", **other):
    return {
        "frequency": "A",
        "period": 2011,
        "year": 2011,
        "exporter_iso3": exporter,
        "importer_iso3": importer,
        "exporter_kind": "country",
        "importer_kind": "country",
        "export_value_usd": 1.0,
        "import_value_usd": 2.0,
        "exporter_state": "reported",
        "importer_state": "reported",
    } | other


def control(reporter, code, share, **other):
    return {
        "frequency": "A",
        "period": 2011,
        "reporter_iso3": reporter,
        "flow_code": code,
        "pool_share": share,
    } | other


def exclusion(exporter, importer, first=None, last=None, source="link", number=None):
    return {
        "exporter_iso3": exporter,
        "importer_iso3": importer,
        "first_year": first,
        "last_year": last,
        "set_aside_reason": "series_begins_later",
        "set_aside_source": source,
        "correction_number": number,
    }


NOBODY = exclusion("ZZZ", "ZZZ")


@pytest.fixture
def reason(run_model):
    def run(*pairs, exclusions=(), controls=()):
        rows = run_model(
            "int_set_aside",
            int_measures=pairs,
            int_controls=[control("ZZZ", "X", 0.9), *controls],
            stg_exclusions=exclusions or [NOBODY],
        )
        assert len(rows) == len({(row["exporter_iso3"], row["importer_iso3"]) for row in rows})
        return rows[0]["set_aside_reason"] if rows else None

    return run


def test_an_ordinary_pair_is_ranked(reason):
    assert reason(pair()) is None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"importer_kind": "not_specified"}, "partner_is_no_country"),
        ({"exporter_kind": "not_specified"}, "partner_is_no_country"),
        ({"importer": "MLI"}, "same_country"),
        ({"export_value_usd": None, "import_value_usd": None}, "monetary_gold_only"),
        ({"export_value_usd": None}, None),
        (
            {"export_value_usd": None, "import_value_usd": None, "importer_state": "quarantined"},
            "quarantined",
        ),
    ],
)
def test_reasons_that_are_measured(reason, fields, expected):
    assert reason(pair(**fields)) == expected


@pytest.mark.parametrize(
    ("controls", "expected"),
    [
        ([control("MLI", "X", 0.5)], "exporter_without_partner_split"),
        ([control("MLI", "X", 0.49)], None),
        ([control("ARE", "M", 0.5)], "importer_without_partner_split"),
        ([control("ARE", "M", 0.49)], None),
        ([control("MLI", "X", 0.9), control("ARE", "M", 0.9)], "exporter_without_partner_split"),
        ([control("MLI", "M", 0.9), control("ARE", "X", 0.9)], None),  # the other flow of each
        ([control("MLI", "X", 0.9, period=2010)], None),
        ([control("MLI", "X", 0.9, frequency="M")], None),
        ([control("MLI", "X", None)], None),
    ],
)
def test_a_reporter_without_a_partner_split(reason, controls, expected):
    assert reason(pair(), controls=controls) == expected


def test_the_same_country_is_a_reason_before_its_lack_of_a_split(reason):
    own = pair(importer="MLI")
    assert reason(own, controls=[control("MLI", "X", 0.9)]) == "same_country"


@pytest.mark.parametrize(
    ("excluded", "expected"),
    [
        (exclusion("MLI", "ARE"), True),
        (exclusion("*", "ARE"), True),
        (exclusion("MLI", "*"), True),
        (exclusion("ARE", "MLI"), False),
        (exclusion("*", "CHE"), False),
        (exclusion("MLI", "ARE", first=2011, last=2011), True),
        (exclusion("MLI", "ARE", first=2012), False),
        (exclusion("MLI", "ARE", last=2010), False),
    ],
)
def test_reasons_that_are_documented(reason, excluded, expected):
    found = reason(pair(), exclusions=[excluded])
    assert found == ("series_begins_later" if expected else None)


def test_months_are_excluded_by_their_year(reason):
    month = pair(frequency="M", period=201106)
    assert reason(month, exclusions=[exclusion("*", "*", 2011, 2011)]) == "series_begins_later"


def test_a_pair_excluded_twice_stands_once_with_its_source(run_model):
    rows = run_model(
        "int_set_aside",
        int_measures=[pair()],
        int_controls=[control("ZZZ", "X", 0.9)],
        stg_exclusions=[exclusion("*", "ARE", source="b"), exclusion("MLI", "*", source="a")],
    )
    assert rows == [
        {
            "frequency": "A",
            "period": 2011,
            "exporter_iso3": "MLI",
            "importer_iso3": "ARE",
            "set_aside_reason": "series_begins_later",
            "set_aside_source": "a",
            "correction_number": None,
        }
    ]


def test_of_two_exclusions_that_of_the_user_stands(run_model):
    (row,) = run_model(
        "int_set_aside",
        int_measures=[pair()],
        int_controls=[control("ZZZ", "X", 0.9)],
        stg_exclusions=[
            exclusion("MLI", "*", source="a"),
            exclusion("MLI", "ARE", source="b", number=7),
        ],
    )
    assert (row["set_aside_source"], row["correction_number"]) == ("b", 7)
