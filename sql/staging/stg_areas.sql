-- Areas of Comtrade: countries, the world, groups of countries, and partners that are no country;
-- what the user of this run says of an area goes before what comes with mirror.
-- One row per area code.
with areas as (
    select
        cast(area_code as integer) as area_code,
        iso3,
        name as area_name,
        kind as area_kind,
        cast(first_year as integer) as first_year,
        cast(last_year as integer) as last_year,
        continent
    from raw_areas
),

corrections as (select * from stg_corrections where correction_kind = 'area'),

corrected as (
    select
        area_code,
        coalesce(corrections.iso3, areas.iso3) as iso3,
        coalesce(corrections.area_name, areas.area_name) as area_name,
        coalesce(corrections.area_kind, areas.area_kind) as area_kind,
        coalesce(corrections.area_kind, areas.area_kind) = 'country' as is_country,
        coalesce(corrections.first_year, areas.first_year) as first_year,
        coalesce(corrections.last_year, areas.last_year) as last_year,
        coalesce(corrections.continent, areas.continent) as continent
    from areas
    full join corrections using (area_code)
)

select * from corrected
