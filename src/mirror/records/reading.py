"""One file, row by row, into batches of records and counts of what was passed over."""

from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from itertools import chain, islice

import polars as pl

from mirror.errors import SourceError, TruncatedReply
from mirror.records.layout import COLUMNS, Layout, merged, recognise
from mirror.records.rows import Row, is_json, json_rows, open_bytes, text_rows
from mirror.records.sources import SourceFile

BATCH_ROWS = 50_000
CUT_REPLY_ROWS = frozenset({500, 100_000, 250_000})
"""Sizes at which the service cuts a reply without saying so."""

_LEGACY_FLOWS = {"1": "M", "2": "X", "3": "RX", "4": "RM"}
_OTHER_GOODS_KEY = ["freq_code", "period", "reporter_code", "flow_code", "partner_code"]


@dataclass
class Counts:
    """What a file held, filled while it is read."""

    kind: str = "records"
    rows_read: int = 0
    rows_other_goods: int = 0
    unknown_columns: tuple[str, ...] = field(default=())


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
    label = source.label
    with open_bytes(source.path, label) as stream:
        is_reply = is_json(stream)
        names, rows = (json_rows if is_reply else text_rows)(stream, label)
        first = next(rows, None)
        if first is None:
            raise SourceError(
                f"{label} holds no rows, and an empty reply is no proof of no trade: "
                "leave it out or ask for it again."
            )
        layout = recognise(names, label, is_reply, kind)
        counts.kind, counts.unknown_columns = layout.kind, layout.unknown
        for batch in _batches(_whole(chain([first], rows), layout, label), layout, products):
            counts.rows_read += batch.rows.height + _total(batch.other_goods)
            counts.rows_other_goods += _total(batch.other_goods)
            yield batch
    is_bulk = not is_reply and source.path.suffix.lower() == ".gz"
    if counts.rows_read in CUT_REPLY_ROWS and not is_bulk:
        raise TruncatedReply(
            f"{label} holds exactly {counts.rows_read:,} rows, the size at which the service cuts "
            "a reply: split the query and fetch it again."
        )


def _whole(rows: Iterator[Row], layout: Layout, label: str) -> Iterator[Row]:
    if not layout.aliases:
        return rows
    return ((place, merged(row, layout, label, place)) for place, row in rows)


def _batches(rows: Iterator[Row], layout: Layout, products: Set[str]) -> Iterator[Batch]:
    columns = COLUMNS[layout.kind]
    schema = {"source_row": pl.Int64} | dict.fromkeys(columns, pl.String)
    names = [layout.fields.get(column) for column in columns]
    values = ((place, *(row.get(n) if n else None for n in names)) for place, row in rows)
    # nothing but a frame is held while the next batch is read
    while (frame := pl.DataFrame(islice(values, BATCH_ROWS), schema=schema, orient="row")).height:
        plain = frame.with_columns(pl.col(columns).str.strip_chars().replace("", None))
        yield _split(_modern(plain, layout), layout.kind, products)


def _modern(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Fill what older layouts leave unsaid: the frequency, and flows by number."""
    length = pl.col("period").str.len_chars()
    by_length = pl.when(length == 4).then(pl.lit("A")).when(length == 6).then(pl.lit("M"))
    frame = frame.with_columns(pl.coalesce("freq_code", by_length).alias("freq_code"))
    if layout.is_legacy:
        return frame.with_columns(pl.col("flow_code").replace(_LEGACY_FLOWS))
    return frame


def _split(frame: pl.DataFrame, kind: str, products: Set[str]) -> Batch:
    if kind != "records":
        return Batch(kind, frame, pl.DataFrame())
    # a code such as 7108.0 stays, so that it is refused and not taken for other goods
    code = pl.col("cmd_code")
    is_ours = code.is_in(list(products)) | code.is_null() | code.str.contains("[^A-Za-z0-9]")
    other = frame.filter(~is_ours).group_by(_OTHER_GOODS_KEY).agg(rows=pl.len().cast(pl.Int64))
    return Batch(kind, frame.filter(is_ours), other)


def _total(other_goods: pl.DataFrame) -> int:
    return int(other_goods["rows"].sum()) if other_goods.width else 0
