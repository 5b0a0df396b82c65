"""columns.yml: each column defined once; from it come table definitions, comments and schemas."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from mirror.errors import SchemaDrift

_STEM = re.compile(r"_(low|mid|high)$")
_ENDS = {"low": "lower end", "mid": "best estimate", "high": "upper end"}


@dataclass(frozen=True)
class Column:
    """A column as the dictionary defines it; `unit` and `null` are empty where they say nothing."""

    name: str
    type: str
    text: str
    unit: str = ""
    null: str = ""
    check: str = ""

    @property
    def comment(self) -> str:
        """Definition, unit and meaning of null in one line."""
        unit = f" [{self.unit}]" if self.unit else ""
        null = f"; null: {self.null}" if self.null else ""
        return f"{self.text}{unit}{null}"


@dataclass(frozen=True)
class Table:
    """A published table: what it is, what a row of it is, its key and its columns in order.

    `behind`: the table whose pairs' rows are published, where others are left out; else empty.
    """

    name: str
    text: str
    key: tuple[str, ...]
    checks: tuple[str, ...]
    columns: tuple[Column, ...]
    schema: str = "main"
    behind: str = ""

    @property
    def qualified(self) -> str:
        """The name by which a query finds it."""
        return self.name if self.schema == "main" else f"{self.schema}.{self.name}"

    def statements(self) -> list[str]:
        """Return the statement that creates the table with keys and checks, then its comments."""
        lines = [
            f"{c.name} {c.type}{' not null' if c.name in self.key else ''}" for c in self.columns
        ]
        rules = dict.fromkeys((*(c.check for c in self.columns if c.check), *self.checks))
        lines += [f"check ({rule})" for rule in rules]
        lines.append(f"primary key ({', '.join(self.key)})")
        create = f"create table {self.qualified} (\n    " + ",\n    ".join(lines) + "\n)"
        comments = [f"comment on table {self.qualified} is {_quoted(self.text)}"] + [
            f"comment on column {self.qualified}.{c.name} is {_quoted(c.comment)}"
            for c in self.columns
        ]
        return [create, *comments]


@dataclass(frozen=True)
class Macro:
    """A question that the published database answers by name; `arguments` may carry defaults."""

    name: str
    text: str
    arguments: tuple[str, ...]
    body: str

    @property
    def call(self) -> str:
        """How it is called, with its arguments and their defaults."""
        return f"{self.name}({', '.join(self.arguments)})"

    def statements(self) -> list[str]:
        """Return the statement that creates the macro, then its comment."""
        return [
            f"create macro {self.call} as table {self.body}",
            f"comment on macro table {self.name} is {_quoted(self.text)}",
        ]


def load_macros(sql_folder: Path) -> dict[str, Macro]:
    """Define every macro by columns.yml and its file, whose first lines say what it answers."""
    said = yaml.safe_load((sql_folder / "columns.yml").read_text(encoding="utf-8"))["macros"]
    files = {name: sql_folder / "macros" / f"{name}.sql" for name in said}
    return {
        name: Macro(name, description(file), tuple(said[name]), file.read_text(encoding="utf-8"))
        for name, file in files.items()
    }


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def load(
    sql_folder: Path, warehouse_columns: Mapping[str, Iterable[tuple[str, str]]]
) -> dict[str, Table]:
    """Define every published table by columns.yml, its model's first lines and its built columns.

    Raises SchemaDrift where a column has no definition.
    """
    said = yaml.safe_load((sql_folder / "columns.yml").read_text(encoding="utf-8"))
    return {
        name: Table(
            name=name,
            text=description(_model(sql_folder, name, table.get("schema", "main"))),
            key=tuple(table["key"]),
            checks=tuple(table.get("checks", ())),
            columns=tuple(_column(said["columns"], *c) for c in warehouse_columns[name]),
            schema=table.get("schema", "main"),
            behind=table.get("behind", ""),
        )
        for name, table in said["tables"].items()
    }


def _model(sql_folder: Path, name: str, schema: str) -> Path:
    return sql_folder / ("marts" if schema == "main" else schema) / f"{name}.sql"


def _column(defined: Mapping[str, Any], name: str, kind: str) -> Column:
    end = _STEM.search(name)
    if name in defined:
        return Column(name=name, type=kind, **_checked(defined[name]))
    if end and name[: end.start()] in defined:
        stem = _checked(defined[name[: end.start()]])
        return Column(name=name, type=kind, **stem | {"text": f"{stem['text']}; {_ENDS[end[1]]}"})
    raise SchemaDrift(f"The column {name} has no definition: add it to sql/columns.yml.")


def _checked(entry: Mapping[str, str]) -> dict[str, str]:
    return {key: str(entry[key]) for key in ("text", "unit", "null", "check") if key in entry}


def description(model: Path) -> str:
    """Return the comment at the head of a model as one line."""
    head = []
    for line in model.read_text(encoding="utf-8").splitlines():
        if not line.startswith("--"):
            break
        head.append(line.removeprefix("--").strip())
    return " ".join(head)


def markdown(tables: Iterable[Table], macros: Iterable[Macro]) -> str:
    """Return the dictionary as a page: each table with its columns, then the macros."""
    parts = [
        "# Dictionary\n",
        "Made by `make dictionary` from `sql/columns.yml` and the first lines of the models; do "
        "not edit it. Every table of `main` is a CSV file, a Parquet file and a table of "
        "`mirror.duckdb`; the schema `records` stands in `mirror.duckdb` alone. The same texts are "
        "comments in the database and descriptions in `datapackage.json`.\n",
    ]
    for table in tables:
        parts += [f"## {table.qualified}\n", f"{table.text}\n", f"Key: {', '.join(table.key)}.\n"]
        rows = [
            f"| `{c.name}` | {c.type} | {c.unit} | {_cell(c.text)} | {_cell(c.null)} |"
            for c in table.columns
        ]
        head = ["| column | type | unit | definition | empty means |", "|---|---|---|---|---|"]
        parts.append("\n".join([*head, *rows]) + "\n")
    parts.append("## Macros\n")
    parts += [f"`{macro.call}`: {macro.text}\n" for macro in macros]
    return "\n".join(parts)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*")
