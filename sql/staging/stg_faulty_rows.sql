-- Rows of gold that cannot be believed, each with the first of its faults. What counts of them is
-- quarantined in stg_rows: kept out of every sum, and that side of the flow not assessed.
-- One row per faulty row of a source file.
with found as (
    select
        'period' as fault,
        1 as precedence,
        true as is_key_unreadable,
        false as is_between_files,
        *
    from faults_of_period
    union all by name
    select
        'code' as fault,
        2 as precedence,
        true as is_key_unreadable,
        *
    from faults_of_code
    union all by name
    select
        'number' as fault,
        3 as precedence,
        *
    from faults_of_number
    union all by name
    select
        'size' as fault,
        4 as precedence,
        *
    from faults_of_size
    union all by name
    select
        'mark' as fault,
        5 as precedence,
        *
    from faults_of_mark
    union all by name
    select
        'conflict' as fault,
        6 as precedence,
        *
    from faults_of_conflict
    union all by name
    select
        'price' as fault,
        7 as precedence,
        *
    from faults_of_price
),

-- of the lake, a row whose key cannot be read counts as long as its reply does
live as (select distinct source_id from raw_lake_words),

firsts as (
    select
        found.source_id,
        found.source_row,
        found.fault,
        found.precedence,
        found.problem,
        found.advice,
        coalesce(found.is_key_unreadable, false) as is_key_unreadable,
        coalesce(found.is_key_unreadable, false) and live.source_id is not null
            as is_in_live_reply,
        coalesce(found.is_between_files, false) as is_between_files
    from found
    left join live on found.source_id = live.source_id
    qualify
        row_number() over (
            partition by found.source_id, found.source_row order by found.precedence, found.problem
        ) = 1
)

select * from firsts
