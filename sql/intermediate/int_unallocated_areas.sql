-- The area that is no country under which a reporter books most of its trade without a partner,
-- over the years of the window; a remainder of its World total stands under no area.
-- One row per reporter and flow that has such trade.
with flows as (
    select * from int_gold_flows where partner_kind = 'not_specified' and value_usd > 0
),

areas as (select * from stg_countries),

parameters as (select * from stg_parameters),

span as (select * from int_window),

summed as (
    select
        flows.reporter_iso3,
        flows.flow_code,
        flows.partner_iso3,
        sum(flows.value_usd order by flows.period) as value_usd
    from flows
    inner join parameters on flows.frequency = parameters.frequency
    inner join span
        on
            if(flows.frequency = 'A', flows.period, flows.period // 100)
            between span.first_year and span.last_year
    group by flows.reporter_iso3, flows.flow_code, flows.partner_iso3
),

largest as (
    select *
    from summed
    qualify
        row_number() over (
            partition by reporter_iso3, flow_code order by value_usd desc, partner_iso3 asc
        ) = 1
)

select
    largest.reporter_iso3,
    largest.flow_code,
    areas.area_name as unallocated_area_name
from largest inner join areas on largest.partner_iso3 = areas.iso3
