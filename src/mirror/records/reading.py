"""One file into batches of records, and counts of what was passed over."""

from collections.abc import Iterator, Set
from dataclasses import dataclass, replace

import polars as pl

from mirror.errors import SourceError, TruncatedReply
from mirror.records.layout import Layout
from mirror.records.names import COLUMNS, QUANTITY_COLUMNS
from mirror.records.opening import opened
from mirror.records.sources import SourceFile
from mirror.records.table import Counts, Reader
from mirror.records.tariff_lines import TariffLines
from mirror.records.unit_check import UnitCheck
from mirror.records.units import converted
from mirror.records.values import Values

BATCH_ROWS = 50_000
CUT_REPLY_ROWS = frozenset({500, 100_000, 250_000})
"""Sizes at which the service cuts a reply without saying so."""

_OTHER_GOODS_KEY = ["freq_code", "period", "reporter_code", "flow_code", "partner_code"]


@dataclass(frozen=True)
class Batch:
    """Rows of gold as text with `source_row`, and how many rows of other goods stood among them.

    `kind` is `records`, `availability` or `bilateral` (the service's own mirror); only records have
    other goods.
    """

    kind: str
    rows: pl.DataFrame
    other_goods: pl.DataFrame


def read_file(
    source: SourceFile, products: Set[str], counts: Counts, kind: str | None = None
) -> Iterator[Batch]:
    """Yield a file's rows in batches; rows of goods outside `products` are only counted.

    `kind` is what the file is known to hold, null where its columns must say it. Raises
    SourceError, SchemaDrift or TruncatedReply in one sentence.
    """
    units, lines = UnitCheck(), TariffLines(products, counts)
    with opened(source, counts, kind) as reader:
        values = Values(source.label, counts)
        for frame in _sliced(reader):
            layout = reader.layout
            whole = _dated(values.plain(_whole(frame, layout), layout))
            counts.kind = layout.kind
            counts.rows_read += frame.height
            if layout.kind == "records":
                whole = lines.taken_out(whole)
            batch = _split(whole, layout.kind, products)
            counts.rows_other_goods += whole.height - batch.rows.height
            if batch.kind == "records":
                values.demand_known(batch.rows, layout)
                batch = replace(batch, rows=_in_usd_and_kg(batch.rows, source, units))
            yield batch
        values.demand_digits()
        _remember(counts, reader.layout)
    if (added := lines.added_up()) is not None:
        values.demand_known(added, reader.layout)
        yield Batch("records", _in_usd_and_kg(added, source, units), pl.DataFrame())
    _demand_rows(source, counts)
    if counts.kind == "records":
        counts.units = units.verdict()


def _in_usd_and_kg(rows: pl.DataFrame, source: SourceFile, units: UnitCheck) -> pl.DataFrame:
    gold = converted(rows, source.units)
    units.see(gold)
    return gold.drop(QUANTITY_COLUMNS)


def _sliced(reader: Reader) -> Iterator[pl.DataFrame]:
    for frame in reader.frames():
        yield from frame.iter_slices(BATCH_ROWS)


def _remember(counts: Counts, layout: Layout) -> None:
    counts.kind, counts.unknown_columns = layout.kind, layout.unknown
    counts.columns_renamed = layout.renamed
    if layout.index:
        counts.note(f"columns that count the rows are left out ({', '.join(layout.index)})")


def _demand_rows(source: SourceFile, counts: Counts) -> None:
    if not counts.rows_read:
        raise SourceError(
            f"{source.label} holds no rows, which may mean that there was no trade or that the "
            "query was wrong: leave it out or ask for it again."
        )
    is_bulk = counts.shape == "delimited text" and source.path.suffix.lower() == ".gz"
    if counts.rows_read in CUT_REPLY_ROWS and not is_bulk:
        raise TruncatedReply(
            f"{source.label} holds exactly {counts.rows_read:,} rows, the size at which the "
            "service cuts a reply: split the query and fetch it again."
        )


def _whole(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Give a frame all columns of its kind."""
    columns = COLUMNS[layout.kind] + (QUANTITY_COLUMNS if layout.kind == "records" else ())
    missing = [pl.lit(None, pl.String).alias(n) for n in columns if n not in frame.columns]
    return frame.with_columns(missing).select("source_row", *columns)


def _dated(frame: pl.DataFrame) -> pl.DataFrame:
    """Fill the frequency that older layouts leave out."""
    length = pl.col("period").str.len_chars()
    by_length = pl.when(length == 4).then(pl.lit("A")).when(length == 6).then(pl.lit("M"))
    return frame.with_columns(pl.coalesce("freq_code", by_length).alias("freq_code"))


def _split(frame: pl.DataFrame, kind: str, products: Set[str]) -> Batch:
    if kind != "records":
        return Batch(kind, frame, pl.DataFrame())
    # a code such as 71-08 stays, so that it is refused and not taken for other goods
    code = pl.col("cmd_code")
    is_ours = code.is_in(list(products)) | code.is_null() | code.str.contains("[^A-Za-z0-9]")
    other = frame.filter(~is_ours).group_by(_OTHER_GOODS_KEY).agg(rows=pl.len().cast(pl.Int64))
    return Batch(kind, frame.filter(is_ours), other)
