"""The flow through a real Prefect: it publishes, shows its artifacts, and fails in one sentence.

This guards the pins of fastapi and sqlalchemy too: with later ones no flow runs.
"""

import json
import os
import runpy
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
import yaml
from prefect.client.schemas.objects import FlowRun
from prefect.settings import PREFECT_LOGGING_TO_API_ENABLED, temporary_settings
from prefect.states import Crashed

from mirror.settings import Settings

ROOT = Path(__file__).parents[1]
MONTHLY = ROOT / "pipelines" / "monthly.py"
AUTOMATIONS = ROOT / "pipelines" / "automations.py"
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("prefect")]


RUNS = """
import os, runpy, sys
from mirror.settings import settings
script, automations, bad, good = sys.argv[1:]
for more in ({"MIRROR_OUT": bad}, {"MIRROR_OUT": good, "MIRROR_STEP_HOURS": "0.00005"}):
    os.environ |= more
    settings.cache_clear()
    code = runpy.run_path(script)["main"]()
    for stream in (sys.stdout, sys.stderr):
        print(f"--- ended with {code}", file=stream, flush=True)
del os.environ["MIRROR_STEP_HOURS"]
settings.cache_clear()
for _ in ("made", "made again"):
    runpy.run_path(automations, run_name="__main__")
print("--- the last", flush=True)
runpy.run_path(script, run_name="__main__")
"""
"""A run that fails, one whose build may take 0.2 seconds, the automations, then a run as the README
starts it: Prefect is started once for all of them."""


class Told(BaseHTTPRequestHandler):
    """A webhook: remembers what it is told."""

    heard: ClassVar[list[dict[str, str]]] = []

    def do_POST(self) -> None:
        self.heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Prefect keeps, beside what went wrong in `file` and what was published in `out`."""
    return tmp_path_factory.mktemp("prefect")


@pytest.fixture(scope="module")
def webhook() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Told) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/told"
        server.shutdown()


@pytest.fixture(scope="module")
def ran(home: Path, webhook: str) -> subprocess.CompletedProcess[str]:
    (home / "file").write_text("")
    own = {"PREFECT_HOME": str(home), "MIRROR_WEBHOOK_URL": webhook,
           "MIRROR_SERVE_URL": "http://127.0.0.1:8765/"}  # fmt: skip
    return subprocess.run(
        [sys.executable, "-c", RUNS, str(MONTHLY), str(AUTOMATIONS),
         str(home / "file" / "out"), str(home / "out")],
        capture_output=True, text=True, check=False, cwd=home,
        env=os.environ | {"COLUMNS": "200"} | own,
    )  # fmt: skip


def test_the_flow_fails_with_the_sentence(
    home: Path, ran: subprocess.CompletedProcess[str]
) -> None:
    stdout, stderr = (said.split("--- ended with ")[0] for said in (ran.stdout, ran.stderr))
    assert ran.stdout.count("--- ended with 1\n") == 2
    assert stdout == ""
    assert f"mirror: {home / 'file' / 'out'} cannot be written" in stderr


def test_the_flow_publishes_the_sample_and_its_artifacts(
    home: Path, ran: subprocess.CompletedProcess[str]
) -> None:
    out = home / "out"
    assert ran.returncode == 0, ran.stderr
    stdout = ran.stdout.split("--- the last\n")[1]
    stderr = ran.stderr.split("--- ended with 1\n")[2]
    assert stdout.startswith(f"Published: {out / 'published'}")
    assert "Mali" in stdout
    assert "Finished in state Completed()" in stderr
    assert "leaked" not in stderr and "Error logging to API" not in ran.stderr
    assert (out / "published" / "latest" / "ranked_gaps.csv").exists()
    with closing(sqlite3.connect(home / "prefect.db")) as database:
        shown = dict(database.execute("select key, data from artifact where key is not null"))
    assert set(shown) == {"page", "summary", "top-of-the-ranking", "changes"}
    assert "Mali" in shown["top-of-the-ranking"]
    assert "sure (tiers 1 and 2)" in shown["summary"]
    folder = (out / "published" / "latest").resolve()
    month = json.loads((folder / "summary.json").read_text())["edition"]
    assert f"(http://127.0.0.1:8765/{month}" in shown["page"] and "report.html" in shown["page"]
    assert "file://" not in str(shown)


def test_the_server_takes_the_automations_once(
    home: Path, ran: subprocess.CompletedProcess[str]
) -> None:
    names = ["mirror: a run died", "mirror: a run is late"]
    said = ran.stdout.split("--- ended with 1\n")[2].split("--- the last\n")[0]
    assert said.splitlines() == names * 2
    with closing(sqlite3.connect(home / "prefect.db")) as database:
        made = database.execute("select name, enabled from automation order by name").fetchall()
        blocks = database.execute("select count(*) from block_document where name = 'mirror'")
        assert blocks.fetchone() == (1,)
    assert made == [(name, 1) for name in names]


def test_a_step_that_takes_too_long_is_one_sentence(
    ran: subprocess.CompletedProcess[str],
) -> None:
    stderr = ran.stderr.split("--- ended with 1\n")[1]
    assert "mirror: A step of the run took longer than it may" in stderr
    assert "Task run 'build-" in stderr


def test_the_webhook_is_told_of_runs_that_fail_and_of_no_other(
    home: Path, ran: subprocess.CompletedProcess[str]
) -> None:
    first, second = Told.heard
    assert {"flow": "monthly", "state": "Failed"}.items() <= first.items()
    assert f"{home / 'file' / 'out'} cannot be written" in first["message"]
    assert first["message"] in first["text"] and first["run"] in first["text"]
    assert datetime.fromisoformat(first["at"]) and UUID(first["run_id"])
    assert "took longer than it may" in second["message"]


@pytest.fixture
def ended() -> Callable[[], None]:
    """Tell of a run that crashed, without a server."""
    monthly = runpy.run_path(str(MONTHLY))
    run = FlowRun(name="grey-owl", flow_id=uuid4(), parameters={})

    def tell() -> None:
        with temporary_settings({PREFECT_LOGGING_TO_API_ENABLED: False}):
            monthly["tell"](monthly["monthly"], run, Crashed(message="It died."))

    return tell


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/secret", "nonsense/secret", "http://[/secret"])
def test_a_dead_webhook_is_a_warning_that_keeps_the_secret(
    ended: Callable[[], None], monkeypatch: pytest.MonkeyPatch, url: str,
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setenv("MIRROR_WEBHOOK_URL", url)
    monkeypatch.setenv("MIRROR_THREADS", "a setting that cannot be read")
    ended()
    said = capfd.readouterr().err + caplog.text
    assert "The webhook was not told" in said and "secret" not in said


def test_how_long_steps_may_take_and_that_none_spends_calls_again() -> None:
    flow = runpy.run_path(str(MONTHLY))
    monthly = flow["monthly"]
    assert (monthly.timeout_seconds, monthly.retries) == (24 * 3600, 0)
    for hooks in ("on_failure_hooks", "on_crashed_hooks", "on_cancellation_hooks"):
        assert [hook.__name__ for hook in getattr(monthly, hooks)] == ["tell"]
    tasks = {name: flow[f"{name}_task"].retries for name in ("fetch", "build", "check", "publish")}
    assert set(tasks.values()) == {0}
    chosen = Settings()
    most = [field.metadata for name, field in Settings.model_fields.items() if "_hours" in name]
    assert (chosen.fetch_hours, chosen.step_hours, len(most)) == (6, 1, 2)


def test_the_deployment_is_monthly_and_no_dead_run_bars_the_next() -> None:
    """A limit would: its place is taken for minutes, or for good if the server dies as well."""
    (deployment,) = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
    file, name = deployment["entrypoint"].split(":")
    assert runpy.run_path(str(ROOT / file))[name].name == name
    assert deployment["schedules"] == [{"cron": "0 6 5 * *", "timezone": "UTC"}]
    assert "concurrency_limit" not in deployment


def test_the_commands_of_the_docs_send_no_telemetry(home: Path) -> None:
    """As Prefect reads its settings in the folder of the project, without the environment."""
    said = subprocess.run(
        [sys.executable, "-c", "from prefect.settings import get_current_settings as get;"
         "found = get(); print(found.server.analytics_enabled, found.flows.heartbeat_frequency,"
         "found.telemetry.enable_resource_metrics)"],
        capture_output=True, text=True, check=True, cwd=ROOT,
        env={name: value for name, value in os.environ.items() if "PREFECT" not in name}
        | {"PREFECT_HOME": str(home)},
    )  # fmt: skip
    assert said.stdout == "False 60 False\n"
