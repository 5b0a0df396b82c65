"""Small editions as they stand below published/, for tests that ask nothing of their figures."""

import json
from pathlib import Path
from typing import Any

from mirror.publish import sums

FILES = {
    "report.html": "<!doctype html><title>page</title>\n",
    "ranked_gaps.csv": "rank,exporter_iso3\n1,KEN\n",
    "mirror.duckdb": "database",
    "figures/map.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
}


def stand(published: Path, month: str, revision: int = 1, **summary: Any) -> Path:
    """Make an edition, and have its month and `latest` show it."""
    folder = published / f"{month}.r{revision}"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    said = {"edition": month, "revision": revision, "name": folder.name, "frequency": "A"}
    (folder / "summary.json").write_text(json.dumps(said | summary), encoding="utf-8")
    sums.write(folder)
    show(published, month, folder.name)
    show(published, "latest", folder.name)
    return folder


def stand_old(published: Path, month: str) -> Path:
    """Make an edition as versions 0.1 left it: a link into a hidden folder, no revision."""
    folder = stand(published, month)
    kept = published / ".files" / f"{month}-0123456789ab"
    kept.parent.mkdir(exist_ok=True)
    folder.rename(kept)
    (kept / "summary.json").write_text(json.dumps({"edition": month}), encoding="utf-8")
    sums.write(kept)
    show(published, month, f".files/{kept.name}")
    show(published, "latest", month)
    return kept


def show(published: Path, link: str, target: str) -> None:
    """Point a link, as a publish does."""
    (published / link).unlink(missing_ok=True)
    (published / link).symlink_to(target)
