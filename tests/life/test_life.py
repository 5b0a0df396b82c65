"""Some months of a life through the real commands, judged by what the world knows."""

import ast
from pathlib import Path

import pytest
from benchmarks import life
from benchmarks.life.playing import play

ALLOWED = {"mirror.cli", "mirror.settings"}


@pytest.mark.slow
def test_every_month_of_a_short_life_holds(tmp_path):
    found = play(seed=1, months=3, out=tmp_path / "out")
    assert not found, "\n".join(finding.line() for finding in found)


def test_the_referee_knows_the_commands_and_nothing_else_of_the_program():
    read = {
        node.module
        for path in Path(life.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module
    }
    assert {module for module in read if module.split(".")[0] == "mirror"} == ALLOWED
