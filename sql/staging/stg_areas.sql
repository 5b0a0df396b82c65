-- Areas of Comtrade: countries, the world, groups of countries, and partners that are no country.
-- One row per area code.
with areas as (select * from raw_areas),

typed as (
    select
        cast(area_code as integer) as area_code,
        iso3,
        name as area_name,
        kind as area_kind,
        kind = 'country' as is_country,
        cast(first_year as integer) as first_year,
        cast(last_year as integer) as last_year,
        continent
    from areas
)

select * from typed
