-- Reasons for which a pair is not ranked although figures are there.
-- One row per frequency, period, exporter and importer that has a reason; the first of several,
-- and of two exclusions that of the user.
with measures as (select * from int_measures),

controls as (select * from int_controls),

parameters as (select no_partner_share from stg_parameters),

units_in_doubt as (
    select distinct
        frequency,
        period,
        if(flow_code = 'X', reporter_iso3, partner_iso3) as exporter_iso3,
        if(flow_code = 'X', partner_iso3, reporter_iso3) as importer_iso3,
        is_value_in_doubt
    from int_units_in_doubt
    where is_value_in_doubt
),

exclusions as (
    select
        measures.frequency,
        measures.period,
        measures.exporter_iso3,
        measures.importer_iso3,
        stg_exclusions.set_aside_reason,
        stg_exclusions.set_aside_source,
        stg_exclusions.correction_number
    from measures
    inner join stg_exclusions
        on
            stg_exclusions.exporter_iso3 in ('*', measures.exporter_iso3)
            and stg_exclusions.importer_iso3 in ('*', measures.importer_iso3)
            and measures.year >= coalesce(stg_exclusions.first_year, 0)
            and measures.year <= coalesce(stg_exclusions.last_year, 9999)
    qualify
        row_number() over (
            partition by
                measures.frequency,
                measures.period,
                measures.exporter_iso3,
                measures.importer_iso3
            order by
                stg_exclusions.correction_number nulls last,
                stg_exclusions.set_aside_source
        ) = 1
),

measured as (
    select
        measures.frequency,
        measures.period,
        measures.exporter_iso3,
        measures.importer_iso3,
        case
            when measures.exporter_kind <> 'country' or measures.importer_kind <> 'country'
                then 'partner_is_no_country'
            when measures.exporter_iso3 = measures.importer_iso3 then 'same_country'
            when measures.export_value_usd is null and measures.import_value_usd is null
                then
                    if(
                        'quarantined' in (measures.exporter_state, measures.importer_state),
                        'quarantined',
                        'monetary_gold_only'
                    )
            when units_in_doubt.is_value_in_doubt then 'unit_in_doubt'
            when exporters.pool_share >= parameters.no_partner_share
                then 'exporter_without_partner_split'
            when importers.pool_share >= parameters.no_partner_share
                then 'importer_without_partner_split'
        end as measured_reason
    from measures
    cross join parameters
    left join units_in_doubt using (frequency, period, exporter_iso3, importer_iso3)
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
)

select
    frequency,
    period,
    exporter_iso3,
    importer_iso3,
    coalesce(measured.measured_reason, exclusions.set_aside_reason) as set_aside_reason,
    if(measured.measured_reason is null, exclusions.set_aside_source, null) as set_aside_source,
    if(measured.measured_reason is null, exclusions.correction_number, null) as correction_number
from measured
left join exclusions using (frequency, period, exporter_iso3, importer_iso3)
where coalesce(measured.measured_reason, exclusions.set_aside_reason) is not null
