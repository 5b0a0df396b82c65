"""A life, month by month: what becomes of the records, the run, and the referee after it."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from benchmarks.life.age_judge import judge_completeness, judge_prometheus, judge_status
from benchmarks.life.causes_judge import judge_causes, judge_diff, judge_ranks_before
from benchmarks.life.commands import Commands, Outcome
from benchmarks.life.deliveries import View
from benchmarks.life.editions import Edition, hashes
from benchmarks.life.end_judge import judge_leftovers, judge_unchanged, judge_verify
from benchmarks.life.explain_judge import judge_explain
from benchmarks.life.findings import Findings
from benchmarks.life.happenings import grow, happen
from benchmarks.life.loopback import Loopback
from benchmarks.life.outcome_judge import (
    NEW_BASELINE,
    Published,
    judge_ending,
    judge_last_good,
    judge_links,
    judge_name,
    judge_rerun,
    wants_baseline,
)
from benchmarks.life.plan import Month
from benchmarks.life.records_judge import judge_records, judge_sameness
from benchmarks.life.service import Service
from benchmarks.life.troubles import NO_TROUBLE, Trouble

FIRST = datetime(2025, 1, 5, 6, 0, tzinfo=UTC)
"""The first run; the gold price that the project has ends in the middle of 2026."""
RESTORED_SHARE = 0.4
"""Share of months in which a dataset that was withdrawn comes back."""


@dataclass(slots=True)
class Life:
    """One world, one service, one folder, and what was published so far."""

    service: Service
    loopback: Loopback
    commands: Commands
    findings: Findings
    rng: np.random.Generator
    has_key: bool
    view: View = field(default_factory=View)
    newest: dict[str, Edition] = field(default_factory=dict)
    """The newest edition of each month."""
    all: list[Edition] = field(default_factory=list)
    now: datetime = FIRST
    is_upheaval: bool = False
    """Whether half a year's rows went this month, or came back."""
    is_baseline_wanted: bool = False
    """Whether the last run stopped and asked for a new baseline, which the operator then gives."""

    def play(self, month: Month) -> None:
        """Let a month pass."""
        run_at = run_time(month.index)
        self.now = run_at + timedelta(days=16)
        self.findings.month = f"{run_at:%Y-%m}"
        if month.index:
            self._status(run_at - timedelta(days=2), is_refused=False)
        self._happen(month, run_at)
        self._run(month, run_at)
        evening = run_at + timedelta(days=15)
        self._status(evening, is_refused=month.is_status_refused)
        edition = self.newest.get(self.findings.month)
        if month.runs_twice or edition is None or not edition.is_complete:
            self._run(replace(month, trouble=NO_TROUBLE), evening + timedelta(days=1))

    def end(self) -> None:
        """The referee after the last month."""
        self.findings.month = "end"
        verified = self.commands(self.now + timedelta(days=2), "verify")
        judge_verify(verified, self.all, self.findings)
        judge_unchanged(self.all, self.findings)
        judge_leftovers(self.commands.out, self.findings)
        for asked in sorted(set(self.service.refused)):
            self.findings.add("asked_wrongly", "request", "one that the service knows", asked)

    def _happen(self, month: Month, run_at: datetime) -> None:
        world = self.service.world
        self.is_upheaval = bool(world.halved) or "half_year" in month.events
        if world.halved:
            happen(world, self.rng, "whole_year", run_at)
        if month.is_quiet:
            return
        grow(world, self.rng, run_at)
        for kind in month.events:
            happen(world, self.rng, kind, run_at)
        is_older = bool(world.withdrawn) and "withdrawn" not in month.events
        if is_older and self.rng.random() < RESTORED_SHARE:
            happen(world, self.rng, "restored", run_at)

    def _status(self, at: datetime, is_refused: bool) -> None:
        self.service.begin(NO_TROUBLE)
        if is_refused:
            self.loopback.close()
        outcome = self.commands(at, "status", "--json")
        self.loopback.open()
        judge_status(outcome, self.newest, not is_refused, self.findings)

    def _run(self, month: Month, at: datetime) -> None:
        """Run a month, once, and judge what came of it."""
        trouble = month.trouble
        if trouble.kind == "quota":
            trouble = Trouble("quota", calls=int(self.rng.integers(0, 2)))
        self.service.begin(trouble)
        if trouble.kind == "refused":
            self.loopback.close()
        outcome = self._command(month, at)
        self.loopback.open()
        is_published = self._judge_ending(month, outcome)
        self.view = self._view()
        if not is_published:
            judge_last_good(self._published(), self.all[-1] if self.all else None, self.findings)
            return
        self._judge_published(outcome, at)

    def _command(self, month: Month, at: datetime) -> Outcome:
        """The schedule's command; without a key a fetch comes first, however it ends."""
        options = [NEW_BASELINE] if self.is_baseline_wanted else []
        if self.has_key:
            return self.commands(at, "run", *options)
        fetched = self.commands(at, "fetch", "--years", f"2017-{at.year}")
        self._judge_ending(month, fetched)
        return self.commands(at + timedelta(minutes=5), "run", *options)

    def _judge_ending(self, month: Month, outcome: Outcome) -> bool:
        self.is_baseline_wanted = wants_baseline(outcome)
        return judge_ending(outcome, month, self.is_upheaval, self.findings)

    def _view(self) -> View:
        return self.view.after(self.service.world, self.service.deliveries)

    def _published(self) -> Published:
        return Published(self.commands.out)

    def _judge_published(self, outcome: Outcome, at: datetime) -> None:
        name = self.findings.month
        standing = self.newest.get(name)
        is_listed = self._is_listed()
        behind = len(self.view.behind)
        is_complete = behind == 0 and is_listed
        if standing is not None and standing.has_seen(self.view, is_complete):
            is_kept = judge_rerun(outcome, standing, self._published(), self.findings)
            if is_kept:
                return
        edition = self._edition(outcome, is_complete)
        if edition is None:
            return
        judge_name(edition, self._revision(name), self.findings)
        judge_links(self._published(), edition, self.findings)
        judge_completeness(edition, behind, is_listed, at, self.findings)
        judge_prometheus(self.commands.out, edition, at, self.findings)
        judge_records(edition, self.findings)
        self._judge_moves(edition, at)
        self.newest[name] = edition
        self.all.append(edition)

    def _is_listed(self) -> bool:
        """Whether availability told of every year since the run began."""
        periods = {period for _, period in self.service.world.published}
        return self.service.deliveries.lists_all(periods)

    def _revision(self, name: str) -> int:
        return 1 + sum(edition.month == name for edition in self.all)

    def _edition(self, outcome: Outcome, is_complete: bool) -> Edition | None:
        lines = outcome.stdout.splitlines()
        folder = Path(lines[0]).resolve() if lines else Path("nowhere")
        if not (folder / "summary.json").is_file():
            self.findings.add("no_folder", "first line of stdout", "the edition", lines[:1])
            return None
        return Edition(self.findings.month, folder, self.view, is_complete, hashes(folder))

    def _judge_moves(self, edition: Edition, at: datetime) -> None:
        """What moved since the month before, by the files and by `diff`, and why."""
        months = [month for month in self.newest if month < edition.month]
        before = self.newest[max(months)] if months else None
        judge_ranks_before(before, edition, self.findings)
        if before is None:
            return
        judge_causes(before, edition, self.findings)
        if before.has_seen(edition.view, edition.is_complete):
            judge_sameness(before, edition, self.findings)
        told = self.commands(at + timedelta(hours=1), "diff", before.month, edition.month)
        judge_diff(told, edition, self.findings)
        judge_explain(self.commands, at + timedelta(hours=2), edition, self.findings)


def run_time(index: int) -> datetime:
    """06:00 UTC on the fifth of a month, counted from the first."""
    months = FIRST.month - 1 + index
    return FIRST.replace(year=FIRST.year + months // 12, month=months % 12 + 1)
