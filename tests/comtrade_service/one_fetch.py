"""One fetch in a process of its own: settings from the environment, figures as JSON."""

import json
import resource
import sys
import time

from mirror.comtrade import Limits
from mirror.settings import Settings
from mirror.steps.fetch import FetchRequest, fetch


def main(frequency, first, last, keyed_rows=100_000):
    """Fetch a span; print calls, rows, seconds and the largest memory, in MB."""
    started = time.monotonic()
    limits = Limits(keyed_rows=int(keyed_rows))
    report = fetch(FetchRequest.of_span(frequency, first, last), Settings(), limits=limits)
    figures = {
        "keyed_calls": report.keyed_calls,
        "public_calls": report.public_calls,
        "rows": report.rows,
        "is_complete": report.is_complete,
        "seconds": round(time.monotonic() - started),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
