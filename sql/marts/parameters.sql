-- Every number the method used.
-- One row per parameter.
with parameters as (select * from raw_parameters)

select
    name,
    value,
    unit,
    meaning,
    source
from parameters
order by name
