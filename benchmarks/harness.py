"""Run the real models on a world, from its records to the published tables."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from benchmarks.ledgers import World
from benchmarks.worlds import Told, WorldName, draw
from mirror import records, warehouse
from mirror.steps import computing
from mirror.steps.build import SQL
from mirror.steps.reference import PACKAGED as REFERENCE
from mirror.warehouse import Warehouse

MEMORY = "4GB"


@dataclass(frozen=True)
class Variant:
    """The method as it is, or with something changed: one part of the waterfall switched off;
    lawful causes whose chance is set to 0, `all` for every one.
    """

    part_off: str | None = None
    causes_off: tuple[str, ...] = ()

    @property
    def parameters(self) -> dict[str, str]:
        """Parameters that take the place of the published ones."""
        return {} if self.part_off is None else {"parts_switched_off": self.part_off}

    def lawful_causes(self) -> pl.DataFrame:
        """The published chances, those switched off at 0."""
        table = pl.read_csv(REFERENCE / "lawful_causes.csv", infer_schema=False)
        is_off = pl.col("cause").is_in(self.causes_off) | pl.lit("all" in self.causes_off)
        return table.with_columns(
            chance=pl.when(is_off).then(pl.lit("0")).otherwise(pl.col("chance"))
        )


AS_IT_IS = Variant()


@contextmanager
def built(name: WorldName, variant: Variant = AS_IT_IS) -> Iterator[tuple[Warehouse, Told]]:
    """Open the warehouse of a world with every model built, and what is true of the world."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        told, tables = draw(name, folder)
        with warehouse.create(folder / "world.duckdb", threads=1, memory_limit=MEMORY) as house:
            house.create_raw_tables(records.COLUMNS)
            replaced = {"raw_lawful_causes": variant.lawful_causes()}
            if tables is not None:
                replaced["raw_gold_mine_production"] = tables.production
            _load_reference(house, replaced)
            if tables is None:
                house.set_parameters({"frequency": "A", **variant.parameters})
                _load_files(house, folder / "records")
            else:
                house.set_parameters({"frequency": tables.recipe.frequency, **variant.parameters})
                _load_tables(house, tables)
            build = {"build_id": str(name), "version": "0", "source_kind": "files"}
            house.append("raw_build", pl.DataFrame([build]))
            house.run_models(SQL, computing.STEPS)
            yield house, told


def _load_reference(house: Warehouse, replaced: Mapping[str, pl.DataFrame]) -> None:
    for file in sorted(REFERENCE.glob("*.csv")):
        table = f"raw_{file.stem}"
        if table in replaced:
            house.load_frame(table, replaced[table])
        else:
            house.load_frame(table, pl.read_csv(file, infer_schema=False))


def _load_files(house: Warehouse, folder: Path) -> None:
    """Read files of records as `mirror build --source` reads them."""
    products = frozenset(house.frame("select hs_code from raw_products")["hs_code"])
    for number, source in enumerate(records.find_sources([folder]), start=1):
        counts = records.Counts()
        own = pl.lit(number, pl.Int32)
        for batch in records.read_file(source, products, counts):
            house.append(f"raw_{batch.kind}", batch.rows.with_columns(source_id=own))
            if batch.other_goods.height:
                house.append("raw_other_goods", batch.other_goods.with_columns(source_id=own))
        _register(house, number, source.sha256, counts)


def _load_tables(house: Warehouse, world: World) -> None:
    """Fill in a world that comes as tables; it knows which reporters the service holds."""
    own = pl.lit(1, pl.Int32)
    numbered = world.records.with_row_index("source_row", offset=1)
    house.append("raw_records", numbered.with_columns(source_id=own))
    house.append("raw_availability", world.availability.with_columns(source_id=own))
    house.append("raw_other_goods", world.other_goods.with_columns(source_id=own))
    _register(house, 1, str(world.seed), records.Counts(rows_read=world.records.height))


def _register(house: Warehouse, number: int, sha256: str, counts: records.Counts) -> None:
    row = {"source_id": number, "label": "world", "sha256": sha256, "size_bytes": 0,
           "kind": counts.kind, "rows_read": counts.rows_read,
           "rows_other_goods": counts.rows_other_goods}  # fmt: skip
    house.append("raw_sources", pl.DataFrame([row]))
