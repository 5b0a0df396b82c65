"""What an edition and `status` say of age and completeness, against what is true of them."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.life.commands import Outcome
from benchmarks.life.editions import Edition, damage
from benchmarks.life.findings import Findings

DUE_DAY = 6
BEHIND = re.compile(r"The edition is behind the service: (\d+) published reporter-periods? ")
_A_RUN = timedelta(minutes=30)


def judge_completeness(
    edition: Edition, behind: int, is_listed: bool, run_at: datetime, findings: Findings
) -> None:
    """`upstream` of summary.json: complete or not, how much is missing, asked when.

    `behind`: reporters' years that the service has newer; `is_listed`: availability answered.
    Where it did not, nobody can know the number: then it may be anything up to the true one.
    """
    upstream: dict[str, Any] | None = edition.summary.get("upstream")
    if upstream is None:
        kind = "upstream_unsaid" if edition.is_complete else "behind_unmarked"
        findings.add(kind, "summary.json upstream", f"{behind} missing", sorted(edition.summary))
        return
    findings.demand(
        upstream.get("is_complete") is edition.is_complete,
        "completeness_untrue",
        f"upstream.is_complete, {behind} behind, availability answered: {is_listed}",
        edition.is_complete,
        upstream,
    )
    number = upstream.get("missing_reporter_periods")
    is_right = number == behind if is_listed else isinstance(number, int) and 0 <= number <= behind
    findings.demand(is_right, "missing_number", "missing_reporter_periods", behind, number)
    _judge_warning(edition, number, findings)
    _judge_checked_at(upstream, is_listed, run_at, findings)


def _judge_warning(edition: Edition, number: object, findings: Findings) -> None:
    """The warning stands first where the edition is behind, and nowhere else."""
    told = [warning for warning in edition.warnings if BEHIND.match(warning)]
    if edition.is_complete:
        findings.demand(not told, "warned_falsely", "warnings", "none of being behind", told)
        return
    first = edition.warnings[0] if edition.warnings else ""
    matched = BEHIND.match(first)
    findings.demand(
        matched is not None and int(matched[1]) == number,
        "warning_not_first",
        "first warning of summary.json",
        f"The edition is behind the service: {number} …",
        first,
    )
    cited = " ".join((edition.folder / "CITATION.txt").read_text("utf-8").split())
    is_marked = "behind the service" in cited
    findings.demand(is_marked, "citation_unmarked", "CITATION.txt", first, cited)


def _judge_checked_at(
    upstream: dict[str, Any], is_listed: bool, run_at: datetime, findings: Findings
) -> None:
    said = upstream.get("checked_at")
    try:
        at = datetime.fromisoformat(str(said).replace("Z", "+00:00").replace(" UTC", "+00:00"))
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
    except ValueError:
        findings.add("checked_at_unread", "upstream.checked_at", "a time in UTC", said)
        return
    is_now = timedelta() <= at - run_at <= _A_RUN
    if is_listed:
        findings.demand(is_now, "checked_at_untrue", "upstream.checked_at", run_at, at)
    else:
        findings.demand(at < run_at, "checked_at_untrue", "upstream.checked_at", "before", at)


def due_month(at: datetime) -> str:
    """The month whose edition is due: this one from its day on, else the one before."""
    month = at if at.day >= DUE_DAY else at.replace(day=1) - timedelta(days=1)
    return f"{month:%Y-%m}"


def judge_status(
    outcome: Outcome, editions: dict[str, Edition], is_reachable: bool, findings: Findings
) -> None:
    """Exit 0, 1 or 3 by the edition that is due; one object on stdout that names it."""
    edition = editions.get(due_month(outcome.at))
    is_good = edition is not None and edition.is_complete and damage(edition.folder) is None
    wanted = 1 if not is_good else 0 if is_reachable else 3
    what = f"status on {outcome.at:%Y-%m-%d}, service reachable: {is_reachable}"
    findings.demand(
        outcome.code == wanted, "status_code", what, wanted, f"{outcome.code}: {outcome.stderr}"
    )
    findings.demand(not outcome.has_traceback, "traceback", what, "none", outcome.stderr[-400:])
    try:
        said = json.loads(outcome.stdout)
    except ValueError:
        findings.add("status_json", what, "one object on stdout", outcome.stdout or outcome.stderr)
        return
    findings.demand(isinstance(said, dict), "status_json", what, "an object", type(said))
    if editions:
        last = editions[max(editions)]
        findings.demand(last.month in outcome.stdout, "status_edition", what, last.month, said)


def judge_prometheus(out: Path, edition: Edition, run_at: datetime, findings: Findings) -> None:
    """The metrics that are replaced after each publish."""
    path = out / "mirror.prom"
    if not path.is_file():
        findings.add("no_metrics", "mirror.prom", "a file", "none")
        return
    text = path.read_text("utf-8")
    complete = re.search(r"^mirror_edition_complete(?:\{.*\})? (\S+)$", text, re.M)
    success = re.search(r"^mirror_last_success_timestamp_seconds(?:\{.*\})? (\S+)$", text, re.M)
    findings.demand(
        complete is not None and bool(float(complete[1])) is edition.is_complete,
        "metrics_untrue",
        "mirror_edition_complete",
        edition.is_complete,
        text,
    )
    late = float(success[1]) - run_at.timestamp() if success else -1
    findings.demand(
        0 <= late <= _A_RUN.total_seconds(),
        "metrics_untrue",
        "mirror_last_success_timestamp_seconds",
        run_at.timestamp(),
        text,
    )
    findings.demand(
        edition.month in text, "metrics_untrue", "mirror_edition_info", edition.month, text
    )
