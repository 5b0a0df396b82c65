-- Reasons for which a pair is not ranked although figures are there.
-- One row per frequency, period, exporter and importer that has a reason; the first of several.
with waterfall as (select * from int_waterfall),

exclusions as (select * from stg_exclusions),

parameters as (select * from stg_parameters),

reasons as (
    select
        frequency,
        period,
        exporter_iso3,
        importer_iso3,
        'partner_is_no_country' as set_aside_reason,
        null as set_aside_source,
        1 as precedence
    from waterfall
    where exporter_kind <> 'country' or importer_kind <> 'country'
    union all by name
    select
        frequency,
        period,
        exporter_iso3,
        importer_iso3,
        'same_country' as set_aside_reason,
        null as set_aside_source,
        2 as precedence
    from waterfall
    where exporter_iso3 = importer_iso3
    union all by name
    select
        frequency,
        period,
        exporter_iso3,
        importer_iso3,
        'monetary_gold_only' as set_aside_reason,
        null as set_aside_source,
        3 as precedence
    from waterfall
    where export_value_usd is null and import_value_usd is null
    union all by name
    select
        waterfall.frequency,
        waterfall.period,
        waterfall.exporter_iso3,
        waterfall.importer_iso3,
        'exporter_without_partner_split' as set_aside_reason,
        null as set_aside_source,
        4 as precedence
    from waterfall cross join parameters
    where waterfall.exporter_pool_share >= parameters.no_partner_share
    union all by name
    select
        waterfall.frequency,
        waterfall.period,
        waterfall.exporter_iso3,
        waterfall.importer_iso3,
        'importer_without_partner_split' as set_aside_reason,
        null as set_aside_source,
        5 as precedence
    from waterfall cross join parameters
    where waterfall.importer_pool_share >= parameters.no_partner_share
    union all by name
    select
        waterfall.frequency,
        waterfall.period,
        waterfall.exporter_iso3,
        waterfall.importer_iso3,
        exclusions.set_aside_reason,
        exclusions.set_aside_source,
        6 as precedence
    from waterfall
    inner join exclusions
        on
            exclusions.exporter_iso3 in ('*', waterfall.exporter_iso3)
            and exclusions.importer_iso3 in ('*', waterfall.importer_iso3)
            and waterfall.year >= coalesce(exclusions.first_year, 0)
            and waterfall.year <= coalesce(exclusions.last_year, 9999)
)

select
    frequency,
    period,
    exporter_iso3,
    importer_iso3,
    set_aside_reason,
    set_aside_source
from reasons
qualify
    row_number() over (
        partition by frequency, period, exporter_iso3, importer_iso3
        order by precedence, set_aside_source
    ) = 1
