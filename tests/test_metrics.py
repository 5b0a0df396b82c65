"""`mirror.prom` reads as Prometheus reads it, and is there after a publish."""

import json
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from mirror.steps.metrics import metrics, write_metrics
from mirror.steps.run import Run, standing_run

SUMMARY: dict[str, Any] = {"edition": "2026-11", "revision": 2, "name": "2026-11.r2",
                           "frequency": "A", "version": "0.2.0", "warnings": ["one"]}  # fmt: skip


def read(text: str) -> dict[str, tuple[float, dict[str, str]]]:
    families = list(text_string_to_metric_families(text))
    assert all(family.type == "gauge" and family.documentation for family in families)
    return {one.name: (one.value, one.labels) for family in families for one in family.samples}


def test_prometheus_reads_it() -> None:
    behind = {"upstream": {"is_complete": False, "missing_reporter_periods": 12}}
    assert read(metrics(SUMMARY | behind, 1795500000.25)) == {
        "mirror_last_success_timestamp_seconds": (1795500000.25, {}),
        "mirror_edition_info": (1, {
            "edition": "2026-11", "revision": "2", "name": "2026-11.r2", "frequency": "A",
            "version": "0.2.0",
        }),
        "mirror_edition_complete": (0, {}),
        "mirror_edition_missing_reporter_periods": (12, {}),
        "mirror_edition_warnings": (1, {}),
    }  # fmt: skip


@pytest.mark.parametrize("upstream", [{"is_complete": True}, None])
def test_an_edition_that_no_service_stands_behind_is_complete(upstream: object) -> None:
    assert read(metrics(SUMMARY | {"upstream": upstream}, 0))["mirror_edition_complete"][0] == 1


def test_it_is_there_after_a_publish(sample_run: Run) -> None:
    found = read((sample_run.out / "mirror.prom").read_text())
    assert found["mirror_edition_info"][1]["edition"] == "2026-11"


def test_that_it_cannot_be_written_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "summary.json").write_text(json.dumps(SUMMARY))
    (tmp_path / ".mirror.prom.new").mkdir()
    write_metrics(standing_run(tmp_path), tmp_path)
    assert "mirror.prom could not be written (Is a directory)" in caplog.text
