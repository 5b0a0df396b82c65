"""The judges' worlds and scores are written without the product: what they import shows it."""

import ast
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
ALLOWED = {*sys.stdlib_module_names, "numpy", "polars"}


def imported(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add("." * node.level + (node.module or ""))
    return names


@pytest.mark.parametrize("package", ["planted", "chain"])
def test_a_judges_world_imports_nothing_of_the_product_nor_of_the_other(package: str) -> None:
    files = list((BENCHMARKS / package).rglob("*.py"))
    assert len(files) > 10
    for file in files:
        for name in imported(file):
            is_own = name.startswith(f"benchmarks.{package}")
            assert is_own or name.split(".")[0] in ALLOWED, f"{file} imports {name}"


def test_the_scores_know_no_world_and_no_product() -> None:
    assert {name.split(".")[0] for name in imported(BENCHMARKS / "scores.py")} <= ALLOWED
