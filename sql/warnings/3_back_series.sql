-- An edition made afterwards, from the records as they were known on an earlier day.
-- One row at most.
select
    'back-series: made by mirror ' || version || ' from the records as they were known at the end '
    || 'of ' || strftime(as_of, '%Y-%m-%d') || ' (UTC), not in its own month' as warning
from raw_build
where as_of is not null
