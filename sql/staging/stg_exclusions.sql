-- Pairs known to show gaps for a reason other than undeclared trade; * is every country. Those that
-- the user of this run gave stand beside those that come with mirror, and a break of a reporter's
-- series excludes its pairs with all.
-- One row per exporter, importer, reason and span of years, of the package or of a correction.
with exclusions as (select * from raw_exclusions),

corrections as (
    select
        *,
        concat_ws(', ', correction_source, given_by, cast(correction_date as text), link)
            as set_aside_source
    from stg_corrections
),

breaks as (
    select
        *,
        unnest(if(flow_code is null, ['X', 'M'], [flow_code])) as broken_flow_code
    from corrections
    where correction_kind = 'series_break'
),

typed as (
    select
        exporter_iso3,
        importer_iso3,
        cast(first_year as integer) as first_year,
        cast(last_year as integer) as last_year,
        reason as set_aside_reason,
        source as set_aside_source,
        cast(null as integer) as correction_number
    from exclusions
    union all
    select
        exporter_iso3,
        importer_iso3,
        first_year,
        last_year,
        reason,
        set_aside_source,
        correction_number
    from corrections
    where correction_kind = 'exclusion'
    union all
    select
        if(broken_flow_code = 'X', country_iso3, '*') as exporter_iso3,
        if(broken_flow_code = 'X', '*', country_iso3) as importer_iso3,
        first_year,
        last_year,
        reason,
        set_aside_source,
        correction_number
    from breaks
)

select * from typed
