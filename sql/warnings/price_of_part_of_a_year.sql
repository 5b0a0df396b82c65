-- Years that the price series reaches in part: their gold is valued at the mean of those months.
-- One row at most.
with prices as (select * from int_prices)

select
    'data/reference/gold_price.csv has '
    || string_agg(months_priced || ' of the 12 months of ' || period, ', ' order by period)
    || '; their mean was taken' as warning
from prices
where frequency = 'A' and months_priced between 1 and 11
having count(*) > 0
