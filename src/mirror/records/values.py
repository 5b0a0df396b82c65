"""Values of fields, however a program has written them, as the service writes them."""

from collections.abc import Mapping

import polars as pl

from mirror.errors import SourceError
from mirror.records import signs
from mirror.records.areas import FLOWS, NUMBERED_FLOWS, code_of, is_ambiguous, listed
from mirror.records.figures import FIGURES, Figures
from mirror.records.layout import Layout
from mirror.records.limits import FIELD_MOST_CHARACTERS
from mirror.records.names import QUANTITY_COLUMNS
from mirror.records.periods import Periods
from mirror.records.table import Counts

NULL_WORDS = ["", "NA", "N/A", "n/a", "n.a.", "N.A.", "#N/A", "#NULL!", "nan", "NaN", "NAN", "-nan",
              "None", "none", "NULL", "Null", "null", "(null)", "<NA>", "NaT", "nil", "\\N", ".",
              "..", "...", "\u2026", "-", "\u2013", "\u2014", "?", ":", "missing", "undefined",
              "(blank)"]  # fmt: skip
"""What programs write where there is no value."""

_AREAS = ("reporter_code", "partner_code", "partner2_code")
_WHOLE = ("period", *_AREAS, "cmd_code", "mos_code", "mot_code", "is_original_classification",
          "is_net_wgt_estimated")  # fmt: skip
"""Fields whose whole numbers a frame may have written as 784.0."""

_KNOWN_MOST = 100_000
"""Values of a field that are remembered from batch to batch."""

_CODE = r"^\d+$"
_NAMED_GOODS = r"^(?:(?i:HS)[\s:-]*)?(\d{2,10})(?:\s*[:-]\s*\D.*)?$"
"""A code of goods with what names it: HS7108, 7108 - Gold."""

_DOTTED_GOODS = r"^\d{4}(\.\d\d){1,4}$"
"""A code of goods with the dots that tariffs print: 7108.12.00."""

_FREQUENCIES = {
    word: code
    for code, words in {"A": ("Annual", "Yearly"), "M": ("Monthly",)}.items()
    for written in words
    for word in (written, written.lower(), written.upper())
}


class Values:
    """Makes the values of one file plain, batch by batch."""

    def __init__(self, label: str, counts: Counts) -> None:
        self._label, self._counts = label, counts
        self._figures = Figures(label, counts)
        self._periods = Periods(label, counts)
        self._known: dict[str, dict[str, str | None]] = {}

    def plain(self, frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
        """Return the frame with codes, words and figures as the service writes them."""
        regular = self._figures.regular(frame)
        others = (*regular, "source_row", *QUANTITY_COLUMNS)
        fields = [name for name in frame.columns if name not in others]
        frame = frame.with_columns(pl.when(pl.col(n) != "").then(pl.col(n)) for n in regular)
        frame, words = self._bare(frame, fields)
        self._demand_short(frame, words)
        frame = self._periods.plain(frame)
        if "flow_code" in fields:
            frame = frame.with_columns(_flows(frame["flow_code"], layout))
        for name in _AREAS:
            if name in fields and not all(w is None or w.isdecimal() for w in words[name]):
                frame = self._coded(frame, name)
        return self._figures.plain(frame, regular)

    def demand_digits(self) -> None:
        """Say how many figures lack digits; raises SourceError where too few are left."""
        self._figures.lost.demand_digits()

    def _bare(
        self, frame: pl.DataFrame, fields: list[str]
    ) -> tuple[pl.DataFrame, dict[str, list[str | None]]]:
        """Write each different value in the one way that is read; return them, too."""
        found = frame.select(pl.col(fields).unique().implode()).row(0, named=True)
        bare = {name: self._written(name, [w for w in found[name] if w is not None])
                for name in fields}  # fmt: skip
        changed = {
            name: {word: to for word, to in known.items() if word != to}
            for name, known in bare.items()
        }
        frame = frame.with_columns(pl.col(n).replace(to) for n, to in changed.items() if to)
        return frame, {name: list(known.values()) for name, known in bare.items()}

    def _written(self, name: str, words: list[str]) -> dict[str, str | None]:
        """Return how each value of a field is written; most stood in earlier rows, too."""
        known = self._known.setdefault(name, {})
        if new := [word for word in words if word not in known]:
            if len(known) > _KNOWN_MOST:
                known.clear()
                new = words
            known.update(zip(new, _written(pl.Series(new), name), strict=True))
        return {word: known[word] for word in words}

    def _demand_short(self, frame: pl.DataFrame, words: Mapping[str, list[str | None]]) -> None:
        for name in words.keys() - set(FIGURES):
            if any(word and len(word) > FIELD_MOST_CHARACTERS for word in words[name]):
                long = frame.filter(pl.col(name).str.len_chars() > FIELD_MOST_CHARACTERS)
                raise SourceError(
                    f"{self._label}, row {long['source_row'][0]}: {name} is a text of more than "
                    f"{FIELD_MOST_CHARACTERS:,} characters; correct the row, or leave the file out."
                )

    def _coded(self, frame: pl.DataFrame, name: str) -> pl.DataFrame:
        """Put the codes of areas where ISO codes or names stand; what is unknown stays."""
        year = pl.col("period").str.slice(0, 4).cast(pl.Int32, strict=False).fill_null(0)
        words = frame.select(pl.col(name).alias("word"), year.alias("year")).filter(
            pl.col("word").is_not_null() & ~pl.col("word").str.contains(_CODE)
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


def _written(values: pl.Series, name: str) -> pl.Series:
    """Return values with plain signs, null where a word says so, and codes as the service's."""
    bare = signs.without_form(signs.plain_signs(values)).str.strip_chars().replace(NULL_WORDS, None)
    if name in _WHOLE:
        bare = bare.str.replace(r"^(\d+)\.0+$", "$1")
    if name == "freq_code":
        return bare.replace(_FREQUENCIES)
    return _goods(bare) if name == "cmd_code" else bare


def _goods(codes: pl.Series) -> pl.Series:
    """Write codes of goods without what names them and without dots."""
    code = pl.col("code")
    bare = pl.when(code.str.contains(_DOTTED_GOODS)).then(
        code.str.replace_all(".", "", literal=True)
    ).otherwise(code.str.replace(_NAMED_GOODS, "$1"))  # fmt: skip
    return codes.to_frame("code").select(bare).to_series()


def _flows(flows: pl.Series, layout: Layout) -> pl.Series:
    """Write flows as codes where they are words or, in old layouts, numbers."""
    if layout.is_numbered:
        return flows.str.replace(r"^(\d)\.0+$", "$1").replace(NUMBERED_FLOWS)
    words = flows.drop_nulls().unique()
    bare = words.str.to_lowercase().str.replace_all(r"[^a-z]", "")
    return flows.replace(
        {w: FLOWS[b] for w, b in zip(words, bare, strict=True) if b in FLOWS and FLOWS[b] != w}
    )
