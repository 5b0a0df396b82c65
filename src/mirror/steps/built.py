"""What a build remembers of how it was asked for: the steps after it go by that."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from mirror import publish
from mirror.errors import CheckFailed, SettingsError
from mirror.steps.identity import code_id
from mirror.steps.run import Run, as_one
from mirror.warehouse import Warehouse


@dataclass(frozen=True)
class Remembered:
    """`edition`: what the build was made as; `edition_before`: what it was compared with, null if
    none stood. `frequency`: A or M. `with_records`: whether all records are to be published.
    """

    edition: str
    is_edition_given: bool
    edition_before: str | None
    frequency: str
    with_records: bool


def fields(run: Run) -> dict[str, object]:
    """What a build stores of its run beside its parameters, as a row of raw_build."""
    before = publish.before(run.published, run.edition)
    return {
        "edition": run.edition,
        "is_edition_given": run.is_edition_given,
        "edition_before": before.name if before else None,
        "other_method_before": _other_method(publish.read_summary(before.folder))
        if before
        else None,
        "as_of": run.as_of,
        "run_id": as_one(run).run_id,
        "with_records": run.with_records,
    }


def run_id(built: Warehouse, run: Run) -> str:
    """The run that made the build; raises CheckFailed if `run` is one and made another.

    Raises SettingsError for a build of a version that did not say.
    """
    _demand_known(built, run)
    found = str(built.frame("select run_id from raw_build").item())
    if run.run_id not in ("", found):
        raise CheckFailed(
            f"The build in {run.out} was made by another run meanwhile, nothing was published: "
            "run again when no other run writes there."
        )
    return found


def _other_method(summary: Mapping[str, Any]) -> str | None:
    """The version that made an edition, if by another method than this one; else null."""
    return None if summary.get("code_id") == code_id() else str(summary["version"])


def remembered(built: Warehouse, run: Run) -> Remembered:
    """Read what a build remembers; raises SettingsError for one of a version that did not."""
    _demand_known(built, run)
    ((edition, is_given, before, with_records),) = built.frame(
        "select edition, is_edition_given, edition_before, with_records from raw_build"
    ).iter_rows()
    frequency = str(built.frame("select frequency from stg_parameters").item())
    return Remembered(str(edition), bool(is_given), before, frequency, bool(with_records))


def ids(built: Warehouse) -> dict[str, str]:
    """What identifies the method of a build: `method_id`, and `code_id` without reference data."""
    return dict(built.frame("select method_id, code_id from raw_build").to_dicts()[0])


def as_built(built: Warehouse, run: Run) -> Run:
    """The run with the edition of its build, and all records where either was asked for them.

    Raises SettingsError if it was asked for another. A build that was not told its edition, and was
    compared with none, may still be given one that has none before it.
    """
    known = remembered(built, run)
    run = replace(run, with_records=run.with_records or known.with_records)
    if not run.is_edition_given or run.edition == known.edition:
        return replace(run, edition=known.edition)
    is_free = not known.is_edition_given and known.edition_before is None
    if is_free and publish.before(run.published, run.edition) is None:
        return run
    raise SettingsError(
        f"The build in {run.out} is edition {known.edition}, not {run.edition}: run mirror build "
        f"--edition {run.edition}, or publish it without --edition."
    )


def _demand_known(built: Warehouse, run: Run) -> None:
    names = built.frame("select column_name from duckdb_columns() where table_name = 'raw_build'")
    if not {"edition", "run_id", "method_id", "with_records"} <= set(names["column_name"]):
        raise SettingsError(
            f"The build in {run.out} was made by an older version of mirror: run mirror build."
        )
