"""Other classes of gold in which a pair's gap points the other way."""

import pytest


def record(flow, value, hs="7112", role="neighbour_class", reporter=None, partner=None, **other):
    """Mali exports, the Emirates import; both areas have one code."""
    ends = ("MLI", "ARE") if flow == "X" else ("ARE", "MLI")
    return {
        "frequency": "A",
        "period": 2016,
        "reporter_iso3": reporter or ends[0],
        "partner_iso3": partner or ends[1],
        "partner_kind": "country",
        "reporter_code": 1,
        "partner_code": 2,
        "flow_code": flow,
        "product_role": role,
        "hs_code": hs,
        "value_usd": value,
    } | other


@pytest.fixture
def swaps(run_model):
    """Map pair to what swaps of class can explain of a positive gap and of a negative one."""

    def run(*records):
        rows = run_model("int_neighbour_classes", stg_records=records)
        return {
            (row["exporter_iso3"], row["importer_iso3"]): (
                row["swap_of_positive_usd"],
                row["swap_of_negative_usd"],
            )
            for row in rows
        }

    return run


def test_what_the_exporter_books_as_scrap_can_explain_gold_that_the_importer_sees(run_model):
    assert run_model("int_neighbour_classes", stg_records=[record("X", 70.0)]) == [
        {
            "frequency": "A",
            "period": 2016,
            "exporter_iso3": "MLI",
            "importer_iso3": "ARE",
            "swap_of_positive_usd": 70.0,
            "swap_of_negative_usd": 0.0,
        }
    ]


def test_only_the_difference_of_both_sides_is_open(swaps):
    assert swaps(record("X", 70.0), record("M", 30.0)) == {("MLI", "ARE"): (70 - 30, 0)}
    assert swaps(record("X", 30.0), record("M", 70.0)) == {("MLI", "ARE"): (0, 70 - 30)}


def test_classes_are_not_netted_against_each_other(swaps):
    coin = {"hs": "7118"}
    monetary = {"hs": "710820", "role": "monetary"}
    found = swaps(record("X", 70.0), record("M", 50.0, **coin), record("X", 9.0, **monetary))
    assert found == {("MLI", "ARE"): (70 + 9, 50)}


@pytest.mark.parametrize(("heading", "larger"), [(100.0, 100.0), (40.0, 20.0 + 30)])
def test_a_heading_holds_its_subheadings(swaps, heading, larger):
    rows = [record("X", heading), record("X", 20.0, "711230"), record("X", 30.0, "711291")]
    assert swaps(*rows) == {("MLI", "ARE"): (larger, 0)}


def test_gold_itself_the_world_and_other_flows_are_no_other_class(swaps):
    assert (
        swaps(
            record("X", 70.0, "7108", "heading"),
            record("X", 70.0, "710812", "non_monetary"),
            record("X", 70.0, partner="W00", partner_kind="world"),
            record("RX", 70.0),
        )
        == {}
    )


def test_periods_stay_apart(run_model):
    rows = [record("X", 70.0), record("M", 70.0, period=2017)]
    found = run_model("int_neighbour_classes", stg_records=rows)
    assert sorted(row["period"] for row in found) == [2016, 2017]
    assert {row["period"]: row["swap_of_positive_usd"] for row in found} == {2016: 70, 2017: 0}
