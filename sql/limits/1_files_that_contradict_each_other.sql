-- Two files give different figures for one key, and nothing says which of them counts.
-- One row per such key, its last record.
with faulty as (select * from stg_faulty_rows where is_between_files)

select
    source_id,
    source_row,
    problem,
    advice
from faulty
qualify row_number() over (partition by problem order by source_id desc, source_row desc) = 1
