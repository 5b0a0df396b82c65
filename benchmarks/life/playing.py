"""A life from its seed: drawn, played and judged."""

from contextlib import nullcontext
from pathlib import Path
from time import monotonic

import numpy as np

from benchmarks.life.commands import Commands, environment, without_pages
from benchmarks.life.drawing import draw_world
from benchmarks.life.findings import Finding, Findings
from benchmarks.life.loopback import listening
from benchmarks.life.months import Life
from benchmarks.life.plan import plan
from benchmarks.life.service import KEY, Service

MOST_MONTHS = 24
"""The last month is then December 2026: later years have no gold price in the project."""
KEYLESS_EVERY = 5
"""Every fifth seed has no key: it fetches through previews of 500 rows."""


def play(seed: int, months: int, out: Path, with_pages: bool = False) -> list[Finding]:
    """Play the months of a seed below a folder that is empty; what the referee found."""
    rng = np.random.default_rng(seed)
    findings = Findings(seed)
    service = Service(draw_world(rng))
    has_key = seed % KEYLESS_EVERY != 0
    with listening(service) as loopback, environment(_settings(loopback.url, has_key)):
        life = Life(service, loopback, Commands(out), findings, rng, has_key)
        with nullcontext() if with_pages else without_pages():
            for month in plan(rng, months):
                life.play(month)
            life.end()
    return findings.found


def timed(seed: int, months: int, out: Path) -> tuple[list[Finding], float]:
    """A life and the seconds that a month of it took."""
    begun = monotonic()
    found = play(seed, months, out)
    return found, (monotonic() - begun) / months


def _settings(url: str, has_key: bool) -> dict[str, str]:
    """A service on loopback needs no manners; pauses would be most of the time."""
    key = {"MIRROR_COMTRADE_KEY": KEY} if has_key else {}
    return key | {
        "MIRROR_COMTRADE_URL": url,
        "MIRROR_COMTRADE_PAUSE_SECONDS": "0",
        "MIRROR_COMTRADE_BACKOFF_SECONDS": "0.01",
        "MIRROR_COMTRADE_CONNECT_SECONDS": "2",
        "MIRROR_COMTRADE_READ_SECONDS": "10",
        "MIRROR_COMTRADE_RETRIES": "2",
        "MIRROR_COMTRADE_WAIT_SECONDS": "1",
        "MIRROR_FETCH_YEARS": "10",
    }
