-- Rows of UN Comtrade on gold that count, as reporters declare them, with file and place in it.
-- One row per frequency, period, reporter, partner, flow and HS code.
with records as (select * from stg_records),

sources as (select * from raw_sources)

select
    records.frequency,
    records.period,
    if(records.flow_code in ('M', 'RM', 'FM'), records.partner_iso3, records.reporter_iso3)
        as exporter_iso3,
    if(records.flow_code in ('M', 'RM', 'FM'), records.reporter_iso3, records.partner_iso3)
        as importer_iso3,
    records.reporter_iso3,
    records.partner_iso3,
    records.reporter_code,
    records.partner_code,
    records.flow_code,
    records.hs_code,
    records.hs_edition,
    records.value_usd as declared_value_usd,
    records.net_weight_kg as declared_net_weight_kg,
    records.is_weight_estimated,
    records.cif_value_usd,
    records.fob_value_usd,
    records.released_date,
    sources.label as source_file,
    records.source_row
from records
inner join sources on records.source_id = sources.source_id
order by
    records.frequency,
    records.period,
    records.reporter_code,
    records.partner_code,
    records.flow_code,
    records.hs_code
