-- Records from before the price series begins cannot be valued in fine gold.
-- One row per offending record.
with records as (select * from raw_records),

prices as (select min(replace(month, '-', '')) as first_month from raw_gold_price),

offending as (
    select
        records.source_id,
        records.source_row,
        'the period ' || records.period || ' lies before the gold price begins ('
        || prices.first_month || ')' as problem,
        'leave such records out, or add prices to data/reference/gold_price.csv' as advice
    from records cross join prices
    where records.period[:4] < prices.first_month[:4]
)

select * from offending
