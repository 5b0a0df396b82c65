-- Pairs that are known to show gaps for a reason that has nothing to do with undeclared trade.
-- One row per exporter, importer, span of years and reason; * is any country.
with exclusions as (select * from raw_exclusions),

typed as (
    select
        exporter_iso3,
        importer_iso3,
        cast(first_year as integer) as first_year,
        cast(last_year as integer) as last_year,
        reason as set_aside_reason,
        source as set_aside_source
    from exclusions
)

select * from typed
