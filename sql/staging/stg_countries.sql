-- The name and continent that an ISO code stands for today; older areas share codes with their
-- heirs.
-- One row per ISO code.
with areas as (select * from stg_areas),

newest as (
    select
        iso3,
        area_name,
        area_kind,
        is_country,
        continent
    from areas
    qualify
        row_number() over (
            partition by iso3 order by last_year desc nulls first, area_code desc
        ) = 1
)

select * from newest
