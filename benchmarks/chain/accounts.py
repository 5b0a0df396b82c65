"""From entries to what each row of the year says, with every dollar's cause."""

from __future__ import annotations

import numpy as np
import polars as pl

from benchmarks.chain.chance import Bools
from benchmarks.chain.ledger import EXPORT
from benchmarks.chain.noise import Errors, factors
from benchmarks.chain.settings import FIRST_YEAR, Settings

KEY = ["side", "reporter", "partner", "year"]


def added(table: pl.DataFrame, keys: list[str], amounts: list[str]) -> pl.DataFrame:
    """Sums by key, sorted by key; added in row order, so that the same rows give the same bytes."""
    table = table.select([*keys, *amounts]).sort(keys, maintain_order=True)
    if table.height == 0:
        return table
    start = np.flatnonzero(table.select(pl.struct(keys).rle_id()).to_series().diff().fill_null(1))
    sums = [pl.Series(a, np.add.reduceat(table[a].to_numpy(), start)) for a in amounts]
    return table.select(keys)[start].with_columns(sums)


def summed(entries: list[pl.DataFrame]) -> pl.DataFrame:
    """One row per side, reporter, partner, year and cause; kg and USD FOB."""
    return added(pl.concat(entries), [*KEY, "cause"], ["kg", "usd"])


def rows_of(causes: pl.DataFrame) -> pl.DataFrame:
    """One row per side, reporter, partner and year, before errors; nothing below a gram.

    `size` is the USD that it would hold if nothing were hidden: errors hang on it.
    """
    kept = ~pl.col("cause").is_in(["hiding", "walked_over"])
    sized = causes.with_columns(size=pl.when(kept).then("usd").otherwise(0.0))
    total = added(sized, KEY, ["kg", "usd", "size"])
    return total.filter((pl.col("kg") > 0.001) & (pl.col("usd") > 0.01))


def with_errors(rows: pl.DataFrame, drawn: Errors, published: Bools, how: Settings) -> pl.DataFrame:
    """Adds `worth` (USD after the valuation), `booked` (USD and kg after all errors), `state`.

    A lost row and the row of an absent reporter are booked with 0.
    """
    at = [rows[name].to_numpy() for name in KEY]
    at[3] = at[3] - FIRST_YEAR
    usd = rows["usd"].to_numpy()
    factor, lost = factors(drawn, tuple(at), rows["size"].to_numpy(), how.strength("noise"))
    value = np.exp(drawn.value[tuple(at)])
    absent = ~published[at[1], at[3]]
    state = np.where(absent, "absent", np.where(lost, "lost", "there"))
    return rows.with_columns(
        pl.Series("state", state),
        pl.Series("worth", usd * value),
        pl.Series("noisy", usd * value * factor),
        pl.Series("booked_usd", np.where(state == "there", usd * value * factor, 0.0)),
        pl.Series("booked_kg", rows["kg"].to_numpy() * factor),
    )


def error_causes(rows: pl.DataFrame) -> pl.DataFrame:
    """The same rows' differences as causes, in the columns of `summed`; kg is left at 0."""
    value = rows.with_columns(usd=pl.col("worth") - pl.col("usd"), cause=pl.lit("valuation"))
    there = rows.filter(pl.col("state") != "lost")
    noise = there.with_columns(usd=pl.col("noisy") - pl.col("worth"), cause=pl.lit("noise"))
    gone = rows.filter(pl.col("state") == "lost")
    lost = gone.with_columns(usd=-pl.col("worth"), cause=pl.lit("noise"))
    away = rows.filter(pl.col("state") == "absent")
    absent = away.with_columns(usd=-pl.col("noisy"), cause=pl.lit("missing_years"))
    parts = [part.select([*KEY, "cause", "kg", "usd"]) for part in (value, noise, lost, absent)]
    return pl.concat(parts).with_columns(kg=pl.lit(0.0))


def pair_gaps(causes: pl.DataFrame, parties: int) -> pl.DataFrame:
    """Importer less exporter by pair, year and cause, USD; the pool is no pair.

    Sums of a cent or less are left out.
    """
    sign = pl.when(pl.col("side") == EXPORT).then(-1.0).otherwise(1.0)
    exporter = pl.when(pl.col("side") == EXPORT).then("reporter").otherwise("partner")
    importer = pl.when(pl.col("side") == EXPORT).then("partner").otherwise("reporter")
    pairs = causes.filter(pl.col("partner") < parties).select(
        exporter.alias("exporter"), importer.alias("importer"), "year", "cause",
        gap=pl.col("usd") * sign,
    )  # fmt: skip
    keys = ["exporter", "importer", "year", "cause"]
    return added(pairs, keys, ["gap"]).filter(pl.col("gap").abs() > 0.01)
