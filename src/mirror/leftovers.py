"""What killed runs left behind, by names that only mirror writes; nothing else is ever removed."""

import logging
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

log = logging.getLogger(__name__)
_BUILD = re.compile(r"build\.\d+\.tmp(\.(wal|spill))?")
_DRAFT = re.compile(r"\.draft-[0-9a-f]{32}")
_EDITION = re.compile(r"\.(draft-[0-9a-f]{12}|writing-[a-z0-9_]{8})")
_LINK = re.compile(r"\.(latest|\d{4}-\d{2}(\.r\d+)?)\.new")
_REPLY = re.compile(r"[0-9a-f]{32}\.part")


def sweep(out: Path) -> None:
    """Remove drafts of builds, small files, editions and links; only under the lock of `out`."""
    for path in _of_runs(out):
        _remove(path)


def of_lake(lake: Path) -> list[Path]:
    """Drafts of replies, which a fetch may still be writing."""
    return [path for path in _listed(lake / "drafts") if _is_file(path, _REPLY)]


def sweep_lake(lake: Path) -> None:
    """Remove drafts of replies; only under the lock of the lake."""
    for path in of_lake(lake):
        _remove(path)


def _of_runs(out: Path) -> Iterator[Path]:
    for path in _listed(out):
        is_spill = _BUILD.fullmatch(path.name) and path.suffix == ".spill" and _is_folder(path)
        if is_spill or _is_file(path, _BUILD) or _is_file(path, _DRAFT):
            yield path
    for path in _listed(out / "published"):
        is_draft = _EDITION.fullmatch(path.name) and _is_folder(path)
        if is_draft or (_LINK.fullmatch(path.name) and path.is_symlink()):
            yield path


def _listed(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _is_file(path: Path, name: re.Pattern[str]) -> bool:
    return bool(name.fullmatch(path.name)) and path.is_file() and not path.is_symlink()


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _remove(path: Path) -> None:
    try:
        if _is_folder(path):
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        log.warning("%s, left by a killed run, cannot be removed (%s)", path, error.strerror)
    else:
        log.info("removed %s, which a killed run left", path)
