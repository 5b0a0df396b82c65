"""The tables that the method computes among the models of sql/."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from mirror import method
from mirror.warehouse import Computed

Tables = dict[str, pl.DataFrame]


def margins(tables: Tables) -> Tables:
    """Fit freight margins: one for each pair and period, one for each importer's typical flow."""
    flows = tables["int_margin_flows"].sort("importer_iso3", "exporter_iso3", "year")
    fitted = method.fit(flows, method.Default.of(_parameters(tables)))
    rows = tables["int_margin_rows"].sort("frequency", "period", "importer_iso3", "exporter_iso3")
    importers = tables["int_margin_importers"].sort("importer_iso3")
    return {
        "int_pair_margins": method.predict(fitted, rows).drop("own_weight"),
        "int_importer_margins": method.predict(fitted, importers),
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
        reads=("int_margin_rows", "int_margin_flows", "int_margin_importers", "stg_parameters"),
        makes=("int_pair_margins", "int_importer_margins"),
        compute=margins,
    ),
    Computed(
        reads=("int_gaps", "int_second_partners", "stg_lawful_causes", "stg_parameters"),
        makes=("int_parts", "int_pair_draws", "int_verdicts", "int_transfers"),
        compute=waterfall,
    ),
)
