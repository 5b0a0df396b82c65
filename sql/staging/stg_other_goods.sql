-- Rows of goods other than gold that stood in a file beside it; they show what the file asked for.
-- One row per file, frequency, period, reporter, flow and partner; W00 is the world.
with other_goods as (select * from raw_other_goods),

areas as (select * from stg_areas),

typed as (
    select
        other_goods.source_id,
        other_goods.freq_code as frequency,
        try_cast(other_goods.period as integer) as period,
        reporters.iso3 as reporter_iso3,
        other_goods.flow_code,
        partners.iso3 as partner_iso3,
        cast(sum(other_goods.rows) as bigint) as row_count
    from other_goods
    inner join areas as reporters
        on try_cast(other_goods.reporter_code as integer) = reporters.area_code
    inner join areas as partners
        on try_cast(other_goods.partner_code as integer) = partners.area_code
    where reporters.is_country
    group by all
)

select * from typed
