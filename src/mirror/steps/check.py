"""Check the build; a critical failure keeps it from being published."""

import logging
from collections.abc import Sequence

from mirror import publish, quality, warehouse
from mirror.errors import CheckFailed, SettingsError
from mirror.machine import refusals_said, write_whole
from mirror.publish.package import json_text
from mirror.quality import Outcome
from mirror.settings import ASSETS
from mirror.steps.build import SQL
from mirror.steps.built import run_id as built_by
from mirror.steps.identity import code_id
from mirror.steps.run import Run

log = logging.getLogger(__name__)

LEAST_SHARE, MOST_SHARE = 0.5, 2.0
"""Row counts between half and twice those of the last good edition pass."""

ALWAYS_ROWS = 10
"""So many rows more or fewer pass as well: one revision can halve a small table."""

OF_RECORDS = {"gap_years", "reporter_coverage"}
"""Tables whose number of rows follows the records under any method."""

BOUND = OF_RECORDS | {"country_balance", "ranked_gaps"}
"""Tables whose number of rows follows the records. Others hold what is left of a comparison, of
which a revision, a newcomer or a withdrawal may rightly leave twice or half.
"""


def check(run: Run) -> list[str]:
    """Check the build and store the outcome; return its warnings.

    Raises CheckFailed, which names every critical failure, and SettingsError if nothing is built.
    """
    if not run.building.exists():
        raise SettingsError(f"Nothing is built in {run.out}: run mirror build first.")
    with refusals_said(run.out):
        return _check(run)


def _check(run: Run) -> list[str]:
    with warehouse.open_built(run.building) as built:
        run_id = built_by(built, run)
        kind = str(built.frame("select source_kind from raw_build").item())
        frequency = str(built.frame("select frequency from stg_parameters").item())
        ranges = _row_ranges(run, kind, frequency)
        outcomes = quality.check(ASSETS / "expectations", built.arrow, ranges)
        warnings = built.warnings(SQL / "warnings")
        build_id = str(built.frame("select build_id from raw_build").item())
    failed = [o for o in outcomes if not o.success]
    critical = [o.sentence() for o in failed if o.severity == "critical"]
    warnings += [o.sentence() for o in failed if o.severity != "critical"]
    report = _report(build_id, outcomes, critical, warnings) | {"run_id": run_id}
    write_whole(run.checks, json_text(report))
    for warning in warnings:
        log.warning("%s", warning)
    if critical:
        raise CheckFailed(
            f"{len(critical)} checks failed and nothing was published: {'; '.join(critical[:5])}. "
            f"See {run.checks}; the last good edition stands."
        )
    return warnings


def _report(
    build_id: str, outcomes: Sequence[Outcome], critical: list[str], warnings: list[str]
) -> dict[str, object]:
    own = [o for o in outcomes if not o.is_against_baseline]
    return {
        "build_id": build_id,
        "rules": len(own),
        "passed": sum(o.success for o in own),
        "critical": critical,
        "warnings": warnings,
    }


def _range(rows: int) -> quality.Range:
    least, most = int(rows * LEAST_SHARE), int(rows * MOST_SHARE)
    return max(0, min(least, rows - ALWAYS_ROWS)), max(most, rows + ALWAYS_ROWS)


def _row_ranges(run: Run, source_kind: str, frequency: str) -> dict[str, quality.Range]:
    """Bound row counts by the newest good edition of the same kind of source and frequency.

    One that another method made bounds only what follows the records.
    """
    if run.new_baseline:
        return {}
    for edition in reversed(publish.editions(run.published)):
        if edition.month > publish.present_month() or not publish.has_its_summary(edition):
            continue
        summary = publish.read_summary(edition.folder)
        if (summary["source_kind"], summary["frequency"]) == (source_kind, frequency):
            is_same_method = summary.get("code_id") == code_id()
            return {
                table: _range(rows)
                for table, rows in summary["rows"].items()
                if table in (BOUND if is_same_method else OF_RECORDS)
            }
    return {}
