"""Periods written as dates become years or months; what could be either is refused or stays."""

import polars as pl
import pytest

from mirror.errors import SourceError
from mirror.records.periods import Periods
from mirror.records.table import Counts


def frame(frequency: str | None, *periods: str) -> pl.DataFrame:
    return pl.DataFrame(
        {"source_row": range(1, len(periods) + 1), "period": periods, "freq_code": frequency},
        schema={"source_row": pl.Int64, "period": pl.String, "freq_code": pl.String},
    )


def read(frequency: str | None, *periods: str) -> list[str]:
    return Periods("a.csv", Counts()).plain(frame(frequency, *periods))["period"].to_list()


@pytest.mark.parametrize("written", [
    "201802", "2018-02", "2018/02", "2018M02", "2018-M2", "2018-02-01", "2018-02-28", "Feb 2018",
    "Feb-18", "February 2018", "20180201", "01.02.2018", "1 Feb 2018", "2018-02-01 00:00:00",
    "2018-02-01T00:00:00Z", "28/02/2018", "2/28/2018",
])  # fmt: skip
def test_february_2018(written):
    assert read("M", written) == ["201802"]


@pytest.mark.parametrize(
    "written", ["2018", "2018-01-01", "31/12/2018", "12/31/2018 0:00", "20181231"]
)
def test_the_year_2018(written):
    assert read("A", written) == ["2018"]


@pytest.mark.parametrize(("frequency", "written"), [
    ("M", "2018-02-14"), ("A", "2018-06-30"), ("M", "2018Q1"), ("A", "2018-Q1"), ("A", "43101"),
    ("M", "2018-2"), ("M", "2018.1"), ("M", "30/02/2018"), ("A", "2,018"), ("M", "2018-13"),
])  # fmt: skip
def test_what_is_no_year_or_month_stays_and_is_refused_with_the_rows(frequency, written):
    assert read(frequency, written) == [written]


def test_the_order_of_day_and_month_is_that_in_which_all_begin_a_month():
    assert read("M", "1/1/2018", "1/2/2018", "1/3/2018") == ["201801", "201802", "201803"]
    assert read("M", "1/1/2018", "2/1/2018", "3/1/2018") == ["201801", "201802", "201803"]
    assert read("M", "1/2/2018", "2/1/2018") == ["1/2/2018", "2/1/2018"]  # neither order fits


def test_another_order_in_later_rows_is_refused():
    periods = Periods("a.csv", Counts())
    periods.plain(frame("M", "1/2/2018"))
    with pytest.raises(SourceError, match=r"row 1: the period 2/1/2018 has day and month in ano"):
        periods.plain(frame("M", "2/1/2018"))


def test_without_a_frequency_dates_are_years_only_if_all_are():
    """Years first and months below them would count a month as a year."""
    counts = Counts()
    assert read(None, "2018-01-01", "2019-01-01") == ["2018", "2019"]
    assert read(None, "2018-01-01", "2018-02-01") == ["201801", "201802"]
    periods = Periods("a.csv", counts)
    periods.plain(frame(None, "2018-01-01"))
    assert counts.notes == ["periods are dates without a frequency: read as years"]
    with pytest.raises(SourceError, match="dates of years and of months and no frequency"):
        periods.plain(frame(None, "2018-02-01"))


def test_thousands_of_different_words_cost_little_and_stay():
    words = [f"period {n}" for n in range(20_000)]
    assert read("A", *words) == words
