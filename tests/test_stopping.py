"""Ctrl-C and SIGTERM: one sentence, the exit code of the signal, no draft left, no traceback."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from commands import MIRROR


def started(out: Path, *command: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [str(MIRROR), *command, "--out", str(out)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ,
    )  # fmt: skip


def wait_for(out: Path, pattern: str) -> None:
    until = time.monotonic() + 60
    while not list(out.glob(pattern)):
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "name", "times"),
    [(signal.SIGTERM, "SIGTERM", 1), (signal.SIGINT, "Ctrl-C", 1), (signal.SIGTERM, "SIGTERM", 3)],
)
def test_a_stopped_build_leaves_no_draft(
    tmp_path: Path, number: signal.Signals, name: str, times: int
) -> None:
    process = started(tmp_path, "build")
    wait_for(tmp_path, "build.*.tmp*")
    time.sleep(0.5)
    for _ in range(times):
        process.send_signal(number)
    stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout) == (128 + number, ""), stderr
    *log, sentence = stderr.splitlines()
    assert all(line.startswith(("INFO ", "WARNING ")) for line in log), stderr
    assert sentence == (
        f"mirror: Stopped by {name} before it had ended: nothing was half published, the last "
        "good edition stands; run again."
    )
    assert [path.name for path in tmp_path.iterdir()] == ["mirror.lock"]
    assert (tmp_path / "mirror.lock").read_bytes() == b""
