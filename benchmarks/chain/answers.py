"""The answers of a world: what is hidden, what is lawful, and what each gap is made of."""

from __future__ import annotations

import numpy as np
import polars as pl

from benchmarks.chain.accounts import added
from benchmarks.chain.chance import Bools, Floats, Ints
from benchmarks.chain.countries import Countries
from benchmarks.chain.hiding import Hidden
from benchmarks.chain.ledger import EXPORT, Ledger
from benchmarks.chain.settings import FIRST_YEAR, LAST_YEAR, WARM_UP_YEARS

POOLED_MOST = 0.5  # share of a pair's exports in the pool from which it cannot be compared
PAIR = ["exporter", "importer", "period"]


def _year(month: Ints) -> Ints:
    return np.asarray(month // 12 - WARM_UP_YEARS + FIRST_YEAR, dtype=np.int64)


def _amounts(book: Ledger, month: Ints, kg: Floats, name: str) -> pl.DataFrame:
    """kg by pair and year of the ten."""
    legs = book.legs
    table = pl.DataFrame({
        "exporter": legs.seller, "importer": legs.buyer, "period": _year(month), name: kg,
    })  # fmt: skip
    inside = table.filter(pl.col("period").is_between(FIRST_YEAR, LAST_YEAR))
    return added(inside, PAIR, [name])


def _kinds(kinds: dict[int, str], parties: int) -> pl.DataFrame:
    keys = sorted(kinds)
    columns = {
        "exporter": [k // parties for k in keys],
        "importer": [k % parties for k in keys],
        "kind": [kinds[k] for k in keys],
    }
    schema = {"exporter": pl.Int64, "importer": pl.Int64, "kind": pl.String}
    return pl.DataFrame(columns, schema=schema)


def hidden_kg(book: Ledger, hidden: Hidden, walked: Floats, parties: int) -> pl.DataFrame:
    """One row per pair, year and direction, by the year in which the open side books it.

    What is booked after the last year is in no record and in no row.
    """
    legs, least = book.legs, pl.col("hidden_fine_kg") > 0.001
    out = _amounts(book, book.in_month, hidden.by_exporter, "hidden_fine_kg").filter(least)
    into = _amounts(book, legs.month, hidden.by_importer, "hidden_fine_kg").filter(least)
    over = _amounts(book, legs.month, walked, "hidden_fine_kg").filter(least)
    on = ["exporter", "importer"]
    parts = [
        out.join(_kinds(hidden.export_kinds, parties), on=on).with_columns(
            direction=pl.lit("undeclared_export")
        ),
        into.join(_kinds(hidden.import_kinds, parties), on=on).with_columns(
            direction=pl.lit("undeclared_import")
        ),
        over.with_columns(kind=pl.lit("walked"), direction=pl.lit("undeclared_export")),
    ]
    shipped = _amounts(book, legs.month, legs.kg, "shipped_fine_kg")
    columns = [*PAIR, "direction", "hidden_fine_kg", "kind"]
    return pl.concat([p.select(columns) for p in parts]).join(shipped, on=PAIR, how="left")


def comparable(
    truth: pl.DataFrame, rows: pl.DataFrame, pooled: pl.DataFrame, published: Bools
) -> pl.DataFrame:
    """Adds is_comparable: both publish, the exporter books partners, no row of the pair is lost."""
    lost = rows.filter(pl.col("state") == "lost")
    side = pl.col("side") == EXPORT
    gone = lost.select(
        exporter=pl.when(side).then("reporter").otherwise("partner"),
        importer=pl.when(side).then("partner").otherwise("reporter"),
        period="year", gone=pl.lit(True),
    ).unique()  # fmt: skip
    at = truth["period"].to_numpy() - FIRST_YEAR
    both = published[truth["exporter"].to_numpy(), at] & published[truth["importer"].to_numpy(), at]
    joined = truth.with_columns(pl.Series("both", both)).join(gone, on=PAIR, how="left")
    joined = joined.join(pooled, on=PAIR, how="left")
    seen = pl.col("both") & pl.col("gone").is_null() & (pl.col("kind") != "walked")
    names = pl.col("pooled").fill_null(0.0) <= POOLED_MOST * pl.col("shipped_fine_kg").fill_null(
        0.0
    )
    return joined.with_columns(is_comparable=seen & names)


def pooled_kg(book: Ledger) -> pl.DataFrame:
    """kg that the exporter books to the pool instead of the pair."""
    cases = [t for t in book.routings if t.height and t["case"][0] == "pool"]
    schema = {"exporter": pl.Int64, "importer": pl.Int64, "period": pl.Int64, "pooled": pl.Float64}
    if not cases:
        return pl.DataFrame(schema=schema)
    table = pl.concat(cases).rename({"year": "period", "kg": "pooled"})
    return added(table, PAIR, ["pooled"])


def routings(book: Ledger, parties: Countries) -> pl.DataFrame:
    """routes.csv: every lawful routing that an oracle may know, summed over months."""
    keys = ["exporter", "hub", "second", "importer", "year", "case"]
    parts = [t.select([*keys, "kg"]) for t in book.routings if t.height]
    if not parts:
        schema = dict.fromkeys(("exporter", "hub", "second", "importer", "year"), pl.Int64)
        parts = [pl.DataFrame(schema={**schema, "case": pl.String, "kg": pl.Float64})]
    table = added(pl.concat(parts), keys, ["kg"])
    named = [_name(k, parties).alias(f"{n}_iso3") for k, n in _HEADS.items()]
    return table.filter(pl.col("kg") > 0.001).select(
        *named, period="year", fine_kg=pl.col("kg").round(3), case="case"
    )


_HEADS = {"exporter": "exporter", "hub": "hub", "second": "second_hub", "importer": "importer"}


def _name(column: str, parties: Countries) -> pl.Expr:
    names = dict(enumerate(parties.iso3)) | {-1: ""}
    return pl.col(column).replace_strict(names, return_dtype=pl.String)


def named_truth(truth: pl.DataFrame, parties: Countries) -> pl.DataFrame:
    """truth.csv."""
    return truth.select(
        exporter_iso3=_name("exporter", parties), importer_iso3=_name("importer", parties),
        period="period", direction="direction",
        hidden_fine_kg=pl.col("hidden_fine_kg").round(3),
        shipped_fine_kg=pl.col("shipped_fine_kg").fill_null(0.0).round(3),
        is_comparable="is_comparable", kind="kind",
    ).sort("exporter_iso3", "importer_iso3", "period", "direction")  # fmt: skip


def named_causes(gaps: pl.DataFrame, parties: Countries) -> pl.DataFrame:
    """causes.csv."""
    keys = ["exporter_iso3", "importer_iso3", "period", "cause"]
    return gaps.select(
        exporter_iso3=_name("exporter", parties), importer_iso3=_name("importer", parties),
        period="year", cause="cause", gap_value_usd=pl.col("gap").round(2),
    ).sort(keys)  # fmt: skip
