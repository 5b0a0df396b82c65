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


def write_datapackage(
    folder: Path, edition: str, version: str, resources: list[Any], summary: Mapping[str, Any]
) -> None:
    """Write datapackage.json for the CSV files."""
    added = "".join(
        f" {said}" for said in (corrections_said(summary), records_said(summary)) if said
    )
    write_json(
        folder / "datapackage.json",
        {
            "profile": "tabular-data-package",
            "name": f"mirror-gold-gaps-{edition}",
            "title": f"Gaps in the declared trade in gold, edition {edition}",
            "description": "Mirror statistics of HS 7108: where gold is missing from one of two "
            "reports, ranked by evidence first and then by kilograms. A gap is consistent with "
            "undeclared trade or mis-declared origin and proves neither." + added,
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


def corrections_said(summary: Mapping[str, Any]) -> str:
    """How many corrections were applied and who gave them; empty where none was."""
    said = summary.get("corrections") or {}
    if not said.get("applied"):
        return ""
    many = "1 correction was" if said["applied"] == 1 else f"{said['applied']:,} corrections were"
    unnamed = ["whoever made the edition"] if said["without_giver"] else []
    return (
        f"{many} applied, given by {', '.join([*said['given_by'], *unnamed])}: corrections.csv has "
        "reason, link, date and effect of each."
    )


def records_said(summary: Mapping[str, Any]) -> str:
    """Which records of UN Comtrade the database holds; empty where the summary does not say."""
    said = summary.get("records")
    if not said:
        return ""
    terms = "to pass records on in bulk needs the permission of the United Nations"
    if said["rows_left_out"] == 0:
        return (
            f"mirror.duckdb holds all {said['rows']:,} records of UN Comtrade that were used, for "
            f"the maker's own use: {terms}."
        )
    return (
        f"mirror.duckdb holds the {said['rows'] - said['rows_left_out']:,} records of UN Comtrade "
        f"behind ranked pairs; {said['rows_left_out']:,} others are left out, since {terms}."
    )


def citation(edition: str, version: str, summary: Mapping[str, Any]) -> str:
    """Say how to cite the edition and the records behind it; what it lacks stands first."""
    lacks = behind(summary)
    added = [said for said in (corrections_said(summary), records_said(summary)) if said]
    return (f"{lacks}\n\n" if lacks else "") + (
        f"mirror {version} ({edition[:4]}). Gaps in the declared trade in gold, "
        f"edition {edition}.\n"
        "Based on UN Comtrade (https://comtradeplus.un.org); files, hashes and, where they "
        "are known, dates in sources.csv.\n"
        "Gold price: World Bank. Mine production: British Geological Survey. Distances: CEPII.\n"
        "\n"
        + "".join(f"{said}\n\n" for said in added)
        + "Cite tier and probability beside a figure, and say which it is: at least (holds\n"
        "with 95 %), missing (on average) or at most.\n"
        "\n"
        "Say with every figure: a gap between two countries' reports is consistent with\n"
        "undeclared export or mis-declared origin; it proves neither, and it names no person\n"
        "or company.\n"
    )


def write_citation(folder: Path, edition: str, version: str, summary: Mapping[str, Any]) -> None:
    """Write CITATION.txt."""
    said = citation(edition, version, summary)
    (folder / "CITATION.txt").write_text(said, encoding="utf-8")


def write_json(path: Path, content: Any) -> None:
    """Write JSON with sorted keys, so that the same content gives the same bytes."""
    path.write_text(json_text(content), encoding="utf-8")


def json_text(content: Any) -> str:
    """Return JSON with sorted keys, a line each."""
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
