"""The hash of the method: every byte that can change a figure changes it, and nothing else does."""

import ast
import json
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from mirror.settings import ASSETS
from mirror.steps import identity
from mirror.steps.identity import AFTERWARDS, LIBRARIES, PACKAGE, code_id, method_id, modules
from mirror.steps.run import Run

NOT_COMPUTING = {"pydantic", "pydantic_settings"}
"""Libraries that the build imports and that make no figure: they read the settings."""


@pytest.fixture
def copy(tmp_path: Path) -> tuple[Path, Path]:
    """Copy package and assets."""
    package = shutil.copytree(PACKAGE, tmp_path / "src" / "mirror")
    for room in ("sql", "data/reference", "expectations"):
        shutil.copytree(ASSETS / room, tmp_path / "assets" / room)
    return package, tmp_path / "assets"


def imported_by_the_build() -> set[Path]:
    """What Python itself imports for a build; what only writes and compares is kept from it."""
    script = """
import sys, types
from importlib.machinery import ModuleSpec
class Nothing(types.ModuleType):
    __path__ = []
    def __getattr__(self, name):
        if name.startswith("__"): raise AttributeError(name)
        return Nothing(name)
class Finder:
    def find_spec(self, name, path=None, target=None):
        if any(name == one or name.startswith(one + ".") for one in sys.argv[1:]):
            return ModuleSpec(name, self, is_package=True)
    def create_module(self, spec): return Nothing(spec.name)
    def exec_module(self, module): pass
sys.meta_path.insert(0, Finder())
import mirror.steps.build
for name, module in sorted(sys.modules.items()):
    if name.split(".")[0] == "mirror" and getattr(module, "__file__", None):
        print(module.__file__)
"""
    said = subprocess.run(
        [sys.executable, "-c", script, *sorted(AFTERWARDS)],
        capture_output=True,
        text=True,
        check=True,
    )
    return {Path(line) for line in said.stdout.splitlines()}


@pytest.mark.slow
def test_the_modules_are_those_that_python_imports_for_a_build() -> None:
    assert set(modules()) == imported_by_the_build()
    names = {path.relative_to(PACKAGE).as_posix() for path in modules()}
    assert {"steps/computing.py", "steps/build.py", "steps/identity.py", "records/rows.py"} <= names
    for room in ("method", "records", "warehouse", "lake"):
        assert {f"{room}/{one.name}" for one in (PACKAGE / room).glob("*.py")} <= names


@pytest.mark.slow
def test_a_changed_byte_of_any_file_behind_a_figure_changes_the_hash(
    copy: tuple[Path, Path],
) -> None:
    package, assets = copy
    files = [package / path.relative_to(PACKAGE) for path in imported_by_the_build()]
    for layer in ("staging", "intermediate", "marts", "records"):
        files += sorted((assets / "sql" / layer).glob("*.sql"))
    files += sorted((assets / "data" / "reference").glob("*.csv"))
    assert len(files) > 100
    before = method_id(package, assets)
    for file in files:
        content = file.read_bytes()
        file.write_bytes(content + b"\n")
        assert method_id(package, assets) != before, file
        file.write_bytes(content)
    assert method_id(package, assets) == before == method_id()


def test_a_new_module_model_or_table_belongs_to_the_method(copy: tuple[Path, Path]) -> None:
    package, assets = copy
    seen = {method_id(package, assets)}
    (package / "method" / "novel.py").write_text("X = 1\n")
    seen.add(method_id(package, assets))
    assert len(seen) == 1, "nobody imports it yet"
    with (package / "steps" / "computing.py").open("a") as file:
        file.write("\n\ndef late() -> None:\n    from mirror.method import novel\n")
    seen.add(method_id(package, assets))
    (package / "method" / "novel.py").write_text("X = 2\n")
    seen.add(method_id(package, assets))
    (assets / "sql" / "intermediate" / "int_novel.sql").write_text("select 1 as one\n")
    seen.add(method_id(package, assets))
    (assets / "data" / "reference" / "novel.csv").write_text("a\n1\n")
    seen.add(method_id(package, assets))
    assert len(seen) == 5


def test_a_renamed_file_is_another_method(copy: tuple[Path, Path]) -> None:
    package, assets = copy
    before = method_id(package, assets)
    model = assets / "sql" / "marts" / "gap_years.sql"
    model.rename(model.with_name("gap_periods.sql"))
    assert method_id(package, assets) != before


@pytest.mark.parametrize(
    "name", ["publish/page/report.py", "cli/app.py", "terminal.py", "changes/sentences.py"]
)
def test_what_shows_figures_is_no_method(copy: tuple[Path, Path], name: str) -> None:
    package, assets = copy
    before = method_id(package, assets)
    with (package / name).open("a") as file:
        file.write("\n")
    with (assets / "expectations" / "gap_years.json").open("a") as file:
        file.write("\n")
    assert method_id(package, assets) == before


def test_reference_data_is_no_code(copy: tuple[Path, Path]) -> None:
    package, assets = copy
    before = code_id(package, assets)
    table = assets / "data" / "reference" / "exclusions.csv"
    table.write_bytes(table.read_bytes() + b"\n")
    assert code_id(package, assets) == before == code_id()
    with (package / "records" / "rows.py").open("a") as file:
        file.write("\n")
    assert code_id(package, assets) != before


def test_the_libraries_are_those_that_the_modules_import(monkeypatch: pytest.MonkeyPatch) -> None:
    tops: set[str] = set()
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                tops |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                tops.add(node.module.split(".")[0])
    assert tops - sys.stdlib_module_names - NOT_COMPUTING - {"mirror"} == set(LIBRARIES)
    before = method_id()
    for library in LIBRARIES:
        monkeypatch.setattr(
            identity, "version", lambda name, new=library: "0" if name == new else version(name)
        )
        assert method_id() != before, library


def test_build_and_edition_carry_the_same_hash(sample_run: Run, edition: Path) -> None:
    said = json.loads((edition / "summary.json").read_text(encoding="utf-8"))
    assert (said["method_id"], said["code_id"]) == (method_id(), code_id())
    assert len(said["build_id"]) == 64 and sample_run.building.is_file()
