"""A fetch to look at, against the service on loopback: plan, first fetch, refresh, quota, status.

Everything shown is generated; nothing is asked of UN Comtrade.
"""

import logging
import sys
import tempfile
from pathlib import Path

from pydantic import SecretStr

from comtrade_service.faults import Faults
from comtrade_service.service import KEY, Service
from comtrade_service.world import World
from mirror.settings import Settings
from mirror.steps.fetch import FetchRequest, fetch, plan
from mirror.steps.progress import shown
from mirror.steps.status import status

REQUEST = FetchRequest.of_span("A", "2016", "2025")


def main() -> None:
    """Run the demonstration in a folder that is gone afterwards."""
    logging.basicConfig(level=logging.INFO, format="    %(message)s")
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    world = World(reporters=60)
    with tempfile.TemporaryDirectory() as folder, Service(world).running() as service:
        settings = Settings(
            _env_file=None, out=Path(folder), comtrade_url=service.url,
            comtrade_key=SecretStr(KEY), comtrade_pause_seconds=0.05, comtrade_wait_seconds=1,
            comtrade_backoff_seconds=0.1,
        )  # fmt: skip
        show(service, settings)


def show(service: Service, settings: Settings) -> None:
    """The scenes, one after the other."""
    say("What a fetch of 2016 to 2025 would take:", plan(REQUEST, settings))
    service.faults = Faults(rate=0.2, seed=2)
    say("The fetch, every fifth reply failing:", run(settings))
    service.faults = Faults()
    say("Nothing changed:", run(settings, fresh_hours=0))
    service.world.revise("2024", 784)
    service.world.withdraw("2025", 288)
    say("One revision, one withdrawal:", run(settings, fresh_hours=0))
    service.quota = 0
    service.world.revise("2023", 757)
    say("A revision, and the calls used up:", run(settings, fresh_hours=0))
    found = status(REQUEST, settings)
    say("How things stand:", {
        "calls_left": found.calls_left, "resume_at": f"{found.resume_at:%H:%M}",
        "new_upstream": found.new_upstream, "late": len(found.late),
    })  # fmt: skip


def run(settings: Settings, fresh_hours: float = 12) -> object:
    """A fetch with its progress shown."""
    request = FetchRequest(REQUEST.frequency, REQUEST.periods, fresh_hours=fresh_hours)
    with shown() as watch:
        return fetch(request, settings, watch=watch)


def say(title: str, found: object) -> None:
    """A scene's title and its outcome."""
    fields = found if isinstance(found, dict) else vars(found)
    lines = [
        f"  {name}: {value}" for name, value in fields.items() if name not in ("calls", "looks")
    ]
    sys.stdout.write("\n".join(["", title, *lines, ""]))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
