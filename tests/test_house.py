"""The house: which way imports run, how long files are, and what must not stand in them."""

import ast
import re
import subprocess
from pathlib import Path

import duckdb
import pytest
import yaml

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "mirror"
ROOMS = set("changes comtrade lake records warehouse method dictionary quality publish".split())
LEVELS = {
    "errors": 0,
    "settings": 1,
    "leftovers": 1,
    "machine": 1,
    "lock": 2,
    **dict.fromkeys(ROOMS, 3),
    "steps": 4,
    "terminal": 5,
    "cli": 6,
}
ONLY_IMPORTER = {"duckdb": "warehouse", "great_expectations": "quality", "requests": "comtrade"}
SLOW = {"great_expectations", "prefect", "pandas"}


def room(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


FILES = [path for path in sorted(SOURCE.rglob("*.py")) if path != SOURCE / "__init__.py"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_run_one_way(path: Path) -> None:
    own = room(path)
    for name in imports(ast.parse(path.read_text(encoding="utf-8"))):
        top = name.split(".")[0]
        assert top != "pipelines"
        assert ONLY_IMPORTER.get(top, own) == own, f"{top} is imported outside its room"
        if top == "mirror" and name.split(".")[1] in LEVELS:
            other = name.split(".")[1]
            is_below = LEVELS[other] < LEVELS[own] or other == own
            assert is_below, f"{own} imports {other}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_slow_libraries_are_imported_where_they_are_used(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top_level = ast.Module([n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)], [])
    assert not {name.split(".")[0] for name in imports(top_level)} & SLOW


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\n")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def test_files_and_functions_have_one_subject() -> None:
    for path in [*FILES, ROOT / "pipelines" / "monthly.py", ROOT / "data" / "retabulate.py"]:
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 250, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.end_lineno:
                assert node.end_lineno - node.lineno < 40, f"{path}: {node.name}"


def test_what_the_ranking_counts_is_worked_out_in_one_place() -> None:
    """`is_counted` is; the window joined by hand with what is assessed or set aside is not it."""
    window, other = r"\bis_in_window\b", r"\b(?:is_assessed|is_set_aside|set_aside_reason)\b"
    joined = r".{0,40}?(?:\band\b|&|, pl\.col).{0,30}?"
    recipe = re.compile(f"{window}{joined}{other}|{other}{joined}{window}", re.DOTALL)
    for old in (
        "where is_in_window and gap_years.is_assessed",
        'years["is_in_window"] & years["is_assessed"]',
        'pl.col("is_assessed"), pl.col("is_in_window")',
        "set_aside_reason is null and is_in_window",
    ):
        assert recipe.search(old)
    places = {
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.suffix in {".py", ".sql", ".md", ".json", ".html", ".js", ".yml"}
        and path != Path(__file__)
        and recipe.search(path.read_text(encoding="utf-8"))
    }
    assert places == {"sql/intermediate/int_gaps.sql", "tests/test_counted.py"}


def test_the_lock_has_hashes_and_names_no_host() -> None:
    """Each line is a pin, a hash or a note of where a pin comes from; no option, no address."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    known = re.compile(r"[a-z0-9._-]+(\[[a-z,]+\])?==.*|    --hash=sha256:[0-9a-f]{64}( \\)?| *#.*")
    assert [line for line in lock.splitlines() if not known.fullmatch(line)] == []
    pinned = re.findall(r"^[a-z0-9._-]+==\S+", lock, re.MULTILINE)
    assert len(pinned) > 100
    assert lock.count("--hash=sha256:") >= len(pinned)


def test_nothing_names_a_machine() -> None:
    home = re.compile(r"/(home|root|Users|work|tmp)/\w|pypi\.org|pythonhosted")
    for path in tracked():
        if path.suffix in {".py", ".md", ".sql", ".yml", ".yaml", ".toml", ".json", ".csv", ""}:
            if path.name == "test_house.py":
                continue
            found = home.search(path.read_text(encoding="utf-8", errors="replace"))
            assert not found, f"{path}: {found and found[0]}"


def test_every_model_says_what_it_is_and_what_a_row_is() -> None:
    for path in (ROOT / "sql").rglob("*.sql"):
        head = path.read_text(encoding="utf-8").split("\n\n")[0].split("\nwith")[0]
        comment = " ".join(line for line in head.splitlines() if line.startswith("--"))
        assert "One row" in comment, path


def test_every_staging_table_and_mart_has_a_suite() -> None:
    models = {
        p.stem for layer in ("staging", "marts") for p in (ROOT / "sql" / layer).glob("*.sql")
    }
    assert {path.stem for path in (ROOT / "expectations").glob("*.json")} == models


def test_the_dictionary_defines_each_published_column_and_no_other(edition: Path) -> None:
    said = yaml.safe_load((ROOT / "sql" / "columns.yml").read_text(encoding="utf-8"))
    with duckdb.connect(str(edition / "mirror.duckdb"), read_only=True) as connection:
        columns = connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns() where not internal"
        ).fetchall()
    used = {column for _, _, column in columns}
    stems = {re.sub(r"_(low|mid|high)$", "", name) for name in used}
    assert set(said["columns"]) <= used | stems
    assert {table for _, table, _ in columns} == set(said["tables"])
    in_main = {table for schema, table, _ in columns if schema == "main"}
    assert {f.stem for f in edition.glob("*.csv")} == in_main


def test_every_parameter_is_read_by_a_model_and_has_a_source(edition: Path) -> None:
    sql = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "sql").rglob("int_*.sql"))
    sql += "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "sql" / "marts").glob("*.sql"))
    for layer in ("faults", "limits", "warnings"):
        sql += "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "sql" / layer).glob("*"))
    sql += (ROOT / "sql" / "staging" / "stg_gold_price.sql").read_text(encoding="utf-8")
    package = ROOT / "src" / "mirror"
    others = [package / "steps" / "computing.py", package / "records" / "units.py"]
    steps = [*package.glob("method/*.py"), *others]
    for file in steps:
        text = file.read_text(encoding="utf-8")
        sql += "".join(text.replace("_{end}", f"_{end}") for end in ("low", "mid", "high"))
    for line in (edition / "parameters.csv").read_text(encoding="utf-8").splitlines()[1:]:
        name = line.split(",")[0]
        assert re.search(rf"\b{name}\b", sql), name
