-- Which importers book gold below or above its price? Implied fineness is value over weight and
-- price: 0.85 to 1 is doré or bars; less is ore, error or a price that was agreed to be low.
-- One row per importer with five flows or more that carry a usable weight.
select
    importer_iso3,
    any_value(importer_name) as importer_name,
    count(*) as flows,
    quantile_cont(import_fineness, 0.1) as fineness_low,
    median(import_fineness) as fineness_median,
    quantile_cont(import_fineness, 0.9) as fineness_high,
    count(*) filter (where is_under_priced) as flows_under_priced,
    sum(import_net_weight_kg) as import_net_weight_kg
from gap_years
where import_fineness is not null and import_weight_quality = 'ok'
group by importer_iso3
having count(*) >= 5
order by fineness_median asc, importer_iso3 asc
