"""The years that are ranked: ten, back from the newest complete year in the records."""

import pytest


def controls(frequency="A", **reporters):
    """`y2016=4`: four reporters in 2016."""
    return [
        {"frequency": frequency, "period": int(name[1:]), "reporter_iso3": f"R{number:02}"}
        for name, count in reporters.items()
        for number in range(count)
    ]


@pytest.fixture
def window(run_model):
    def run(rows, **parameters):
        settings = {"frequency": "A", "window_years": 10, "complete_year_share": 0.75}
        found = run_model("int_window", int_controls=rows, stg_parameters=[settings | parameters])
        return [(row["first_year"], row["last_year"]) for row in found]

    return run


@pytest.mark.parametrize(("newest", "last"), [(2, 2015), (3, 2016)])
def test_three_in_four_of_the_fullest_year_make_a_year_complete(window, newest, last):
    assert window(controls(y2014=3, y2015=4, y2016=newest)) == [(last - 9, last)]


def test_a_year_is_measured_by_the_fullest_whatever_lies_between(window):
    """Five of eight reporters, and two of four, are too few; a missing year between is none."""
    assert window(controls(y2015=4, y2016=8, y2017=5)) == [(2007, 2016)]
    assert window(controls(y2015=4, y2017=2)) == [(2006, 2015)]


def test_years_are_those_of_the_published_frequency(window):
    both = [*controls(y2015=2), *controls("M", y201701=2)]
    assert window(both) == [(2006, 2015)]
    assert window(both, frequency="M") == [(2008, 2017)]


def test_months_of_one_reporter_are_one_reporter_of_the_year(window):
    months = controls("M", y201601=2, y201602=1, y201603=2, y201701=1)
    assert window(months, frequency="M", window_years=1) == [(2016, 2016)]


def test_a_reporter_with_two_flows_counts_once(window):
    assert window([*controls(y2015=4), *controls(y2016=2), *controls(y2016=2)]) == [(2006, 2015)]


def test_a_shorter_window(window):
    assert window(controls(y2016=1), window_years=3) == [(2014, 2016)]


def test_no_records_of_the_frequency_no_window(window):
    assert window(controls("M", y201601=1)) == []
