"""docs/operations.md lists every sentence that a run can end with: as the code has them."""

import ast
import re
from collections.abc import Iterator
from functools import cache

from mirror import errors
from mirror.settings import ASSETS

OPERATIONS = ASSETS / "docs" / "operations.md"
SOURCES = [*(ASSETS / "src").rglob("*.py"), *(ASSETS / "pipelines").glob("*.py")]
CLASSES = {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.MirrorError)
}

TEXT_OF_SQL = re.compile(r"'((?:[^'\n]|'')+)'")
OTHERS = {"Status", "Stopped", "Warnings"}
"""What a command says without an error: tables of their own."""


def template(node: ast.expr) -> str:
    """A text as the code writes it, with … where it puts a value."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values
        )
    if isinstance(node, ast.BinOp):
        return template(node.left) + template(node.right)
    return "…"


def raised() -> Iterator[tuple[str, str]]:
    """Class and text of every error that is made; one that is nothing but a value is left out."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(getattr(node, "func", None), "id", None)
            if isinstance(node, ast.Call) and name in CLASSES and node.args:
                text = " ".join(template(node.args[0]).split())
                if text.strip("… "):
                    yield str(name), text


@cache
def listed() -> dict[str, set[str]]:
    """The sentences of the page by the class under whose heading they stand."""
    found: dict[str, set[str]] = {}
    name = ""
    for line in OPERATIONS.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            heading = re.fullmatch(r"### (\w+), exit \d.*", line)
            name = heading[1] if heading else ""
        elif name and line.startswith("| ") and not line.startswith("| sentence"):
            found.setdefault(name, set()).add(line[2:].split(" | ")[0].replace("\\|", "|"))
    return found


@cache
def texts() -> str:
    """All that the code can say: texts of Python with … for values, and the models of sql/."""
    said = [
        template(node)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant | ast.JoinedStr)
    ]
    models = [path.read_text(encoding="utf-8") for path in (ASSETS / "sql").rglob("*.sql")]
    joined = re.sub(r"'\s*\|\|\s*'", "", "\n".join(models)).replace("''", "'")
    return " ".join(" ".join([*said, joined]).split())


def warned() -> Iterator[str]:
    """The texts of `log.warning`, and the beginning of what each model of sql/warnings says."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", None) == "warning":
                text = re.sub(r"%[sd]", "…", template(node.args[0]))
                if text != "…":
                    yield text
    for path in (ASSETS / "sql" / "warnings").glob("*.sql"):
        model = path.read_text(encoding="utf-8").split(" as warning")[0]
        model = re.sub(r"(?m)^--.*$", "", re.sub(r"'\s*\|\|\s*'", "", model))
        found = [one.replace("''", "'").strip() for one in TEXT_OF_SQL.findall(model)]
        yield from [one for one in found if " " in one][:1]


def test_every_sentence_of_the_code_has_its_row() -> None:
    lacking = sorted({one for one in raised() if one[1] not in listed().get(one[0], set())})
    assert lacking == []


def test_every_row_is_a_sentence_of_the_code() -> None:
    for name, sentences in listed().items():
        assert name in CLASSES | OTHERS
        for sentence in sentences:
            longest = max(sentence.split("…"), key=len).strip()
            assert longest in texts(), sentence


def test_every_warning_of_the_code_has_its_row() -> None:
    rows = " ".join(listed()["Warnings"])
    assert [text for text in warned() if text not in rows] == []


def test_every_sentence_of_status_has_its_row() -> None:
    source = (ASSETS / "src" / "mirror" / "steps" / "due.py").read_text(encoding="utf-8")
    said = [template(node) for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.JoinedStr)]  # fmt: skip
    sentences = {text for text in said if text.endswith(".")}
    assert len(sentences) >= 5
    assert sentences - listed()["Status"] == set()


def test_every_row_says_what_to_do() -> None:
    rows = [
        line for line in OPERATIONS.read_text(encoding="utf-8").split("## Every sentence")[1]
        .splitlines() if line.startswith("| ") and not line.startswith("| sentence")
    ]  # fmt: skip
    assert len(rows) == sum(map(len, listed().values())) > 100
    for row in rows:
        assert len(row.replace("\\|", "").strip("| ").split(" | ")[1].split()) >= 5, row
