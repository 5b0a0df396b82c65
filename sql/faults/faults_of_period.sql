-- A period must be YYYY for annual and YYYYMM for monthly records.
-- One row per offending record.
with records as (select * from raw_records),

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
    from records
    where not coalesce(
        (freq_code = 'A' and regexp_full_match(period, '(19|20)\d\d'))
        or (freq_code = 'M' and regexp_full_match(period, '(19|20)\d\d(0[1-9]|1[0-2])')),
        false
    )
)

select * from offending
