"""Real sizes: calls for the whole history, memory of a large reply, and what `ps` shows."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from comtrade_service.compare import figure
from comtrade_service.service import KEY, Service
from comtrade_service.world import World
from mirror.lake import Lake

HERE = Path(__file__).parent


def start(service, out, *arguments):
    """A fetch in a process of its own, with the key in its environment."""
    environment = os.environ | {
        "PYTHONPATH": f"{HERE.parent / 'src'}:{HERE}",
        "MIRROR_OUT": str(out),
        "MIRROR_COMTRADE_URL": service.url,
        "MIRROR_COMTRADE_KEY": KEY,
        "MIRROR_COMTRADE_PAUSE_SECONDS": "0",
    }
    command = [sys.executable, "-m", "comtrade_service.one_fetch", *arguments]
    return subprocess.Popen(command, env=environment, stdout=-1, stderr=-1, text=True, cwd=out)


def figures(process):
    out, said = process.communicate()
    assert process.returncode == 0, said
    assert KEY not in out + said
    return json.loads(out)


def test_the_key_is_not_in_the_process_list(tmp_path):
    with Service(World(reporters=4, partners=4)).running() as service:
        process = start(service, tmp_path, "A", "2020", "2022")
        while not (shown := Path(f"/proc/{process.pid}/cmdline").read_bytes()):
            assert process.poll() is None
        found = figures(process)
    assert b"python" in shown and KEY.encode() not in shown
    assert found["is_complete"] and found["memory_mb"] < 200


@pytest.mark.proof
@pytest.mark.parametrize(
    ("frequency", "first", "last", "most"),
    [("A", "1995", "2025", 60), ("M", "2010-01", "2026-12", 420)],
)
def test_whole_history(tmp_path, frequency, first, last, most):
    with Service(World(), zipped=False).running() as service:
        found = figures(start(service, tmp_path, frequency, first, last))
        assert found["keyed_calls"] == service.count(keyed=True)
    figure(f"{first} to {last}: {found}")
    assert found["is_complete"] and found["keyed_calls"] <= most
    assert found["memory_mb"] < 500
    with Lake.reading(tmp_path / "lake") as lake:
        known = lake.reporter_periods(frequency)
        assert sum(known_one.gold_rows for known_one in known) == found["rows"]
        assert {known_one.state for known_one in known} == {"reported"}


@pytest.mark.proof
def test_memory_of_a_very_large_reply(tmp_path):
    world = World(partners=160)
    with Service(world, keyed_cap=300_000, zipped=False).running() as service:
        found = figures(start(service, tmp_path, "A", "2022", "2022", "300000"))
    figure(f"one reply of {found['rows']} rows: {found}")
    assert found["rows"] > 200_000 and found["memory_mb"] < 500
