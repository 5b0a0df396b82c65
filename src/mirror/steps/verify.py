"""Hold editions and the lake against their hashes."""

from collections.abc import Iterator
from pathlib import Path

from mirror import publish, warehouse
from mirror.errors import LakeError, SettingsError
from mirror.lake import Lake
from mirror.publish import Edition
from mirror.steps.query import edition_named
from mirror.steps.run import Run

Verdict = tuple[str, bool]
"""A line that says how something is, and whether it is good."""


def verify(run: Run, name: str | None = None) -> Iterator[Verdict]:
    """Yield a verdict on the edition of that name; without one on all, their links and the lake.

    Raises SettingsError where there is no such edition, or nothing at all.
    """
    if name is not None:
        yield _edition(edition_named(run, name))
        return
    editions = publish.found(run.published)
    if not editions and not run.lake.is_dir():
        raise SettingsError(f"There is nothing in {run.out} to verify: run mirror run first.")
    yield from map(_edition, editions)
    for fault in publish.faults(run.published):
        yield fault, False
    if run.lake.is_dir():
        yield _lake(run.lake)


def _edition(edition: Edition) -> Verdict:
    wrong = publish.damages(edition, warehouse.can_be_opened)
    if wrong:
        return f"{edition.name}: damaged: {publish.shortened(wrong)}", False
    files = sum(path.is_file() for path in edition.folder.rglob("*"))
    return f"{edition.name}: {files} files, good", True


def _lake(folder: Path) -> Verdict:
    """Every reply by its hash, and whether files, entries and manifest agree."""
    try:
        with Lake.reading(folder) as lake:
            wrong = lake.condition().sentences()
            replies = 0 if wrong else lake.verify()
    except LakeError as error:
        wrong = [str(error)]
    if wrong:
        return f"lake: damaged: {' '.join(wrong)}", False
    return f"lake: {replies} replies, good", True
