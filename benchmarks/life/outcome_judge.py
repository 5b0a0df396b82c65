"""How a run ended: published, or stopped with one fitting sentence and nothing lost."""

from dataclasses import dataclass
from pathlib import Path

from benchmarks.life.commands import Outcome
from benchmarks.life.editions import Edition, damage
from benchmarks.life.findings import Findings
from benchmarks.life.plan import Month
from benchmarks.life.troubles import MAY_STOP

NOTHING_NEW = "Edition {name} stands already with the same content: nothing new was published."
NEW_BASELINE = "--new-baseline"


@dataclass(frozen=True, slots=True)
class Published:
    """Where the editions of one `--out` lie."""

    out: Path

    @property
    def folder(self) -> Path:
        """All editions."""
        return self.out / "published"

    @property
    def latest(self) -> Path | None:
        """The real folder that `latest` shows."""
        link = self.folder / "latest"
        return link.resolve() if link.exists() else None


def judge_ending(outcome: Outcome, month: Month, is_upheaval: bool, findings: Findings) -> bool:
    """Whether it was published; `is_upheaval`: half a year's rows went, or came back.

    Then a check of row counts may stop it; in any other month that is a fault of its own kind.
    """
    run = " ".join(outcome.command[:1])
    kind = month.trouble.kind
    what, log = f"{run} with {kind} {month.events}", outcome.stderr[-400:]
    findings.demand(not outcome.has_traceback, "traceback", what, "a sentence", log)
    if outcome.code == 0:
        return True
    sentences = outcome.sentences
    findings.demand(outcome.code == 1, "exit_code", what, 1, outcome.code)
    findings.demand(len(sentences) == 1, "not_one_sentence", what, "one sentence", log)
    wanted = MAY_STOP.get(kind, ()) + (("rows", "check") if is_upheaval else ())
    told = " ".join(sentences).lower()
    if wants_baseline(outcome) and not is_upheaval:
        findings.add("stopped_by_row_counts", what, "published", " ".join(sentences))
    elif not wanted:
        findings.add("stopped", what, "published", " ".join(sentences) or log)
    elif not any(word in told for word in wanted):
        findings.add("unfitting_sentence", what, f"one of {wanted}", told)
    return False


def wants_baseline(outcome: Outcome) -> bool:
    """Whether the sentence asks for a run without the row counts of the last edition."""
    return any(NEW_BASELINE in sentence for sentence in outcome.sentences)


def judge_last_good(published: Published, last: Edition | None, findings: Findings) -> None:
    """After a stop, `latest` shows the edition that it showed, and that one is whole."""
    if last is None:
        return
    shown = published.latest
    findings.demand(shown == last.folder, "latest_moved", "latest after a stop", last.folder, shown)
    fault = damage(last.folder)
    findings.demand(fault is None, "last_good_damaged", last.folder.name, "whole", fault)


def judge_links(published: Published, edition: Edition, findings: Findings) -> None:
    """The month's link and `latest` show the edition; its name stands in its summary."""
    for name in (edition.month, "latest"):
        link = published.folder / name
        shown = link.resolve() if link.exists() else None
        findings.demand(shown == edition.folder, "link_untrue", name, edition.folder.name, shown)
    fault = damage(edition.folder)
    findings.demand(fault is None, "edition_damaged", edition.folder.name, "whole", fault)


def judge_name(edition: Edition, revision: int, findings: Findings) -> None:
    """An edition has an address of its own, and cites it."""
    wanted = f"{edition.month}.r{revision}"
    findings.demand(
        edition.folder.name == wanted, "folder_name", "folder", wanted, edition.folder.name
    )
    said = {name: edition.summary.get(name) for name in ("edition", "revision", "name")}
    findings.demand(
        said == {"edition": edition.month, "revision": revision, "name": wanted},
        "summary_name",
        "summary.json",
        wanted,
        said,
    )
    cited = (edition.folder / "CITATION.txt").read_text("utf-8")
    findings.demand(wanted in cited, "not_cited", "CITATION.txt", wanted, cited.splitlines()[:1])


def judge_rerun(
    outcome: Outcome, standing: Edition, published: Published, findings: Findings
) -> bool:
    """A second run of a month in which nothing is new publishes nothing, and says so."""
    stdout = outcome.stdout.splitlines()
    shown = Path(stdout[0]).resolve() if stdout else None
    is_standing = findings.demand(
        shown == standing.folder and published.latest == standing.folder,
        "rerun_published",
        "a rerun with the same records",
        standing.folder.name,
        shown,
    )
    wanted = NOTHING_NEW.format(name=standing.folder.name)
    told = " ".join(outcome.stderr.split())
    findings.demand(wanted in told, "rerun_unsaid", "rerun", wanted, told[-300:])
    return is_standing
