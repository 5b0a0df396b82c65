"""Which rows of HS 7108 make a flow of non-monetary gold, and what of it is not known."""

from datetime import date

import pytest


def record(hs, value, weight=None, partner="ARE", **other):
    roles = {"7108": "heading", "710820": "monetary", "7118": "neighbour_class"}
    return {
        "frequency": "A",
        "period": 2016,
        "reporter_code": 466,
        "reporter_iso3": "MLI",
        "partner_code": 784,
        "partner_iso3": partner,
        "partner_kind": "country",
        "flow_code": "X",
        "product_role": roles.get(hs, "non_monetary"),
        "hs_code": hs,
        "value_usd": float(value),
        "net_weight_kg": weight,
        "is_weight_estimated": False,
        "cif_value_usd": None,
        "fob_value_usd": None,
        "released_date": date(2020, 1, 1),
    } | other


@pytest.fixture
def flow(run_model):
    """Return the single flow that the given records make."""

    def single(*records):
        (row,) = run_model("int_gold_flows", stg_records=records)
        return row

    return single


def test_heading_alone_is_the_flow(run_model):
    rows = run_model("int_gold_flows", stg_records=[record("7108", 100, 2.0)])
    assert rows == [
        {
            "frequency": "A",
            "period": 2016,
            "reporter_iso3": "MLI",
            "partner_iso3": "ARE",
            "partner_kind": "country",
            "flow_code": "X",
            "value_usd": 100.0,
            "net_weight_kg": 2.0,
            "is_weight_estimated": False,
            "cif_value_usd": None,
            "fob_value_usd": None,
            "monetary_value_usd": None,
            "suppressed_value_usd": 0.0,
            "row_count": 1,
            "released_date": date(2020, 1, 1),
        }
    ]


def test_subheadings_go_before_the_heading_and_are_not_added_to_it(flow):
    row = flow(record("7108", 100, 2.0), record("710812", 60, 1.1), record("710813", 40, 0.9))
    assert (row["value_usd"], row["net_weight_kg"]) == (60 + 40, 1.1 + 0.9)
    assert (row["suppressed_value_usd"], row["row_count"]) == (0, 3)


def test_what_the_subheadings_lack_is_suppressed(flow):
    row = flow(record("7108", 100, 2.0), record("710812", 70, 1.5), record("710820", 10, 0.2))
    assert (row["value_usd"], row["net_weight_kg"]) == (70, 1.5)
    assert row["suppressed_value_usd"] == 100 - 10 - 70
    assert row["monetary_value_usd"] == 10


@pytest.mark.parametrize(("parts", "suppressed"), [(99.0, 0), (98.9, 100 - 98.9)])
def test_one_percent_of_the_heading_may_be_rounding(flow, parts, suppressed):
    row = flow(record("7108", 100, 2.0), record("710812", parts))
    assert row["suppressed_value_usd"] == pytest.approx(suppressed)


def test_weight_of_the_heading_serves_subheadings_only_if_they_are_the_whole_of_it(flow):
    whole = flow(record("7108", 100, 2.0), record("710812", 100))
    part = flow(record("7108", 100, 2.0), record("710812", 70))
    assert (whole["net_weight_kg"], part["net_weight_kg"]) == (2.0, None)


def test_a_weight_without_which_the_value_stands_makes_the_sum_null(flow):
    """70 kg would be the weight of both rows only if the missing one were zero."""
    row = flow(record("710812", 60, 70.0), record("710813", 40))
    assert (row["value_usd"], row["net_weight_kg"]) == (100, None)


def test_a_row_of_no_value_needs_no_weight(flow):
    assert flow(record("710812", 60, 1.5), record("710813", 0))["net_weight_kg"] == 1.5


def test_monetary_gold_is_taken_off_the_heading(flow):
    row = flow(
        record("7108", 100, 2.0, cif_value_usd=100.0, fob_value_usd=99.0),
        record("710820", 30, 0.5, cif_value_usd=30.0, fob_value_usd=29.5),
    )
    assert (row["value_usd"], row["net_weight_kg"]) == (100 - 30, 2.0 - 0.5)
    assert (row["cif_value_usd"], row["fob_value_usd"]) == (100 - 30, 99 - 29.5)
    assert row["monetary_value_usd"] == 30


def test_monetary_gold_without_a_weight_leaves_the_rest_without_one(flow):
    row = flow(record("7108", 100, 2.0, cif_value_usd=100.0), record("710820", 30))
    assert (row["value_usd"], row["net_weight_kg"], row["cif_value_usd"]) == (70, None, None)


def test_heading_that_is_all_monetary_leaves_a_value_of_zero_and_no_weight(flow):
    row = flow(
        record("7108", 30, 0.5, cif_value_usd=30.0), record("710820", 30, 0.5, cif_value_usd=30.0)
    )
    assert (row["value_usd"], row["net_weight_kg"], row["cif_value_usd"]) == (0, None, None)


def test_monetary_gold_above_its_heading_leaves_nothing_and_never_less(flow):
    row = flow(record("7108", 30, 0.5), record("710820", 31, 0.6))
    assert (row["value_usd"], row["net_weight_kg"]) == (0, None)


def test_monetary_gold_alone_is_no_flow_of_zero(flow):
    row = flow(record("710820", 30, 0.5))
    assert (row["value_usd"], row["monetary_value_usd"]) == (None, 30)


def test_an_estimated_weight_marks_the_sum_from_a_twentieth_of_its_value_on(flow):
    estimated = {"is_weight_estimated": True}
    above = flow(record("710812", 94, 1.0), record("710813", 6, 1.0, **estimated))
    below = flow(record("710812", 96, 1.0), record("710813", 4, 1.0, **estimated))
    assert above["is_weight_estimated"] and not below["is_weight_estimated"]
    summed = flow(record("710812", 60, 1.0), record("710813", 40, 1.0, **estimated))
    empty = flow(record("710812", 60, 1.0), record("710813", 0, 1.0, **estimated))
    of_heading = flow(record("7108", 100, 2.0, **estimated), record("710812", 100))
    assert summed["is_weight_estimated"] and of_heading["is_weight_estimated"]
    assert not empty["is_weight_estimated"]


def test_two_area_codes_of_one_country_are_added_up_in_one_order(run_model):
    """France is 250 and 251, Switzerland 756 and 757: one country each, and no cent is lost.

    0.1 + 0.2 + 0.3 is another double than 0.3 + 0.2 + 0.1: the order of files must not show.
    """
    codes = {756: 0.1, 757: 0.2, 758: 0.3}
    records = [record("7108", v, 1.0, "CHE", partner_code=c) for c, v in codes.items()]
    for given in (records, records[::-1], [records[1], records[0], records[2]]):
        (row,) = run_model("int_gold_flows", stg_records=given)
        assert (row["value_usd"], row["net_weight_kg"]) == (0.1 + 0.2 + 0.3, 3.0)


def test_coin_and_scrap_make_no_flow_of_gold(run_model):
    assert run_model("int_gold_flows", stg_records=[record("7118", 50, 1.0)]) == []
