"""Expectations on tables, by Great Expectations; the only room that imports it."""

import json
import logging
import os
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mirror.errors import SettingsError

if TYPE_CHECKING:
    import pyarrow as pa

log = logging.getLogger(__name__)
Range = tuple[int, int]


@dataclass(frozen=True)
class Outcome:
    """One expectation on one table, and how it came out. `found` says what broke it, if known.

    `is_against_baseline`: it compares with the edition before, so it is no property of this one.
    """

    table: str
    rule: str
    severity: str
    success: bool
    found: str
    is_against_baseline: bool = False

    def sentence(self) -> str:
        """Say what broke, for a warning or an error."""
        return f"{self.table}: {self.rule}{f' ({self.found})' if self.found else ''}"


def check(
    folder: Path, table_of: Callable[[str], "pa.Table"], row_ranges: Mapping[str, Range]
) -> list[Outcome]:
    """Validate every table that has a file in `folder`.

    `table_of` returns the rows of a query; `row_ranges` bounds row counts by the last good edition.
    """
    gx = _great_expectations()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_pandas("tables")
    outcomes: list[Outcome] = []
    for file in sorted(folder.glob("*.json")):
        said = _read(file)
        rules = said["expectations"] + _row_rule(row_ranges.get(file.stem))
        suite = gx.ExpectationSuite(name=file.stem, expectations=[_plain(rule) for rule in rules])
        batch = source.add_dataframe_asset(file.stem).add_batch_definition_whole_dataframe("all")
        rows = table_of(said.get("query", f"select * from {file.stem}"))
        result = batch.get_batch({"dataframe": rows.to_pandas()}).validate(
            suite, result_format="SUMMARY"
        )
        outcomes += [_outcome(file.stem, one) for one in result.results]
    log.info("checked %d rules on %d tables", len(outcomes), len({o.table for o in outcomes}))
    return outcomes


def _great_expectations() -> Any:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations as gx
    # its import sets this one to INFO
    logging.getLogger("great_expectations.data_context.types.base").setLevel(logging.ERROR)
    return gx


def _read(file: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(file.read_text(encoding="utf-8")))
    except ValueError as error:
        raise SettingsError(f"{file.name} is no JSON ({error}): correct expectations/.") from error


def _row_rule(bounds: Range | None) -> list[dict[str, Any]]:
    if bounds is None:
        return []
    return [
        {
            "type": "expect_table_row_count_to_be_between",
            "kwargs": {"min_value": bounds[0], "max_value": bounds[1]},
            "severity": "critical",
            "meta": {
                "why": f"{bounds[0]:,} to {bounds[1]:,} rows by the last good edition; if the "
                "window or the sources were changed on purpose, run once with --new-baseline",
                "baseline": True,
            },
        }
    ]


def _plain(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {"severity": "critical", "meta": {}} | dict(rule)


def _outcome(table: str, one: Any) -> Outcome:
    rule = one.expectation_config
    found = one.result.get("partial_unexpected_list") or one.result.get("observed_value")
    if one.exception_info and one.exception_info.get("raised_exception"):
        found = one.exception_info.get("exception_message")
    why = (rule.meta or {}).get("why") or f"{rule.type} {rule.kwargs.get('column', '')}".strip()
    return Outcome(
        table=table,
        rule=why,
        severity=str(getattr(rule.severity, "value", rule.severity)),
        success=bool(one.success),
        found="" if one.success or found is None else str(found)[:200],
        is_against_baseline="baseline" in (rule.meta or {}),
    )
