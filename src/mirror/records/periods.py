"""Periods that a program has written as dates, as the service writes them: YYYY or YYYYMM."""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

import polars as pl

from mirror.errors import SourceError
from mirror.records.table import Counts

_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d.%m.%Y", "%d %b %Y", "%d-%b-%Y")
_MONTHS = ("%Y-%m", "%Y/%m", "%YM%m", "%Y-M%m", "%b %Y", "%b-%Y", "%B %Y", "%b-%y")
_ORDERS = (("%d/%m/%Y", "%d-%m-%Y"), ("%m/%d/%Y", "%m-%d-%Y"))
"""Forms of dates that could be read with day and month in either order."""

_MIDNIGHT = re.compile(r"[T ]0?0:00(:00([.,]0+)?)?( ?(Z|UTC|\+00:?00))?$")
_NONE = re.compile(r"\d{1,7}|\d{9,}|\d{4}[-/]\d")
"""What could be read as a date and is none that a program writes: 43101, 2016-1."""

_DATES_MOST = 5_000
"""Different periods of a batch: more are no dates of records."""

_PLAIN = r"^(\d{4}|\d{6})$"


class Periods:
    """The periods of one file, batch by batch; what was certain once holds for the rest."""

    def __init__(self, label: str, counts: Counts) -> None:
        self._label, self._counts = label, counts
        self._order: int | None = None
        self._in_years: bool | None = None

    def plain(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Write dates as years or months, by the frequency of their row; what is none stays."""
        dates = frame.filter(~pl.col("period").str.contains(_PLAIN))
        words = [w for w in dates["period"].unique() if not _NONE.fullmatch(w)]
        if not words or len(words) > _DATES_MOST:
            return frame
        read = self._read(words, frame)
        loose = [read[w] for w in dates.filter(pl.col("freq_code").is_null())["period"].unique()
                 if w in read]  # fmt: skip
        if loose:
            self._decide(loose)
        of_year = {word: f"{day:%Y}" for word, (day, _) in read.items() if _is_of_year(day)}
        of_month = {word: f"{day:%Y%m}" for word, (day, _) in read.items()}
        period, frequency = pl.col("period"), pl.col("freq_code")
        return frame.with_columns(
            pl.when((frequency == "A") | (frequency.is_null() & bool(self._in_years)))
            .then(period.replace(of_year))
            .when((frequency == "M") | frequency.is_null()).then(period.replace(of_month))
            .otherwise(period).alias("period")
        )  # fmt: skip

    def _read(self, words: Sequence[str], frame: pl.DataFrame) -> dict[str, tuple[date, bool]]:
        """Return the date of each word that is one, and whether it names a month and no day."""
        bare = {word: _MIDNIGHT.sub("", word) for word in words}
        sure = {word: found for word, text in bare.items() if (found := _dated(text, _DAYS))}
        sure = {word: day for word, day in sure.items() if _is_end(day)}
        months = {word: found for word, text in bare.items()
                  if word not in sure and (found := _dated(text, _MONTHS))}  # fmt: skip
        either = self._ordered({w: t for w, t in bare.items() if w not in sure | months}, frame)
        return {w: (d, False) for w, d in (sure | either).items()} | {
            word: (day, True) for word, day in months.items()
        }

    def _ordered(self, texts: dict[str, str], frame: pl.DataFrame) -> dict[str, date]:
        """Read dates of either order by the one in which each begins or ends a month."""
        readings = [
            {word: day for word, text in texts.items() if (day := _dated(text, forms))}
            for forms in _ORDERS
        ]
        dates = readings[0].keys() | readings[1].keys()
        known = [n for n, read in enumerate(readings)
                 if read.keys() == dates and all(map(_is_end, read.values()))]  # fmt: skip
        if not dates or not known:
            return {}
        if len(known) == 1:
            if self._order not in (None, known[0]):
                raise self._mixed(min(dates), frame)
            self._order = known[0]
        return readings[known[0]]

    def _decide(self, dates: Sequence[tuple[date, bool]]) -> None:
        """Say whether dates without a frequency are years: so they are if all begin or end one."""
        is_year = all(not is_month and _is_of_year(day) for day, is_month in dates)
        if self._in_years is not None and self._in_years and not is_year:
            raise SourceError(
                f"{self._label} has periods as dates of years and of months and no frequency: "
                "add the column freqCode (A or M), or write them as YYYY or YYYYMM."
            )
        if self._in_years is None:
            self._in_years = is_year
            self._counts.note(
                f"periods are dates without a frequency: read as {'years' if is_year else 'months'}"
            )

    def _mixed(self, word: str, frame: pl.DataFrame) -> SourceError:
        row = frame.filter(pl.col("period") == word)["source_row"][0]
        return SourceError(
            f"{self._label}, row {row}: the period {word} has day and month in another order than "
            "rows above it: write YYYY for annual and YYYYMM for monthly records."
        )


def _dated(text: str, forms: Iterable[str]) -> date | None:
    return next(_dates(text, forms), None)


def _dates(text: str, forms: Iterable[str]) -> Iterator[date]:
    for form in forms:
        try:
            yield datetime.strptime(text, form).date()
        except ValueError:
            continue


def _is_end(day: date) -> bool:
    """Say whether a day begins or ends a month: any other is no period."""
    return day.day in (1, monthrange(day.year, day.month)[1])


def _is_of_year(day: date) -> bool:
    return (day.month, day.day) in ((1, 1), (12, 31))
