"""Own eyes: whether editions, links and replies are whole, whatever the commands say of them."""

import csv
import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.faults.driver import Said

NAME = re.compile(r"[0-9]{4}-[0-9]{2}(\.r[1-9][0-9]*)?")
OWN_LINE = re.compile(r"(INFO|WARNING|ERROR|CRITICAL|DEBUG) |mirror: |$")
# names that only the product writes, of drafts that a killed run leaves
OURS = re.compile(r"/\.draft-|/\.writing-|build\.[0-9]+\.tmp|\.part$|/\..+\.new$")
FIGURES = ("gap_years.csv", "ranked_gaps.csv")
FOREIGN_LINE = re.compile(r"Exception ignored|leaked|\w+Warning:|Error:")
# editions of other months, and what a rebuild of the lake sets apart, are wanted
WANTED = re.compile(r"published/(\.files/)?[0-9]{4}-[0-9]{2}|lake/damaged")
Hashes = dict[str, str]


def sha256(path: Path) -> str:
    """Hash of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def hashes(folder: Path) -> Hashes:
    """Every file below a folder, links not followed, by its name."""
    return {
        path.relative_to(folder).as_posix(): sha256(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def flaws(folder: Path) -> list[str]:
    """What is wrong with the files of an edition, by its own SHA256SUMS."""
    if not (folder / "SHA256SUMS").is_file():
        return [f"{folder.name} has no SHA256SUMS"]
    there = hashes(folder)
    del there["SHA256SUMS"]
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8", errors="replace").splitlines()
    listed = {name: told for told, _, name in (line.partition("  ") for line in lines)}
    found = [f"{name} is missing" for name in listed.keys() - there.keys()]
    found += [f"{name} is not listed" for name in there.keys() - listed.keys()]
    found += [f"{name} is changed" for name in listed.keys() & there.keys()
              if listed[name] != there[name]]  # fmt: skip
    try:
        json.loads((folder / "summary.json").read_bytes())
    except (OSError, ValueError) as error:
        found.append(f"summary.json: {error}")
    return sorted(found)


def names(published: Path) -> Iterator[str]:
    """Names below published/ that are written as an edition's: month or revision."""
    if published.is_dir():
        yield from sorted(path.name for path in published.iterdir() if NAME.fullmatch(path.name))


def link_flaws(published: Path) -> list[str]:
    """Links that lead nowhere, out of published/, or to no whole edition."""
    found = []
    for name in ("latest", *names(published)):
        link = published / name
        if not link.is_symlink():
            if name == "latest":
                found.append("latest is no link" if link.exists() else "latest is missing")
        elif not link.is_dir():
            found.append(f"{name} leads nowhere")
        elif link.readlink().is_absolute() or ".." in link.readlink().parts:
            found.append(f"{name} leads out of published/")
        else:
            found += [f"{name}: {flaw}" for flaw in flaws(link)]
    return found


def edition_of(link: Path) -> str:
    """What a folder says that it is, as `2026-11.r2` (older ones: their month); empty: nothing."""
    try:
        summary = json.loads((link / "summary.json").read_bytes())
        return str(summary.get("name") or summary["edition"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def figures(folder: Path) -> Hashes:
    """The hashes of the files that hold what was found."""
    return {name: sha256(folder / name) for name in FIGURES if (folder / name).is_file()}


def bodies(lake: Path) -> set[str]:
    """Hashes of all replies in the lake as they came, before packing."""
    return {_body(path) for path in (lake / "replies").rglob("*") if path.is_file()}


def _body(path: Path) -> str:
    data = path.read_bytes()
    # not packed, or damaged: then it is no reply that came
    with suppress(OSError, EOFError, zlib.error):
        data = gzip.decompress(data)
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True)
class Snapshot:
    """What must not be lost: files of good editions by folder, replies, and what `latest` shows."""

    editions: dict[str, Hashes]
    replies: Hashes
    latest: str
    listing: frozenset[str]

    @classmethod
    def of(cls, out: Path) -> "Snapshot":
        """Look at a folder now."""
        published, replies = out / "published", out / "lake" / "replies"
        good = {name: hashes(published / name) for name in names(published)
                if not flaws(published / name)}  # fmt: skip
        latest = edition_of(published / "latest")
        return cls(good, hashes(replies) if replies.is_dir() else {}, latest, listing(out))

    def lost_editions(self, out: Path) -> list[str]:
        """Editions that were good and are not as they were; a month may show a newer revision."""
        found = []
        for name, before in self.editions.items():
            folder = out / "published" / name
            if not folder.is_dir():
                found.append(f"{name} is gone")
            elif hashes(folder) != before:
                is_moved = folder.is_symlink() and edition_of(folder).startswith(name)
                found += [f"{name}: {flaw}" for flaw in flaws(folder)]
                if not is_moved:
                    found.append(f"{name} was changed")
        return found

    def lost_replies(self, out: Path) -> list[str]:
        """Replies that are gone or other bytes."""
        return [
            name
            for name, told in self.replies.items()
            if not (path := out / "lake" / "replies" / name).is_file() or sha256(path) != told
        ]


def listing(out: Path) -> frozenset[str]:
    """What lies in the folders where leftovers would lie; editions by their month."""
    found = set()
    for folder in (out, out / "published", out / "published/.files", out / "lake",
                   out / "lake/drafts"):  # fmt: skip
        if folder.is_dir():
            found |= {plain(path.relative_to(out).as_posix()) for path in folder.iterdir()}
    return frozenset(found)


def plain(name: str) -> str:
    """A name below the folder, an edition's by its month alone."""
    return re.sub(r"(published/(?:\.files/)?[0-9]{4}-[0-9]{2})[.-].*", r"\1", name)


def noise(said: Said) -> list[str]:
    """Lines on stderr that nobody wrote for the operator: of libraries, or beside the sentence."""
    lines = said.stderr.splitlines()
    if said.code:
        return [line for line in lines if not OWN_LINE.match(line)]
    return [line for line in lines if FOREIGN_LINE.search(line)]


def told_figures(edition: Path, exporter: str, importer: str) -> list[str]:
    """What `explain` must show of a pair: both reported values of every year, whole dollars."""
    pair = (exporter, importer)
    with (edition / "gap_years.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    years = [row for row in rows if (row["exporter_iso3"], row["importer_iso3"]) == pair]
    values = [row[side] for row in years for side in ("export_value_usd", "import_value_usd")]
    return [f"{float(value):,.0f}" for value in values if value]
