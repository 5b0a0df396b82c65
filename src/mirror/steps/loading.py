"""Read the files of a run into the warehouse, each with what was recognised of it."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from mirror import records
from mirror.lake import StoredReply
from mirror.records import Counts, SourceFile, Verdict
from mirror.steps import archive, corrections
from mirror.steps.read import recognised
from mirror.warehouse import Warehouse

log = logging.getLogger(__name__)


def load_reference(built: Warehouse, number: int, file: Path, rows: pl.DataFrame) -> str:
    """Load a reference table and return what identifies it."""
    counts = Counts("reference", built.load_frame(f"raw_{file.stem}", rows))
    (source,) = records.find_sources([file])
    _register(built, number, source, counts)
    return source.sha256


def load_corrections(
    built: Warehouse, folder: Path | None, tables: Mapping[Path, pl.DataFrame]
) -> list[str]:
    """Load the corrections of a user, held against the reference tables; return what identifies
    each of their files.
    """
    given = corrections.read(folder, tables)
    for number, (source, rows) in enumerate(given, start=len(tables) + 1):
        built.append("raw_corrections", rows.with_columns(source_id=_id(-number)))
        _register(built, -number, source, Counts("corrections", rows.height))
    return [source.sha256 for source, _ in given]


def load_source(
    built: Warehouse,
    number: int,
    source: SourceFile,
    products: frozenset[str],
    reply: StoredReply | None,
) -> None:
    """Load a file, or a reply of the lake, and remember what it was recognised as.

    Raises SourceError for a file in another unit than USD and kg, as a whole.
    """
    counts = Counts()
    if reply is None or reply.rows:
        _append(built, number, source, products, counts, archive.kind_of(reply))
    log.info("%s: %d rows read", source.label, counts.rows_read)
    if reply is None and counts.units:
        records.demand_unit(source.label, source.units, counts.units)
        if counts.units.is_by_quantity and not source.units:
            counts = _converted(built, number, source, products, counts.units)
    _register(built, number, source, counts, reply)


def _converted(
    built: Warehouse,
    number: int,
    source: SourceFile,
    products: frozenset[str],
    verdict: Verdict,
) -> Counts:
    """Read a file again whose own quantities tell in which unit its weights are."""
    built.remove(number, ("raw_records", "raw_other_goods"))
    (unit,) = verdict.units
    counts = Counts()
    _append(built, number, replace(source, units=(unit.name,)), products, counts, None)
    counts.units = verdict
    counts.warn(
        f"the weights are in {unit.text}, as the quantities beside them show, and were converted"
    )
    return counts


def _append(
    built: Warehouse,
    number: int,
    source: SourceFile,
    products: frozenset[str],
    counts: Counts,
    kind: str | None,
) -> None:
    for batch in records.read_file(source, products, counts, kind):
        rows = batch.rows.with_columns(source_id=_id(number))
        built.append(f"raw_{batch.kind}", rows)
        if batch.other_goods.height:
            other = batch.other_goods.with_columns(source_id=_id(number))
            built.append("raw_other_goods", other)


def _id(number: int) -> pl.Expr:
    return pl.lit(number, pl.Int32)


def _register(
    built: Warehouse,
    number: int,
    source: SourceFile,
    counts: Counts,
    reply: StoredReply | None = None,
) -> None:
    row = {
        "source_id": number,
        "label": source.label,
        "sha256": source.sha256,
        "size_bytes": source.size_bytes,
        "released": source.released,
        "fetched_at": reply.fetched_at.replace(tzinfo=None) if reply else None,
        "kind": counts.kind,
        "rows_read": counts.rows_read,
        "rows_other_goods": counts.rows_other_goods,
        "rows_tariff_lines": counts.rows_tariff_lines,
        **recognised(counts),
        "reading_warnings": "; ".join(counts.warnings) or None,
        "is_unit_vouched_for": any(records.UNITS[name].factor == 1 for name in source.units),
    }
    texts = dict.fromkeys([*recognised(counts), "reading_warnings"], pl.String)
    dates = [pl.col("released").cast(pl.Date), pl.col("fetched_at").cast(pl.Datetime("us"))]
    frame = pl.DataFrame([row], schema_overrides=texts).with_columns(dates)
    built.append("raw_sources", frame)
