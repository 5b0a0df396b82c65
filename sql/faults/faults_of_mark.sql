-- Marks must be true or false and release dates must be dates.
-- One row per offending field.
with offending as (
    select
        source_id,
        source_row,
        'isNetWgtEstimated ' || is_net_wgt_estimated || ' is neither true nor false' as problem,
        'correct the file or download it again' as advice
    from raw_records
    where is_net_wgt_estimated is not null and try_cast(is_net_wgt_estimated as boolean) is null
    union all by name
    select
        source_id,
        source_row,
        'isOriginalClassification ' || is_original_classification
        || ' is neither true nor false' as problem,
        'correct the file or download it again' as advice
    from raw_records
    where
        is_original_classification is not null
        and try_cast(is_original_classification as boolean) is null
    union all by name
    select
        source_id,
        source_row,
        'lastReleased ' || last_released || ' is no date' as problem,
        'write it as YYYY-MM-DD' as advice
    from raw_records
    where last_released is not null and try_cast(last_released as timestamp) is null
)

select * from offending
