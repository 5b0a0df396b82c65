-- Flows of which one side's report stands alone and that cannot be assessed, with the state of the
-- other side. A report that was withdrawn does not stand: it is kept in gap_years. Where both have
-- a figure, the other side is the one whose figure cannot be held against it.
-- One row per period, exporter and importer.
with pair_years as (select * from int_pair_years where reading = 'one_sided'),

standing as (
    select
        *,
        export_value_usd is not null and exporter_state <> 'withdrawn' as has_export_report,
        import_value_usd is not null and importer_state <> 'withdrawn' as has_import_report,
        has_export_report and (not has_import_report or exporter_state = 'reported')
            as is_by_exporter
    from pair_years
)

select
    frequency,
    period,
    exporter_iso3,
    exporter_name,
    importer_iso3,
    importer_name,
    if(is_by_exporter, 'exporter', 'importer') as reported_by,
    if(is_by_exporter, importer_state, exporter_state) as other_side_state,
    if(is_by_exporter, export_value_usd, import_value_usd) as value_usd,
    if(has_import_report, import_basis, null) as import_basis,
    if(is_by_exporter, export_net_weight_kg, import_net_weight_kg) as net_weight_kg,
    if(is_by_exporter, export_weight_quality, import_weight_quality) as weight_quality,
    if(is_by_exporter, export_value_usd, import_fob_value_usd) / gold_price_usd_per_kg as fine_kg
from standing
where has_export_report or has_import_report
order by period, exporter_iso3, importer_iso3
