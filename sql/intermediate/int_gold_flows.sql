-- Non-monetary gold that a reporter declares: 710811 + 710812 + 710813 where it gives them, else
-- 7108 less monetary 710820. Weight, CIF and FOB are null unless every row of the value carries
-- them, monetary gold that is taken off included.
-- A flow with a quarantined row has no figure at all: the rows beside it are not the whole.
-- A weight is estimated if rows with more than the parameter estimated_share of its value are.
-- One row per frequency, period, reporter, partner and flow.
with records as (select * from stg_records),

parameters as (select * from stg_parameters),

thresholds as (select estimated_share from parameters),

by_role as (
    select
        frequency,
        period,
        reporter_iso3,
        partner_iso3,
        any_value(partner_kind) as partner_kind,
        flow_code,
        product_role,
        sum(value_usd order by hs_code, reporter_code, partner_code) as value_usd,
        case
            when count(*) filter (where value_usd > 0 and net_weight_kg is null) = 0
                then sum(net_weight_kg order by hs_code, reporter_code, partner_code)
        end as net_weight_kg,
        case
            when count(*) filter (where value_usd > 0 and cif_value_usd is null) = 0
                then sum(cif_value_usd order by hs_code, reporter_code, partner_code)
        end as cif_value_usd,
        case
            when count(*) filter (where value_usd > 0 and fob_value_usd is null) = 0
                then sum(fob_value_usd order by hs_code, reporter_code, partner_code)
        end as fob_value_usd,
        coalesce(
            sum(value_usd order by hs_code, reporter_code, partner_code) filter (
                where is_weight_estimated
            )
            > any_value(estimated_share)
            * sum(value_usd order by hs_code, reporter_code, partner_code),
            false
        ) as is_weight_estimated,
        count(*) as row_count,
        max(released_date) as released_date
    from records cross join thresholds
    where product_role in ('heading', 'non_monetary', 'monetary')
    group by frequency, period, reporter_iso3, partner_iso3, flow_code, product_role
),

quarantined as (select * from int_quarantined_flows where is_key_known and is_gold),

believed as (
    select by_role.*
    from by_role
    anti join quarantined using (frequency, period, reporter_iso3, partner_iso3, flow_code)
),

by_role_or_quarantined as (
    select * from by_role
    union all by name
    select
        frequency,
        period,
        reporter_iso3,
        partner_iso3,
        partner_kind,
        flow_code
    from quarantined
),

keys as (
    select
        frequency,
        period,
        reporter_iso3,
        partner_iso3,
        any_value(partner_kind) as partner_kind,
        flow_code,
        cast(coalesce(sum(row_count), 0) as bigint) as row_count,
        max(released_date) as released_date
    from by_role_or_quarantined
    group by frequency, period, reporter_iso3, partner_iso3, flow_code
),

compared as (
    select
        keys.frequency,
        keys.period,
        keys.reporter_iso3,
        keys.partner_iso3,
        keys.partner_kind,
        keys.flow_code,
        keys.row_count,
        keys.released_date,
        parts.value_usd is not null as is_from_parts,
        heading.value_usd as heading_value_usd,
        monetary.value_usd as monetary_value_usd,
        parts.value_usd as parts_value_usd,
        parts.net_weight_kg as parts_weight_kg,
        heading.net_weight_kg - if(monetary.value_usd > 0, monetary.net_weight_kg, 0)
            as heading_weight_kg,
        parts.cif_value_usd as parts_cif_usd,
        heading.cif_value_usd - if(monetary.value_usd > 0, monetary.cif_value_usd, 0)
            as heading_cif_usd,
        parts.fob_value_usd as parts_fob_usd,
        heading.fob_value_usd - if(monetary.value_usd > 0, monetary.fob_value_usd, 0)
            as heading_fob_usd,
        parts.is_weight_estimated as is_parts_weight_estimated,
        heading.is_weight_estimated as is_heading_weight_estimated,
        case
            when heading.value_usd is not null
                then greatest(heading.value_usd - coalesce(monetary.value_usd, 0), 0)
        end as heading_less_monetary_usd
    from keys
    left join believed as heading
        on
            keys.frequency = heading.frequency
            and keys.period = heading.period
            and keys.reporter_iso3 = heading.reporter_iso3
            and keys.partner_iso3 = heading.partner_iso3
            and keys.flow_code = heading.flow_code
            and heading.product_role = 'heading'
    left join believed as parts
        on
            keys.frequency = parts.frequency
            and keys.period = parts.period
            and keys.reporter_iso3 = parts.reporter_iso3
            and keys.partner_iso3 = parts.partner_iso3
            and keys.flow_code = parts.flow_code
            and parts.product_role = 'non_monetary'
    left join believed as monetary
        on
            keys.frequency = monetary.frequency
            and keys.period = monetary.period
            and keys.reporter_iso3 = monetary.reporter_iso3
            and keys.partner_iso3 = monetary.partner_iso3
            and keys.flow_code = monetary.flow_code
            and monetary.product_role = 'monetary'
),

measured as (
    select
        compared.*,
        greatest(heading_less_monetary_usd - parts_value_usd, 0) as rest_usd,
        not coalesce(
            is_from_parts
            and abs(heading_less_monetary_usd - parts_value_usd)
            > parameters.suppressed_share * heading_less_monetary_usd,
            false
        ) as is_whole
    from compared cross join parameters
),

flows as (
    select
        frequency,
        period,
        reporter_iso3,
        partner_iso3,
        partner_kind,
        flow_code,
        case when is_from_parts then parts_value_usd else heading_less_monetary_usd end
            as value_usd,
        case
            when parts_weight_kg is not null then parts_weight_kg
            when is_whole and heading_weight_kg > 0 then heading_weight_kg
        end as net_weight_kg,
        coalesce(
            case when parts_weight_kg is not null then is_parts_weight_estimated end,
            is_heading_weight_estimated,
            false
        ) as is_weight_estimated,
        case
            when parts_cif_usd is not null then parts_cif_usd
            when is_whole and heading_cif_usd > 0 then heading_cif_usd
        end as cif_value_usd,
        case
            when parts_fob_usd is not null then parts_fob_usd
            when is_whole and heading_fob_usd > 0 then heading_fob_usd
        end as fob_value_usd,
        monetary_value_usd,
        case when is_whole then 0 else coalesce(rest_usd, 0) end as suppressed_value_usd,
        row_count,
        released_date
    from measured
)

select * from flows
