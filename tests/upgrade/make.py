"""What mirror 0.1.0 left on a disk, as a fixture: a lake with two vintages and two editions.

Run it with the code of 0.1.0, from the root of its checkout, and give the archive's name:

    git worktree add --detach ../v0.1.0 d25ffa5 && cd ../v0.1.0 && make .venv/.ready
    PYTHONPATH=tests .venv/bin/python <this file> <folder of this file>/as_0_1_0.tar.xz

The world is generated and tiny: eight reporters, five partners, 2019 to 2024.
"""

import os
import subprocess
import sys
import tarfile
import tempfile
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr

import mirror
from comtrade_service.service import KEY, Service
from comtrade_service.world import World
from mirror.settings import Settings
from mirror.steps.fetch import FetchRequest, fetch

WORLD = World(seed=3, reporters=8, partners=5, first_year=2019, last_year=2024)


def main(archive: Path) -> None:
    """Play two months of 0.1.0 and pack what they left (it could not publish a withdrawal)."""
    if mirror.__version__ != "0.1.0":
        raise SystemExit(f"This is mirror {mirror.__version__}: run it with the code of 0.1.0.")
    with tempfile.TemporaryDirectory() as folder, Service(WORLD).running() as service:
        out = Path(folder) / "out"
        settings = Settings(
            _env_file=None, out=out, comtrade_url=service.url, comtrade_key=SecretStr(KEY),
            comtrade_pause_seconds=0,
        )  # fmt: skip
        _month(settings, "2026-09")
        WORLD.revise("2023", 784)
        WORLD.revise("2024", 288)
        _month(settings, "2026-10")
        with tarfile.open(archive, "w:xz", preset=9) as packed:
            packed.add(out, "out")


def _month(settings: Settings, edition: str) -> None:
    request = FetchRequest("A", tuple(str(year) for year in range(2019, 2025)), fresh_hours=0)
    day = datetime.fromisoformat(f"{edition}-05T06:00:00+00:00")
    report = fetch(request, settings, clock=lambda: day)
    if report.failures or report.remaining:
        raise SystemExit(f"The fetch did not end: {report}")
    mirror_command = [str(Path(sys.executable).with_name("mirror"))]
    environment = {name: value for name, value in os.environ.items() if "MIRROR_" not in name}
    for step in (("build", "--edition", edition), ("check", "--new-baseline"),
                 ("publish", "--edition", edition)):  # fmt: skip
        subprocess.run(
            [*mirror_command, *step, "--out", str(settings.out)], check=True, env=environment
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
