-- Columns in files that no layout of Comtrade is known to have.
-- One row per file.
with sources as (select * from raw_sources)

select label || ' has columns that are not known and not read: ' || unknown_columns as warning
from sources
where unknown_columns is not null
order by label
