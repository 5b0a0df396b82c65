-- Rows of goods other than gold that stood in a file beside it; they show that a reporter reports.
-- One row per file, frequency, period, reporter and flow.
with other_goods as (select * from raw_other_goods),

areas as (select * from stg_areas),

typed as (
    select
        other_goods.source_id,
        other_goods.freq_code as frequency,
        try_cast(other_goods.period as integer) as period,
        areas.iso3 as reporter_iso3,
        other_goods.flow_code,
        cast(sum(other_goods.rows) as bigint) as row_count
    from other_goods
    inner join areas on try_cast(other_goods.reporter_code as integer) = areas.area_code
    where areas.is_country
    group by all
)

select * from typed
