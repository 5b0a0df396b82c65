-- Mean price of gold over a period, with the lowest and highest month from one before to one after
-- it. A period that the price series has not reached yet takes the newest month before it; one
-- before the series has no price.
-- One row per frequency and period that the records have.
with records as (
    select distinct
        frequency,
        period
    from stg_records
),

prices as (select * from stg_gold_price),

spans as (
    select
        frequency,
        period,
        case when frequency = 'A' then period else period // 100 end as year,
        case when frequency = 'A' then period * 100 + 1 else period end as first_month,
        case when frequency = 'A' then period * 100 + 12 else period end as last_month
    from records
),

months as (
    select
        spans.*,
        prices.period as month,
        prices.gold_price_usd_per_kg as price,
        -- months counted from the year 0, so that a neighbour is one step away across years
        (prices.period // 100) * 12 + prices.period % 100 as month_number,
        (spans.first_month // 100) * 12 + spans.first_month % 100 as first_number,
        (spans.last_month // 100) * 12 + spans.last_month % 100 as last_number,
        prices.period between spans.first_month and spans.last_month as is_inside
    from spans left join prices on spans.last_month >= prices.period - 100
),

summed as (
    select
        frequency,
        period,
        year,
        avg(price order by month) filter (where is_inside) as mean_inside,
        max_by(price, month) filter (where month <= last_month) as newest_before,
        min(price) filter (where month_number between first_number - 1 and last_number + 1)
            as lowest_around,
        max(price) filter (where month_number between first_number - 1 and last_number + 1)
            as highest_around,
        count(*) filter (where is_inside) as months_priced
    from months
    group by frequency, period, year
),

priced as (
    select
        frequency,
        period,
        year,
        coalesce(mean_inside, newest_before) as gold_price_usd_per_kg,
        least(lowest_around, mean_inside, newest_before) as gold_price_usd_per_kg_low,
        greatest(highest_around, mean_inside) as gold_price_usd_per_kg_high,
        months_priced
    from summed
)

select
    frequency,
    period,
    year,
    gold_price_usd_per_kg,
    coalesce(gold_price_usd_per_kg_low, gold_price_usd_per_kg) as gold_price_usd_per_kg_low,
    coalesce(gold_price_usd_per_kg_high, gold_price_usd_per_kg) as gold_price_usd_per_kg_high,
    months_priced
from priced
