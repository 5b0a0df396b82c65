"""Run the real models on a world, from raw rows to the published tables."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from benchmarks.ledgers.worlds import World
from mirror import records, warehouse
from mirror.steps import computing
from mirror.steps.build import REFERENCE, SQL
from mirror.warehouse import Warehouse


@contextmanager
def built(
    world: World, path: Path, options: Mapping[str, str] | None = None
) -> Iterator[Warehouse]:
    """Open the warehouse of a world with every model built."""
    with warehouse.create(path, threads=2, memory_limit="4GB") as house:
        load(house, world, options or {})
        house.run_models(SQL, computing.STEPS)
        yield house


def load(house: Warehouse, world: World, options: Mapping[str, str]) -> None:
    """Fill the raw tables; production is the world's, all other reference tables are real."""
    house.create_raw_tables(records.COLUMNS)
    for file in sorted(REFERENCE.glob("*.csv")):
        if file.stem != "gold_mine_production":
            house.load_text(f"raw_{file.stem}", file)
    house.load_frame("raw_gold_mine_production", world.production)
    house.set_parameters({"frequency": world.recipe.frequency, **options})
    source = pl.DataFrame([{"source_id": 1, "label": "world", "sha256": str(world.seed),
                            "size_bytes": 0, "kind": "records", "rows_read": world.records.height,
                            "rows_other_goods": 0}])  # fmt: skip
    house.append("raw_sources", source)
    numbered = world.records.with_row_index("source_row", offset=1)
    house.append("raw_records", numbered.with_columns(source_id=pl.lit(1, pl.Int32)))
    house.append("raw_availability", world.availability.with_columns(source_id=pl.lit(1, pl.Int32)))
    house.append("raw_other_goods", world.other_goods.with_columns(source_id=pl.lit(1, pl.Int32)))
    build = {"build_id": "world", "version": "0", "source_kind": "files"}
    house.append("raw_build", pl.DataFrame([build]))
