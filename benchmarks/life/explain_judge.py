"""Whether `mirror explain` speaks of the edition that `latest` shows, and of no other build."""

import re
from datetime import datetime

import polars as pl

from benchmarks.life.commands import Commands
from benchmarks.life.editions import Edition
from benchmarks.life.findings import Findings

_RAW_GAP = re.compile(r"the importer reports ([\d,.]+)( M)? USD, the exporter ([\d,.]+)( M)? USD")
_TOLERANCE_USD = 51_000.0
"""Half of the last digit that a sentence in millions shows, and a bit."""


def judge_explain(commands: Commands, at: datetime, edition: Edition, findings: Findings) -> None:
    """The first pair of the ranking is explained with both reports of all its years."""
    if not edition.ranked_gaps.height:
        findings.add("no_ranking", edition.month, "ranked pairs", "none")
        return
    first = edition.ranked_gaps.row(0, named=True)
    pair = first["exporter_iso3"], first["importer_iso3"]
    outcome = commands(at, "explain", *pair)
    what = f"explain {' '.join(pair)}"
    if not findings.demand(outcome.code == 0, "explain_failed", what, "exit 0", outcome.stderr):
        return
    told = _RAW_GAP.search(" ".join(outcome.stdout.split()))
    years = edition.gap_years.filter(
        (pl.col("exporter_iso3") == pair[0]) & (pl.col("importer_iso3") == pair[1])
    )
    wanted = tuple(float(years[f"{side}_value_usd"].sum()) for side in ("import", "export"))
    got = (_usd(told[1], told[2]), _usd(told[3], told[4])) if told else None
    findings.demand(
        got is not None
        and all(abs(one - other) <= _TOLERANCE_USD for one, other in zip(got, wanted, strict=True)),
        "explain_differs",
        what,
        wanted,
        got or outcome.stdout[:300],
    )


def _usd(figure: str, million: str | None) -> float:
    return float(figure.replace(",", "").rstrip(".")) * (1e6 if million else 1.0)
