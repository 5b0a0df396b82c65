-- Corrections that the user of this run gave, of areas, of what is compared, and replies of
-- countries to a published gap.
-- One row per correction.
with corrections as (select * from raw_corrections),

sources as (select * from raw_sources),

typed as (
    select
        corrections.correction_number,
        sources.label as correction_file,
        corrections.source_row as correction_row,
        corrections.correction_kind,
        corrections.exporter_iso3,
        corrections.importer_iso3,
        coalesce(corrections.reporter_iso3, corrections.country_iso3) as country_iso3,
        corrections.flow_code,
        cast(corrections.area_code as integer) as area_code,
        corrections.iso3,
        corrections.name as area_name,
        corrections.kind as area_kind,
        corrections.continent,
        cast(corrections.first_year as integer) as first_year,
        cast(corrections.last_year as integer) as last_year,
        corrections.reason,
        corrections.source as correction_source,
        corrections.reply,
        corrections.link,
        cast(corrections.date as date) as correction_date,
        corrections.given_by
    from corrections
    inner join sources on corrections.source_id = sources.source_id
)

select * from typed
