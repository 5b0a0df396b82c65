-- What the service says it holds must name a period and a reporter, with a number and real dates.
-- One row per offending field.
with availability as (select * from raw_availability),

figures as (
    unpivot (
        select
            source_id,
            source_row,
            coalesce(reporter_code, '(empty)') as reporter_code,
            total_records
        from availability
    )
    on reporter_code, total_records
    into name field value figure
),

dates as (
    unpivot (
        select
            source_id,
            source_row,
            first_released as first_release,
            last_released as last_release
        from availability
    )
    on first_release, last_release
    into name field value written
),

offending as (
    select
        source_id,
        source_row,
        case
            when freq_code is null then 'the period ' || coalesce(period, '(empty)')
            when freq_code not in ('A', 'M') then 'the frequency ' || freq_code
            else 'the period ' || coalesce(period, '(empty)') || ' of frequency ' || freq_code
        end || ' is of the wrong form' as problem,
        'write YYYY for annual (A) and YYYYMM for monthly (M) records' as advice
    from availability
    where
        not coalesce(
            (freq_code = 'A' and regexp_full_match(period, '(19|20)\d\d'))
            or (freq_code = 'M' and regexp_full_match(period, '(19|20)\d\d(0[1-9]|1[0-2])')),
            false
        )
    union all by name
    select
        source_id,
        source_row,
        field || ' ' || figure || ' is no number' as problem,
        'correct the file or download it again' as advice
    from figures
    where
        not coalesce(isfinite(try_cast(figure as double)), false)
        or not regexp_full_match(figure, '[-+.0-9eE]+')
        or (ends_with(field, '_code') and not regexp_full_match(figure, '\d{1,9}'))
    union all by name
    select
        source_id,
        source_row,
        if(field = 'first_release', 'firstReleased ', 'lastReleased ') || written
        || ' is no date' as problem,
        'write it as YYYY-MM-DD' as advice
    from dates
    where try_cast(written as timestamp) is null
)

select * from offending
