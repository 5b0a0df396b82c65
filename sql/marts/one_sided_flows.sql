-- Flows that only one side reports and that cannot be assessed, with the state of the other side.
-- One row per period, exporter and importer.
with pair_years as (select * from int_pair_years where reading = 'one_sided')

select
    frequency,
    period,
    exporter_iso3,
    exporter_name,
    importer_iso3,
    importer_name,
    if(export_value_usd is null, 'importer', 'exporter') as reported_by,
    if(export_value_usd is null, exporter_state, importer_state) as other_side_state,
    coalesce(export_value_usd, import_value_usd) as value_usd,
    import_basis,
    coalesce(export_net_weight_kg, import_net_weight_kg) as net_weight_kg,
    coalesce(export_weight_quality, import_weight_quality) as weight_quality,
    coalesce(export_value_usd, import_fob_value_usd) / gold_price_usd_per_kg as fine_kg
from pair_years
order by period, exporter_iso3, importer_iso3
