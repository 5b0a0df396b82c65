-- Which exporters declare no gold to importers that report gold from them, and what is known of
-- that silence? Only a silent exporter, which reports other goods, can be ranked.
-- One row per exporter and state.
select
    exporter_iso3,
    any_value(exporter_name) as exporter_name,
    exporter_state,
    count(distinct importer_iso3) as importers,
    count(distinct period) as periods,
    sum(import_value_usd) as import_value_usd,
    sum(import_fob_value_usd / gold_price_usd_per_kg) as fine_kg
from gap_years
where export_value_usd is null and import_value_usd > 0
group by exporter_iso3, exporter_state
order by fine_kg desc, exporter_iso3 asc, exporter_state asc
