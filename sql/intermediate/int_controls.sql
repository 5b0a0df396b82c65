-- What a reporter declares in all, to named countries, and without a partner country (the pool),
-- and whether all its partners are at hand: the service was asked for them all, or those at hand
-- add up to the World total. Where they are not, the pool is what stands under no country, or null.
-- A quarantined row of a partner makes the pool null; its share is then at least that of partners
-- that are no country.
-- One row per frequency, period, reporter and flow.
with flows as (select * from int_gold_flows where flow_code in ('M', 'X')),

asked as (select * from stg_asked),

parameters as (select * from stg_parameters),

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
        sum(value_usd order by partner_iso3) filter (where partner_kind <> 'world')
            as partners_value_usd,
        count(*) filter (where partner_kind <> 'world') as partner_count,
        cast(sum(row_count) as bigint) as row_count,
        min(released_date) as first_released_date,
        max(released_date) as last_released_date
    from flows
    group by frequency, period, reporter_iso3, flow_code
),

covered as (
    select
        summed.*,
        coalesce(world_value_usd, partners_value_usd) as declared_value_usd,
        asked.reporter_iso3 is not null
        or coalesce(
            coalesce(partners_value_usd, 0)
            >= (1 - parameters.partners_missing_share) * world_value_usd,
            false
        ) as has_partner_detail
    from summed
    left join asked using (frequency, period, reporter_iso3, flow_code)
    cross join parameters
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
                quarantined.reporter_iso3 = covered.reporter_iso3
                and coalesce(quarantined.frequency, covered.frequency) = covered.frequency
                and coalesce(quarantined.period, covered.period) = covered.period
                and coalesce(quarantined.flow_code, covered.flow_code) = covered.flow_code
        ) as has_quarantined_partner
    from covered
),

controlled as (
    select
        * exclude (partners_value_usd),
        case
            when has_quarantined_partner then null
            when has_partner_detail and world_value_usd is not null
                then
                    -- less than half a cent is a remainder of arithmetic
                    if(
                        world_value_usd - coalesce(named_value_usd, 0) < 0.005,
                        0,
                        world_value_usd - coalesce(named_value_usd, 0)
                    )
            when has_partner_detail then coalesce(not_specified_value_usd, 0)
            else not_specified_value_usd
        end as pool_usd
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
