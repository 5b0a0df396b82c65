-- The service's own pairing of two reports of gold, where it was asked for.
-- One row per frequency, period, reporter, partner and flow.
with bilateral as (select * from raw_bilateral),

areas as (select * from stg_areas),

typed as (
    select
        bilateral.freq_code as frequency,
        cast(bilateral.period as integer) as period,
        reporters.iso3 as reporter_iso3,
        partners.iso3 as partner_iso3,
        bilateral.flow_code,
        try_cast(bilateral.primary_value as double) as value_usd,
        try_cast(bilateral.mirror_primary_value as double) as mirror_value_usd
    from bilateral
    inner join areas as reporters
        on try_cast(bilateral.reporter_code as integer) = reporters.area_code
    inner join areas as partners
        on try_cast(bilateral.partner_code as integer) = partners.area_code
    where
        bilateral.cmd_code = '7108'
        and bilateral.flow_code in ('M', 'X')
        and reporters.is_country
        and partners.is_country
    qualify
        row_number() over (
            partition by
                bilateral.freq_code,
                bilateral.period,
                reporters.iso3,
                partners.iso3,
                bilateral.flow_code
            order by bilateral.source_id desc, bilateral.source_row desc
        ) = 1
)

select * from typed
