-- Rows of gold that cannot be believed, with the fault: in no sum, and that side of the flow is not
-- assessed. What of a key cannot be read is null.
-- One row per quarantined row of a source file.
with quarantined as (select * from stg_rows where fate = 'quarantined'),

faults as (select * from stg_faulty_rows),

records as (select * from raw_records),

sources as (select * from raw_sources)

select
    sources.label as source_file,
    sources.sha256,
    quarantined.source_row,
    faults.fault,
    faults.problem,
    if(faults.fault = 'period', null, quarantined.frequency) as frequency,
    if(faults.fault = 'period', null, quarantined.period) as period,
    case
        when quarantined.flow_code in ('M', 'RM', 'FM') then quarantined.partner_iso3
        else quarantined.reporter_iso3
    end as exporter_iso3,
    case
        when quarantined.flow_code in ('M', 'RM', 'FM') then quarantined.reporter_iso3
        else quarantined.partner_iso3
    end as importer_iso3,
    quarantined.reporter_iso3,
    quarantined.partner_iso3,
    quarantined.flow_code,
    quarantined.hs_code,
    records.primary_value as written_value,
    records.net_wgt as written_net_weight
from quarantined
inner join faults using (source_id, source_row)
inner join records using (source_id, source_row)
inner join sources using (source_id)
order by source_file, sha256, source_row
