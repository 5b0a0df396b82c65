-- Mine production that ends long before the newest period: hubs and producers are told apart by it.
-- One row at most.
with production as (
    select max(year) as last_year
    from stg_gold_mine_production
    where production_kg is not null
),

newest as (select max(year) as last_year from int_prices)

select
    'mine production reaches to ' || production.last_year || ' and the records to '
    || newest.last_year || ': give a newer gold_mine_production.csv with --reference' as warning
from production cross join newest cross join stg_parameters as parameters
where newest.last_year - production.last_year > parameters.mine_production_stale_years
