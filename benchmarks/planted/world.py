"""A whole world: gold moves, is booked, hidden and lost; and the books as files."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.planted import practice, rows, truth
from benchmarks.planted.books import EXPORTER, IMPORTER, Books
from benchmarks.planted.cast import Cast, cast
from benchmarks.planted.coverage import Coverage, close_books, coverage
from benchmarks.planted.draws import Bools, Floats
from benchmarks.planted.errors import errors
from benchmarks.planted.freight import Freight, freight
from benchmarks.planted.hiding import hiding
from benchmarks.planted.opening import Secret, open_books
from benchmarks.planted.reference import DATA
from benchmarks.planted.routing import Route, legs, routes
from benchmarks.planted.settings import Settings, settings
from benchmarks.planted.trade import flows
from benchmarks.planted.weights import weights


@dataclass(frozen=True)
class World:
    """Everything that is known of a world; arrays as in the modules that make them."""

    settings: Settings
    cast: Cast
    moved_kg: Floats
    books: Books
    secret: Secret
    routes: list[Route]
    coverage: Coverage
    pooled: Bools
    freight: Freight


def build(chosen: Settings, data: Path = DATA) -> World:
    """Make a world in memory; `data` is the folder that holds `reference`."""
    people = cast(chosen, data)
    moved = flows(chosen, people)
    found = routes(chosen, people, moved)
    books, secret = open_books(chosen, people, moved, found, hiding(chosen, people, moved))
    practice.before_errors(chosen, people, books)
    errors(chosen, people, books, legs(moved, found))
    pooled = practice.pools(chosen, people, books)
    practice.thresholds(chosen, people, books)
    held = coverage(chosen, people)
    close_books(books, held)
    margins = freight(chosen, people, books)
    books.gaps["freight"] = books.usd[IMPORTER] * margins.margin
    return World(chosen, people, moved, books, secret, found, held, pooled, margins)


def records(world: World) -> dict[str, pl.DataFrame]:
    """Files of records by name; reporters of whom only a part is at hand have one of their own."""
    weight = weights(world.settings, world.cast, world.books)
    out: dict[str, pl.DataFrame] = {}
    code = np.array(world.cast.area_code)[world.coverage.partial].tolist()
    part = []
    for side, name in ((EXPORTER, "exports"), (IMPORTER, "imports")):
        cell = rows.cells(side, world.cast, world.books, world.freight, weight)
        frame = rows.records(
            side, world.settings, world.cast, cell, world.coverage, world.freight.basis
        )
        part.append(frame.filter(pl.col("reporter_code").is_in(code)))
        out[name] = frame.filter(~pl.col("reporter_code").is_in(code))
    if code:
        out["partial"] = pl.concat(part)
    return out


def write(
    folder: Path,
    mix: str,
    seed: int,
    off: tuple[str, ...] = (),
    only: tuple[str, ...] | None = None,
    hiding: float = 1.0,
) -> None:
    """Write a world: `records/*.csv`, `truth.csv`, `routes.csv`, `causes.csv`, `world.json`."""
    world = build(settings(mix, seed, off, only, hiding))
    (folder / "records").mkdir(parents=True, exist_ok=True)
    for name, frame in records(world).items():
        frame.write_csv(folder / "records" / f"{name}.csv", float_precision=3)
    tables = {
        "truth": truth.truth(world.cast, world.books, world.secret, world.coverage, world.pooled),
        "routes": truth.routes(world.cast, world.books, world.moved_kg, world.routes),
        "causes": truth.causes(world.cast, world.books),
    }
    for name, frame in tables.items():
        frame.write_csv(folder / f"{name}.csv", float_precision=3)
    (folder / "world.json").write_text(json.dumps(_about(world, tables["truth"]), indent=1) + "\n")


def _about(world: World, known: pl.DataFrame) -> dict[str, object]:
    """Mix, seed, traps and counts of a world."""
    pairs = (world.moved_kg[..., 1:].sum(axis=-1) > 0).sum()
    seen = known.filter(pl.col("is_comparable"))
    return {
        "mix": world.settings.mix,
        "seed": world.settings.seed,
        "hiding": world.settings.hiding,
        "traps": world.settings.strength,
        "countries": dict(zip(world.cast.iso3, world.cast.role, strict=True)),
        "pairs_that_trade": int(pairs),
        "moved_tonnes": round(float(world.moved_kg[..., 1:].sum()) / 1000, 3),
        "routes_through_hubs": len(world.routes),
        "hidden_tonnes": _tonnes(known),
        "hidden_tonnes_comparable": _tonnes(seen),
        "pairs_that_hide": _pairs(known),
        "pairs_that_hide_comparably": _pairs(seen),
    }


def _tonnes(known: pl.DataFrame) -> dict[str, float]:
    """Hidden tonnes by direction."""
    total = known.group_by("direction").agg(pl.col("hidden_fine_kg").sum() / 1000)
    return {name: round(tonnes, 3) for name, tonnes in total.sort("direction").iter_rows()}


def _pairs(known: pl.DataFrame) -> dict[str, int]:
    """Pairs that hide by direction."""
    pairs = known.unique(["direction", "exporter_iso3", "importer_iso3"])
    return dict(pairs.group_by("direction").len().sort("direction").iter_rows())
