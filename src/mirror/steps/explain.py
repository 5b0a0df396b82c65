"""One pair: both reports, the waterfall, its place in the ranking and the rows behind it."""

from dataclasses import dataclass

import polars as pl

from mirror import warehouse
from mirror.errors import SchemaDrift, SettingsError
from mirror.steps.query import edition_of, left_out_of
from mirror.steps.run import Run
from mirror.steps.sentences import sentences
from mirror.warehouse import Warehouse

PARTS = ("freight", "quality", "not_assessable", "class_swap", "timing", "unallocated", "reexport")


@dataclass(frozen=True)
class Explanation:
    """What there is to say of a pair; `hub` is its row of gaps_of_hubs. Empty frames: nothing.

    `replies`: what countries replied; `left_out`: why no row of files is there, empty if one is.
    """

    edition: str
    title: str
    years: pl.DataFrame
    waterfall: pl.DataFrame
    ranking: pl.DataFrame
    hub: pl.DataFrame
    set_aside: pl.DataFrame
    rows: pl.DataFrame
    moves: pl.DataFrame
    replies: pl.DataFrame
    sentences: tuple[str, ...]
    left_out: str = ""


def explain(run: Run, exporter: str, importer: str, year: int | None) -> Explanation:
    """Explain one pair of the newest good edition, all its periods or those of one year.

    Raises SettingsError where nothing is published or the records have no flow between the two.
    """
    edition = edition_of(run)
    name = edition.name
    pair = f"exporter_iso3 = '{_code(exporter)}' and importer_iso3 = '{_code(importer)}'"
    one_year = "" if year is None else f" and year = {year:d}"
    with warehouse.open_built(edition.folder.resolve() / "mirror.duckdb") as built:
        _demand_pairs(built, name)
        years = built.frame(
            f"select * from records.pair_periods where {pair}{one_year} order by period"
        )
        if years.is_empty():
            raise SettingsError(_no_flow(built, name, exporter, importer, year))
        moves = built.frame(_moves(_code(exporter), _code(importer), year))
        rows = built.frame(_rows(pair, one_year))
        return Explanation(
            edition=name,
            title=_title(years, exporter, importer),
            years=years,
            waterfall=_waterfall(years),
            ranking=built.frame(f"select * from ranked_gaps where {pair}"),
            hub=built.frame(f"select * from gaps_of_hubs where {pair}"),
            set_aside=built.frame(f"select * from set_aside_pairs where {pair}"),
            rows=rows,
            moves=moves,
            replies=_replies(built, _code(exporter), _code(importer)),
            sentences=tuple(sentences(years, moves)),
            left_out=left_out_of(built, "declared_rows") if rows.is_empty() else "",
        )


def _no_flow(built: Warehouse, name: str, exporter: str, importer: str, year: int | None) -> str:
    when = f" in {year}" if year else ""
    said = (
        f"Edition {name} has no flow of gold from {exporter} to {importer}{when}: try mirror sql "
        '"select distinct exporter_iso3, importer_iso3 from gap_years".'
    )
    left_out = left_out_of(built, "pair_periods")
    return f"{said} Of this edition {left_out}" if left_out else said


def _demand_pairs(built: Warehouse, name: str) -> None:
    """Raise SchemaDrift for an edition of a version that kept what explain reads elsewhere."""
    if "pair_periods" not in built.columns():
        raise SchemaDrift(
            f"Edition {name} was made by an older version of mirror and has no table "
            "records.pair_periods: publish its month again with this version to explain a pair."
        )


def _replies(built: Warehouse, exporter: str, importer: str) -> pl.DataFrame:
    """What countries replied to a gap of the pair; none in an edition of an older version."""
    if "corrections" not in built.columns():
        return pl.DataFrame()
    return built.frame(
        "select given_by, correction_date, reply, link from corrections "
        "where correction_kind = 'country_reply' "
        f"and exporter_iso3 in ('*', '{exporter}') and importer_iso3 in ('*', '{importer}') "
        "order by correction_date, correction_row"
    )


def _title(years: pl.DataFrame, exporter: str, importer: str) -> str:
    names = years["exporter_name"][0] or exporter, years["importer_name"][0] or importer
    return f"{names[0]} → {names[1]} ({_code(exporter)} → {_code(importer)})"


def _code(text: str) -> str:
    return "".join(sign for sign in text.upper() if sign.isalnum() or sign == "_")


def _waterfall(years: pl.DataFrame) -> pl.DataFrame:
    """Sum each part over the years, in USD and in kg of fine gold."""
    raw = ("raw gap", None, years["gap_value_usd"].sum(), None, years["gap_fine_kg"].sum())
    lines: list[tuple[object, ...]] = [raw]
    for part in PARTS:
        ends = [years[f"{part}_usd_{end}"].sum() for end in ("low", "mid", "high")]
        lines.append((part.replace("_", " "), *ends, years[f"{part}_fine_kg"].sum()))
    ends = [years[f"residual_value_usd_{end}"].sum() for end in ("low", "mid", "high")]
    lines.append(("residual", *ends, years["residual_fine_kg_mid"].sum()))
    schema = {"part": pl.String, "usd_low": pl.Float64, "usd_mid": pl.Float64,
              "usd_high": pl.Float64, "fine_kg_mid": pl.Float64}  # fmt: skip
    return pl.DataFrame(lines, schema=schema, orient="row")


def _moves(exporter: str, importer: str, year: int | None) -> str:
    one_year = "" if year is None else f" and year = {year:d}"
    return f"""
        select * from transit_moves
        where (
            (exporter_iso3 = '{exporter}' and importer_iso3 = '{importer}')
            or (unseen_exporter_iso3 = '{exporter}' and unseen_importer_iso3 = '{importer}')
        ){one_year}
        order by all
    """


def _rows(pair: str, one_year: str) -> str:
    return f"""
        select
            frequency, period, reporter_iso3, flow_code, partner_iso3, hs_code,
            declared_value_usd as value_usd, declared_net_weight_kg as net_weight_kg,
            is_weight_estimated, cif_value_usd, fob_value_usd, source_file, source_row,
            if(frequency = 'A', period, period // 100) as year
        from records.declared_rows
        where frequency = (select value from parameters where name = 'frequency')
            and {pair}{one_year}
        order by period, flow_code desc, hs_code
    """
