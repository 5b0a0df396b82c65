"""Raw tables that surround the rows of files, and which rows of the lake count."""

RAW_TABLES = {
    "raw_sources": "source_id integer primary key, label text not null, sha256 text not null, "
    "size_bytes bigint not null, released date, fetched_at timestamp, kind text not null, "
    "rows_read bigint not null, rows_other_goods bigint not null, "
    "rows_tariff_lines bigint, unknown_columns text, "
    "shape text, encoding text, delimiter text, decimal_mark text, unit_check text, "
    "columns_renamed text, reading_notes text, reading_warnings text, "
    "is_unit_vouched_for boolean",
    "raw_other_goods": "source_id integer not null, freq_code text, period text, "
    "reporter_code text, flow_code text, partner_code text, rows bigint not null",
    "raw_previous_ranking": "direction text, exporter_iso3 text, importer_iso3 text, rank bigint",
    "raw_changes": "direction text, exporter_iso3 text, exporter_name text, importer_iso3 text, "
    "importer_name text, change text, rank_before bigint, rank_after bigint, "
    "tier_before bigint, tier_after bigint, probability_before double, "
    "probability_after double, at_least_before_fine_kg double, at_least_after_fine_kg double, "
    "at_least_change_fine_kg double, missing_before_fine_kg double, "
    "missing_after_fine_kg double, missing_change_fine_kg double, cause text, "
    "cause_reporter_iso3 text, cause_period bigint, "
    "value_before_usd double, value_after_usd double, released_before_date date, "
    "released_after_date date, other_causes text, edition_before text, sentence text",
    "raw_corrections": "source_id integer not null, source_row bigint not null, "
    "correction_number integer not null, correction_kind text not null, exporter_iso3 text, "
    "importer_iso3 text, reporter_iso3 text, country_iso3 text, flow_code text, area_code text, "
    "iso3 text, name text, kind text, continent text, first_year text, last_year text, "
    "reason text, source text, reply text, link text, date text, given_by text",
    "raw_lake_words": "source_id integer not null, freq_code text, period text, "
    "reporter_code integer, scope integer",
    "raw_lake_scopes": "scope integer, flow_code text, cmd_code text",
    "raw_lake_looked": "freq_code text, period text",
    "raw_lake_unlisted": "freq_code text, period text, reporter_code integer",
    "raw_build": "build_id text not null, version text not null, source_kind text not null, "
    "edition text, is_edition_given boolean, edition_before text, other_method_before text, "
    "as_of date, run_id text, checked_at timestamp, missing_reporter_periods bigint, behind text, "
    "method_id text, code_id text, with_records boolean",
}
"""Raw tables whose columns are not those of a file."""

SUPERSEDED = """
    create view raw_superseded as
    select raw_records.source_id, raw_records.source_row
    from raw_records
    inner join raw_sources
        on raw_records.source_id = raw_sources.source_id and raw_sources.fetched_at is not null
    left join raw_lake_words
        on raw_records.source_id = raw_lake_words.source_id
        and raw_records.freq_code = raw_lake_words.freq_code
        and raw_records.period = raw_lake_words.period
        and try_cast(raw_records.reporter_code as integer) = raw_lake_words.reporter_code
    left join raw_lake_scopes
        on raw_lake_words.scope = raw_lake_scopes.scope
        and raw_records.flow_code = raw_lake_scopes.flow_code
        and raw_records.cmd_code = raw_lake_scopes.cmd_code
    where raw_lake_scopes.scope is null
"""
"""Rows of the lake that a later reply has replaced: what counts stands in its words and scopes."""
