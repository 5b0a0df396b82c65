"""The sample's edition as it was last reviewed: a change shows as a diff of these files.

`make golden` writes them anew, and what README.md and docs/reading.md quote of the edition.
"""

import shutil
import sys
import tempfile
from pathlib import Path

import pytest

from quoted import written_anew

GOLDEN = Path(__file__).parent / "golden"
FILES = (
    "ranked_gaps.csv", "gaps_of_hubs.csv", "one_sided_flows.csv", "set_aside_pairs.csv",
    "freight_margins.csv",
)  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_the_edition_is_the_reviewed_one(edition: Path, name: str) -> None:
    assert (edition / name).read_text() == (GOLDEN / name).read_text()


def regenerate() -> None:
    """Publish the sample and keep the files that are reviewed."""
    from mirror.steps.build import build
    from mirror.steps.check import check
    from mirror.steps.publish import publish_edition
    from mirror.steps.run import new_run

    with tempfile.TemporaryDirectory() as folder:
        run = new_run(Path(folder), edition="2026-11")
        build(run)
        check(run)
        edition = publish_edition(run)
        for name in FILES:
            shutil.copyfile(edition / name, GOLDEN / name)
        for page, text in written_anew(edition, run.out).items():
            page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(regenerate())
