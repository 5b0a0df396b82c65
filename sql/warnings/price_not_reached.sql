-- Periods that the price series has not reached, valued at the newest price before them.
-- One row at most.
with prices as (select * from int_prices)

select
    'data/reference/gold_price.csv has no price for ' || string_agg(period, ', ' order by period)
    || '; the newest price before was taken' as warning
from prices
where months_priced = 0 and gold_price_usd_per_kg is not null
having count(*) > 0
