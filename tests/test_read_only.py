"""Questions write nothing: not to the published files, not beside them, whatever is asked."""

import hashlib
import json
import shutil
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from commands import mirror
from disks import read_only
from mirror.cli import app
from mirror.errors import MirrorError
from mirror.lake import Lake
from mirror.steps.build import build
from mirror.steps.check import check
from mirror.steps.publish import publish_edition
from mirror.steps.query import answers
from mirror.steps.run import Run, new_run, standing_run
from mirror.warehouse import open_built

State = dict[str, tuple[int, str]]


@pytest.fixture(scope="module")
def out(sample_run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the folder of the sample's edition, and of the same as the month before."""
    copy = tmp_path_factory.mktemp("asked") / "out"
    shutil.copytree(sample_run.out, copy, symlinks=True)
    as_of_the_month_before(copy / "published")
    return copy


def as_of_the_month_before(published: Path) -> None:
    """Let the same edition stand as that of 2026-10, too."""
    folder = published / "2026-10.r1"
    shutil.copytree(published / "2026-11.r1", folder)
    said = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    said |= {"edition": "2026-10", "name": folder.name}
    (folder / "summary.json").write_text(json.dumps(said), encoding="utf-8")


def state(folder: Path) -> State:
    """Every file and folder, with the time of its last change and its hash."""
    return {
        str(path.relative_to(folder)): (
            path.lstat().st_mtime_ns,
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
        )
        for path in [folder, *folder.rglob("*")]
    }


FREED = ("use memory", "detach build")
HOSTILE: dict[str, tuple[str, ...]] = {
    "attach": ("attach '{db}' as other", "delete from other.ranked_gaps"),
    "attach again to write": (*FREED, "attach '{db}' as build", "delete from build.ranked_gaps"),
    "in one statement": ("use memory; detach build; attach '{db}' as b; delete from b.gap_years",),
    "attach again and leave": (*FREED, "attach '{db}' as build (read_only false)", "checkpoint"),
    "attach by type": (*FREED, "attach '{db}' as build (type duckdb)", "drop table build.changes"),
    "attach through the link": (*FREED, "attach '{link}' as b", "delete from b.ranked_gaps"),
    "attach a new file": ("attach '{folder}/new.duckdb' as new", "create table new.t as select 1"),
    "create": ("create table t as select 1",),
    "create in the schema": ("create or replace table records.declared_rows as select 1",),
    "create a view": ("create view v as select 1",),
    "create a macro": ("create or replace macro gap_of() as table select 1",),
    "insert": ("insert into ranked_gaps from ranked_gaps",),
    "update": ("update ranked_gaps set rank = 1",),
    "delete": ("delete from ranked_gaps",),
    "truncate": ("truncate ranked_gaps",),
    "drop": ("drop table ranked_gaps",),
    "alter": ("alter table ranked_gaps add column z integer",),
    "comment": ("comment on table ranked_gaps is 'x'",),
    "in a transaction": ("begin", "delete from ranked_gaps", "commit"),
    "prepared": ("prepare p as delete from ranked_gaps", "execute p"),
    "checkpoint": ("checkpoint", "force checkpoint", "checkpoint build", "vacuum", "analyze"),
    "copy to": ("copy ranked_gaps to '{folder}/x.csv'",),
    "copy over": ("copy (select 1) to '{folder}/ranked_gaps.csv'",),
    "copy parquet": ("copy (select 1) to '{folder}/x.parquet' (format parquet)",),
    "copy to a folder": ("copy gap_years to '{folder}/p' (partition_by (year))",),
    "export": ("export database '{folder}/exported'",),
    "copy a database": ("attach ':memory:' as m", "copy from database build to m", "use m",
                        "copy from database m to build"),
    "settings": ("set enable_external_access = true", "copy ranked_gaps to '{folder}/x.csv'"),
    "reset": ("reset disabled_filesystems", "reset enable_external_access",
              "copy ranked_gaps to '{folder}/x.csv'"),
    "unlock": ("set lock_configuration = false", "set disabled_filesystems = ''"),
    "spill": ("set temp_directory = '{folder}'", "set memory_limit = '1MB'"),
    "logs": ("set log_query_path = '{folder}/q.log'", "select 1"),
    "profiling": ("pragma enable_profiling = 'json'", "set profiling_output = '{folder}/p.json'",
                  "select 1"),
    "checkpoint at the end": ("pragma enable_checkpoint_on_shutdown",),
    "access mode": ("set access_mode = 'read_write'", "delete from ranked_gaps"),
    "extensions": ("install httpfs", "load httpfs", "set extension_directory = '{folder}'"),
    "secrets": ("create persistent secret s (type http)",),
    "reading other files": ("select * from read_csv('{folder}/sources.csv')",),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_statement_writes_beside_the_published_file(out: Path, kind: str) -> None:
    """Each statement in one session, whatever became of those before it."""
    folder = (out / "published" / "latest").resolve()
    link = out / "published" / "latest" / "mirror.duckdb"
    places = {"db": folder / "mirror.duckdb", "folder": folder, "link": link}
    before = state(out)

    def statements():
        for statement in HOSTILE[kind]:
            yield statement.format(**places)

    asked = answers(standing_run(out), statements())
    refused = False
    while True:
        try:
            next(asked)
        except StopIteration:
            break
        except MirrorError:
            refused = True
            break
    assert state(out) == before
    assert refused or kind in HARMLESS


HARMLESS = {"checkpoint"}
"""Statements that have nothing to write in a file that is open to read."""


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_session_that_goes_on_after_a_refusal_writes_nothing(out: Path, kind: str) -> None:
    """As the shell would, were it to go on: the connection itself is asked."""
    folder = (out / "published" / "latest").resolve()
    link = out / "published" / "latest" / "mirror.duckdb"
    before = state(out)
    with open_built(folder / "mirror.duckdb") as built:
        for statement in (*HOSTILE[kind], "checkpoint"):
            try:
                built.answer(
                    statement.format(db=folder / "mirror.duckdb", folder=folder, link=link)
                )
            except MirrorError:
                continue
    assert state(out) == before
    with duckdb.connect(str(link), read_only=True) as connection:
        rows = connection.execute("select count(*) from ranked_gaps").fetchone()
    assert rows and rows[0] > 20


QUESTIONS = (
    ("sql", "select count(*) from ranked_gaps"),
    ("tables",),
    ("tables", "gap_of"),
    ("explain", "KEN", "ARE"),
    ("explain", "KEN", "ARE", "--html"),
    ("profile", "KEN"),
    ("diff", "2026-10", "2026-11"),
)


def frozen(folder: Path, mode: int) -> None:
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(mode | (0o111 if path.is_dir() else 0))


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_a_question_changes_nothing_and_needs_no_permission_to_write(
    out: Path, question: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Permissions do not bind root, so what it would be told of them is told to it."""
    monkeypatch.setattr("os.access", lambda path, mode: mode != 2)
    frozen(out, 0o444)
    before = state(out)

    result = CliRunner().invoke(app, [*question, "--out", str(out)])

    assert result.exit_code == 0, result.stderr
    assert result.stdout_bytes
    assert state(out) == before
    frozen(out, 0o644)


def test_questions_are_answered_where_nobody_can_write(out: Path) -> None:
    """On a disk that is read-only, with a lake, and no place for temporary files either."""
    with Lake.writing(out / "lake"):
        pass
    before = state(out)
    with read_only(out):
        for question in (*QUESTIONS, ("status", "--offline"), ("fetch", "--years", "2024",
                                                               "--dry-run")):  # fmt: skip
            said = mirror(*question, "--out", out, HOME=str(out), TMPDIR=str(out))
            assert (said.returncode, "Traceback" in said.stderr) == (0, False), said.stderr
            assert said.stdout
        for writer in (("build",), ("check",), ("publish",), ("fetch", "--years", "2024")):
            said = mirror(*writer, "--out", out)
            assert said.returncode == 2
            assert said.stderr == f"mirror: {out} cannot be written: choose another --out.\n"
    assert state(out) == before


def test_a_mistyped_folder_is_said_and_not_made(tmp_path: Path) -> None:
    out = tmp_path / "dätä 2"
    for question in (*QUESTIONS, ("status",)):
        said = mirror(*question, "--out", out)
        assert (said.returncode, said.stdout) == (2, "")
        assert said.stderr == (
            f"mirror: There is no folder {out}: give the --out of a run, or run mirror run first.\n"
        )
    said = mirror("fetch", "--years", "2024", "--dry-run", "--out", out)
    assert said.returncode == 0
    assert f"There is no folder {out}: this is the plan of a first fetch" in said.stderr
    assert list(tmp_path.iterdir()) == []


BAD = ("file", "file/below", "dangling", "dangling/below", "loop", "n" * 300)


@pytest.mark.parametrize("name", [*BAD, "/proc/mirror"], ids=lambda name: name[:10])
def test_a_folder_that_cannot_be_is_one_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to("loop")
    before = state(tmp_path)
    for command in ("build", "check", "tables"):
        said = mirror(command, "--out", tmp_path / name)
        assert (said.returncode, said.stdout, said.stderr.count("\n")) == (2, "", 1)
        start = (
            f"There is no folder {tmp_path / name}: "
            if command == "tables"
            else (f"{tmp_path / name} cannot be written (")
        )
        assert said.stderr.startswith(f"mirror: {start}")
    assert state(tmp_path) == before


def test_a_question_creates_no_folder(tmp_path: Path) -> None:
    for question in QUESTIONS:
        result = CliRunner().invoke(app, [*question, "--out", str(tmp_path / "nowhere")])
        assert result.exit_code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("published/latest/mirror.duckdb", ("sql", "select count(*) from ranked_gaps")),
        ("published/latest/mirror.duckdb", ("tables",)),
        ("published/latest/mirror.duckdb", ("explain", "KEN", "ARE")),
    ],
)
def test_changes_that_lie_beside_a_file_are_not_taken_up(
    out: Path, tmp_path: Path, name: str, question: tuple[str, ...]
) -> None:
    """Whoever opens the file with another tool can leave them; DuckDB would take them up."""
    spoiled = tmp_path / "out"
    shutil.copytree(out, spoiled, symlinks=True)
    database = spoiled / name
    connection = duckdb.connect(str(database), config={"checkpoint_threshold": "1GB"})
    connection.execute("delete from ranked_gaps where rank > 3")
    wal = database.with_name(database.name + ".wal")
    kept = wal.read_bytes()
    connection.execute("pragma disable_checkpoint_on_shutdown")
    connection.close()
    wal.write_bytes(kept)

    result = CliRunner().invoke(app, [*question, "--out", str(spoiled)])

    assert (result.exit_code, result.stdout) == (2, "")
    (sentence,) = result.stderr.splitlines()
    assert sentence == (
        f"mirror: {wal.parent.resolve() / wal.name} lies beside {database.name} and would change "
        "what it says: something opened that file to write; remove the .wal and ask again."
    )
    wal.unlink()
    assert CliRunner().invoke(app, [*question, "--out", str(spoiled)]).exit_code == 0


@pytest.mark.slow
def test_changes_left_beside_a_file_end_with_the_file(tmp_path: Path) -> None:
    """A build takes the place of a file, and of what lay beside it."""
    run = new_run(tmp_path, edition="2026-11")
    (tmp_path / "build.duckdb.wal").write_bytes(b"left")

    build(run)
    check(run)
    publish_edition(run)

    assert not list(tmp_path.rglob("*.wal"))
