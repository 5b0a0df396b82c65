"""docs/reading.md says what `mirror explain` says of the sample."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from mirror.steps.run import Run

ROOT = Path(__file__).parents[1]
BLOCKS = re.findall(
    r"```\n(mirror explain .*?)\n(.*?)```", (ROOT / "docs" / "reading.md").read_text("utf-8"), re.S
)


@pytest.mark.parametrize(("command", "quoted"), BLOCKS, ids=[block[0] for block in BLOCKS])
def test_worked_pairs_say_what_the_command_prints(command, quoted, sample_run: Run):
    words = command.split()[1:]
    program = "from mirror.cli import app; app()"
    printed = subprocess.run(
        [sys.executable, "-c", program, *words, "--out", str(sample_run.out)],
        capture_output=True, text=True, check=True, env={"COLUMNS": "400", "PATH": ""},
    ).stdout.splitlines()  # fmt: skip
    lines = quoted.splitlines()
    assert lines
    for line in lines:
        assert line in printed


def test_there_is_a_strong_pair_a_hub_and_a_false_positive():
    assert [block[0] for block in BLOCKS] == [
        "mirror explain MLI ARE", "mirror explain IND ARE", "mirror explain ZAF IND",
    ]  # fmt: skip
