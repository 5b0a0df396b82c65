-- Years after the window's last that have pairs but too few reporters to count as complete.
-- One row at most.
with pair_years as (select * from int_pair_years),

span as (select * from int_window),

later as (
    select
        pair_years.year,
        count(*) as pairs
    from pair_years inner join span on pair_years.year > span.last_year
    group by pair_years.year
)

select
    sum(pairs) || ' pairs of ' || string_agg(year, ', ' order by year)
    || ' are outside the ranking: too few reporters for a complete year' as warning
from later
having count(*) > 0
