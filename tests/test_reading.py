"""docs/reading.md says what `mirror explain` says of the sample."""

import re
from pathlib import Path

import pytest

from commands import mirror
from mirror.steps.run import Run

ROOT = Path(__file__).parents[1]
BLOCKS = re.findall(
    r"```\n(mirror explain .*?)\n(.*?)```", (ROOT / "docs" / "reading.md").read_text("utf-8"), re.S
)


@pytest.mark.parametrize(("command", "quoted"), BLOCKS, ids=[block[0] for block in BLOCKS])
def test_worked_pairs_say_what_the_command_prints(command, quoted, sample_run: Run):
    words = command.split()[1:]
    said = mirror(*words, "--out", sample_run.out, COLUMNS="400")
    assert said.returncode == 0, said.stderr
    printed = said.stdout.splitlines()
    lines = quoted.splitlines()
    assert lines
    for line in lines:
        assert line in printed


def test_there_is_a_strong_pair_a_hub_and_a_false_positive():
    assert [block[0] for block in BLOCKS] == [
        "mirror explain MLI ARE", "mirror explain IND ARE", "mirror explain ZAF IND",
    ]  # fmt: skip
