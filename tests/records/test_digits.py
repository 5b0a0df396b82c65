"""Digits that a spreadsheet took: counted and said where some are short, refused where most are."""

import pytest

from commands import mirror
from records.cases import BASE, table

MANY = [{**one, "partnerCode": one["partnerCode"] + n} for n in (0, 1, 2) for one in BASE]


def said(tmp_path, figures, rows=MANY, **style):
    """What `mirror read` says of values that are written in some way."""
    written = [{**one, "primaryValue": figures(n, float(one["primaryValue"]))}
               for n, one in enumerate(rows)]  # fmt: skip
    (tmp_path / "a.csv").write_bytes(table(written, **style))
    return mirror("read", tmp_path / "a.csv")


def test_most_figures_with_two_digits_are_refused_with_their_number(tmp_path):
    found = said(tmp_path, lambda n, v: f"{v:.1E}")
    assert found.returncode == 1
    assert ("a.csv, row 2: primary_value 4.4E+08 has lost digits: a spreadsheet kept 2 of them "
            "(21 of 21 figures above a million)") in found.stderr  # fmt: skip


def test_single_figures_with_two_digits_are_counted(tmp_path):
    """One in seven of 21; 4.4E+08 is the first row's 439,748,724.25."""
    found = said(tmp_path, lambda n, v: f"{v:.1E}" if n % 7 == 0 else f"{v:.2f}")
    assert found.returncode == 0
    assert ("primary_value has lost digits in a spreadsheet: 2 are left in 3 of 21 figures above a "
            "million, such as 4.4E+08 in row 2") in found.stdout  # fmt: skip


def test_six_digits_are_enough_to_be_read_and_said(tmp_path):
    found = said(tmp_path, lambda n, v: f"{v:.5E}")
    assert (found.returncode, "6 are left in 21 of 21" in found.stdout) == (0, True)


@pytest.mark.parametrize("written", ["4.4e+08", "4.4E8"])
def test_a_round_number_of_r_or_java_has_lost_nothing(tmp_path, written):
    found = said(tmp_path, lambda n, v: written if n == 0 else f"{v:.2f}")
    assert (found.returncode, "lost digits" in found.stdout) == (0, False)


def test_a_comma_before_an_exponent_is_the_decimal_mark(tmp_path):
    found = said(tmp_path, lambda n, v: f"{v:.5E}".replace(".", ","), delimiter=";")
    assert found.returncode == 0
    assert "4,39749E+08 in row 2" in found.stdout
    assert "fits the price of gold" in found.stdout
