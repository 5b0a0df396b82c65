"""The tables that the method computes among the models of sql/."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from mirror import method, records
from mirror.warehouse import Computed

Tables = dict[str, pl.DataFrame]
_UNIT_TEXTS = dict.fromkeys(("times_off", "units_of_values", "units_of_weights"), pl.String)


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


def units(tables: Tables) -> Tables:
    """Find reports, their flows and pairs whose price per kg is off by the factor of a unit."""
    parameters = _parameters(tables)
    rule = records.Rule(*(float(parameters[name]) for name in records.Rule._fields))
    flow = pl.struct("period", "partner_iso3", "flow_code")
    values = tables["int_unit_values"].with_columns(flow=flow.hash())
    source = ["frequency", "unit_source_id"]
    side, reporter = [*source, "flow_code"], [*source, "reporter_iso3"]
    levels = (side, reporter, [*reporter, "flow_code"], [*reporter, "flow_code", "partner_iso3"])
    found = [records.off_by_unit(values, keys, rule) for keys in levels]
    off = pl.concat(found, how="diagonal").select(*levels[-1], "ratio", "fitting")
    said = pl.DataFrame(map(_said, off["ratio"]), schema=_UNIT_TEXTS, orient="row")
    return {"int_off_units": pl.concat([off, said], how="horizontal")}


def _said(ratio: float) -> tuple[str, str | None, str | None]:
    """Say how far values are off, and the names of the units that this may come from."""
    named = {
        figure: " or ".join(u.name for u in records.units_of(ratio) if u.figure == figure) or None
        for figure in ("values", "weights")
    }
    return records.times_off(ratio), named["values"], named["weights"]


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
        reads=("int_unit_values", "stg_parameters"),
        makes=("int_off_units",),
        compute=units,
    ),
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
