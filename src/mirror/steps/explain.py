"""One pair: both reports, the waterfall, its place in the ranking and the rows behind it."""

from dataclasses import dataclass

import polars as pl

from mirror import publish, warehouse
from mirror.errors import SettingsError
from mirror.steps.run import Run
from mirror.steps.sentences import sentences

PARTS = ("freight", "quality", "not_assessable", "class_swap", "timing", "unallocated", "reexport")


@dataclass(frozen=True)
class Explanation:
    """What there is to say of a pair; `hub` is its row of gaps_of_hubs. Empty frames: nothing."""

    edition: str
    title: str
    years: pl.DataFrame
    waterfall: pl.DataFrame
    ranking: pl.DataFrame
    hub: pl.DataFrame
    set_aside: pl.DataFrame
    rows: pl.DataFrame
    moves: pl.DataFrame
    sentences: tuple[str, ...]


def explain(run: Run, exporter: str, importer: str, year: int | None) -> Explanation:
    """Explain one pair of the newest good edition, all its periods or those of one year.

    Raises SettingsError where nothing is published or the records have no flow between the two.
    """
    edition = publish.newest(run.published)
    if edition is None or not run.warehouse.exists():
        raise SettingsError(f"Nothing is published in {run.out}: run mirror run first.")
    name = str(publish.read_summary(edition)["edition"])
    pair = f"exporter_iso3 = '{_code(exporter)}' and importer_iso3 = '{_code(importer)}'"
    one_year = "" if year is None else f" and year = {year:d}"
    with warehouse.open_built(run.warehouse) as built:
        years = built.frame(f"select * from int_pair_years where {pair}{one_year} order by period")
        if years.is_empty():
            raise SettingsError(
                f"Edition {name} has no flow of gold from {exporter} to {importer}"
                f'{f" in {year}" if year else ""}: try mirror sql "select distinct exporter_iso3, '
                'importer_iso3 from gap_years".'
            )
        moves = built.frame(_moves(_code(exporter), _code(importer), year))
        return Explanation(
            edition=name,
            title=_title(years, exporter, importer),
            years=years,
            waterfall=_waterfall(years),
            ranking=built.frame(f"select * from ranked_gaps where {pair}"),
            hub=built.frame(f"select * from gaps_of_hubs where {pair}"),
            set_aside=built.frame(f"select * from set_aside_pairs where {pair}"),
            rows=built.frame(_rows(_code(exporter), _code(importer), one_year)),
            moves=moves,
            sentences=tuple(sentences(years, moves)),
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


def _rows(exporter: str, importer: str, one_year: str) -> str:
    return f"""
        select
            frequency, stg_records.period, stg_records.reporter_iso3,
            stg_records.flow_code, stg_records.partner_iso3, stg_records.hs_code,
            stg_records.value_usd, stg_records.net_weight_kg, stg_records.is_weight_estimated,
            stg_records.cif_value_usd, stg_records.fob_value_usd,
            raw_sources.label as source_file, stg_records.source_row,
            if(frequency = 'A', stg_records.period, stg_records.period // 100) as year
        from stg_records
        inner join raw_sources using (source_id)
        inner join stg_parameters using (frequency)
        where (
            (flow_code in ('X', 'RX', 'DX') and reporter_iso3 = '{exporter}'
             and partner_iso3 = '{importer}')
            or (flow_code in ('M', 'RM', 'FM') and reporter_iso3 = '{importer}'
                and partner_iso3 = '{exporter}')
        ){one_year}
        order by period, flow_code desc, hs_code
    """
