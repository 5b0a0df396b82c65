"""What docs/ tells people to type works: blocks are run, commands are held against --help."""

import contextlib
import io
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import duckdb
import pytest

from commands import mirror
from mirror import errors
from mirror.lake import Lake, NewReply
from mirror.settings import ASSETS
from mirror.steps.run import Run

ROOT = Path(__file__).parents[1]
ANALYSTS = (ROOT / "docs" / "analysts.md").read_text(encoding="utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of a language; the empty one stands for commands."""
    found: list[str] = []
    opened: str | None = None
    for line in text.splitlines():
        if line.strip().startswith("```"):
            is_opening = opened is None
            opened = line.strip()[3:] if is_opening else None
            if is_opening and opened == language:
                found.append("")
        elif opened == language:
            found[-1] += line + "\n"
    return found


@pytest.fixture
def folder(sample_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which `data` is that of the sample's run, as the docs take it to be."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "published").symlink_to(sample_run.published)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_sql_block_of_the_analysts_answers(folder: Path) -> None:
    found = blocks(ANALYSTS, "sql")
    assert len(found) >= 5
    for block in found:
        opened = ":memory:" if block.startswith("attach") else "data/published/latest/mirror.duckdb"
        with duckdb.connect(opened, read_only=opened != ":memory:") as connection:
            rows = connection.execute(block).fetchall()
        assert rows or "from transit_moves" in block, block  # the sample may have no transit


def test_every_python_block_of_the_analysts_runs(folder: Path) -> None:
    said = []
    for block in blocks(ANALYSTS, "python"):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(compile(block, "docs/analysts.md", "exec"), {})
        said.append(out.getvalue())
    years = (
        duckdb.connect("data/published/latest/mirror.duckdb", read_only=True)
        .execute(
            "select count(*) from gap_years where (exporter_iso3, importer_iso3) = ('KEN', 'ARE')"
        )
        .fetchall()
    )
    assert said[0] == f"[('KEN', 'ARE')] {years[0][0]}\n"
    assert "ARE" in said[1]
    assert said[2] == "kg of fine gold\n"


def test_what_the_r_block_names_is_there(folder: Path) -> None:
    (block,) = blocks(ANALYSTS, "r")
    for path in re.findall(r'"(data/[^"]+)"', block):
        assert Path(path).exists(), path
    with duckdb.connect("data/published/latest/mirror.duckdb", read_only=True) as gold:
        for query in re.findall(r'"(select [^"]+)"', block):
            assert gold.execute(query).fetchall(), query


def test_the_analysts_find_every_question() -> None:
    files = {path.stem for path in (ASSETS / "sql" / "analyses").glob("*.sql")}
    assert set(re.findall(r"\? \| `(\w+)` \|$", ANALYSTS, re.M)) == files


def test_columns_and_tables_that_the_analysts_read_exist(folder: Path) -> None:
    with duckdb.connect("data/published/latest/mirror.duckdb", read_only=True) as gold:
        columns = gold.execute("select column_name from duckdb_columns()").fetchall()
    known = {name for (name,) in columns}
    for name in re.findall(r"`((?:is|has|residual|exporter|importer)_\w+)`", ANALYSTS):
        assert name in known, name


@cache
def options(command: str) -> set[str]:
    said = mirror(command, "--help")
    assert said.returncode == 0
    return set(re.findall(r"--[a-z-]+", said.stdout))


def commands(text: str) -> list[str]:
    lines = [line.strip() for body in blocks(text, "") for line in body.splitlines()]
    inline = re.findall(r"`(mirror [^`]+)`", text)
    return [line for line in [*lines, *inline] if line.startswith("mirror ")]


@pytest.mark.slow
@pytest.mark.parametrize("page", ["docs/operations.md", "docs/analysts.md", "README.md"])
def test_every_command_is_one_with_these_options(page: str) -> None:
    found = commands((ROOT / page).read_text(encoding="utf-8"))
    assert len(found) >= 3
    for line in found:
        words = shlex.split(line.split(" #")[0].split(" <")[0])
        if words[1].startswith("--") or words[1] == "EXPORTER":
            continue
        given = {word.split("=")[0] for word in words if word.startswith("--")}
        assert given <= options(words[1]), line


def test_every_class_of_errors_has_its_line() -> None:
    named = set(re.findall(r"^\| `(\w+)` \|", OPERATIONS, re.M)) - {"lake"}
    classes = {
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.MirrorError)
    }
    assert named & classes == classes - {"MirrorError"}


def test_the_settings_that_operations_names_exist() -> None:
    from mirror.settings import Settings

    for name in re.findall(r"MIRROR_(\w+)", OPERATIONS):
        assert name.lower() in Settings.model_fields, name


LOSSES: dict[str, Callable[[Path], object]] = {
    "the lake": shutil.rmtree,
    "its manifest": lambda lake: (lake / "manifest.sqlite").unlink(),
    "its replies": lambda lake: shutil.rmtree(lake / "replies"),
    "its entries": lambda lake: shutil.rmtree(lake / "entries"),
    "what it says": lambda lake: [path.write_bytes(b"damaged") for path in lake.glob("*/*/*")],
}


@pytest.mark.parametrize("lost", LOSSES.values(), ids=LOSSES.keys())
def test_a_lake_comes_back_from_its_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: Callable[[Path], object]
) -> None:
    """The commands as they stand: a backup of each of two months, a loss, what brings it back."""
    monkeypatch.chdir(tmp_path)
    section = OPERATIONS.split("\n## The lake: backup and test\n")[1].split("\n### ")[0]
    backup, restore = blocks(section, "")
    (test,) = blocks(section, "python")
    for number in (1, 2):
        with Lake.writing(tmp_path / "data" / "lake") as lake, lake.draft() as draft:
            draft.write(f"[{number}]".encode())
            lake.keep(draft, NewReply("records", "A", "{}", "/a", number), datetime.now(UTC))
        subprocess.run(["sh", "-ec", backup], check=True)
    lost(tmp_path / "data" / "lake")
    *copying, rebuild = restore.strip().splitlines()
    subprocess.run(["sh", "-ec", "\n".join(copying)], check=True)
    said = mirror(*shlex.split(rebuild)[1:])
    assert said.returncode == 0 and "names 2 replies, 0 of them found again" in said.stderr
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(test, "docs/operations.md", "exec"), {})
    assert out.getvalue() == "Every reply of the lake is what was fetched.\n"
    with Lake.reading(tmp_path / "data" / "lake") as lake:
        assert [(reply.id, reply.rows) for reply in lake.replies()] == [(1, 1), (2, 2)]


@pytest.mark.slow
def test_the_upgrade_path_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The two commands of the upgrade, as they stand, with the sample in its place."""
    (folder / "data" / "sample").symlink_to(ASSETS / "data" / "sample")
    (block,) = [body for body in blocks(OPERATIONS, "") if "--out trial" in body]
    for line in block.strip().splitlines():
        said = mirror(*shlex.split(line)[1:])
        assert said.returncode == 0, said.stderr
    assert said.stdout.count("\n") == 1, "the header: the same records and the same version"
