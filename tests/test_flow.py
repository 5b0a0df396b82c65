"""The flow through a real Prefect: it publishes, shows its artifacts, and fails in one sentence.

This guards the pins of fastapi and sqlalchemy too: with later ones no flow runs.
"""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
pytestmark = pytest.mark.slow


def run(command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT,
        env=os.environ | {"COLUMNS": "200"} | environment,
    )  # fmt: skip


def test_the_flow_publishes_the_sample_and_its_artifacts(tmp_path: Path) -> None:
    home = str(tmp_path / "prefect")
    out = tmp_path / "out"
    said = run([sys.executable, "pipelines/monthly.py"], PREFECT_HOME=home, MIRROR_OUT=str(out))
    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith(f"Published: {out / 'published'}")
    assert "Mali" in said.stdout
    assert "Finished in state Completed()" in said.stderr
    assert "leaked" not in said.stderr
    assert (out / "published" / "latest" / "ranked_gaps.csv").exists()
    for key, word in (
        ("top-of-the-ranking", "Mali"),
        ("summary", "above the noise floor"),
        ("page", "report.html"),
    ):
        shown = run([str(BIN / "prefect"), "artifact", "inspect", key], PREFECT_HOME=home)
        assert word in shown.stdout, shown.stdout + shown.stderr


def test_the_flow_fails_with_the_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    out = str(tmp_path / "file" / "out")
    said = run([sys.executable, "pipelines/monthly.py"], PREFECT_HOME=str(tmp_path), MIRROR_OUT=out)
    assert said.returncode == 1
    assert said.stdout == ""
    assert f"mirror: {out} cannot be written" in said.stderr


def test_the_deployment_is_monthly_and_one_at_a_time() -> None:
    (deployment,) = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
    file, name = deployment["entrypoint"].split(":")
    assert runpy.run_path(str(ROOT / file))[name].name == name
    assert deployment["schedules"] == [{"cron": "0 6 5 * *", "timezone": "UTC"}]
    assert deployment["concurrency_limit"] == {"limit": 1, "collision_strategy": "CANCEL_NEW"}
