"""The links beside the editions: `2026-11` at the month's newest revision, and `latest`.

A month's link is set last, so that one which is behind its newest revision shows that a run was
killed before it: whoever writes next makes it good. Links are relative, so that the folder moves
with them.
"""

import logging
import re
from pathlib import Path

from mirror.publish import disk
from mirror.publish.editions import MONTH, Edition, editions, has_come, newest_until, shown

log = logging.getLogger(__name__)


def settle(published: Path, present: str) -> None:
    """Put all links right; `present` is the month of today, after which none counts."""
    _demand_latest(published, present)
    newest = {edition.month: edition for edition in editions(published)}
    for month, edition in newest.items():
        if not _leads_to(published / month, edition):
            is_newer = _revision_shown(published / month) < edition.revision
            _keep_address(published, month)
            if is_newer and edition.month <= present:
                _offer_latest(published, edition, present)
            point(published / month, edition.folder.name)


def point(link: Path, target: str) -> None:
    """Let a link lead to a name beside it, in one step; a folder in its place is moved aside."""
    if link.exists() and not link.is_symlink():
        disk.move_aside(link)
    new = link.with_name(f".{link.name}.new")
    new.unlink(missing_ok=True)
    new.symlink_to(target)
    new.replace(link)
    disk.sync_folder(link.parent)


def faults(published: Path) -> list[str]:
    """Say which links do not lead where they should; nothing is changed."""
    newest = {edition.month: edition for edition in editions(published)}
    wrong = [
        f"{month}: damaged: does not lead to {edition.name}"
        for month, edition in newest.items()
        if not _leads_to(published / month, edition)
    ]
    wrong += [f"{link.name}: damaged: leads nowhere" for link in dangling(published)]
    here = shown(published)
    if newest and (here is None or not _leads_to(published / "latest", here)):
        wrong.append("latest: damaged: leads to no edition")
    return wrong


def dangling(published: Path) -> list[Path]:
    """List the links of months that lead nowhere, where no edition of the month stands."""
    months = {edition.month for edition in editions(published)}
    entries = published.iterdir() if published.is_dir() else ()
    return sorted(
        entry
        for entry in entries
        if entry.is_symlink() and not entry.exists()
        and re.fullmatch(MONTH, entry.name) and entry.name not in months
    )  # fmt: skip


def set_back(published: Path, present: str) -> Edition | None:
    """Return the newer edition that `latest` does not show, or null if it shows the newest."""
    here, last = shown(published), newest_until(published, present)
    return last if here and last and last > here else None


def _offer_latest(published: Path, edition: Edition, present: str) -> None:
    """Let `latest` lead to an edition unless it shows one of a later month."""
    here = shown(published)
    if here and edition.month < here.month and has_come(here, present):
        log.info("latest stays at %s: %s is of an earlier month", here.name, edition.name)
        return
    if not _leads_to(published / "latest", edition):
        point(published / "latest", edition.folder.name)


def _demand_latest(published: Path, present: str) -> None:
    """Let `latest` lead to an edition of a month up to now, if one stands."""
    here, last = shown(published), newest_until(published, present)
    if here and not _leads_to(published / "latest", here):  # a copy of it
        point(published / "latest", here.folder.name)
    if last and (here is None or not has_come(here, present)):
        if (published / "latest").is_symlink():
            log.warning("latest led to no edition of a month up to now: it shows %s", last.name)
        point(published / "latest", last.folder.name)


def _leads_to(link: Path, edition: Edition) -> bool:
    return link.is_dir() and link.resolve() == edition.folder.resolve()


def _revision_shown(link: Path) -> int:
    """The revision that a month's link names, whether or not it is there; 0 without a link."""
    target = link.readlink().name if link.is_symlink() else ""
    number = re.fullmatch(r".*\.r([0-9]+)", target)
    return int(number[1]) if number else int(link.is_dir())


def _keep_address(published: Path, month: str) -> None:
    """Give an edition that stands under its month alone the address of its revision."""
    entry = published / month
    only = [edition for edition in editions(published) if edition.folder == entry]
    for edition in only:
        if entry.is_symlink():
            point(published / edition.name, str(entry.readlink()))
        else:
            entry.rename(published / edition.name)
