-- What a reporter declares in all, to named countries, and without a partner country (the pool).
-- The pool is null where neither the World total nor a partner that is no country is at hand, or a
-- partner's row is quarantined: its share is then at least that of partners that are no country.
-- One row per frequency, period, reporter and flow.
with flows as (select * from int_gold_flows where flow_code in ('M', 'X')),

summed as (
    select
        frequency,
        period,
        reporter_iso3,
        flow_code,
        sum(value_usd) filter (where partner_kind = 'world') as world_value_usd,
        max(net_weight_kg) filter (where partner_kind = 'world') as world_net_weight_kg,
        sum(suppressed_value_usd) filter (where partner_kind = 'world') as world_suppressed_usd,
        sum(value_usd order by partner_iso3) filter (where partner_kind = 'country')
            as named_value_usd,
        sum(value_usd order by partner_iso3) filter (where partner_kind = 'not_specified')
            as not_specified_value_usd,
        count(*) filter (where partner_kind <> 'world') as partner_count,
        cast(sum(row_count) as bigint) as row_count,
        min(released_date) as first_released_date,
        max(released_date) as last_released_date
    from flows
    group by frequency, period, reporter_iso3, flow_code
),

quarantined as (
    select * from int_quarantined_flows
    where is_gold and partner_kind is distinct from 'world'
),

marked as (
    select
        *,
        exists(
            select 1 from quarantined
            where
                quarantined.reporter_iso3 = summed.reporter_iso3
                and coalesce(quarantined.frequency, summed.frequency) = summed.frequency
                and coalesce(quarantined.period, summed.period) = summed.period
                and coalesce(quarantined.flow_code, summed.flow_code) = summed.flow_code
        ) as has_quarantined_partner
    from summed
),

controlled as (
    select
        *,
        case
            when has_quarantined_partner then null
            when world_value_usd is not null and partner_count > 0
                then
                    -- less than half a cent is a remainder of arithmetic
                    if(
                        world_value_usd - coalesce(named_value_usd, 0) < 0.005,
                        0,
                        world_value_usd - coalesce(named_value_usd, 0)
                    )
            else not_specified_value_usd
        end as pool_usd,
        coalesce(world_value_usd, named_value_usd + coalesce(not_specified_value_usd, 0))
            as declared_value_usd,
        world_value_usd is not null and partner_count > 0 as has_partner_detail
    from marked
)

select
    * exclude (has_quarantined_partner),
    case
        when declared_value_usd > 0
            then
                if(has_quarantined_partner, not_specified_value_usd, pool_usd)
                / declared_value_usd
    end as pool_share
from controlled
