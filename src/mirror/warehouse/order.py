"""The order in which models are built: each after the tables it reads."""

import json
from collections.abc import Callable, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from mirror.errors import MirrorError


def ordered(
    models: Mapping[str, str],
    parse: Callable[[str], str],
    computed: Mapping[str, Iterable[str]],
) -> list[str]:
    """Return the names of tables in the order to make them; `parse` gives a statement as JSON.

    `models` maps a name to its statement, `computed` a name to the tables it is computed from.
    DuckDB's `get_table_names` would be the shorter way, but binds joins by name against tables that
    do not exist yet, and fails. Raises MirrorError for a circle or a statement that is no SQL.
    """
    known = models.keys() | computed.keys()
    read = {name: _tables_read(name, parse(text)) & known for name, text in models.items()}
    read |= {name: set(tables) & known for name, tables in computed.items()}
    try:
        return list(TopologicalSorter(read).static_order())
    except CycleError as error:
        raise MirrorError(
            f"Models read each other in a circle: {error.args[1]}; correct sql/."
        ) from error


def _tables_read(name: str, parsed: str) -> set[str]:
    """Name the tables a statement reads, its own CTEs left out."""
    tree = json.loads(parsed)
    if tree.get("error"):
        raise MirrorError(f"The model {name} is no SQL: {tree['error_message']}; correct sql/.")
    tables, ctes = set[str](), set[str]()
    _walk(tree, tables, ctes)
    return tables - ctes


def _walk(node: object, tables: set[str], ctes: set[str]) -> None:
    if isinstance(node, list):
        for item in node:
            _walk(item, tables, ctes)
    elif isinstance(node, dict):
        if node.get("type") == "BASE_TABLE":
            tables.add(node["table_name"])
        ctes.update(entry["key"] for entry in node.get("cte_map", {}).get("map", []))
        for item in node.values():
            _walk(item, tables, ctes)
