"""Damaged files of every kind that a run reads: in lake, build and editions; and foreign ones."""

import gzip
import os
import random
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.faults import judge
from benchmarks.faults.kinds import Case, operator, restored
from benchmarks.faults.stage import FIRST_REVISIONS, Stage
from benchmarks.faults.trial import BROKEN, EXIT, READERS, SENTENCES, STALE, Trial


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _flip(path: Path, chance: random.Random) -> None:
    data = bytearray(path.read_bytes() or b"\0")
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(bytes(data))


def _cut(path: Path, chance: random.Random) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: chance.randrange(max(1, len(data)))])


def _other(path: Path, chance: random.Random) -> None:
    """Whole and of its kind, but other than what was written."""
    data = path.read_bytes()
    if path.suffix == ".gz":
        text = gzip.decompress(data)
        path.write_bytes(
            gzip.compress(text.replace(b'"primaryValue":', b'"primaryValue":1'), mtime=0)
        )
    elif path.suffix in (".csv", ".json", ".txt", ".html"):
        path.write_bytes(data.replace(b"1", b"2"))
    else:
        path.write_bytes(data + b"\0")


def _folder(path: Path, chance: random.Random) -> None:
    path.unlink()
    path.mkdir()
    (path / "file").write_bytes(b"")


def _dangling(path: Path, chance: random.Random) -> None:
    path.unlink()
    path.symlink_to("nowhere/at/all")


DAMAGES: dict[str, Callable[[Path, random.Random], None]] = {
    "flipped": _flip, "cut": _cut, "other content": _other, "a folder": _folder,
    "a dangling link": _dangling, "missing": lambda path, _: path.unlink(),
    "empty": lambda path, _: _write(path, b""),
    "zeroed": lambda path, _: _write(path, bytes(path.stat().st_size)),
    "garbage": lambda path, chance: _write(path, chance.randbytes(700)),
    "text": lambda path, _: _write(path, b'{"a": [1, 2'),
}  # fmt: skip


def cases(stage: Stage, trials: int, chance: random.Random) -> list[Case]:
    """Files of lake, build and editions, each with each damage as far as trials reach."""
    lake = [p for p in judge.hashes(stage.out("done")) if p.startswith("lake/")]
    latest = (stage.out("done") / "published" / "latest").resolve()
    files = list(judge.hashes(latest))
    build = ["build.duckdb", "checks.json", "mirror.lock"]
    groups: list[list[Case]] = [
        [(f"{p} {how}", partial(in_lake, p, how)) for p in lake for how in DAMAGES],
        [(f"latest {p} {how}", partial(in_standing, p, how)) for p in files for how in DAMAGES],
        [(f"before {p} {how}", partial(in_edition_before, p, how))
         for p in (*("summary.json", "ranked_gaps.parquet", "ranked_gaps.csv", "gap_years.csv",
                     "mirror.duckdb", "SHA256SUMS"), *chance.sample(files, 4)) for how in DAMAGES],
        [(f"{p} {how}", partial(in_build, p, how)) for p in build for how in DAMAGES],
        [*operator.cases(), *restored.cases()],
    ]  # fmt: skip
    for group in groups:
        chance.shuffle(group)
    mixed = [group[i] for i in range(max(map(len, groups))) for group in groups if i < len(group)]
    return (mixed * (1 + trials // len(mixed)))[:trials]


def in_lake(name: str, how: str, trial: Trial) -> None:
    """A run on a damaged lake: true figures or a sentence that names it; healed, all is well."""
    trial.take("old", later=FIRST_REVISIONS)
    path, kept = trial.out / name, trial.folder / "kept"
    if not path.is_file():
        path = next(p for p in sorted((trial.out / Path(name).parts[0]).rglob(f"*{path.suffix}"))
                    if p.is_file())  # fmt: skip
    shutil.copy2(path, kept)
    is_reply = "lake/replies/" in path.as_posix()
    is_record = is_reply and b"primaryValue" in gzip.decompress(path.read_bytes())
    DAMAGES[how](path, trial.chance)
    command = trial.chance.choice(("run", "build", "fetch --years 2018-2024"))
    said = trial.mirror(*command.split(), codes=(0, 1))
    named = path.name.split(".")[0][:12]
    if said.code == 1 and is_reply and named not in said.stderr:
        trial.find(SENTENCES, said, f"the sentence names the file ({path.name})")
    if said.code == 0 and command == "run":
        trial.true("done")
    elif said.code == 0 and command == "build" and is_record:
        trial.find(STALE, said, f"build does not read {path.name}, {how}")
    if is_reply:
        noticed(trial, "verify", codes=(1,))
    trial.readers(READERS[0], READERS[3])
    if "manifest" in path.name and said.code and trial.number % 2:
        said = trial.mirror("fetch", "--rebuild", codes=(0,))
    if said.code or is_reply:  # what went well may have written the file anew
        heal(path, kept)
    trial.stands()
    trial.next_run("run")


def noticed(trial: Trial, *arguments: str, codes: tuple[int, ...]) -> None:
    """`verify` says that something is damaged; that is no failure of its own: stdout says it."""
    said = trial.start(*arguments).wait()
    trial.commands.append(said)
    if said.code not in codes or "damaged" not in said.stdout + said.stderr:
        trial.find(
            EXIT, said, f"verify ends with {codes[0]} and a line that says damaged", said.stdout
        )


def heal(path: Path, kept: Path) -> None:
    """Put the file back as it was."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.is_dir():
        shutil.rmtree(path)
    for more in ("-wal", "-shm"):
        path.with_name(path.name + more).unlink(missing_ok=True)
    shutil.copy2(kept, path)


def in_standing(name: str, how: str, trial: Trial) -> None:
    """A damaged file of the newest edition: `verify` names it, the month's run restores it."""
    trial.take("done")
    folder = (trial.out / "published" / "latest").resolve()
    before = judge.hashes(folder)
    DAMAGES[how](folder / name, trial.chance)
    noticed(trial, "verify", "2026-11", codes=(1,))
    if name not in trial.commands[-1].stdout:
        trial.find(SENTENCES, None, f"verify names {name}", trial.commands[-1].stdout)
    shown = judge.edition_of(folder)
    # a folder in a file's place is nobody's to remove: then the sentence names it
    codes = (0, 1) if how == "a folder" else (0,)
    said = trial.mirror("publish" if trial.number % 2 else "run", codes=codes)
    if said.code:
        if f"{folder.name}/{name}" not in said.stderr:
            trial.find(SENTENCES, said, f"the sentence names {folder.name}/{name}")
        return
    now = judge.hashes(folder) if folder.is_dir() else {}
    latest = trial.out / "published" / "latest"
    if judge.flaws(latest):
        trial.find(BROKEN, said, "after the rerun latest is whole", str(judge.flaws(latest)[:3]))
    if shown and judge.edition_of(latest) == shown and now != before:
        wrong = sorted({name for name, _ in set(now.items()) ^ set(before.items())})
        trial.find(
            BROKEN, said, "each damaged file is restored from the same bytes", str(wrong[:3])
        )
    trial.true("done")
    trial.tidy()


def in_edition_before(name: str, how: str, trial: Trial) -> None:
    """The last edition is damaged: the run of the next month warns and publishes."""
    trial.take("old", later=FIRST_REVISIONS)
    folder = (trial.out / "published" / "2026-10").resolve()
    if not (folder / name).is_file():
        name = "gap_years.csv"
    DAMAGES[how](folder / name, trial.chance)
    noticed(trial, "verify", "2026-10", codes=(1,))
    said = trial.mirror("run", codes=(0,))
    if said.code:
        return
    is_needed = name in ("summary.json", "ranked_gaps.parquet")
    if is_needed and not any("2026-10" in line for line in said.stderr.splitlines()
                             if line.startswith("WARNING")):  # fmt: skip
        trial.find(SENTENCES, said, "a warning names the damaged edition 2026-10")
    latest = trial.out / "published" / "latest"
    if judge.flaws(latest) or not judge.edition_of(latest).startswith("2026-11"):
        trial.find(BROKEN, said, "2026-11 is published whole", str(judge.flaws(latest)[:3]))
    if judge.figures(latest).get("gap_years.csv") != trial.stage.figures["done"]["gap_years.csv"]:
        trial.find(STALE, said, "the figures of a run without a fault", judge.edition_of(latest))
    trial.readers(READERS[0])


def in_build(name: str, how: str, trial: Trial) -> None:
    """A build or its checks are damaged: publish refuses in a sentence, a run does not mind."""
    trial.take("built")
    path = trial.out / name
    if not path.is_file():
        path.write_bytes(b"x")
    DAMAGES[how](path, trial.chance)
    said = trial.mirror("publish", codes=(0, 1, 2))
    is_read = name != "mirror.lock" and how not in ("flipped", "other content")
    if is_read and said.code == 0:
        trial.find(EXIT, said, f"publish refuses: {name} is {how}")
    if said.code == 0:
        for flaw in judge.flaws(trial.out / "published" / "latest"):
            trial.find(BROKEN, said, "what is published is whole", flaw)
    trial.stands()
    if path.is_dir() and not os.path.islink(path):  # noqa: PTH114
        shutil.rmtree(path)  # an operator's folder of that name is not ours to remove
    trial.next_run("run")
