"""Values of fields, however a program has written them, as the service writes them."""

import polars as pl

from mirror.errors import SourceError
from mirror.records.areas import FLOWS, NUMBERED_FLOWS, code_of, is_ambiguous, listed
from mirror.records.figures import FIGURES, Figures
from mirror.records.layout import Layout
from mirror.records.limits import FIELD_MOST_CHARACTERS
from mirror.records.names import QUANTITY_COLUMNS
from mirror.records.table import Counts

NULL_WORDS = ["", "NA", "N/A", "n/a", "#N/A", "nan", "NaN", "NAN", "-nan", "None", "none", "NULL",
              "Null", "null", "<NA>", "NaT", "nil", ".", "-"]  # fmt: skip
"""What programs write where there is no value."""

_AREAS = ("reporter_code", "partner_code", "partner2_code")
_WHOLE = ("period", *_AREAS, "cmd_code", "mos_code", "mot_code", "is_original_classification",
          "is_net_wgt_estimated")  # fmt: skip
"""Fields whose whole numbers a frame may have written as 784.0."""

_FREQUENCIES = {
    word: code
    for code, words in {"A": ("Annual", "Yearly"), "M": ("Monthly",)}.items()
    for written in words
    for word in (written, written.lower(), written.upper())
}

_DATE = r"^((?:19|20)\d\d)-?(\d\d)?-?(\d\d)?(?:[T ]00:00(?::00(?:\.0+)?)?)?$"


class Values:
    """Makes the values of one file plain, batch by batch."""

    def __init__(self, label: str, counts: Counts) -> None:
        self._label, self._counts = label, counts
        self._figures = Figures(label, counts)

    def plain(self, frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
        """Return the frame with codes, words and figures as the service writes them."""
        fields = [name for name in frame.columns if name not in ("source_row", *QUANTITY_COLUMNS)]
        frame = frame.with_columns(pl.col(fields).str.strip_chars().replace(NULL_WORDS, None))
        self._demand_short(frame, fields)
        whole = [
            n for n in _WHOLE if n in fields and frame[n].str.contains(".0", literal=True).any()
        ]
        frame = frame.with_columns(pl.col(whole).str.replace(r"^(\d+)\.0+$", "$1"))
        if "freq_code" in fields:
            frame = frame.with_columns(pl.col("freq_code").replace(_FREQUENCIES))
        frame = _periods(_undotted(frame))
        if "flow_code" in fields:
            frame = frame.with_columns(_flows(frame["flow_code"], layout))
        for name in _AREAS:
            if name in fields:
                frame = self._coded(frame, name)
        return self._figures.plain(frame)

    def demand_digits(self) -> None:
        """Say how many figures lack digits; raises SourceError where too few are left."""
        self._figures.lost.demand_digits()

    def _demand_short(self, frame: pl.DataFrame, fields: list[str]) -> None:
        for name in set(fields) - set(FIGURES):
            if (frame[name].str.len_chars() > FIELD_MOST_CHARACTERS).any():
                long = frame.filter(pl.col(name).str.len_chars() > FIELD_MOST_CHARACTERS)
                raise SourceError(
                    f"{self._label}, row {long['source_row'][0]}: {name} is a text of more than "
                    f"{FIELD_MOST_CHARACTERS:,} characters; correct the row, or leave the file out."
                )

    def _coded(self, frame: pl.DataFrame, name: str) -> pl.DataFrame:
        """Put the codes of areas where ISO codes or names stand; what is unknown stays."""
        year = pl.col("period").str.slice(0, 4).cast(pl.Int32, strict=False).fill_null(0)
        words = frame.select(pl.col(name).alias("word"), year.alias("year")).filter(
            pl.col("word").is_not_null() & ~pl.col("word").str.contains(r"^\d+$")
        )
        if not words.height:
            return frame
        pairs = words.unique(maintain_order=True)
        codes = [code_of(word, at) for word, at in pairs.iter_rows()]
        if any(codes):
            self._counts.note(f"{name} is in words: codes found by ISO code or name")
        known = pairs.with_columns(pl.Series("code", codes, dtype=pl.String))
        joined = frame.with_columns(year.alias("year")).join(
            known.rename({"word": name}), on=[name, "year"], how="left", maintain_order="left"
        )
        return joined.with_columns(pl.coalesce("code", name).alias(name)).drop("code", "year")

    def demand_known(self, frame: pl.DataFrame, layout: Layout) -> None:
        """Raise SourceError for names of countries that are not known, where names are all."""
        for name in _AREAS:
            if name not in layout.worded:
                continue
            found = frame.filter(~pl.col(name).str.contains(r"^\d+$"))
            words = found[name].drop_nulls().unique().to_list()
            if words:
                doubtful = [word for word in words if is_ambiguous(word)]
                said = "stand for more than one" if doubtful else "are not known"
                raise SourceError(
                    f"{self._label}, row {found['source_row'][0]}: names of countries that {said} "
                    f"({listed(doubtful or words)}): write ISO codes or Comtrade's names, or "
                    f"download the file with the column {layout.fields[name]} as a code."
                )


def _undotted(frame: pl.DataFrame) -> pl.DataFrame:
    """Write codes of goods without the dots that tariffs print: 7108.12.00."""
    if "cmd_code" not in frame.columns:
        return frame
    code = pl.col("cmd_code")
    is_dotted = code.str.contains(r"^\d{4}(\.\d\d){1,4}$")
    return frame.with_columns(
        pl.when(is_dotted).then(code.str.replace_all(".", "", literal=True)).otherwise(code)
    )


def _periods(frame: pl.DataFrame) -> pl.DataFrame:
    """Write periods as years or months where they are dates, by the frequency of the row."""
    if not frame["period"].str.contains("-", literal=True).any():
        return frame
    period = pl.col("period")
    year, month, day = (period.str.extract(_DATE, n) for n in (1, 2, 3))
    frequency = pl.col("freq_code")
    dated = period.str.contains("-", literal=True) & year.is_not_null()
    is_year = (frequency == "A") & (month.is_null() | (month == "01"))
    is_month = (frequency == "M") & month.is_not_null()
    january = (day == "01") & (month == "01")
    in_years = frequency.is_null() & january.filter(dated).all()
    first = day.is_null() | (day == "01")
    return frame.with_columns(
        pl.when(dated & first & (is_year | in_years)).then(year)
        .when(dated & first & (is_month | frequency.is_null())).then(year + month)
        .otherwise(period).alias("period")
    )  # fmt: skip


def _flows(flows: pl.Series, layout: Layout) -> pl.Series:
    """Write flows as codes where they are words or, in old layouts, numbers."""
    if layout.is_numbered:
        return flows.str.replace(r"^(\d)\.0+$", "$1").replace(NUMBERED_FLOWS)
    words = flows.drop_nulls().unique()
    bare = words.str.to_lowercase().str.replace_all(r"[^a-z]", "")
    return flows.replace(
        {w: FLOWS[b] for w, b in zip(words, bare, strict=True) if b in FLOWS and FLOWS[b] != w}
    )
