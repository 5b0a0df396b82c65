"""Editions for the tests of the page: the sample's, and a made-up one as large as it gets."""

import json
from pathlib import Path

import numpy as np
import polars as pl

from mirror.publish.page import Contents
from mirror.steps.pages import contents_of

COUNTED = ("undeclared_export", "undeclared_import", "balanced")
HOSTILE = [
    '<script>window.harmed=1</script>', "Côte d'Ivoire \"x\"", "=1+1",
    "</script><img src=x onerror=window.harmed=1>",
    "São Tomé & Príncipe", "{{ 7*7 }}",
]  # fmt: skip


def tables_of(folder: Path) -> dict[str, pl.DataFrame]:
    return {path.stem: pl.read_parquet(path) for path in sorted(folder.glob("*.parquet"))}


def contents_from(folder: Path, **tables: pl.DataFrame) -> Contents:
    """The contents of an edition, some of its tables replaced."""
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return contents_of(summary, tables_of(folder) | tables)


def renamed(frame: pl.DataFrame, names: dict[str, str]) -> pl.DataFrame:
    """Give countries other names, wherever a table names them."""
    pairs = [("exporter_iso3", "exporter_name"), ("importer_iso3", "importer_name"),
             ("iso3", "country_name"), ("reporter_iso3", "reporter_name")]  # fmt: skip
    return frame.with_columns(
        pl.col(code).replace_strict(names, default=pl.col(name)).alias(name)
        for code, name in pairs
        if code in frame.columns and name in frame.columns
    )


def hostile(folder: Path) -> Contents:
    codes = ["MLI", "ARE", "KEN", "IND", "LBY", "TUR"]
    names = dict(zip(codes, HOSTILE, strict=True))
    return contents_from(folder, **{n: renamed(t, names) for n, t in tables_of(folder).items()})


def large(folder: Path, pairs: int = 3000, years: int = 10) -> Contents:
    """Draw a ranking of so many pairs, each with so many years, in the sample's columns."""
    draw = np.random.default_rng(7108)
    codes = contents_from(folder).countries["iso3"].to_list()
    chosen = draw.choice(len(codes) ** 2, size=pairs, replace=False)
    ends = pl.DataFrame({
        "exporter_iso3": [codes[n // len(codes)] for n in chosen],
        "importer_iso3": [codes[n % len(codes)] for n in chosen],
    })  # fmt: skip
    given = tables_of(folder)
    return contents_from(
        folder,
        ranked_gaps=_filled(given["ranked_gaps"], ends, draw),
        gap_years=_filled(
            given["gap_years"],
            pl.concat([ends.with_columns(year=pl.lit(2014 + n, pl.Int32)) for n in range(years)]),
            draw,
        ),
    )


def _filled(like: pl.DataFrame, keys: pl.DataFrame, draw: np.random.Generator) -> pl.DataFrame:
    """Draw rows of a table at random for these keys; amounts are made, not taken over."""
    rows = like.sample(keys.height, with_replacement=True, seed=7108)
    size = np.exp(draw.normal(14, 3, keys.height))
    amounts = [
        pl.Series(name, size * draw.uniform(0.5, 1.5, keys.height))
        for name in like.columns
        if name.endswith(("_usd", "_kg", "_low", "_mid", "_high")) and like[name].dtype.is_float()
    ]
    sides = ("exporter", "importer")
    made = rows.with_columns(*amounts, *keys.get_columns()).with_columns(
        (pl.col(f"{side}_iso3") + "-land").alias(f"{side}_name") for side in sides
    )
    if "year" in keys.columns:
        in_window = made.with_columns(period=pl.col("year"), is_in_window=pl.lit(True))
        return in_window.with_columns(is_counted=pl.col("reading").is_in(list(COUNTED)))
    key = pl.col("at_least_fine_kg")
    placed = key.rank("ordinal", descending=True).cast(pl.Int64)
    ranked = made.with_columns(direction=pl.lit("undeclared_export"), rank=placed)
    return ranked.sort("rank")
