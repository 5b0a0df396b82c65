-- Periods for which it is known which reporters the service holds.
-- One row per frequency and period.
with looked as (select * from raw_lake_looked),

availability as (select * from stg_availability),

periods as (
    select
        freq_code as frequency,
        cast(period as integer) as period
    from looked
    union
    select
        frequency,
        period
    from availability
)

select * from periods
