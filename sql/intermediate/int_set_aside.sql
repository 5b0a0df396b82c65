-- Reasons for which a pair is not ranked although figures are there.
-- One row per frequency, period, exporter and importer that has a reason; the first of several,
-- and of two exclusions that of the user.
with measures as (select * from int_measures),

controls as (select * from int_controls),

pairs as (
    select
        measures.*,
        exporters.pool_share as exporter_pool_share,
        importers.pool_share as importer_pool_share
    from measures
    left join controls as exporters
        on
            measures.frequency = exporters.frequency
            and measures.period = exporters.period
            and measures.exporter_iso3 = exporters.reporter_iso3
            and exporters.flow_code = 'X'
    left join controls as importers
        on
            measures.frequency = importers.frequency
            and measures.period = importers.period
            and measures.importer_iso3 = importers.reporter_iso3
            and importers.flow_code = 'M'
),

units_in_doubt as (
    select
        frequency,
        period,
        if(flow_code = 'X', reporter_iso3, partner_iso3) as exporter_iso3,
        if(flow_code = 'X', partner_iso3, reporter_iso3) as importer_iso3
    from int_units_in_doubt
    where is_value_in_doubt
),

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
    from pairs
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
    from pairs
    where exporter_iso3 = importer_iso3
    union all by name
    select
        frequency,
        period,
        exporter_iso3,
        importer_iso3,
        if('quarantined' in (exporter_state, importer_state), 'quarantined', 'monetary_gold_only')
            as set_aside_reason,
        null as set_aside_source,
        3 as precedence
    from pairs
    where export_value_usd is null and import_value_usd is null
    union all by name
    select
        pairs.frequency,
        pairs.period,
        pairs.exporter_iso3,
        pairs.importer_iso3,
        'unit_in_doubt' as set_aside_reason,
        null as set_aside_source,
        4 as precedence
    from pairs
    inner join units_in_doubt
        on
            pairs.frequency = units_in_doubt.frequency
            and pairs.period = units_in_doubt.period
            and pairs.exporter_iso3 = units_in_doubt.exporter_iso3
            and pairs.importer_iso3 = units_in_doubt.importer_iso3
    union all by name
    select
        pairs.frequency,
        pairs.period,
        pairs.exporter_iso3,
        pairs.importer_iso3,
        'exporter_without_partner_split' as set_aside_reason,
        null as set_aside_source,
        5 as precedence
    from pairs cross join parameters
    where pairs.exporter_pool_share >= parameters.no_partner_share
    union all by name
    select
        pairs.frequency,
        pairs.period,
        pairs.exporter_iso3,
        pairs.importer_iso3,
        'importer_without_partner_split' as set_aside_reason,
        null as set_aside_source,
        6 as precedence
    from pairs cross join parameters
    where pairs.importer_pool_share >= parameters.no_partner_share
    union all by name
    select
        pairs.frequency,
        pairs.period,
        pairs.exporter_iso3,
        pairs.importer_iso3,
        exclusions.set_aside_reason,
        exclusions.set_aside_source,
        exclusions.correction_number,
        7 as precedence
    from pairs
    inner join exclusions
        on
            exclusions.exporter_iso3 in ('*', pairs.exporter_iso3)
            and exclusions.importer_iso3 in ('*', pairs.importer_iso3)
            and pairs.year >= coalesce(exclusions.first_year, 0)
            and pairs.year <= coalesce(exclusions.last_year, 9999)
)

select
    frequency,
    period,
    exporter_iso3,
    importer_iso3,
    set_aside_reason,
    set_aside_source,
    correction_number
from reasons
qualify
    row_number() over (
        partition by frequency, period, exporter_iso3, importer_iso3
        order by precedence, correction_number nulls last, set_aside_source
    ) = 1
