-- Our pairing beside the United Nations' own (getBilateralData, heading 7108), where that was
-- fetched, with what explains a difference; unexplained ones are flagged.
-- One row per period, exporter, importer and side that reports.
with bilateral as (select * from stg_bilateral),

parameters as (select * from stg_parameters),

records as (
    select * from stg_records
    where product_role = 'heading' and flow_code in ('M', 'X')
),

earlier as (
    select
        frequency,
        period,
        reporter_iso3,
        partner_iso3,
        flow_code,
        list(value_usd) as earlier_values_usd
    from stg_rows
    where
        fate in ('superseded', 'other_hs_edition')
        and hs_code = '7108'
        and flow_code in ('M', 'X')
    group by frequency, period, reporter_iso3, partner_iso3, flow_code
),

ours as (
    select
        frequency,
        period,
        reporter_iso3,
        partner_iso3,
        flow_code,
        sum(value_usd order by source_id, source_row) as value_usd
    from records
    group by frequency, period, reporter_iso3, partner_iso3, flow_code
),

compared as (
    select
        bilateral.frequency,
        bilateral.period,
        bilateral.reporter_iso3,
        bilateral.partner_iso3,
        bilateral.flow_code,
        bilateral.value_usd as un_value_usd,
        bilateral.mirror_value_usd as un_mirror_value_usd,
        ours.value_usd,
        mirrored.value_usd as mirror_value_usd,
        earlier.earlier_values_usd,
        mirrored_earlier.earlier_values_usd as mirror_earlier_values_usd
    from bilateral
    inner join parameters on bilateral.frequency = parameters.frequency
    left join ours
        on
            bilateral.frequency = ours.frequency
            and bilateral.period = ours.period
            and bilateral.reporter_iso3 = ours.reporter_iso3
            and bilateral.partner_iso3 = ours.partner_iso3
            and bilateral.flow_code = ours.flow_code
    left join ours as mirrored
        on
            bilateral.frequency = mirrored.frequency
            and bilateral.period = mirrored.period
            and bilateral.reporter_iso3 = mirrored.partner_iso3
            and bilateral.partner_iso3 = mirrored.reporter_iso3
            and bilateral.flow_code <> mirrored.flow_code
    left join earlier
        on
            bilateral.frequency = earlier.frequency
            and bilateral.period = earlier.period
            and bilateral.reporter_iso3 = earlier.reporter_iso3
            and bilateral.partner_iso3 = earlier.partner_iso3
            and bilateral.flow_code = earlier.flow_code
    left join earlier as mirrored_earlier
        on
            bilateral.frequency = mirrored_earlier.frequency
            and bilateral.period = mirrored_earlier.period
            and bilateral.reporter_iso3 = mirrored_earlier.partner_iso3
            and bilateral.partner_iso3 = mirrored_earlier.reporter_iso3
            and bilateral.flow_code <> mirrored_earlier.flow_code
),

judged as (
    select
        *,
        coalesce(abs(un_value_usd - value_usd) <= 0.01, false)
        or (coalesce(un_value_usd, 0) = 0 and value_usd is null) as is_same,
        coalesce(abs(un_mirror_value_usd - mirror_value_usd) <= 0.01, false)
        or (coalesce(un_mirror_value_usd, 0) = 0 and mirror_value_usd is null) as is_mirror_same,
        coalesce(list_contains(earlier_values_usd, un_value_usd), false) as is_earlier,
        coalesce(list_contains(mirror_earlier_values_usd, un_mirror_value_usd), false)
            as is_mirror_earlier
    from compared
)

select
    period,
    reporter_iso3,
    partner_iso3,
    flow_code,
    un_value_usd,
    un_mirror_value_usd,
    value_usd as own_value_usd,
    mirror_value_usd as own_mirror_value_usd,
    case
        when is_same and is_mirror_same then 'same'
        when (is_same or is_earlier) and (is_mirror_same or is_mirror_earlier)
            then 'other_vintage'
        when value_usd is null or mirror_value_usd is null then 'not_in_the_records'
        when un_value_usd is null or un_mirror_value_usd is null then 'not_paired_by_the_un'
        else 'unexplained'
    end as comparison
from judged
order by period, reporter_iso3, partner_iso3, flow_code
