"""What README.md and docs/reading.md quote of the sample: read from its edition."""

import re
import subprocess
import sys
from pathlib import Path

import polars as pl

from mirror.publish.page import numbers

ROOT = Path(__file__).parents[1]
README, READING = ROOT / "README.md", ROOT / "docs" / "reading.md"
BLOCK = re.compile(r"```\n(mirror explain .*?)\n(.*?)```", re.S)
TABLE = re.compile(r"(?<=<!-- ranking -->\n).*?(?=<!-- /ranking -->)", re.S)
_START = 12
"""Signs at the start of a line that tell it from the others of an explanation."""


def table(edition: Path) -> str:
    """The first ten pairs of the ranking as README.md shows them."""
    ranked = pl.read_csv(edition / "ranked_gaps.csv", infer_schema_length=None)
    heads = ("rank", "tier", "exporter → importer", "years", "exporter reports, M USD",
             "importer reports, M USD", "P", "at least, kg", "missing, kg", "at most, kg",
             "what else could explain it")  # fmt: skip
    lines = [heads, ("---:", "---:", "---", "---", *["---:"] * 6, "---")]
    for row in ranked.filter(direction="undeclared_export").sort("rank").head(10).to_dicts():
        exported = row["export_value_usd"]
        lines.append((
            str(row["rank"]), str(row["tier"]), f"{row['exporter_name']} → {row['importer_name']}",
            numbers.span(row["first_year"], row["last_year"]),
            "" if exported is None else numbers.million(exported),
            numbers.million(row["import_value_usd"]), numbers.odds(row["probability_material"]),
            *(f"{row[f'{name}_fine_kg']:,.0f}" for name in ("at_least", "missing", "at_most")),
            row["main_other_explanation"],
        ))  # fmt: skip
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def explained(command: str, out: Path) -> list[str]:
    """The lines that `mirror explain` prints, none of them broken."""
    program = "from mirror.cli import app; app()"
    return subprocess.run(
        [sys.executable, "-c", program, *command.split()[1:], "--out", str(out)],
        capture_output=True, text=True, check=True, env={"COLUMNS": "400", "PATH": ""},
    ).stdout.splitlines()  # fmt: skip


def _start(line: str) -> str:
    """How a line starts; a place may change."""
    return (
        re.split(r"(?<=Ranked )", line)[0] if line.startswith("Ranked ") else line[:_START].rstrip()
    )


def written_anew(edition: Path, out: Path) -> dict[Path, str]:
    """Both pages as they should stand: the table, and each quoted line by how it starts."""

    def block(found: re.Match[str]) -> str:
        printed = explained(found[1], out)
        starts = [_start(line) for line in found[2].splitlines()]
        lines = [next(line for line in printed if line.startswith(start)) for start in starts]
        return "\n".join(["```", found[1], *lines, "```"])

    said = README.read_text(encoding="utf-8")
    return {
        README: TABLE.sub(lambda _: table(edition), said),
        READING: BLOCK.sub(block, READING.read_text(encoding="utf-8")),
    }
