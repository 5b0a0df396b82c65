"""SHA256SUMS: what each file of an edition is, and whether it still is that."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

NAME = "SHA256SUMS"
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def files(folder: Path) -> dict[str, Path]:
    """List every file of an edition but SHA256SUMS by its path in the folder."""
    found = sorted(path for path in folder.rglob("*") if path.is_file() or path.is_symlink())
    named = {path.relative_to(folder).as_posix(): path for path in found}
    named.pop(NAME, None)
    return named


def write(folder: Path, listed: Mapping[str, str] | None = None) -> None:
    """Write SHA256SUMS, of every file if not told; one that stands there is replaced whole."""
    if listed is None:
        listed = {name: sha256(path) for name, path in files(folder).items()}
    text = "".join(f"{digest}  {name}\n" for name, digest in sorted(listed.items()))
    new = folder / f".{NAME}.new"
    new.write_text(text, encoding="utf-8")
    new.replace(folder / NAME)


def read(folder: Path) -> dict[str, str] | None:
    """Return the hash of each file that SHA256SUMS lists; null where it cannot be read."""
    try:
        lines = (folder / NAME).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return None
    matched = [_LINE.fullmatch(line) for line in lines]
    listed = {found[2]: found[1] for found in matched if found}
    return listed if len(listed) == len(lines) else None


def is_as_listed(folder: Path, name: str, listed: Mapping[str, str]) -> bool:
    """Whether a file is there and is what was published."""
    path = folder / name
    return path.is_file() and sha256(path) == listed.get(name)
