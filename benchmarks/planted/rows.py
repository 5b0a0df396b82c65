"""Records in the layout of the sample: partner rows, World totals, subheadings."""

import numpy as np
import polars as pl

from benchmarks.planted.books import EXPORTER, Books
from benchmarks.planted.cast import Cast
from benchmarks.planted.coverage import Coverage
from benchmarks.planted.draws import generator
from benchmarks.planted.freight import Freight
from benchmarks.planted.settings import YEARS, Settings
from benchmarks.planted.weights import Weights

WORLD, POOL = 0, 899
COLUMNS = [
    "freq_code", "period", "reporter_code", "flow_code", "partner_code", "partner2_code",
    "classification_code", "cmd_code", "customs_code", "mot_code", "net_wgt",
    "is_net_wgt_estimated", "cif_value", "fob_value", "primary_value",
]  # fmt: skip
HEADLINE = "headline"
SUBHEADINGS_SHARE = 0.6  # reporters that give subheadings; our judgement


def cells(side: int, cast: Cast, books: Books, margins: Freight, weight: Weights) -> pl.DataFrame:
    """One row per cell and product of one side, with values FOB and as reported, gross kg."""
    frames = []
    products = {HEADLINE: (books.usd, books.kg)}
    products |= {k: (books.aside_usd[k], books.aside_kg[k]) for k in books.aside_usd}
    code = np.array(cast.area_code)
    for product, (usd, kg) in products.items():
        i, j, t = np.nonzero(usd[side] * (np.arange(len(YEARS)) > 0) >= 0.005)
        reporter, partner = (i, j) if side == EXPORTER else (j, i)
        fob = usd[side][i, j, t]
        margin = margins.margin[i, j, t] if side != EXPORTER else np.zeros(len(fob))
        zero, null = weight.is_zero[side][i, j, t], weight.is_null[side][i, j, t]
        gross = kg[side][i, j, t] * weight.gross_per_fine[side][i, j, t]
        frames.append(
            pl.DataFrame(
                {
                    "place": reporter,
                    "reporter_code": code[reporter],
                    "partner_code": code[partner],
                    "period": np.array(YEARS)[t],
                    "product": [product] * len(fob),
                    "fob": fob,
                    "primary": (fob * (1 + margin)).round(2),
                    "net_wgt": np.where(zero, 0.0, np.where(null, np.nan, gross)),
                    "is_net_wgt_estimated": weight.is_estimated[side][i, j, t],
                }
            ).with_columns(pl.col("net_wgt").fill_nan(None))
        )
    if side == EXPORTER:
        frames.append(_pool_cells(cast, books))
    return pl.concat(frames)


def _pool_cells(cast: Cast, books: Books) -> pl.DataFrame:
    """Exports booked under 'Areas, nes'."""
    i, t = np.nonzero(books.pool_usd * (np.arange(len(YEARS)) > 0) >= 1)
    usd = books.pool_usd[i, t]
    return pl.DataFrame(
        {
            "place": i,
            "reporter_code": np.array(cast.area_code)[i],
            "partner_code": np.full(len(i), POOL),
            "period": np.array(YEARS)[t],
            "product": [HEADLINE] * len(i),
            "fob": usd,
            "primary": usd.round(2),
            "net_wgt": books.pool_kg[i, t] / 0.95,
            "is_net_wgt_estimated": np.zeros(len(i), dtype=bool),
        },
        schema_overrides={"product": pl.String},
    )


def records(
    side: int, settings: Settings, cast: Cast, cell: pl.DataFrame, held: Coverage, basis: list[str]
) -> pl.DataFrame:
    """Rows of one flow: headings and subheadings by partner and for the World."""
    rng = generator(settings.seed, "subheadings")
    detailed = rng.random(cast.n) < SUBHEADINGS_SHARE
    semi = np.where(rng.random(cast.n) < 0.3, rng.uniform(0.01, 0.3, cast.n), 0.0)
    cell = cell.with_columns(
        pl.Series(detailed[cell["place"].to_numpy()]).alias("detailed"),
        pl.Series(semi[cell["place"].to_numpy()]).alias("semi"),
    )
    rows = _products(cell)
    whole = [k for k in range(cast.n) if not held.partial[k]]
    rows = pl.concat([rows, _world(rows.filter(pl.col("place").is_in(whole)))])
    kind = [basis[k] if side != EXPORTER else "export" for k in rows["place"]]
    return _layout(rows.with_columns(pl.Series("basis", kind, dtype=pl.String)), side)


def _products(cell: pl.DataFrame) -> pl.DataFrame:
    """7108 (with monetary gold in it), 7108xx and 7112 rows of each cell; subheadings add up."""
    key = ["place", "reporter_code", "partner_code", "period"]
    split = cell.filter(pl.col("product") == "710820").select(key).with_columns(swapped=True)
    cell = cell.join(split, on=key, how="left").with_columns(pl.col("swapped").fill_null(False))
    gold = cell.filter(pl.col("product") != "7112")
    heading = (
        gold.group_by(key, maintain_order=True)
        .agg(
            pl.col("fob", "primary").sum(),
            pl.when(pl.col("net_wgt").is_null().any()).then(None)
            .otherwise(pl.col("net_wgt").sum()).alias("net_wgt"),
            pl.col("is_net_wgt_estimated").any(),
        )
        .with_columns(cmd_code=pl.lit("7108"))
    )  # fmt: skip
    other = cell.filter(pl.col("product") != HEADLINE).with_columns(cmd_code=pl.col("product"))
    fine = gold.filter((pl.col("product") == HEADLINE) & (pl.col("detailed") | pl.col("swapped")))
    part = pl.col("primary") * pl.col("semi")
    semi = fine.filter(part >= 1).with_columns(
        pl.col("fob", "net_wgt") * pl.col("semi"), primary=part.round(2), cmd_code=pl.lit("710813")
    )
    rest = fine.with_columns(
        pl.when(part >= 1).then(pl.col("semi")).otherwise(0.0).alias("semi")
    ).with_columns(
        pl.col("fob", "net_wgt") * (1 - pl.col("semi")),
        primary=pl.col("primary") - (pl.col("primary") * pl.col("semi")).round(2),
        cmd_code=pl.lit("710812"),
    )
    return pl.concat([frame.select(heading.columns) for frame in (heading, other, rest, semi)])


def _world(rows: pl.DataFrame) -> pl.DataFrame:
    """World totals; their weight is the sum of those given, null where none is."""
    totals = rows.group_by("place", "reporter_code", "period", "cmd_code").agg(
        pl.col("fob", "primary").sum(),
        pl.when(pl.col("net_wgt").is_not_null().any())
        .then(pl.col("net_wgt").sum())
        .alias("net_wgt"),
        pl.col("is_net_wgt_estimated").any(),
    )
    return totals.with_columns(partner_code=pl.lit(WORLD).cast(rows.schema["partner_code"])).select(
        rows.columns
    )


def _layout(rows: pl.DataFrame, side: int) -> pl.DataFrame:
    """Columns of the sample; values by the basis of the reporter, as real rows have them."""
    primary, basis = pl.col("primary").round(2), pl.col("basis")
    old, middle = pl.col("period") < 2017, pl.col("period") < 2022
    edition = (
        pl.when(old).then(pl.lit("H4")).when(middle).then(pl.lit("H5")).otherwise(pl.lit("H6"))
    )
    return rows.with_columns(
        freq_code=pl.lit("A"),
        flow_code=pl.lit("X" if side == EXPORTER else "M"),
        partner2_code=pl.lit(0),
        classification_code=edition,
        customs_code=pl.lit("C00"),
        mot_code=pl.lit(0),
        net_wgt=pl.col("net_wgt").round(3),
        cif_value=pl.when(basis == "fob").then(0.0).when(basis != "export").then(primary),
        fob_value=pl.when(basis.is_in(["fob", "export"])).then(primary)
        .when(basis == "both").then(pl.col("fob").round(2)),
        primary_value=primary,
    ).select(COLUMNS).sort("reporter_code", "period", "partner_code", "cmd_code")  # fmt: skip
