"""CIF or FOB, row by row or by the importer's habit, and the margin a row carries."""

import pytest


def imported(partner, value, cif=None, fob=None, importer="ARE", kind="country"):
    return {
        "frequency": "A",
        "period": 2016,
        "reporter_iso3": importer,
        "partner_iso3": partner,
        "partner_kind": kind,
        "flow_code": "M",
        "value_usd": value,
        "cif_value_usd": cif,
        "fob_value_usd": fob,
    }


@pytest.fixture
def bases(run_model):
    """Map partner to basis, whether the row itself says so, and margin."""

    def run(*flows):
        rows = run_model("int_import_bases", int_gold_flows=flows)
        names = ("import_basis", "is_basis_of_row", "margin_of_row")
        return {row["partner_iso3"]: tuple(row[name] for name in names) for row in rows}

    return run


def test_value_that_equals_cif_is_cif_and_carries_the_margin(bases):
    found = bases(imported("MLI", 106.0, 106.0, 100.0))
    assert found == {"MLI": ("CIF", True, pytest.approx(106 / 100 - 1))}


def test_value_that_equals_fob_is_fob_and_has_no_margin_to_take_off(bases):
    found = bases(imported("MLI", 100.0, 106.0, 100.0))
    assert found == {"MLI": ("FOB", True, None)}


def test_a_thousandth_is_rounding_and_more_is_not(bases):
    found = bases(
        imported("GHA", 1000.0, fob=1001.0),
        imported("KEN", 1000.0, fob=1001.1),
        imported("MLI", 1000.0, fob=1000.0),
    )
    assert found["GHA"][:2] == ("FOB", True)
    assert found["KEN"][:2] == ("FOB", False)


def test_a_row_that_does_not_say_follows_the_habit_of_its_importer(bases):
    fob = [imported("GHA", 9.0, fob=9.0), imported("KEN", 9.0, fob=9.0), imported("MLI", 9.0)]
    tie = [imported("GHA", 9.0, fob=9.0), imported("KEN", 9.0, cif=9.0), imported("MLI", 9.0)]
    assert bases(*fob)["MLI"] == ("FOB", False, None)
    assert bases(*tie)["MLI"] == ("CIF", False, None)
    assert bases(imported("MLI", 9.0, importer="IND"))["MLI"] == ("CIF", False, None)


def test_habits_are_of_one_importer_only(bases):
    found = bases(imported("GHA", 9.0, fob=9.0, importer="CAN"), imported("MLI", 9.0))
    assert found == {"GHA": ("FOB", True, None), "MLI": ("CIF", False, None)}


@pytest.mark.parametrize(
    ("cif", "fob", "margin"),
    [
        (125.0, 100.0, 125 / 100 - 1),
        (126.0, 100.0, None),  # more than a quarter: not believed
        (99.0, 100.0, None),  # CIF below FOB: not believed
        (100.0, 100.0, None),  # one value twice: nothing is measured
        (100.00001, 100.0, 0.0000001),
        (100.0, None, None),
    ],
)
def test_margin_is_believed_above_nothing_and_up_to_a_quarter(bases, cif, fob, margin):
    known = margin if margin is None else pytest.approx(margin)
    assert bases(imported("MLI", cif, cif, fob)) == {"MLI": ("CIF", True, known)}


def test_exports_and_flows_without_a_value_have_no_basis(run_model):
    monetary = imported("MLI", None) | {"partner_iso3": "GHA"}
    export = imported("KEN", 9.0) | {"flow_code": "X"}
    rows = run_model("int_import_bases", int_gold_flows=[imported("MLI", 9.0), monetary, export])
    assert [row["partner_iso3"] for row in rows] == ["MLI"]
