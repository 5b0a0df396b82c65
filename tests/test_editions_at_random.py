"""Whatever is published, damaged, copied, killed, set back and pruned, in any order: no edition
changes, the links lead to good ones, and nothing unknown goes."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editions import PRESENT, small, value_of
from mirror import publish
from mirror.publish import disk, links

MONTHS = ("2026-08", "2026-09", "2026-10", "2026-11")
Content = dict[str, bytes]

month, number = st.sampled_from(MONTHS), st.integers(0, 7)
STEPS = st.one_of(
    st.tuples(st.just("publish"), month, st.integers(1, 3)),
    st.tuples(st.just("killed"), month, st.integers(1, 3), st.integers(0, 3)),
    st.tuples(st.just("damage"), number, st.sampled_from(("t.csv", "summary.json", "SHA256SUMS"))),
    st.tuples(st.just("copy"), number, st.sampled_from(("2026-11-backup", "2026-11.r9", "note"))),
    st.tuples(st.just("latest"), number),
    st.tuples(st.just("prune"), st.integers(1, 4)),
)


class Killed(BaseException):
    """The process is gone."""


@contextmanager
def killed_at(step: int) -> Iterator[None]:
    """Die before the naming of the edition (0), before `latest` (1), before the month's link (2),
    or within that, when the new link lies beside it (3).
    """
    point, rename, replace = links.point, Path.rename, Path.replace

    def named(path: Path, target: Path) -> Path:
        if step == 0 and ".r" in target.name:
            raise Killed
        return rename(path, target)

    def pointed(link: Path, target: str) -> None:
        if (step, link.name) == (1, "latest") or (step == 2 and link.name in MONTHS):
            raise Killed
        point(link, target)

    def replaced(path: Path, target: Path) -> Path:
        if step == 3 and target.name in MONTHS:
            raise Killed
        return replace(path, target)

    with (
        patch.object(Path, "rename", named), patch.object(links, "point", pointed),
        patch.object(Path, "replace", replaced),
    ):  # fmt: skip
        yield


class World:
    """A folder of editions, and what is known of it beside it."""

    def __init__(self, published: Path) -> None:
        self.published = published
        self.known: dict[str, Content] = {}
        self.spoiled: set[str] = set()
        self.others: dict[str, Content] = {}

    def take(self, kind: str, *given: object) -> None:
        act: Callable[..., None] = getattr(self, kind)
        act(*given)

    def publish(self, month: str, value: int) -> None:
        before = publish.shown(self.published)
        standing = publish.newest_of(self.published, month)
        folder = small(self.published, month, value)
        assert folder.parent == self.published and value_of(folder) == value
        is_new = folder.name not in self.known
        assert is_new or folder.name == standing.name  # type: ignore[union-attr]
        self.known[folder.name] = content(folder)
        self.spoiled.discard(folder.name)
        self._links(folder)
        here = publish.shown(self.published)
        assert here is not None
        if is_new and (before is None or before.name in self.spoiled or month >= before.month):
            assert here.month >= month

    def killed(self, month: str, value: int, step: int) -> None:
        try:
            with killed_at(step):
                small(self.published, month, value)
        except Killed:
            pass
        for edition in publish.editions(self.published):
            is_whole = edition.name in self.known and edition.name not in self.spoiled
            if not is_whole and publish.is_good(edition):
                self.known[edition.name] = content(edition.folder)
                self.spoiled.discard(edition.name)

    def damage(self, number: int, file: str) -> None:
        for edition in publish.found(self.published)[number : number + 1]:
            (edition.folder / file).write_bytes(b"\0")
            self.spoiled.add(edition.name)

    def copy(self, number: int, name: str) -> None:
        place = self.published / name
        for edition in publish.editions(self.published)[number : number + 1]:
            if not place.exists() and edition.name not in self.spoiled:
                shutil.copytree(edition.folder, place)
                self.others[name] = content(place)

    def latest(self, number: int) -> None:
        good = [one for one in publish.editions(self.published) if publish.is_good(one)]
        for edition in good[number : number + 1]:
            publish.point(self.published / "latest", edition.folder.name)

    def prune(self, months: int) -> None:
        shown = publish.shown(self.published)
        publish.prune(self.published, publish.to_remove(self.published, months), PRESENT)
        left = {edition.name for edition in publish.found(self.published)}
        assert shown is None or shown.name in left
        for name in self.known.keys() - left:
            del self.known[name]
            self.spoiled.discard(name)

    def holds(self) -> None:
        """What is true after every step."""
        for name, files in self.known.items():
            if name not in self.spoiled:
                assert content(self.published / name) == files, name
        for name, files in self.others.items():
            assert content(self.published / name) == files, name
        if newest := publish.newest(self.published):
            assert newest.name in self.known

    def _links(self, folder: Path) -> None:
        assert publish.faults(self.published) == []
        assert not list(self.published.glob(".draft-*"))
        assert not list(self.published.glob(".*.new"))
        assert (self.published / folder.name[:7]).resolve() == folder.resolve()


def content(folder: Path) -> Content:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.slow
@settings(max_examples=60)
@given(st.lists(STEPS, min_size=2, max_size=8))
def test_no_order_of_steps_loses_or_changes_an_edition(steps: list[tuple[object, ...]]) -> None:
    with (
        TemporaryDirectory() as folder,
        patch.object(disk, "sync"), patch("mirror.publish.edition.write_workbook"),
    ):  # fmt: skip
        world = World(Path(folder).resolve() / "published")
        for step in steps:
            world.take(*step)  # type: ignore[arg-type]
            world.holds()
