"""Read the sources and build every model, beside what stands."""

import hashlib
import logging
import os
from pathlib import Path

import polars as pl

from mirror import __version__, publish, records, warehouse
from mirror.errors import SourceError
from mirror.settings import ASSETS, settings
from mirror.steps.run import Run
from mirror.warehouse import Warehouse

log = logging.getLogger(__name__)

SQL = ASSETS / "sql"
REFERENCE = ASSETS / "data" / "reference"


def build(run: Run) -> None:
    """Build the warehouse of a run; a build that fails leaves no file that could be published.

    Raises SourceError or SchemaDrift for a source that cannot be used, SettingsError for the
    folder.
    """
    sources = records.find_sources(run.source_paths)
    for stale in (run.building, run.checks):
        stale.unlink(missing_ok=True)
    writing = run.building.with_suffix(f".{os.getpid()}.tmp")
    try:
        with warehouse.create(writing, settings().threads, settings().memory_limit) as built:
            _load(built, run, sources)
            built.refuse(SQL / "refusals")
            built.run_models(SQL)
            _demand_pairs(built, run)
        writing.replace(run.building)
    finally:
        writing.unlink(missing_ok=True)
        writing.with_name(writing.name + ".wal").unlink(missing_ok=True)


def _load(built: Warehouse, run: Run, sources: list[records.SourceFile]) -> None:
    built.create_fixed_raw()
    built.create_raw("raw_records", records.RECORD_COLUMNS)
    built.create_raw("raw_availability", records.AVAILABILITY_COLUMNS)
    hashes = [source.sha256 for source in sources]
    for file in sorted(REFERENCE.glob("*.csv")):
        rows = built.load_text(f"raw_{file.stem}", file)
        reference = next(iter(records.find_sources([file])))
        hashes.append(reference.sha256)
        _register(built, -len(hashes), reference, records.Counts("reference", rows))
    built.set_parameters(run.options)
    products = frozenset(built.frame("select hs_code from raw_products")["hs_code"])
    for number, source in enumerate(sources, start=1):
        _read(built, number, source, products)
    _remember(built, run, hashes)


def _read(
    built: Warehouse, number: int, source: records.SourceFile, products: frozenset[str]
) -> None:
    counts = records.Counts()
    for batch in records.read_file(source, products, counts):
        built.append(f"raw_{batch.kind}", batch.rows.with_columns(source_id=_id(number)))
        if batch.other_goods.height:
            built.append("raw_other_goods", batch.other_goods.with_columns(source_id=_id(number)))
    log.info("%s: %d rows read", source.label, counts.rows_read)
    _register(built, number, source, counts)


def _id(number: int) -> pl.Expr:
    return pl.lit(number, pl.Int32)


def _register(
    built: Warehouse, number: int, source: records.SourceFile, counts: records.Counts
) -> None:
    row = {
        "source_id": number,
        "label": source.label,
        "sha256": source.sha256,
        "size_bytes": source.size_bytes,
        "released": source.released,
        "kind": counts.kind,
        "rows_read": counts.rows_read,
        "rows_other_goods": counts.rows_other_goods,
        "unknown_columns": "; ".join(counts.unknown_columns) or None,
    }
    built.append("raw_sources", pl.DataFrame([row], schema_overrides={"released": pl.Date}))


def _remember(built: Warehouse, run: Run, hashes: list[str]) -> None:
    """Store what identifies the build, and the ranking of the edition before it."""
    models = [file.read_bytes() for file in warehouse.model_files(SQL)]
    parts = [__version__, repr(run.options), *sorted(hashes)]
    digest = hashlib.sha256(b"\x00".join([*models, *(part.encode() for part in parts)]))
    build = {
        "build_id": digest.hexdigest(),
        "version": __version__,
        "source_kind": run.source_kind,
    }
    built.append("raw_build", pl.DataFrame([build]))
    before = publish.previous_edition(run.published, run.edition)
    if before:
        built.append("raw_previous_ranking", _ranking(before))


def _ranking(edition: Path) -> pl.DataFrame:
    columns = ["direction", "exporter_iso3", "importer_iso3", "rank"]
    return pl.read_parquet(edition / "ranked_gaps.parquet", columns=columns)


def _demand_pairs(built: Warehouse, run: Run) -> None:
    if built.number("select count(*) from gap_years"):
        return
    word, other = ("annual", "monthly") if run.frequency == "A" else ("monthly", "annual")
    raise SourceError(
        f"The sources hold no {word} record of gold (HS 7108) that names a partner country: give "
        f"such records, or use --freq {other}."
    )
