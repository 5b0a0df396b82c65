"""Read the sources and build every model, beside what stands."""

import hashlib
import logging
import os
from pathlib import Path
from typing import Any

import polars as pl

from mirror import __version__, publish, records, warehouse
from mirror.errors import SettingsError, SourceError
from mirror.lake import StoredReply
from mirror.machine import refusals_said
from mirror.records import SourceFile
from mirror.settings import ASSETS, settings
from mirror.steps import archive, computing, diff, reference
from mirror.steps import built as remembering
from mirror.steps.demands import demand_pairs
from mirror.steps.identity import code_id, method_id
from mirror.steps.loading import load_corrections, load_reference, load_source
from mirror.steps.read import as_said, dated
from mirror.steps.run import Run
from mirror.steps.upstream import upstream
from mirror.warehouse import Warehouse

log = logging.getLogger(__name__)

SQL = ASSETS / "sql"


def build(run: Run) -> None:
    """Build the warehouse of a run; a build that fails leaves no file that could be published.

    Raises SourceError or SchemaDrift for a source that cannot be used, SettingsError for the
    folder.
    """
    kind, sources = _sources(run)
    with refusals_said(run.out):
        for stale in (run.building, warehouse.changes_beside(run.building), run.checks):
            stale.unlink(missing_ok=True)
    writing = run.building.with_suffix(f".{os.getpid()}.tmp")
    try:
        with (
            refusals_said(run.out),
            warehouse.create(writing, settings().threads, settings().memory_limit) as built,
            refusals_said(run.out),  # while the draft still takes the room that is lacking
        ):
            _load(built, run, kind, sources)
            _stage(built)
            built.run_models(SQL, computing.STEPS, warehouse.LAYERS[len(warehouse.STAGED) :])
            demand_pairs(built, run.frequency)
            built.refuse(SQL / "unmatched")
            diff.fill(built, run)
        writing.replace(run.building)
    finally:
        warehouse.remove(writing)


def _stage(built: Warehouse) -> None:
    """Type the rows; raises SourceError where not single rows are wrong but the sources."""
    built.refuse(SQL / "refusals")
    built.run_models(SQL, layers=warehouse.STAGED)
    built.refuse(SQL / "limits")


def _sources(run: Run) -> tuple[str, list[tuple[SourceFile, StoredReply | None]]]:
    """Say what kind of source a run reads, and list it; replies of the lake beside their files."""
    if not run.sources and archive.has_records(run):
        as_said([], run.units, run.released)
        return "lake", list(archive.replies(run))
    if run.as_of is not None:
        raise SettingsError(
            f"--as-of {run.as_of} asks for the lake, and {run.lake} held no records that day: "
            "give a later day, or run mirror fetch."
        )
    kind = "files" if run.sources else "sample"
    of_records = [one for one in publish.editions(run.published) if not _is_of_the_sample(one)]
    if kind == "sample" and of_records:
        raise SourceError(
            f"No --source, no lake in {run.out}: the sample will not take the place of edition "
            f"{of_records[-1].name}; give --source, fetch, or another --out."
        )
    found = records.find_sources(run.sources or (ASSETS / "data" / "sample",), run.skip)
    said = as_said(found, run.units, run.released)
    return kind, [(dated(one) if run.file_times else one, None) for one in said]


def _is_of_the_sample(edition: publish.Edition) -> bool:
    return bool(publish.read_summary(edition.folder)["source_kind"] == "sample")


def _load(
    built: Warehouse,
    run: Run,
    kind: str,
    sources: list[tuple[SourceFile, StoredReply | None]],
) -> None:
    built.create_raw_tables(records.COLUMNS)
    tables = reference.tables(run.reference)
    hashes = [
        load_reference(built, -number, file, rows)
        for number, (file, rows) in enumerate(tables.items(), start=1)
    ]
    hashes += load_corrections(built, run.corrections, tables)
    built.set_parameters(run.options)
    products = frozenset(built.frame("select hs_code from raw_products")["hs_code"])
    numbers: dict[int, int] = {}
    for number, (source, reply) in enumerate(sources, start=1):
        load_source(built, number, source, products, reply)
        given = [str(source.released)] if run.released or run.file_times else []
        hashes.append(" ".join([source.sha256, *source.units, *given]))
        if reply is not None:
            numbers[reply.id] = number
    if kind == "lake":
        archive.load(built, run, numbers)
    _remember(built, run, kind, hashes)


def _remember(built: Warehouse, run: Run, kind: str, hashes: list[str]) -> None:
    """Store what identifies the build and its run, and the ranking of the edition before it."""
    method = method_id(reference=run.reference)
    parts = [method, repr(run.options), *sorted(hashes)]
    digest = hashlib.sha256("\n".join(parts).encode())
    build = {
        "build_id": digest.hexdigest(),
        "version": __version__,
        "source_kind": kind,
        "method_id": method,
        "code_id": code_id(),
    }
    known = upstream(run) if kind == "lake" else None
    behind = {
        "checked_at": known and known.checked_at and known.checked_at.replace(tzinfo=None),
        "missing_reporter_periods": known and known.missing_reporter_periods,
        "behind": known and known.warning,
    }
    typed: dict[str, Any] = {
        "edition_before": pl.String, "other_method_before": pl.String, "as_of": pl.Date,
        "checked_at": pl.Datetime("us"),
        "missing_reporter_periods": pl.Int64, "behind": pl.String,
    }  # fmt: skip
    fields = build | remembering.fields(run) | behind
    row = pl.DataFrame([fields], schema_overrides=typed)
    built.append("raw_build", row)
    for sentence in publish.passed_over(run.published, run.edition):
        log.warning("%s", sentence)
    before = publish.before(run.published, run.edition)
    if before:
        built.append("raw_previous_ranking", _ranking(before.folder))


def _ranking(edition: Path) -> pl.DataFrame:
    columns = ["direction", "exporter_iso3", "importer_iso3", "rank"]
    return pl.read_parquet(edition / "ranked_gaps.parquet", columns=columns)
