-- Mean price of gold in a month.
-- One row per month.
with prices as (select * from raw_gold_price),

parameters as (select * from stg_parameters),

typed as (
    select
        cast(replace(prices.month, '-', '') as integer) as period,
        cast(prices.price_usd_per_oz as double) * parameters.troy_ounces_per_kg
            as gold_price_usd_per_kg
    from prices cross join parameters
)

select * from typed
