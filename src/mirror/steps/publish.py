"""Publish a build that passed its checks as an edition."""

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from mirror import __version__, dictionary, publish, warehouse
from mirror.dictionary import Table
from mirror.errors import CheckFailed, SettingsError
from mirror.publish import PublishedTable, page
from mirror.steps.build import SQL
from mirror.steps.built import as_built
from mirror.steps.identity import code_id, method_id
from mirror.steps.metrics import write_metrics
from mirror.steps.pages import contents_of
from mirror.steps.run import Run
from mirror.warehouse import Warehouse

log = logging.getLogger(__name__)

DIRECTIONS = ("undeclared_export", "undeclared_import")
_AMOUNTS = ("at_least_fine_kg", "missing_fine_kg", "at_most_fine_kg")


def publish_edition(run: Run) -> Path:
    """Publish the build as the edition that it was built as, and return the edition's folder.

    Raises CheckFailed for a build whose checks were not run or failed; SettingsError where nothing
    is built, the run asks for another edition, or the folder cannot be written. What was published
    before stays then.
    """
    if not run.building.exists():
        raise SettingsError(f"Nothing is built in {run.out}: run mirror build first.")
    checks = json.loads(run.checks.read_text(encoding="utf-8")) if run.checks.exists() else {}
    with warehouse.open_built(run.building) as built:
        if checks.get("build_id") != built.frame("select build_id from raw_build").item():
            raise CheckFailed("The build was not checked, nothing was published: run mirror check.")
        if checks["critical"]:
            raise CheckFailed(
                f"The build failed {len(checks['critical'])} checks, nothing was published: "
                f"see {run.checks}."
            )
        run = as_built(built, run)
        _demand_same_frequency(built, run)
        tables = dictionary.load(SQL, built.columns())
        ready = [_ready(built, table) for table in tables.values() if table.schema == "main"]
        summary = _summary(built, run, ready, checks)
        folder = publish.publish(
            run.published,
            run.edition,
            __version__,
            ready,
            summary,
            lambda path: _write_database(built, tables, path),
            page.pages(contents_of(run.edition, summary, {t.name: t.frame for t in ready})),
        )
    newest = publish.newest(run.published)
    if newest == folder.resolve():
        warehouse.changes_beside(run.warehouse).unlink(missing_ok=True)
        run.building.replace(run.warehouse)
    write_metrics(run, folder)
    log.info("published %s", folder)
    return folder


def _write_database(built: Warehouse, tables: Mapping[str, Table], path: Path) -> None:
    """Write every table in its schema, and the macros that ask them."""
    asked = dictionary.load_macros(SQL).values()
    built.write_copy(
        path,
        {table.qualified: table.statements() for table in tables.values()},
        [statement for macro in asked for statement in macro.statements()],
    )


def _demand_same_frequency(built: Warehouse, run: Run) -> None:
    """Keep monthly figures from taking the place of annual ones, and the other way round."""
    frequency = str(built.frame("select frequency from stg_parameters").item())
    standing = run.published / run.edition
    if standing.is_dir() and publish.read_summary(standing)["frequency"] != frequency:
        raise SettingsError(
            f"Edition {run.edition} stands with records of the other frequency: publish this one "
            "with another --out, so that neither takes the place of the other."
        )


def _ready(built: Warehouse, table: Table) -> PublishedTable:
    frame = built.frame(f"select * from {table.name}")
    columns = tuple(
        {"name": c.name, "type": c.type, "unit": c.unit, "comment": c.comment}
        for c in table.columns
    )
    return PublishedTable(table.name, table.text, table.key, columns, frame)


def _summary(
    built: Warehouse, run: Run, tables: list[PublishedTable], checks: dict[str, Any]
) -> dict[str, Any]:
    return {
        "edition": run.edition,
        "version": __version__,
        "build_id": checks["build_id"],
        "method_id": method_id(),
        "code_id": code_id(),
        "source_kind": str(built.frame("select source_kind from raw_build").item()),
        "frequency": str(built.frame("select frequency from stg_parameters").item()),
        "window": built.frame("select first_year, last_year from int_window").to_dicts()[0],
        "rows": {table.name: table.frame.height for table in tables},
        "readings": dict(
            built.frame(
                "select reading, count(*) as pairs from gap_years group by reading order by reading"
            ).iter_rows()
        ),
        "rankings": {name: _ranking(built, name) for name in DIRECTIONS},
        "checks": {key: checks[key] for key in ("rules", "passed", "critical")},
        "warnings": checks["warnings"],
    }


def _ranking(built: Warehouse, direction: str) -> dict[str, Any]:
    """Sum up one ranking: its pairs by tier, what is missing of them, and its first ten."""
    pairs = built.frame(
        "select rank, tier, exporter_iso3, importer_iso3, probability_material, at_least_fine_kg, "
        "missing_fine_kg, at_most_fine_kg, grade, main_other_explanation "
        f"from ranked_gaps where direction = '{direction}' order by rank"
    )
    tiers = dict(pairs.group_by("tier").len().sort("tier").iter_rows())
    sure, possible = pairs.filter(pl.col("tier") <= 2), pairs.filter(tier=3)
    return {
        "pairs": pairs.height,
        "pairs_by_tier": {str(tier): tiers.get(tier, 0) for tier in (1, 2, 3, 4)},
        "sure": {"pairs": sure.height} | {name: sure[name].sum() for name in _AMOUNTS},
        "possible": {"pairs": possible.height} | {name: possible[name].sum() for name in _AMOUNTS},
        "first": pairs.head(10).to_dicts(),
    }
