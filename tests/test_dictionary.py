"""docs/dictionary.md is what columns.yml and the models say; `make dictionary` writes it anew.

And datapackage.json is a data package: each file as it says, each field with type and unit.
"""

import hashlib
import json
import re
import sys
import tempfile
from pathlib import Path

import polars as pl
import pytest

from mirror import dictionary, warehouse
from mirror.errors import SchemaDrift
from mirror.steps.build import SQL, build
from mirror.steps.run import Run, new_run

PAGE = Path(__file__).parents[1] / "docs" / "dictionary.md"
FIELD_TYPES = {"string", "number", "integer", "boolean", "date", "datetime"}


def page(built: Path) -> str:
    with warehouse.open_built(built) as opened:
        tables = dictionary.load(SQL, opened.columns())
    return dictionary.markdown(tables.values(), dictionary.load_macros(SQL).values())


def test_the_page_is_the_dictionary(sample_run: Run) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(sample_run.building), "run make dictionary"


def test_the_page_names_every_table_and_macro_with_units() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert "## ranked_gaps\n" in text and "## records.declared_rows\n" in text
    assert re.search(r"^\| `residual_fine_kg_low` \| DOUBLE \| kg of fine gold \| What", text, re.M)
    assert "`gap_of(exporter, importer)`: One pair over the years" in text


def test_the_data_package_describes_its_files(edition: Path) -> None:
    """The rules of Frictionless data packages that a tool would check."""
    package = json.loads((edition / "datapackage.json").read_text(encoding="utf-8"))
    assert re.fullmatch(r"[a-z0-9._-]+", package["name"])
    names = [resource["name"] for resource in package["resources"]]
    assert len(set(names)) == len(names) > 10
    for resource in package["resources"]:
        assert re.fullmatch(r"[a-z0-9._-]+", resource["name"])
        file = edition / resource["path"]
        assert resource["hash"] == f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"
        fields = resource["schema"]["fields"]
        header = file.read_text(encoding="utf-8").split("\n", 1)[0].split(",")
        assert [field["name"] for field in fields] == header
        assert {field["type"] for field in fields} <= FIELD_TYPES
        assert set(resource["schema"]["primaryKey"]) <= set(header)
        for field in fields:
            has_unit = {"usd", "kg"} & set(field["name"].split("_"))
            assert not has_unit or "unit" in field, field["name"]


def test_units_of_the_package_are_those_of_the_database(edition: Path) -> None:
    package = json.loads((edition / "datapackage.json").read_text(encoding="utf-8"))
    fields = [field for resource in package["resources"] for field in resource["schema"]["fields"]]
    said = pl.DataFrame(
        [{"name": f["name"], "unit": f.get("unit", ""), "text": f["description"]} for f in fields]
    )
    with_unit = said.filter(pl.col("unit") != "")
    assert with_unit.filter(~pl.col("text").str.contains(pl.format("[{}]", "unit"), literal=True)
                            ).is_empty()  # fmt: skip


def test_a_column_without_definition_is_refused() -> None:
    with pytest.raises(SchemaDrift, match=r"new_usd has no definition"):
        dictionary.load(
            SQL, {name: [("new_usd", "DOUBLE")] for name in ("ranked_gaps", "gap_years")}
        )


def regenerate() -> None:
    """Build the sample and write the page."""
    with tempfile.TemporaryDirectory() as folder:
        run = new_run(Path(folder), edition="2026-11")
        build(run)
        PAGE.write_text(page(run.building), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(regenerate())
