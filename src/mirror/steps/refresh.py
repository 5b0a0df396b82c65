"""The fetch that a run begins with: what is new upstream, into the lake, within the day's calls."""

import logging

from mirror.errors import SourceError
from mirror.settings import settings
from mirror.steps import archive
from mirror.steps.fetch import FetchReport, FetchRequest, fetch
from mirror.steps.progress import shown
from mirror.steps.run import Run

log = logging.getLogger(__name__)


def refresh(run: Run) -> FetchReport | None:
    """Bring the lake up to date; null for a run that names its sources, or without a key.

    Used-up calls and failed ones are a rest and no failure: the run goes on with what is there.
    Raises SourceError if after that the lake holds no records, for the sample must not be published
    in their place; and what `fetch` raises.
    """
    chosen = settings().model_copy(update={"out": run.out})
    if run.sources or chosen.comtrade_key is None:
        return None
    with shown() as watch:
        report = fetch(request(run), chosen, watch=watch)
    for sentence in (*report.failures[:3], report.rest):
        if sentence:
            log.warning("%s", sentence)
    if not archive.has_records(run):
        raise SourceError(
            f"Nothing was fetched and the lake {run.lake} holds no records: see the warnings "
            "above and run again later, or give files with --source."
        )
    return report


def request(run: Run) -> FetchRequest:
    """What a run wants: the newest years or months up to its edition."""
    year, month = int(run.edition[:4]), int(run.edition[5:])
    if run.frequency == "A":
        return FetchRequest.of_span("A", str(year - settings().fetch_years + 1), str(year))
    first = year * 12 + month - settings().fetch_months
    return FetchRequest.of_span(
        "M", f"{first // 12:04d}{first % 12 + 1:02d}", f"{year:04d}{month:02d}"
    )
