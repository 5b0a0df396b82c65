"""The edges that transit took out, with their weights, as a table."""

from typing import Any

import numpy as np
import polars as pl

from mirror.method.gaps import Gaps
from mirror.method.pairs import PairYears
from mirror.method.routing import Routes

SCHEMA = {
    "year": pl.Int32,
    "exporter_iso3": pl.String,
    "importer_iso3": pl.String,
    "unseen_exporter_iso3": pl.String,
    "unseen_importer_iso3": pl.String,
    "edge_kind": pl.String,
    "moved_usd": pl.Float64,
    "edge_weight": pl.Float64,
    "ln_bayes_factor": pl.Float64,
    "borne_out_by_exporter_iso3": pl.String,
    "borne_out_by_importer_iso3": pl.String,
}


def transfers_frame(
    routes: Routes, tables: PairYears, gaps: Gaps, shown: list[tuple[int, int, float]]
) -> pl.DataFrame:
    """A row per edge and year: the gap that was explained, the flow that explains it, the amount.

    What second partners show has weight 1 and no Bayes factor. For a double booking the second flow
    is the one on which both sides agree, and `borne_out_by` the pair whose reports lack the gold
    (null: the importer's reports as a whole).
    """
    names = tables.countries
    rows: dict[str, list[Any]] = {name: [] for name in SCHEMA}
    for edge in routes.taken:
        for n in np.flatnonzero(edge.amounts > 0.005):
            third = edge.third
            values = (
                int(tables.years[n]),
                names[tables.exporter[edge.gap]], names[tables.importer[edge.gap]],
                names[tables.exporter[edge.other]], names[tables.importer[edge.other]],
                edge.kind, float(edge.amounts[n]), edge.weight, edge.ln_bayes_factor,
                names[tables.exporter[third]] if third >= 0 else None,
                names[tables.importer[third]] if third >= 0 else None,
            )  # fmt: skip
            for name, value in zip(SCHEMA, values, strict=True):
                rows[name].append(value)
    sides = ("year", "exporter_iso3", "importer_iso3")
    for seen, unseen, amount in shown:
        one, two = (gaps.frame.select(sides).row(place) for place in (seen, unseen))
        values = (*one, *two[1:], "second_partner", amount, 1.0, None, None, None)
        for name, value in zip(SCHEMA, values, strict=True):
            rows[name].append(value)
    return pl.DataFrame(rows, schema=SCHEMA).sort(list(SCHEMA)[:6])
