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


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Prefect keeps: both flows use one, whose database is made once."""
    return tmp_path_factory.mktemp("prefect")


def monthly(home: Path, out: Path) -> subprocess.CompletedProcess[str]:
    """Run the flow as the README says, away from any .env."""
    return subprocess.run(
        [sys.executable, str(ROOT / "pipelines" / "monthly.py")],
        capture_output=True, text=True, check=False, cwd=home,
        env=os.environ | {"COLUMNS": "200", "PREFECT_HOME": str(home), "MIRROR_OUT": str(out)},
    )  # fmt: skip


def test_the_flow_publishes_the_sample_and_its_artifacts(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    said = monthly(home, out)
    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith(f"Published: {out / 'published'}")
    assert "Mali" in said.stdout
    assert "Finished in state Completed()" in said.stderr
    assert "leaked" not in said.stderr
    assert (out / "published" / "latest" / "ranked_gaps.csv").exists()
    with closing(sqlite3.connect(home / "prefect.db")) as database:
        shown = dict(database.execute("select key, data from artifact"))
    assert set(shown) == {"page", "summary", "top-of-the-ranking", "changes"}
    assert "Mali" in shown["top-of-the-ranking"]
    assert "above the noise floor" in shown["summary"]
    assert "report.html" in shown["page"]


def test_the_flow_fails_with_the_sentence(home: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    out = tmp_path / "file" / "out"
    said = monthly(home, out)
    assert said.returncode == 1
    assert said.stdout == ""
    assert f"mirror: {out} cannot be written" in said.stderr


def test_the_deployment_is_monthly_and_one_at_a_time() -> None:
    (deployment,) = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
    file, name = deployment["entrypoint"].split(":")
    assert runpy.run_path(str(ROOT / file))[name].name == name
    assert deployment["schedules"] == [{"cron": "0 6 5 * *", "timezone": "UTC"}]
    assert deployment["concurrency_limit"] == {"limit": 1, "collision_strategy": "CANCEL_NEW"}
