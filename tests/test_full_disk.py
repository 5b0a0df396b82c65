"""A disk without room: one sentence that names it, no traceback, the last good edition stands.

Each step is met on a real file system of a few megabytes; afterwards, with room, the next run ends.
"""

import re
import shutil
from pathlib import Path

import pytest

from commands import Said, mirror
from comtrade_service.service import KEY, Service
from comtrade_service.world import World
from disks import small_disk
from mirror.settings import ASSETS
from mirror.steps.run import Run
from test_read_only import State, state

SOURCE = ASSETS / "data" / "sample" / "uae_2016.csv"
LOG = re.compile(r"(INFO|WARNING) ")
KB, MB = 1000, 1000 * 1000


def demand_full(said: Said, out: Path) -> None:
    """One sentence beside the log, which names the disk and what is free."""
    assert (said.returncode, said.stdout) == (1, ""), said.stderr
    *log, sentence = said.stderr.splitlines()
    assert all(LOG.match(line) for line in log), said.stderr
    assert re.fullmatch(
        rf"mirror: The disk of {re.escape(str(out))}(/lake)? is full \([\d,]+ MB free.*\): free "
        "space or choose another --out; the last good edition stands.",
        sentence,
    )


def demand_standing(out: Path, kept: State) -> None:
    """The last good edition is as it was, and no draft lies about."""
    assert state(out / "published" / "2026-11") == kept
    assert (out / "published" / "latest").resolve() == (out / "published" / "2026-11").resolve()
    assert not [*out.glob("build.*.tmp*"), *out.rglob(".draft-*"), *out.rglob(".writing-*")]


STEPS: dict[str, tuple[tuple[str | Path, ...], tuple[int, ...]]] = {
    "build": (("--source", SOURCE, "--edition", "2026-12"), (40 * KB, 3 * MB)),
    "check": ((), (0,)),
    "publish": ((), (40 * KB, 9 * MB // 2)),
}
"""Options of each step, and the bytes left for it on the disk."""


@pytest.mark.slow
@pytest.mark.usefixtures("in_2027")
def test_each_step_says_that_the_disk_is_full_and_ends_when_there_is_room(
    sample_run: Run, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "small disk", 96) as disk:
        out = disk.folder / "out"
        shutil.copytree(sample_run.out, out, symlinks=True)
        kept = state(out / "published" / "2026-11")
        for step, (options, rooms) in STEPS.items():
            for room in rooms:
                with disk.room(room):
                    said = mirror(step, *options, "--out", out)
                demand_full(said, out)
                demand_standing(out, kept)
            assert mirror(step, *options, "--out", out).returncode == 0
        assert (out / "published" / "latest").resolve().joinpath("summary.json").is_file()
        assert state(out / "published" / "2026-11") == kept


@pytest.mark.parametrize("room", [0, 30 * KB, 200 * KB])
def test_a_fetch_says_it_and_goes_on_when_there_is_room(tmp_path: Path, room: int) -> None:
    with (
        Service(World(reporters=6, partners=40)).running() as service,
        small_disk(tmp_path / "disk", 8) as disk,
    ):
        out = disk.folder / "out"
        asked = ("fetch", "--years", "2020-2024", "--out", out)
        quick = {"MIRROR_COMTRADE_URL": service.url, "MIRROR_COMTRADE_KEY": KEY,
                 "MIRROR_COMTRADE_PAUSE_SECONDS": "0"}  # fmt: skip
        with disk.room(room):
            said = mirror(*asked, **quick)
        demand_full(said, out)
        assert mirror(*asked, **quick).returncode == 0
        assert not list((out / "lake" / "drafts").iterdir())
        status = mirror("status", "--offline", "--out", out).stdout
        assert "replies that are missing,0" in status
