"""`mirror.prom`: when an edition was published last, for Prometheus' text-file collector."""

import logging
import time
from pathlib import Path
from typing import Any

from mirror import publish
from mirror.steps.run import Run

log = logging.getLogger(__name__)


def write_metrics(run: Run, folder: Path) -> None:
    """Replace `<out>/mirror.prom` in one step by what is to be said of the edition in `folder`.

    The edition stands by then: where this cannot be written, a warning says so.
    """
    path = run.out / "mirror.prom"
    new = path.with_name(f".{path.name}.new")
    try:
        new.write_text(metrics(publish.read_summary(folder), time.time()), encoding="utf-8")
        new.replace(path)
    except OSError as error:
        log.warning(
            "%s could not be written (%s), and shows the run before: the edition is published.",
            path, error.strerror,
        )  # fmt: skip


def metrics(summary: dict[str, Any], now: float) -> str:
    """Say in Prometheus' text format how the newest run ended; `now` in seconds since 1970 UTC."""
    upstream = summary.get("upstream") or {}
    month, revision = summary["edition"], summary.get("revision", 1)
    labels = {
        "edition": month, "revision": revision, "name": summary.get("name", f"{month}.r{revision}"),
        "frequency": summary["frequency"], "version": summary["version"],
    }  # fmt: skip
    named = ",".join(f'{label}="{value}"' for label, value in labels.items())
    lines = [
        ("mirror_last_success_timestamp_seconds", "", f"{now:.3f}",
         "When a run published last, seconds since 1970 UTC."),
        ("mirror_edition_info", f"{{{named}}}", 1, "The edition that it published; always 1."),
        ("mirror_edition_complete", "", int(upstream.get("is_complete", True)),
         "1 if all that the service had published is in the edition, else 0."),
        ("mirror_edition_missing_reporter_periods", "",
         upstream.get("missing_reporter_periods") or 0,
         "Published reporter-periods that are not in the edition."),
        ("mirror_edition_warnings", "", len(summary.get("warnings", ())),
         "Warnings in the edition's summary.json."),
    ]  # fmt: skip
    return "".join(
        f"# HELP {name} {text}\n# TYPE {name} gauge\n{name}{of} {value}\n"
        for name, of, value, text in lines
    )
