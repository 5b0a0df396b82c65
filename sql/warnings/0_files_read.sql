-- What must be known of a file: lost digits, tariff lines that were added up, weights left out.
-- One row per file that there is something to say of.
with sources as (select * from raw_sources)

select label || ': ' || reading_warnings as warning
from sources
where reading_warnings is not null
order by label
