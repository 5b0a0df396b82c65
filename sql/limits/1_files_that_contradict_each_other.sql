-- Two files give different figures for one key, and nothing says which of them counts.
-- One row per such key, its last record.
with faulty as (select * from stg_faulty_rows where is_between_files),

sources as (select * from raw_sources),

named as (
    select
        faulty.*,
        first_value(sources.label) over (
            partition by faulty.problem order by faulty.source_id, faulty.source_row
        ) as other_label
    from faulty
    inner join sources on faulty.source_id = sources.source_id
)

select
    source_id,
    source_row,
    problem || ' than ' || other_label as problem,
    'keep one of them, or say when each was released with --released FILE=YYYY-MM-DD' as advice
from named
qualify row_number() over (partition by problem order by source_id desc, source_row desc) = 1
