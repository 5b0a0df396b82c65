"""The flow through a real Prefect: it publishes, shows its artifacts, and fails in one sentence.

This guards the pins of fastapi and sqlalchemy too: with later ones no flow runs.
"""

import os
import runpy
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("prefect")]


TWICE = """
import os, runpy, sys
from mirror.settings import settings
script, bad, good = sys.argv[1:]
os.environ["MIRROR_OUT"] = bad
code = runpy.run_path(script)["main"]()
for stream in (sys.stdout, sys.stderr):
    print(f"--- ended with {code}", file=stream, flush=True)
settings.cache_clear()
os.environ["MIRROR_OUT"] = good
runpy.run_path(script, run_name="__main__")
"""
"""A run that fails, then one as the README starts it: Prefect is started once for both."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Prefect keeps, beside what went wrong in `file` and what was published in `out`."""
    return tmp_path_factory.mktemp("prefect")


@pytest.fixture(scope="module")
def ran(home: Path) -> subprocess.CompletedProcess[str]:
    (home / "file").write_text("")
    return subprocess.run(
        [sys.executable, "-c", TWICE, str(ROOT / "pipelines" / "monthly.py"),
         str(home / "file" / "out"), str(home / "out")],
        capture_output=True, text=True, check=False, cwd=home,
        env=os.environ | {"COLUMNS": "200", "PREFECT_HOME": str(home)},
    )  # fmt: skip


def test_the_flow_fails_with_the_sentence(
    home: Path, ran: subprocess.CompletedProcess[str]
) -> None:
    stdout, stderr = (said.split("--- ended with ")[0] for said in (ran.stdout, ran.stderr))
    assert "--- ended with 1\n" in ran.stdout
    assert stdout == ""
    assert f"mirror: {home / 'file' / 'out'} cannot be written" in stderr


def test_the_flow_publishes_the_sample_and_its_artifacts(
    home: Path, ran: subprocess.CompletedProcess[str]
) -> None:
    out = home / "out"
    assert ran.returncode == 0, ran.stderr
    stdout, stderr = (said.split("--- ended with 1\n")[1] for said in (ran.stdout, ran.stderr))
    assert stdout.startswith(f"Published: {out / 'published'}")
    assert "Mali" in stdout
    assert "Finished in state Completed()" in stderr
    assert "leaked" not in stderr
    assert (out / "published" / "latest" / "ranked_gaps.csv").exists()
    with closing(sqlite3.connect(home / "prefect.db")) as database:
        shown = dict(database.execute("select key, data from artifact where key is not null"))
    assert set(shown) == {"page", "summary", "top-of-the-ranking", "changes"}
    assert "Mali" in shown["top-of-the-ranking"]
    assert "sure (tiers 1 and 2)" in shown["summary"]
    assert "report.html" in shown["page"]


def test_the_deployment_is_monthly_and_one_at_a_time() -> None:
    (deployment,) = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
    file, name = deployment["entrypoint"].split(":")
    assert runpy.run_path(str(ROOT / file))[name].name == name
    assert deployment["schedules"] == [{"cron": "0 6 5 * *", "timezone": "UTC"}]
    assert deployment["concurrency_limit"] == {"limit": 1, "collision_strategy": "CANCEL_NEW"}
