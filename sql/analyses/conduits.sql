-- Which exporters are conduits? Their partners report more gold from them than their mines yield:
-- gold of other countries on its way, so that the undeclared step may lie before them. country_role
-- tells hubs, which declare such exports themselves, from conduits, of which only partners tell.
-- One row per country and year in which partners report more than was mined, the largest first.
select
    period,
    iso3,
    country_name,
    country_role,
    production_kg,
    import_world_fine_kg,
    mirrored_export_fine_kg,
    mirrored_export_fine_kg - coalesce(production_kg, 0) as beyond_production_kg,
    mirrored_export_fine_kg / nullif(production_kg, 0) as times_production
from country_balance
where mirrored_export_fine_kg > coalesce(production_kg, 0)
order by beyond_production_kg desc, period asc, iso3 asc
