"""What operators do with a folder: copies, backups, notes, links of their own, cleaning up."""

import shutil
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.faults import judge
from benchmarks.faults.kinds import Case
from benchmarks.faults.stage import FIRST_REVISIONS
from benchmarks.faults.trial import BROKEN, DELETED, READERS, STALE, Trial

COPIES = (
    "2026-10-backup", "2026-12", "2026-11", "2026-10.r7", "2027-01.r1", "2026-10 copy",
    "2026-10.old", "latest-good", "2026-10.keep", ".2026-10", "2026-13", "２０２６-11",
    "copy of latest", "2026-10.r01",
)  # fmt: skip
NOTES = (
    "notes.txt", "published/README", "published/.hidden", "published/.htaccess", "lake/notes.txt",
    "lake/replies/foreign.json.gz", "lake/replies/00/foreign.json.gz", "lake/entries/foreign.json",
    "build.duckdb.bak", "published/2026-10.txt", "published/2026-11", "lake/manifest.sqlite.bak",
    "published/latest.old", "drafts/mine", "lake/drafts/mine.txt", "published/.drafts", "old.tmp",
    "build.old.tmp", "published/index.html", ".draft-mine", "published/.files/mine/notes",
)  # fmt: skip


def _dangle(link: Path) -> None:
    link.unlink()
    link.symlink_to("2025-01.r1")


def _real(link: Path) -> None:
    """A link becomes a folder with its files, as a copy without links makes it."""
    source = link.resolve()
    link.unlink()
    shutil.copytree(source, link)


def _outside(link: Path) -> None:
    link.unlink()
    link.symlink_to("/")


def _file(link: Path) -> None:
    link.unlink()
    link.write_text("2026-10\n")


def _loop(link: Path) -> None:
    link.unlink()
    link.symlink_to(link.name)


def _empty(link: Path) -> None:
    link.unlink()
    link.mkdir()


LINKS: dict[str, Callable[[Path], None]] = {
    "dangles": _dangle, "is missing": lambda link: link.unlink(), "is a real folder": _real,
    "leads outside": _outside, "is a file": _file, "leads to itself": _loop,
    "is an empty folder": _empty,
}  # fmt: skip


def cases() -> list[Case]:
    """Copies, notes, links, and an edition that somebody removed."""
    found: list[Case] = [(f"a copy named {name}", partial(copied, name)) for name in COPIES]
    found += [(f"a foreign {name}", partial(foreign, name)) for name in NOTES]
    found += [(f"{link} {how}", partial(linked, link, how))
              for link in ("latest", "2026-10") for how in LINKS]  # fmt: skip
    found += [("published is removed", removed), ("everything is moved", moved)]
    return found


def copied(name: str, trial: Trial) -> None:
    """`cp -rL` of an edition under another name: ignored, kept, never `latest`."""
    trial.take("old", later=FIRST_REVISIONS)
    copy = trial.out / "published" / name
    subprocess.run(["cp", "-rL", trial.out / "published" / "2026-10", copy], check=True)
    kept = judge.hashes(copy)
    trial.look()
    before = {key: told for key, told in trial.before.editions.items() if key != name}
    trial.before.editions.clear()
    trial.before.editions.update(before)
    trial.readers(READERS[0])
    said = trial.mirror("run", codes=(0, 1, 2) if name == "2026-11" else (0,))
    there = judge.hashes(copy) if copy.is_dir() and not copy.is_symlink() else {}
    if there != kept:
        trial.find(DELETED, said, "an operator's copy is never deleted or changed", name)
    if said.code == 0:
        trial.stands()
        shown = judge.edition_of(trial.out / "published" / "latest")
        if (trial.out / "published" / "latest").resolve().name == name or shown[:7] != "2026-11":
            trial.find(STALE, said, "latest shows the edition that was published", shown)
        else:
            trial.true("done")
        trial.tidy(besides=[judge.plain(f"published/{name}")])
    trial.readers()


def foreign(name: str, trial: Trial) -> None:
    """A file that is not ours stays, and counts for nothing."""
    trial.take("old", later=FIRST_REVISIONS)
    path = trial.out / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("an operator's own\n")
    trial.look()
    said = trial.mirror("run", codes=(0, 1, 2) if name == "published/2026-11" else (0,))
    if not path.is_file() or path.read_text() != "an operator's own\n":
        trial.find(DELETED, said, "nothing unknown is deleted", name)
    if said.code == 0:
        trial.stands()
        trial.true("done")
        trial.tidy()
    trial.readers()


def linked(name: str, how: str, trial: Trial) -> None:
    """A link that was damaged: the next run puts it right, or says why not; nothing is lost."""
    trial.take("old", later=FIRST_REVISIONS)
    link = trial.out / "published" / name
    LINKS[how](link)
    is_own = link.is_dir() and not link.is_symlink()
    kept = judge.hashes(link) if is_own else {}
    trial.mirror("status", "--offline", codes=(0, 1, 3))
    trial.mirror(*READERS[0], codes=(0, 1))
    said = trial.mirror("run", codes=(0, 1, 2) if is_own or how == "is a file" else (0,))
    folders = [path for path in (trial.out / "published").rglob("*") if path.is_dir()]
    if kept and not any(judge.hashes(path) == kept for path in folders):
        trial.find(DELETED, said, "a folder in a link's place is not deleted", name)
    if said.code == 0:
        for flaw in judge.link_flaws(trial.out / "published"):
            trial.find(BROKEN, said, "links are put right by the next writer", flaw)
        if judge.edition_of(trial.out / "published" / "latest")[:7] == "2026-11":
            trial.true("done")
        else:
            trial.find(BROKEN, said, "latest shows 2026-11", name)
    for lost in trial.before.lost_replies(trial.out):
        trial.find(BROKEN, said, "no reply is lost", lost)


def removed(trial: Trial) -> None:
    """`rm -rf published`: readers say one sentence, the next run publishes."""
    trial.take("old", later=FIRST_REVISIONS)
    shutil.rmtree(trial.out / "published")
    for reader in READERS:
        trial.mirror(*reader, codes=(0, 1, 2, 3))
    trial.mirror("run", codes=(0,))
    for flaw in judge.link_flaws(trial.out / "published"):
        trial.find(BROKEN, None, "published anew", flaw)


def moved(trial: Trial) -> None:
    """The whole folder is moved: links and lake go with it."""
    trial.take("old", later=FIRST_REVISIONS)
    trial.out = trial.out.rename(trial.folder / "moved here, with a comma and blanks")
    trial.readers(*READERS[:4])
    trial.next_run("run")
