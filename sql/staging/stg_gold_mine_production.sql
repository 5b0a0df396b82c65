-- Gold that mines produced, in kg; null where the source has no figure. Artisanal gold is in it
-- only as far as states report it.
-- One row per country and year.
with production as (select * from raw_gold_mine_production),

typed as (
    select
        iso3,
        cast(year as integer) as year,
        cast(production_kg as double) as production_kg
    from production
)

select * from typed
