-- Flows of gold that the service was asked for and answered, reporter by reporter, with or
-- without a row in the answer.
-- One row per frequency, period, reporter and flow.
with words as (select * from raw_lake_words),

scopes as (select * from raw_lake_scopes),

areas as (select * from stg_areas),

asked as (
    select distinct
        words.freq_code as frequency,
        cast(words.period as integer) as period,
        areas.iso3 as reporter_iso3,
        scopes.flow_code
    from words
    inner join scopes on words.scope = scopes.scope
    inner join areas on words.reporter_code = areas.area_code
    where scopes.cmd_code = '7108' and areas.is_country
)

select * from asked
