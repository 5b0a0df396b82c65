"""Records of editions that hold only those behind ranked pairs: what an edition publishes of all
pairs and countries stands for the others, in both editions alike.
"""

from dataclasses import replace

import polars as pl

from mirror.changes.common import PAIR
from mirror.changes.edition import Compared, EditionTables

NO_COUNTRY = "_no_country"
"""Stands for all partners that are no country: trade without a partner is published as a sum."""

_RECORDS = ("declared_flows", "declared_rows", "quarantined_rows")
_SIDES = {"export": "X", "import": "M"}
_IMPORTS = ("M", "RM", "FM")
_NUMBERS = ("declared_value_usd", "declared_net_weight_kg", "monetary_value_usd")


def comparable(compared: Compared) -> Compared:
    """The two editions, each with the records that both can say.

    As they are if both hold all of theirs. Else rows stand for pairs that are ranked in both, and
    the published figures for all others.
    """
    if all(edition.has_all_records for edition in compared.editions):
        return compared
    ranked = [edition.tables["ranked_gaps"].select(PAIR) for edition in compared.editions]
    kept = ranked[0].join(ranked[1], on=PAIR, how="semi").unique()
    is_known = all(map(_has_reports, compared.editions))
    before, after = (
        _reduced(edition, kept) if is_known else _without(edition) for edition in compared.editions
    )
    return replace(compared, before=before, after=after)


def _has_reports(edition: EditionTables) -> bool:
    columns = edition.tables.get("gap_years", pl.DataFrame()).columns
    return {*PAIR, "period", "export_value_usd", "import_value_usd"} <= set(columns)


def _without(edition: EditionTables) -> EditionTables:
    """The edition without its records, which are those of other pairs than the other's."""
    kept = {name: table for name, table in edition.tables.items() if name not in _RECORDS}
    return replace(edition, tables=kept)


def _reduced(edition: EditionTables, kept: pl.DataFrame) -> EditionTables:
    tables = dict(edition.tables)
    own = {name: _paired(tables[name]).join(kept, on=PAIR, how="semi")
           for name in _RECORDS if name in tables
           }  # fmt: skip
    others = _flows(edition).join(kept, on=PAIR, how="anti")
    own["declared_flows"] = pl.concat(
        [own.get("declared_flows", others.clear()), others], how="diagonal_relaxed"
    )
    if "quarantined_rows" in own:
        states = _quarantined(edition).join(kept, on=PAIR, how="anti")
        own["quarantined_rows"] = pl.concat(
            [own["quarantined_rows"], states], how="diagonal_relaxed"
        )
    return replace(edition, tables=tables | own)


def _paired(rows: pl.DataFrame) -> pl.DataFrame:
    """Exporter and importer of each row by its reporter, partner and flow."""
    is_import = pl.col("flow_code").cast(pl.String).is_in(_IMPORTS)
    reporter, partner = pl.col("reporter_iso3"), pl.col("partner_iso3")
    return rows.with_columns(
        exporter_iso3=pl.when(is_import).then(partner).otherwise(reporter),
        importer_iso3=pl.when(is_import).then(reporter).otherwise(partner),
    )


def _flows(edition: EditionTables) -> pl.DataFrame:
    """What each side declares of each pair, then the totals and the sums without a partner."""
    years = edition.tables["gap_years"]
    found = [
        _side(years, flow).select(
            pl.col(f"{flow}_value_usd").alias("declared_value_usd"),
            _if_there(years, f"{flow}_net_weight_kg").alias("declared_net_weight_kg"),
            _if_there(years, f"{flow}_monetary_value_usd").alias("monetary_value_usd"),
            *_key(years, flow),
        )
        for flow in _SIDES
    ]
    balance = edition.tables.get("country_balance", pl.DataFrame())
    for flow in _SIDES if balance.width else ():
        found += [
            _total(balance, flow, "world_value_usd", "W00"),
            _total(balance, flow, "pool_usd", NO_COUNTRY),
        ]
    flows = pl.concat(found, how="diagonal_relaxed")
    told = flows.filter(pl.col("declared_value_usd").is_not_null())
    return _paired(told).with_columns(
        pl.col(_NUMBERS).cast(pl.Float64),
        pl.lit(edition.frequency).alias("frequency"),
        pl.lit(None, pl.Boolean).alias("is_weight_estimated"),
        *(
            pl.lit(None, pl.Float64).alias(f"{name}_value_usd")
            for name in ("fob", "cif", "suppressed")
        ),
    )


def _side(years: pl.DataFrame, flow: str) -> pl.DataFrame:
    return years.filter(pl.col(f"{flow}_value_usd").is_not_null())


def _key(years: pl.DataFrame, flow: str) -> list[pl.Expr]:
    reporter, partner = PAIR if flow == "export" else reversed(PAIR)
    return [
        pl.col("period").cast(pl.Int64),
        pl.col(reporter).alias("reporter_iso3"),
        pl.col(partner).alias("partner_iso3"),
        pl.lit(_SIDES[flow]).alias("flow_code"),
    ]


def _total(balance: pl.DataFrame, flow: str, figure: str, partner: str) -> pl.DataFrame:
    return balance.select(
        _if_there(balance, f"{flow}_{figure}").alias("declared_value_usd"),
        _if_there(balance, f"{flow}_world_net_weight_kg" if partner == "W00" else "")
        .alias("declared_net_weight_kg"),
        pl.lit(None, pl.Float64).alias("monetary_value_usd"),
        pl.col("period").cast(pl.Int64),
        pl.col("iso3").alias("reporter_iso3"),
        pl.lit(partner).alias("partner_iso3"),
        pl.lit(_SIDES[flow]).alias("flow_code"),
    )  # fmt: skip


def _if_there(frame: pl.DataFrame, name: str) -> pl.Expr:
    return pl.col(name) if name in frame.columns else pl.lit(None, pl.Float64)


def _quarantined(edition: EditionTables) -> pl.DataFrame:
    """Flows of which a row cannot be believed, by the state of that side."""
    years = edition.tables["gap_years"]
    found = [
        years.filter(pl.col(f"{role}_state") == "quarantined").select(_key(years, flow))
        for role, flow in (("exporter", "export"), ("importer", "import"))
        if f"{role}_state" in years.columns
    ]
    return _paired(pl.concat(found)) if found else pl.DataFrame()
