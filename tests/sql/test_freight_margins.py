"""Quantiles of measured margins, by importer where it has rows enough, else of all together."""

import pytest


def margin(importer, value, kind="country"):
    return {"importer_iso3": importer, "margin_of_row": value, "partner_kind": kind}


@pytest.fixture
def margins(run_model):
    """Map importer to rows, whether the margin is its own, and low, mid, high."""

    def run(*bases):
        rows = run_model("freight_margins", int_import_bases=bases)
        assert [row["importer_iso3"] for row in rows] == sorted(r["importer_iso3"] for r in rows)
        names = ("margin_rows", "is_own_margin", "margin_low", "margin_mid", "margin_high")
        return {row["importer_iso3"]: tuple(row[name] for name in names) for row in rows}

    return run


FIVE = [margin("ARE", value) for value in (0.05, 0.01, 0.03, 0.02, 0.04)]


def test_quantiles_fall_between_rows(margins):
    """Of five rows the 5 % quantile lies 0.05 x 4 = 0.2 of the way from the first to the second."""
    own = (5, True, pytest.approx(0.01 + 0.2 * 0.01), 0.03, pytest.approx(0.05 - 0.2 * 0.01))
    assert margins(*FIVE) == {"*": own, "ARE": own}


def test_median_of_an_even_number_lies_between_the_two_in_the_middle(margins):
    found = margins(*FIVE, margin("ARE", 0.06))
    assert found["ARE"][3] == pytest.approx((0.03 + 0.04) / 2)


def test_importer_with_four_rows_takes_the_margin_of_all_together(margins):
    found = margins(*FIVE, *[margin("IND", value) for value in (0.10, 0.11, 0.12, 0.13)])
    pool = found["*"]
    assert pool[:2] == (9, True)
    assert pool[3] == 0.05  # fifth of nine: 0.01 to 0.05, then 0.10 to 0.13
    assert found["IND"] == (4, False, *pool[2:])
    assert found["ARE"][:2] == (5, True)
    assert found["ARE"][3] == 0.03


def test_importer_without_a_row_takes_the_margin_of_all_together(margins):
    found = margins(*FIVE, margin("GBR", None))
    assert found["GBR"] == (0, False, *found["ARE"][2:])


def test_world_rows_are_the_same_money_again_and_do_not_count(margins):
    assert margins(*FIVE, margin("ARE", 0.2, "world")) == margins(*FIVE)


def test_without_any_row_the_parameters_say(margins):
    """freight_default_low, _mid and _high of data/reference/parameters.csv."""
    default = (0.00005, 0.0093, 0.125)
    found = margins(margin("ARE", None))
    assert found == {"*": (0, True, *default), "ARE": (0, False, *default)}
