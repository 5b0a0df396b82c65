-- All of a country's gold as both sides declare it, its exports and its imports.
-- One row per period, exporter and importer, of which the country is one.
select
    period,
    exporter_iso3,
    exporter_name,
    importer_iso3,
    importer_name,
    reading,
    export_value_usd,
    import_value_usd,
    gap_value_usd,
    residual_value_usd_mid,
    residual_fine_kg_mid
from gap_years
where exporter_iso3 = upper(country) or importer_iso3 = upper(country)
order by period, exporter_iso3, importer_iso3
