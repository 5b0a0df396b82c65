"""What a fetch shows while it runs, and what it costs to import it."""

import logging
import subprocess
import sys

from mirror.steps.fetch import Progress
from mirror.steps.progress import shown

HEAVY = ("pandas", "polars", "duckdb", "prefect", "great_expectations", "rich")


def test_a_log_gets_a_line_now_and_then(caplog, monkeypatch):
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    with shown() as watch:
        for replies in range(21):
            watch(Progress(replies, replies * 100, 30 - replies, "2022"))
    assert [record.getMessage() for record in caplog.records] == [
        "0 replies, 30 calls open, 0 rows",
        "10 replies, 20 calls open, 1000 rows",
        "20 replies, 10 calls open, 2000 rows",
    ]


def test_a_terminal_gets_a_bar(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with shown() as watch:
        watch(Progress(1, 400, 3, "2022"))
    assert capsys.readouterr().out == ""


def test_importing_a_step_is_cheap():
    code = "import sys, mirror.steps.fetch, mirror.steps.status, mirror.steps.progress;"
    code += f"print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
