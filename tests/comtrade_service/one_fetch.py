"""One fetch in a process of its own: settings from the environment, figures as JSON."""

import json
import sys
import time
from pathlib import Path

from mirror.comtrade import Limits
from mirror.settings import Settings
from mirror.steps.fetch import FetchRequest, fetch


def peak_memory_mb():
    """Peak of this process alone; getrusage would count what its parent held before."""
    (line,) = [x for x in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in x]
    return int(line.split()[1]) // 1024


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
        "memory_mb": peak_memory_mb(),
    }
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
