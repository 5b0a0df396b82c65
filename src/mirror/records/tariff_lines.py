"""Lines of national tariffs, of 7 to 12 digits, added up to the subheadings they stand below."""

from collections.abc import Iterable, Set
from decimal import Decimal, InvalidOperation

import polars as pl

from mirror.records.areas import listed
from mirror.records.names import QUANTITY_COLUMNS
from mirror.records.table import Counts

_LINE = r"^\d{7,12}$"
_FLOW = ["type_code", "freq_code", "period", "reporter_code", "flow_code", "partner_code",
         "partner2_code", "customs_code", "mos_code", "mot_code"]  # fmt: skip
_EDITION = ["classification_code", "is_original_classification"]
_FIGURES = ["primary_value", "net_wgt", "cif_value", "fob_value"]
_KEY = [*_FLOW, *_EDITION]


class TariffLines:
    """Lines of one file, taken out of its frames and given back as rows of HS6.

    A flow that has a row of the subheading or its heading in the file needs none of them: that row
    holds them already.
    """

    def __init__(self, products: Set[str], counts: Counts) -> None:
        self._products, self._counts = products, counts
        self._lines: list[pl.DataFrame] = []
        self._whole: list[pl.Series] = []

    def taken_out(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the frame without its lines."""
        code = pl.col("cmd_code")
        is_line = code.str.contains(_LINE) & code.str.slice(0, 6).is_in(list(self._products))
        lines = frame.filter(is_line)
        if lines.height:
            self._lines.append(lines)
        gold = frame.filter(code.is_in(list(self._products)))
        self._whole.append(_told(gold, code))
        return frame.filter(~is_line.fill_null(False)) if lines.height else frame

    def added_up(self) -> pl.DataFrame | None:
        """Return a row for each flow and subheading that has lines only; null where there is none.

        What became of the lines is noted in the counts.
        """
        if not self._lines:
            return None
        lines = pl.concat(self._lines).with_columns(subheading=pl.col("cmd_code").str.slice(0, 6))
        whole = pl.concat(self._whole).unique().implode()
        has_whole = [
            _told(lines, pl.col("subheading").str.slice(0, n)).is_in(whole) for n in (4, 6)
        ]
        beside = lines.filter(has_whole[0] | has_whole[1])
        alone = lines.filter(~(has_whole[0] | has_whole[1]))
        rows = _summed(alone)
        self._counts.rows_tariff_lines = lines.height - rows.height
        if beside.height:
            self._counts.note(
                f"{beside.height:,} tariff lines ({listed(beside['cmd_code'])}) are left out: "
                "their headings stand beside them"
            )
        if alone.height:
            self._counts.warn(
                f"{alone.height:,} tariff lines ({listed(alone['cmd_code'])}) were added up to "
                f"{rows.height:,} rows of HS6 ({listed(alone['subheading'])})"
            )
        return rows if rows.height else None


def _told(frame: pl.DataFrame, code: pl.Expr) -> pl.Series:
    """Stand for flow and goods of each row."""
    return frame.select(pl.struct(*_FLOW, code.alias("goods")).hash().alias("told"))["told"]


def _summed(lines: pl.DataFrame) -> pl.DataFrame:
    """Add lines up; the same line twice with other figures stays twice, as a contradiction.

    Of a line and one that its code begins the shorter holds the longer.
    """
    weight = pl.col("net_wgt")
    is_zero = weight.cast(pl.Float64, strict=False) == 0  # beside a value it is none
    known = lines.with_columns(net_wgt=pl.when(~is_zero.fill_null(False)).then(weight))
    once = known.unique([*_KEY, "cmd_code", *_FIGURES], keep="first", maintain_order=True)
    of_flow = pl.col("cmd_code").over([*_KEY, "subheading"], mapping_strategy="join")
    longer = once.with_columns(others=of_flow)
    is_inside = pl.Series(
        [
            any(code != other and code.startswith(other) for other in others)
            for code, others in longer.select("cmd_code", "others").iter_rows()
        ],
        dtype=pl.Boolean,
    )
    told = once.filter(~is_inside).with_columns(
        version=pl.int_range(pl.len()).over([*_KEY, "cmd_code"])
    )
    estimated = pl.col("is_net_wgt_estimated")
    is_estimated = estimated.str.to_lowercase().is_in(["true", "1", "t"]).any()
    sums = [
        pl.col(name).map_batches(_added, return_dtype=pl.String, returns_scalar=True)
        for name in _FIGURES
    ]
    grouped = told.group_by([*_KEY, "subheading", "version"], maintain_order=True).agg(
        *sums,
        pl.col("source_row").min(),
        pl.col("last_released").max(),
        pl.when(is_estimated)
        .then(pl.lit("true"))
        .otherwise(estimated.first())
        .alias("is_net_wgt_estimated"),
        *(pl.lit(None, pl.String).alias(name) for name in QUANTITY_COLUMNS),
    )
    return grouped.rename({"subheading": "cmd_code"}).select(
        [name for name in lines.columns if name != "subheading"]
    )


def _added(texts: pl.Series) -> pl.Series:
    """Add numbers exactly; null where one is missing, and what is no number stays to be named."""
    return pl.Series([_sum(texts.to_list())], dtype=pl.String)


def _sum(texts: Iterable[str | None]) -> str | None:
    total = Decimal(0)
    for text in texts:
        if text is None:
            return None
        try:
            total += Decimal(text)
        except InvalidOperation:
            return text
    return format(total, "f")
