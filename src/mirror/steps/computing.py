"""The tables that the method computes among the models of sql/."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from mirror import method
from mirror.warehouse import Computed

Tables = dict[str, pl.DataFrame]


def margins(tables: Tables) -> Tables:
    """Fit freight margins: one for each pair at its distance, one for each importer at 5,000 km."""
    said = _parameters(tables)
    rows = tables["int_margin_rows"]
    rows = rows.sort(rows.columns)
    measured = rows.filter(pl.col("margin_of_row").is_not_null())
    low, mid, high = (float(said[f"freight_default_{end}"]) for end in ("low", "mid", "high"))
    fitted = method.fit(measured, (low, mid, high))
    pairs = rows.group_by("importer_iso3", "exporter_iso3").agg(pl.col("distance_km").first())
    importers = pl.concat(
        [rows.select("importer_iso3").unique(), pl.DataFrame({"importer_iso3": ["*"]})]
    ).with_columns(distance_km=pl.lit(None, pl.Float64))
    return {
        "int_pair_margins": method.predict(fitted, pairs.sort(pairs.columns)).drop("own_weight"),
        "int_importer_margins": method.predict(fitted, importers.sort("importer_iso3")),
    }


def waterfall(tables: Tables) -> Tables:
    """Estimate the parts of every gap, the intervals and the draws behind the ranking."""
    found = method.estimate(
        tables["int_gaps"],
        tables["int_second_partners"],
        tables["stg_lawful_causes"],
        _parameters(tables),
    )
    return {
        "int_parts": found.parts,
        "int_pair_draws": found.draws,
        "int_transfers": found.transfers,
        "int_verdicts": found.verdicts,
    }


def _parameters(tables: Tables) -> Mapping[str, Any]:
    return tables["stg_parameters"].row(0, named=True)


STEPS = (
    Computed(
        reads=("int_margin_rows", "stg_parameters"),
        makes=("int_pair_margins", "int_importer_margins"),
        compute=margins,
    ),
    Computed(
        reads=("int_gaps", "int_second_partners", "stg_lawful_causes", "stg_parameters"),
        makes=("int_parts", "int_pair_draws", "int_verdicts", "int_transfers"),
        compute=waterfall,
    ),
)
