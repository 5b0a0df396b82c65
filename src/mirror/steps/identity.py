"""What identifies the method: one hash over every file and library that can change a figure."""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

from mirror import warehouse
from mirror.settings import ASSETS

PACKAGE = Path(__file__).parents[1]
REFERENCE = Path("data", "reference")
START = "mirror.steps.build"
AFTERWARDS = frozenset({
    "mirror.publish", "mirror.changes", "mirror.steps.diff", "mirror.steps.upstream",
    "mirror.lock", "mirror.leftovers", "mirror.machine", "mirror.comtrade.client",
    "mirror.comtrade.transport",
})  # fmt: skip
"""What the build imports that makes no figure: it writes, compares or finds editions, says how far
the lake is behind, holds the folder.
"""

LIBRARIES = ("duckdb", "fastexcel", "ijson", "numpy", "orjson", "polars", "pyarrow")
"""Libraries that read records or compute."""


def method_id(package: Path = PACKAGE, assets: Path = ASSETS, reference: Path | None = None) -> str:
    """Stand for all that makes figures out of records: two builds with the same one differ by
    their records and options alone. `reference`: a folder with newer reference tables.
    """
    return _digest(package, assets, [*_code(package, assets), *reference_files(assets, reference)])


def code_id(package: Path = PACKAGE, assets: Path = ASSETS) -> str:
    """Stand for the method without its reference data, whose files `sources` names one by one."""
    return _digest(package, assets, _code(package, assets))


def reference_files(assets: Path = ASSETS, reference: Path | None = None) -> list[Path]:
    """List the reference tables, by name; one that a folder of newer ones holds is taken there."""
    packaged = sorted((assets / REFERENCE).glob("*.csv"))
    if reference is None:
        return packaged
    newer = [reference / file.name for file in packaged]
    return [new if new.is_file() else file for new, file in zip(newer, packaged, strict=True)]


def modules(package: Path = PACKAGE) -> list[Path]:
    """List the modules that the build imports, one through the other, as far as figures go."""
    found: set[Path] = set()
    waiting = [START]
    while waiting:
        name = waiting.pop()
        file = _file(package, name)
        if file is None or file in found or any(_is_in(name, other) for other in AFTERWARDS):
            continue
        found.add(file)
        waiting += [*_imported(file.read_text(encoding="utf-8")), *_parents(name)]
    return sorted(found)


def _code(package: Path, assets: Path) -> list[Path]:
    return [*modules(package), *warehouse.model_files(assets / "sql")]


def _digest(package: Path, assets: Path, files: list[Path]) -> str:
    """Hash the files with their places, and the versions of the libraries."""
    parts = [f"{name} {version(name)}" for name in LIBRARIES]
    for file in files:
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        parts.append(f"{_place(file, package, assets)} {content}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _place(file: Path, package: Path, assets: Path) -> str:
    """Where a file stands, or would stand if it came with mirror."""
    for root in (package, assets):
        if file.is_relative_to(root):
            return file.relative_to(root).as_posix()
    return (REFERENCE / file.name).as_posix()


@cache
def _imported(source: str) -> tuple[str, ...]:
    """Name what a module imports, modules and what stands in them alike."""
    names: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return tuple(names)


def _parents(name: str) -> Iterator[str]:
    """The packages that a module stands in, which are imported with it."""
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


def _file(package: Path, name: str) -> Path | None:
    """The file of a module; null for what is no module of this package."""
    top, *below = name.split(".")
    place = package.joinpath(*below)
    candidates = (place / "__init__.py", place.with_suffix(".py"))
    return next((file for file in candidates if top == package.name and file.is_file()), None)


def _is_in(name: str, room: str) -> bool:
    return name == room or name.startswith(f"{room}.")
