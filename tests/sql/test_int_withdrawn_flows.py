"""Flows that an earlier release had and that a later reply has replaced."""

import pytest

PRODUCTS = [
    {"hs_code": code, "product_role": role}
    for code, role in (
        ("7108", "heading"), ("710812", "non_monetary"), ("710820", "monetary"),
        ("7112", "scrap"),
    )
]  # fmt: skip


def row(**other):
    return {
        "frequency": "A",
        "period": 2023,
        "reporter_iso3": "CHE",
        "partner_iso3": "IND",
        "flow_code": "X",
        "hs_code": "710812",
        "fate": "superseded",
        "is_goods": True,
        "is_total": True,
        "value_usd": 5.0,
    } | other


@pytest.fixture
def taken_back(run_model):
    def run(*rows):
        found = run_model("int_withdrawn_flows", stg_rows=rows, stg_products=PRODUCTS)
        return [tuple(one.values()) for one in found]

    return run


def test_a_replaced_row_of_gold_is_a_flow_once_whatever_its_codes(taken_back):
    expected = [("A", 2023, "CHE", "IND", "X")]
    assert taken_back(row(), row(hs_code="7108"), row(fate="used", partner_iso3="ARE")) == expected


@pytest.mark.parametrize(
    "other",
    [
        {"fate": "used"}, {"hs_code": "710820"}, {"hs_code": "7112"}, {"flow_code": "RX"},
        {"is_total": False}, {"is_goods": False}, {"value_usd": 0.0},
    ],
)  # fmt: skip
def test_what_is_no_declared_flow_of_non_monetary_gold_is_none(taken_back, other):
    assert taken_back(row(**other)) == []
