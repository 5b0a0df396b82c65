-- So many rows cannot be believed that the sources, or one file, are wrong and not single rows.
-- One row per faulty row of the fault that is named first; a conflict is one, the last of its key.
with faulty as (
    select stg_faulty_rows.*
    from stg_faulty_rows
    inner join stg_rows using (source_id, source_row)
    where stg_rows.fate <> 'superseded'
    qualify
        fault <> 'conflict'
        or row_number() over (partition by problem order by source_id desc, source_row desc) = 1
),

records as (select * from raw_records),

by_file as (
    select
        source_id,
        count(*) as row_count
    from records
    group by source_id
),

counted as (
    select
        faulty.*,
        count(*) over () as faulty_rows,
        count(*) over (partition by faulty.source_id) as faulty_rows_of_file,
        by_file.row_count as rows_of_file,
        (select count(*) from records) as all_rows
    from faulty
    inner join by_file using (source_id)
),

-- where the sources as a whole are within the limit, only the files that are not are named
excessive as (
    select counted.*
    from counted cross join stg_parameters as parameters
    where
        faulty_rows > parameters.quarantine_most_share * all_rows
        or faulty_rows > parameters.quarantine_most_rows
        or (
            faulty_rows_of_file >= parameters.quarantine_file_least_rows
            and faulty_rows_of_file > parameters.quarantine_file_most_share * rows_of_file
        )
),

named as (
    select
        source_id,
        source_row,
        problem,
        advice
    from excessive
    qualify precedence = min(precedence) over ()
)

select * from named
