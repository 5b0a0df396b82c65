-- Which rows of which files stand behind the first pair of the ranking? Look them up there.
-- One row per period, reporter, flow and HS code of that pair.
with first as (
    select
        exporter_iso3,
        importer_iso3
    from ranked_gaps
    where direction = 'undeclared_export' and rank = 1
)

select
    declared.period,
    declared.exporter_iso3,
    declared.importer_iso3,
    declared.reporter_iso3,
    declared.flow_code,
    declared.hs_code,
    declared.declared_value_usd,
    declared.declared_net_weight_kg,
    declared.released_date,
    declared.source_file,
    declared.source_row
from records.declared_rows as declared
inner join first using (exporter_iso3, importer_iso3)
order by declared.period, declared.reporter_iso3, declared.flow_code, declared.hs_code
