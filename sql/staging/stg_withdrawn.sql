-- Reporters whose data of a period the service once listed and does not list any more.
-- One row per frequency, period and reporter.
with unlisted as (select * from raw_lake_unlisted),

areas as (select * from stg_areas),

typed as (
    select distinct
        unlisted.freq_code as frequency,
        cast(unlisted.period as integer) as period,
        areas.iso3 as reporter_iso3
    from unlisted
    inner join areas on unlisted.reporter_code = areas.area_code
    where areas.is_country
)

select * from typed
