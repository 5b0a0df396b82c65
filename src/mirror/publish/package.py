"""What surrounds the tables of an edition: Frictionless schema and citation."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from mirror.publish.sums import sha256

_FRICTIONLESS = {
    "VARCHAR": "string",
    "DOUBLE": "number",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "datetime",
}


def field(column: Mapping[str, str], is_key: bool) -> dict[str, Any]:
    """Describe a column as a Frictionless field; `unit` goes beside the standard's words."""
    said: dict[str, Any] = {
        "name": column["name"],
        "type": _FRICTIONLESS[column["type"]],
        "description": column["comment"],
    }
    if column["unit"]:
        said["unit"] = column["unit"]
    if is_key:
        said["constraints"] = {"required": True}
    return said


def resource(path: Path, name: str, text: str, key: Iterable[str], fields: list[Any]) -> Any:
    """Describe one CSV file as a Frictionless resource with its schema, size and hash."""
    return {
        "name": name.replace("_", "-"),
        "path": path.name,
        "description": text,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{sha256(path)}",
        "schema": {"fields": fields, "primaryKey": list(key), "missingValues": [""]},
    }


def write_datapackage(folder: Path, edition: str, version: str, resources: list[Any]) -> None:
    """Write datapackage.json for the CSV files."""
    write_json(
        folder / "datapackage.json",
        {
            "profile": "tabular-data-package",
            "name": f"mirror-gold-gaps-{edition}",
            "title": f"Gaps in the declared trade in gold, edition {edition}",
            "description": "Mirror statistics of HS 7108: where gold is missing from one of two "
            "reports, ranked by evidence first and then by kilograms. A gap is consistent with "
            "undeclared trade or mis-declared origin and proves neither.",
            "version": edition,
            "software": f"mirror {version}",
            "sources": [{"title": "UN Comtrade", "path": "https://comtradeplus.un.org"}],
            "resources": resources,
        },
    )


def behind(summary: Mapping[str, Any]) -> str:
    """The warning of an edition that lacks what the service has published; else empty."""
    upstream = summary.get("upstream")
    return "" if not upstream or upstream["is_complete"] else str(summary["warnings"][0])


def citation(edition: str, version: str, behind: str = "") -> str:
    """Say how to cite the edition and the records behind it; what it lacks stands first."""
    return (f"{behind}\n\n" if behind else "") + (
        f"mirror {version} ({edition[:4]}). Gaps in the declared trade in gold, "
        f"edition {edition}.\n"
        "Based on UN Comtrade (https://comtradeplus.un.org); files, hashes and, where they "
        "are known, dates in sources.csv.\n"
        "Gold price: World Bank. Mine production: British Geological Survey. Distances: CEPII.\n"
        "\n"
        "Cite tier and probability beside a figure, and say which it is: at least (holds\n"
        "with 95 %), missing (on average) or at most.\n"
        "\n"
        "Say with every figure: a gap between two countries' reports is consistent with\n"
        "undeclared export or mis-declared origin; it proves neither, and it names no person\n"
        "or company.\n"
    )


def write_citation(folder: Path, edition: str, version: str, behind: str = "") -> None:
    """Write CITATION.txt."""
    said = citation(edition, version, behind)
    (folder / "CITATION.txt").write_text(said, encoding="utf-8")


def write_json(path: Path, content: Any) -> None:
    """Write JSON with sorted keys, so that the same content gives the same bytes."""
    path.write_text(json_text(content), encoding="utf-8")


def json_text(content: Any) -> str:
    """Return JSON with sorted keys, a line each."""
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
