"""What the judge knows: hidden gold, routes, and the causes of every gap."""

import numpy as np
import polars as pl

from benchmarks.planted.books import EXPORTER, IMPORTER, Books
from benchmarks.planted.cast import Cast
from benchmarks.planted.coverage import Coverage, has_world_rows
from benchmarks.planted.draws import Bools, Floats
from benchmarks.planted.opening import Secret
from benchmarks.planted.routing import CASES, Route
from benchmarks.planted.settings import YEARS

EXPORT, IMPORT = "undeclared_export", "undeclared_import"
PAIR = ["exporter_iso3", "importer_iso3", "period"]
# Lawful causes that belong to a pair, for an oracle; freight and errors it need not know.
LAWFUL = (
    "free_zones", "monetary", "class_swap", "low_valuation", "fiscal_years", "timing", "pools",
)  # fmt: skip
# What an oracle of the routes may take from a gap; `hidden*` and errors it may not.
ORACLE_KNOWS = (*(f"case_{k}" for k in CASES), *LAWFUL)


def comparable(books: Books, held: Coverage, pooled: Bools) -> dict[str, Bools]:
    """Pair-years, by direction, in which hidden gold can be seen as a gap of the pair.

    The side that does not hide has a row; the other has one too, or a World row of that year
    (so that its silence is known); and the exporter does not book the flow under 899.
    """
    world = has_world_rows(books, held)
    exporter, importer = books.usd[EXPORTER] > 0, books.usd[IMPORTER] > 0
    known_exporter = exporter | world[:, None, :]
    known_importer = importer | world[None, :, :]
    return {
        EXPORT: importer & known_exporter & ~pooled,
        IMPORT: exporter & known_importer & ~pooled,
    }


def truth(cast: Cast, books: Books, secret: Secret, held: Coverage, pooled: Bools) -> pl.DataFrame:
    """A row per pair, period and kind of hiding: kg hidden and shipped, and whether it can show.

    Gold that hides behind a hub (cases 2 and 4) is told under exporter and end, never comparable.
    """
    can = comparable(books, held, pooled)
    frames = []
    for kind, kg in secret.hidden_kg.items():
        direction = IMPORT if kind == "import" else EXPORT
        can_show = can[direction] & (kind != "behind_hub")
        where = np.nonzero(kg[..., 1:] > 0)
        frames.append(
            _pairs(cast, where).with_columns(
                pl.lit(direction).alias("direction"),
                pl.Series("hidden_fine_kg", kg[..., 1:][where]),
                pl.Series("shipped_fine_kg", secret.shipped_kg[kind][..., 1:][where]),
                pl.Series("is_comparable", can_show[..., 1:][where], dtype=pl.Boolean),
                pl.lit(kind).alias("kind"),
            )
        )
    return pl.concat(frames).sort("direction", *PAIR, "kind")


def causes(cast: Cast, books: Books) -> pl.DataFrame:
    """Signed parts of the gap of each pair-year, USD; freight is that of the value as reported."""
    frames = []
    for cause, gap in books.gaps.items():
        where = np.nonzero(np.abs(gap[..., 1:]) >= 0.005)
        frames.append(
            _pairs(cast, where).with_columns(
                pl.lit(cause).alias("cause"), pl.Series("gap_value_usd", gap[..., 1:][where])
            )
        )
    return pl.concat(frames).sort(*PAIR, "cause")


def routes(cast: Cast, books: Books, moved_kg: Floats, found: list[Route]) -> pl.DataFrame:
    """Gold through hubs, kg that moved; and lawful causes of pairs, signed kg, without a hub."""
    columns = [
        "exporter_iso3",
        "hub_iso3",
        "second_hub_iso3",
        "importer_iso3",
        "period",
        "fine_kg",
        "case",
    ]
    listed = [
        (
            cast.iso3[r.i],
            cast.iso3[r.h],
            None if r.g is None else cast.iso3[r.g],
            cast.iso3[r.j],
            year,
            float(moved_kg[r.i, r.j, t] * r.share[t]),
            f"case_{r.case}",
        )
        for r in found
        for t, year in enumerate(YEARS)
        if t > 0 and moved_kg[r.i, r.j, t] * r.share[t] > 0
    ]
    types = [pl.String] * 4 + [pl.Int64, pl.Float64, pl.String]
    frames = [pl.DataFrame(listed, schema=dict(zip(columns, types, strict=True)), orient="row")]
    for cause in LAWFUL:
        gap = books.gaps.get(cause)
        if gap is None:
            continue
        kg = (gap / cast.price)[..., 1:]
        where = np.nonzero(np.abs(kg) >= 0.001)
        frames.append(
            _pairs(cast, where)
            .with_columns(
                pl.lit(None, dtype=pl.String).alias("hub_iso3"),
                pl.lit(None, dtype=pl.String).alias("second_hub_iso3"),
                pl.Series("fine_kg", kg[where]),
                pl.lit(cause).alias("case"),
            )
            .select(columns)
        )
    return pl.concat(frames).sort("case", *PAIR, "hub_iso3")


def _pairs(
    cast: Cast, where: tuple[np.ndarray[tuple[int, ...], np.dtype[np.int64]], ...]
) -> pl.DataFrame:
    """Exporter, importer and period of places in an array without the first year."""
    i, j, t = where
    names = np.array(cast.iso3)
    return pl.DataFrame(
        {"exporter_iso3": names[i], "importer_iso3": names[j], "period": np.array(YEARS)[1:][t]},
        schema={"exporter_iso3": pl.String, "importer_iso3": pl.String, "period": pl.Int64},
    )
