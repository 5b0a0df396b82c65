"""Rows as UN Comtrade publishes them: freight, weights, subheadings and World totals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.chain.chance import Floats, Ints, stream
from benchmarks.chain.countries import Countries
from benchmarks.chain.ledger import EXPORT, IMPORT
from benchmarks.chain.reference import Reference
from benchmarks.chain.settings import FIRST_YEAR, LAST_YEAR, Settings

KEY = ["side", "reporter", "partner", "year"]
POOL_CODE = 899
# Importers that report FOB, and those that give both values; records2/cif_margins_real.txt.
FOB_ONLY = frozenset({"CAN", "ZAF", "AUS", "BRA", "PER"})
BOTH = frozenset({"USA", "TUR", "LUX", "CZE", "TZA", "MOZ", "MUS", "SVK"})
# ln of the importer's own factor on the margin; the same source, by value.
MARGIN_OF = {"USA": -0.5, "AUS": 0.6, "TUR": 2.2, "MUS": 1.8, "CZE": 2.5, "TZA": 2.5}


def at(rows: pl.DataFrame) -> tuple[Ints, ...]:
    """Place of each row in a table of `drawn`."""
    where = [rows[name].to_numpy() for name in KEY]
    return (*where[:3], where[3] - FIRST_YEAR)


def size(parties: Countries) -> tuple[int, int, int, int]:
    """One draw for every row that could be, so that no row's luck hangs on another row."""
    return (2, len(parties), len(parties) + 1, LAST_YEAR - FIRST_YEAR + 1)


def margins(rows: pl.DataFrame, parties: Countries, how: Settings) -> Floats:
    """CIF over FOB less one. Falls with value: medians of records2/cif_margins_real.txt."""
    rng = stream(how.seed, "freight")
    own = rng.normal(0, 0.7, len(parties))
    own = np.array([MARGIN_OF.get(name, own[n]) for n, name in enumerate(parties.iso3)])
    usd = np.maximum(rows["booked_usd"].to_numpy(), 1.0)
    median = np.interp(
        np.log10(usd), [4.0, 4.5, 6.0, 6.5, 7.5], [0.037, 0.012, 0.008, 0.0012, 0.0012]
    )
    drawn = np.exp(own[rows["reporter"].to_numpy()] + rng.normal(0, 0.8, size(parties))[at(rows)])
    return np.asarray(np.clip(median * drawn, 0, 0.2) * how.strength("freight"))


def priced(rows: pl.DataFrame, parties: Countries, how: Settings) -> pl.DataFrame:
    """Adds cif_value, fob_value, primary_value and `freight` (USD in primary_value)."""
    names = np.array(parties.iso3)[rows["reporter"].to_numpy()]
    rng = stream(how.seed, "bases")
    luck = rng.random(len(parties))[rows["reporter"].to_numpy()]
    imports = rows["side"].to_numpy() == IMPORT
    fob = ~imports | np.isin(names, list(FOB_ONLY))
    both = ~fob & (np.isin(names, list(BOTH)) | (luck < 0.12))
    value = np.round(rows["booked_usd"].to_numpy(), 2)
    cif = np.round(value * (1 + margins(rows, parties, how)), 2)
    primary = np.where(fob, value, cif)
    return rows.with_columns(
        pl.Series("cif_value", np.where(fob, np.nan, cif)).fill_nan(None),
        pl.Series("fob_value", np.where(fob | both, value, np.nan)).fill_nan(None),
        pl.Series("primary_value", primary),
        pl.Series("freight", primary - value),
    )


def weighed(
    rows: pl.DataFrame, fineness: Floats, parties: Countries, how: Settings
) -> pl.DataFrame:
    """Adds net_wgt in kg (null, estimated or in a wrong unit at times) and is_net_wgt_estimated."""
    rng = stream(how.seed, "weights")
    strength, many, here = how.strength("weights"), size(parties), at(rows)
    gross = rows["booked_kg"].to_numpy() / fineness * np.exp(rng.normal(0, 0.01, many)[here])
    careless = rng.lognormal(-0.5, 1.0, (2, len(parties)))
    careless = careless / careless.mean(axis=1, keepdims=True)
    side, who = rows["side"].to_numpy(), rows["reporter"].to_numpy()
    chance = np.where(side == EXPORT, 0.17, 0.05) * careless[side, who] * strength
    null = rng.random(many)[here] < chance
    estimated = rng.random(many)[here] < 0.11 * strength
    gross = np.where(estimated, gross * np.exp(rng.normal(0, 0.35, many)[here]), gross)
    wrong = rng.random(many)[here] < 0.012 * strength
    units = rng.choice([1000.0, 0.001, 31.1035, 32.1507], many)[here]
    net = np.maximum(np.round(np.where(wrong, gross * units, gross), 3), 0.001)
    return rows.with_columns(
        pl.Series("net_wgt", np.where(null, np.nan, net)).fill_nan(None),
        pl.Series("is_net_wgt_estimated", estimated & ~null),
    )


def world_rows(rows: pl.DataFrame, headings: list[str]) -> pl.DataFrame:
    """Each reporter's total by year and side; a value is null where no part of it is known."""
    amounts = ["net_wgt", "cif_value", "fob_value", "primary_value"]
    known = [pl.when(pl.col(a).count() > 0).then(pl.col(a).sum()).alias(a) for a in amounts]
    rows = rows.sort(rows.columns)
    whole = rows.group_by(headings, maintain_order=True).agg(
        *known, pl.col("is_net_wgt_estimated").any()
    )
    return whole.with_columns(pl.lit(-1, pl.Int64).alias("partner"))


def by_product(
    rows: pl.DataFrame, apart: pl.DataFrame, parties: Countries, seed: int
) -> pl.DataFrame:
    """Adds the subheadings that a reporter gives; monetary gold is part of 7108 and 710820.

    Three in ten reporters give the heading alone, two in ten split off semi-manufactures.
    """
    rng = stream(seed, "products")
    habit = rng.choice(["one", "split", "heading"], len(parties), p=[0.5, 0.2, 0.3])
    part = rng.beta(0.5, 4.0, (len(parties), len(parties) + 1))
    who, whom = rows["reporter"].to_numpy(), rows["partner"].to_numpy()
    rows = rows.with_columns(
        pl.Series("habit", habit[who]), pl.Series("part", part[who, whom])
    ).with_columns(part=pl.when(pl.col("habit") == "split").then("part").otherwise(0.0))
    fine = rows.filter(pl.col("habit") != "heading")
    semi = _scaled(fine.filter(pl.col("part") > 0), pl.col("part")).filter(
        pl.col("primary_value") > 0
    )
    gross = _scaled(fine, 1 - pl.col("part"))
    total = pl.concat([_slim(rows), _slim(apart)])
    return pl.concat([
        _whole(total), _named(_slim(gross), "710812"), _named(_slim(semi), "710813"),
        _named(_slim(apart), "710820"),
    ])  # fmt: skip


def _slim(rows: pl.DataFrame) -> pl.DataFrame:
    amounts = ["net_wgt", "cif_value", "fob_value", "primary_value", "is_net_wgt_estimated"]
    return rows.select([*KEY, *amounts])


def _named(rows: pl.DataFrame, code: str) -> pl.DataFrame:
    return rows.with_columns(pl.lit(code).alias("cmd_code"))


def _scaled(rows: pl.DataFrame, share: pl.Expr) -> pl.DataFrame:
    columns = ("net_wgt", "cif_value", "fob_value", "primary_value")
    return rows.with_columns(
        [(pl.col(c) * share).round(3 if c == "net_wgt" else 2) for c in columns]
    )


def _whole(parts: pl.DataFrame) -> pl.DataFrame:
    """7108 by reporter and partner: the sum of what is given."""
    amounts = ["net_wgt", "cif_value", "fob_value", "primary_value"]
    known = [pl.when(pl.col(a).null_count() == 0).then(pl.col(a).sum()).alias(a) for a in amounts]
    whole = parts.group_by(KEY, maintain_order=True).agg(
        *known, pl.col("is_net_wgt_estimated").any()
    )
    return _named(whole, "7108")


def write_records(rows: pl.DataFrame, real: Reference, parties: Countries, folder: Path) -> None:
    """One file a year, sorted, in the sample's layout; `rows` holds partners, World is added."""
    whole = world_rows(rows, ["side", "reporter", "year", "cmd_code"])
    table = pl.concat([rows, whole.select(rows.columns)])
    codes = {n: real.codes[name] for n, name in enumerate(parties.iso3)}
    partners = codes | {len(parties): POOL_CODE, -1: 0}
    flow = pl.when(pl.col("side") == EXPORT).then(pl.lit("X")).otherwise(pl.lit("M"))
    out = table.select(
        freq_code=pl.lit("A"), period="year",
        reporter_code=pl.col("reporter").replace_strict(codes, return_dtype=pl.Int64),
        flow_code=flow,
        partner_code=pl.col("partner").replace_strict(partners, return_dtype=pl.Int64),
        partner2_code=pl.lit(0),
        classification_code=pl.when(pl.col("year") < 2017).then(pl.lit("H4"))
        .when(pl.col("year") < 2022).then(pl.lit("H5")).otherwise(pl.lit("H6")),
        cmd_code="cmd_code", customs_code=pl.lit("C00"), mot_code=pl.lit(0),
        net_wgt=pl.col("net_wgt").round(3), is_net_wgt_estimated="is_net_wgt_estimated",
        cif_value=pl.col("cif_value").round(2), fob_value=pl.col("fob_value").round(2),
        primary_value=pl.col("primary_value").round(2),
    ).sort("period", "reporter_code", "flow_code", "partner_code", "cmd_code")  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    for (year,), part in out.group_by("period", maintain_order=True):
        part.write_csv(folder / f"gold_{year}.csv")
