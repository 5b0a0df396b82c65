-- The year as a reporter declares it beside the sum of its months, for one partner and flow.
-- One row per year, reporter, partner and flow that both frequencies have.
with flows as (
    select * from int_gold_flows where flow_code in ('M', 'X') and value_usd is not null
),

parameters as (select * from stg_parameters),

years as (select * from flows where frequency = 'A'),

months as (
    select
        period // 100 as year,
        reporter_iso3,
        partner_iso3,
        flow_code,
        count(*) as months_reported,
        sum(value_usd order by period) as monthly_value_usd
    from flows
    where frequency = 'M'
    group by year, reporter_iso3, partner_iso3, flow_code
)

select
    years.period as year,
    years.reporter_iso3,
    years.partner_iso3,
    years.flow_code,
    years.value_usd as annual_value_usd,
    months.monthly_value_usd,
    months.months_reported,
    months.monthly_value_usd - years.value_usd as difference_usd,
    abs(months.monthly_value_usd - years.value_usd)
    <= parameters.monthly_sum_tolerance * greatest(years.value_usd, months.monthly_value_usd)
        as is_agreeing
from years
inner join months
    on
        years.period = months.year
        and years.reporter_iso3 = months.reporter_iso3
        and years.partner_iso3 = months.partner_iso3
        and years.flow_code = months.flow_code
cross join parameters
order by years.period, years.reporter_iso3, years.partner_iso3, years.flow_code
