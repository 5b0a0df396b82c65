-- Pairs and periods of the published frequency that a correction is about: an exclusion, a break of
-- a series, or the reply of a country.
-- One row per correction, period, exporter and importer.
with pair_years as (select * from int_pair_years),

spans as (
    select
        correction_number,
        exporter_iso3,
        importer_iso3,
        first_year,
        last_year
    from stg_exclusions
    where correction_number is not null
    union all
    select
        correction_number,
        exporter_iso3,
        importer_iso3,
        first_year,
        last_year
    from stg_corrections
    where correction_kind = 'country_reply'
)

select distinct
    spans.correction_number,
    pair_years.frequency,
    pair_years.period,
    pair_years.exporter_iso3,
    pair_years.importer_iso3
from pair_years
inner join spans
    on
        spans.exporter_iso3 in ('*', pair_years.exporter_iso3)
        and spans.importer_iso3 in ('*', pair_years.importer_iso3)
        and pair_years.year >= coalesce(spans.first_year, 0)
        and pair_years.year <= coalesce(spans.last_year, 9999)
