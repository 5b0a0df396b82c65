-- What the service says it holds of a reporter and period, over all goods; the newest answer.
-- One row per frequency, period and reporter.
with availability as (select * from raw_availability),

areas as (select * from stg_areas),

typed as (
    select
        availability.freq_code as frequency,
        cast(availability.period as integer) as period,
        areas.iso3 as reporter_iso3,
        cast(availability.total_records as bigint) as total_records,
        cast(try_cast(availability.first_released as timestamp) as date) as first_released_date,
        cast(try_cast(availability.last_released as timestamp) as date) as last_released_date
    from availability
    inner join areas on cast(availability.reporter_code as integer) = areas.area_code
    where areas.is_country
    qualify
        row_number() over (
            partition by availability.freq_code, availability.period, areas.iso3
            order by last_released_date desc nulls last, total_records desc
        ) = 1
)

select * from typed
