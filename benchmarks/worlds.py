"""The artificial worlds of all three hands under one name: what was recorded, and what is true."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from benchmarks import chain, ledgers, planted
from benchmarks.planted.truth import ORACLE_KNOWS

KIND_OF = {**dict.fromkeys(planted.MIXES, "routes"),
           **{f"chain_{mix}": "chain" for mix in chain.MIXES}, "ledgers": "ledgers"}  # fmt: skip
"""Every mix, and which kind of world it is; kinds as in data/reference/lawful_causes.csv."""
MIXES = tuple(KIND_OF)
CHAIN_ORACLE_KNOWS = ("origin_credited", "refining_on_account", "echoes", "valuation", "transit",
                      "timing", "pools", "free_zones", "monetary", "freight")  # fmt: skip
"""What an oracle may know of the chain; errors and years without reports it may not."""

_PAIR_YEAR = {"exporter_iso3": pl.String, "importer_iso3": pl.String, "period": pl.Int32}
TRUTH = _PAIR_YEAR | {
    "direction": pl.String,
    "hidden_fine_kg": pl.Float64,
    "is_comparable": pl.String,
}
CAUSES = _PAIR_YEAR | {"cause": pl.String, "gap_value_usd": pl.Float64}


@dataclass(frozen=True)
class WorldName:
    """Which world: the same name, the same bytes. `only`, `off`: traps, None and none for the mix
    as it is; worlds of the kind ledgers have no traps to switch.
    """

    mix: str
    seed: int
    hiding: bool = True
    only: tuple[str, ...] | None = None
    off: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """Kind of world, by who wrote it: routes, chain or ledgers."""
        return KIND_OF[self.mix]


@dataclass(frozen=True)
class Told:
    """What only the judge knows: `truth` as scores.py wants it; `causes` of every gap, None where
    the world does not keep them; `known`: those that an oracle may take off.
    """

    truth: pl.DataFrame
    causes: pl.DataFrame | None = None
    known: tuple[str, ...] = ()


def draw(name: WorldName, folder: Path) -> tuple[Told, ledgers.World | None]:
    """Draw a world. Those of files lie in `folder`/records; ledgers come as tables beside it."""
    if name.kind == "ledgers":
        recipe = (ledgers.recipe_of if name.hiding else ledgers.honest)(name.seed)
        world = ledgers.make(name.seed, recipe)
        return Told(_signed(world.truth)), world
    return _write(folder, name), None


def _write(folder: Path, name: WorldName) -> Told:
    """Write a world of files as its own command does."""
    hiding = 1.0 if name.hiding else 0.0
    if name.kind == "chain":
        mix = name.mix.removeprefix("chain_")
        chain.write(folder, mix, name.seed, name.off, name.only, hiding)
    else:
        planted.write(folder, name.mix, name.seed, name.off, name.only, hiding)
    known = CHAIN_ORACLE_KNOWS if name.kind == "chain" else (*ORACLE_KNOWS, "freight")
    truth = pl.read_csv(folder / "truth.csv", schema_overrides=TRUTH).select(list(TRUTH))
    causes = pl.read_csv(folder / "causes.csv", schema_overrides=CAUSES).select(list(CAUSES))
    return Told(truth, causes, known)


def _signed(truth: pl.DataFrame) -> pl.DataFrame:
    """The ledgers' signed truth as directions; what can be compared, the counted years say."""
    kg = pl.col("hidden_fine_kg")
    side = pl.when(kg > 0).then(pl.lit("undeclared_export")).otherwise(pl.lit("undeclared_import"))
    return truth.with_columns(
        direction=side, hidden_fine_kg=kg.abs(), is_comparable=pl.lit("true")
    ).select(list(TRUTH))


def traps_of(mix: str) -> tuple[str, ...]:
    """Traps that worlds of a mix can have switched on alone."""
    if KIND_OF[mix] == "ledgers":
        return ()
    return tuple(chain.TRAPS if KIND_OF[mix] == "chain" else planted.TRAPS)
