-- The rows of files behind a pair, of both countries' reports.
-- One row per period, reporter, flow and HS code.
select
    period,
    reporter_iso3,
    flow_code,
    hs_code,
    declared_value_usd,
    declared_net_weight_kg,
    is_weight_estimated,
    cif_value_usd,
    fob_value_usd,
    released_date,
    source_file,
    source_row
from records.declared_rows
where exporter_iso3 = upper(exporter) and importer_iso3 = upper(importer)
order by period, reporter_iso3, flow_code, hs_code
