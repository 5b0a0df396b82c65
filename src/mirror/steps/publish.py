"""Publish a build that passed its checks as an edition."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from mirror import __version__, dictionary, publish, warehouse
from mirror.dictionary import Table
from mirror.errors import CheckFailed, SettingsError
from mirror.machine import refusals_said
from mirror.publish import PublishedTable, page
from mirror.steps.build import SQL
from mirror.steps.built import as_built, ids, run_id
from mirror.steps.metrics import write_metrics
from mirror.steps.pages import contents_of
from mirror.steps.reference import ages_of
from mirror.steps.run import Run, demand_month
from mirror.warehouse import Warehouse

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
    with refusals_said(run.out):
        return _publish(run)


def _publish(run: Run) -> Path:
    checks = _checks(run)
    with warehouse.open_built(run.building) as built:
        if checks.get("run_id") != run_id(built, run):
            raise CheckFailed("The build was not checked, nothing was published: run mirror check.")
        if checks["critical"]:
            raise CheckFailed(
                f"The build failed {len(checks['critical'])} checks, nothing was published: "
                f"see {run.checks}."
            )
        run = as_built(built, run)
        demand_month(run.edition)
        frequency = str(built.frame("select frequency from stg_parameters").item())
        demand_same_frequency(run, frequency)
        tables = dictionary.load(SQL, built.columns())
        ready = [_ready(built, table) for table in tables.values() if table.schema == "main"]
        content = publish.Content(
            version=__version__,
            tables=ready,
            summary=_summary(built, ready, checks, run.with_records),
            write_database=lambda path: _write_database(built, tables, path, run.with_records),
            is_same_database=warehouse.is_same,
            pages=lambda summary: page.pages(
                contents_of(summary, {table.name: table.frame for table in ready})
            ),
        )
        folder = publish.publish(run.published, run.edition, content, publish.present_month())
    write_metrics(run, folder)
    return folder


def _write_database(
    built: Warehouse, tables: Mapping[str, Table], path: Path, with_records: bool
) -> None:
    """Write every table in its schema, and the macros that ask them."""
    asked = dictionary.load_macros(SQL).values()
    built.write_copy(
        path,
        {table.qualified: table.statements() for table in tables.values()},
        {table.qualified: _published_rows(table, with_records) for table in tables.values()},
        [statement for macro in asked for statement in macro.statements()],
    )


def _published_rows(table: Table, with_records: bool) -> str:
    """The query for the rows of a table that are published."""
    if table.name == "left_out" and with_records:
        return (
            "select * replace (rows_kept + rows_left_out as rows_kept, 0 as rows_left_out) "
            "from left_out"
        )
    kept = f" semi join {table.behind} using (exporter_iso3, importer_iso3)"
    return f"select * from {table.name}{kept if table.behind and not with_records else ''}"


def _checks(run: Run) -> dict[str, Any]:
    """Read the outcome of the checks; empty if there is none that can be read."""
    try:
        said = json.loads(run.checks.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def demand_same_frequency(run: Run, frequency: str) -> None:
    """Keep monthly figures from taking the place of annual ones, and the other way round.

    Raises SettingsError where an edition of the month stands with the other.
    """
    of_month = [one for one in publish.editions(run.published) if one.month == run.edition]
    if any(publish.read_summary(one.folder)["frequency"] != frequency for one in of_month):
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
    built: Warehouse, tables: list[PublishedTable], checks: dict[str, Any], with_records: bool
) -> dict[str, Any]:
    return {
        "version": __version__,
        "build_id": checks["build_id"],
        **ids(built),
        "reference": _ages(built),
        "as_of": built.frame("select strftime(as_of, '%Y-%m-%d') from raw_build").item(),
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
        "upstream": _upstream(built),
        "corrections": _corrections(built),
        "records": _records(built, with_records),
        "warnings": checks["warnings"],
    }


def _upstream(built: Warehouse) -> dict[str, Any] | None:
    """How far the records are behind the service; null for those that are not from the lake."""
    ((kind, checked_at, missing, is_complete),) = built.frame(
        "select source_kind, strftime(checked_at, '%Y-%m-%dT%H:%M:%SZ'), missing_reporter_periods, "
        "behind is null from raw_build"
    ).iter_rows()
    if kind != "lake":
        return None
    return {
        "checked_at": checked_at,
        "missing_reporter_periods": missing,
        "is_complete": is_complete,
    }


def _corrections(built: Warehouse) -> dict[str, Any]:
    """How many corrections were applied, of which kind and by whom given."""
    found = built.frame("select correction_kind, given_by from corrections")
    kinds = found.group_by("correction_kind").len().sort("correction_kind")
    return {
        "applied": found.height,
        "by_kind": dict(kinds.iter_rows()),
        "given_by": sorted(set(found["given_by"].drop_nulls())),
        "without_giver": found["given_by"].null_count(),
    }


def _records(built: Warehouse, with_records: bool) -> dict[str, Any]:
    """How many records of UN Comtrade count, and how many of them the database leaves out."""
    ((kept, left_out),) = built.frame(
        "select rows_kept, rows_left_out from left_out where table_name = 'declared_rows'"
    ).iter_rows()
    return {"rows": kept + left_out, "rows_left_out": 0 if with_records else left_out}


def _ages(built: Warehouse) -> dict[str, str]:
    """Say until when the reference tables reach that grow old."""
    prices, mined = (
        built.frame(f"from raw_{name}") for name in ("gold_price", "gold_mine_production")
    )
    return ages_of(prices, mined)


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
