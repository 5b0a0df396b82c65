-- What exporter and importer each say of one flow of gold; a side without a row is null.
-- One row per frequency, period, exporter and importer, partners that are no country among them.
with flows as (select * from int_gold_flows where partner_kind <> 'world'),

exports as (
    select
        frequency,
        period,
        reporter_iso3 as exporter_iso3,
        partner_iso3 as importer_iso3,
        partner_kind as importer_kind,
        value_usd as export_value_usd,
        net_weight_kg as export_net_weight_kg,
        is_weight_estimated as is_export_weight_estimated,
        monetary_value_usd as export_monetary_value_usd,
        suppressed_value_usd as export_suppressed_usd
    from flows
    where flow_code = 'X'
),

imports as (
    select
        frequency,
        period,
        partner_iso3 as exporter_iso3,
        reporter_iso3 as importer_iso3,
        partner_kind as exporter_kind,
        value_usd as import_value_usd,
        net_weight_kg as import_net_weight_kg,
        is_weight_estimated as is_import_weight_estimated,
        monetary_value_usd as import_monetary_value_usd,
        suppressed_value_usd as import_suppressed_usd
    from flows
    where flow_code = 'M'
),

bases as (
    select
        frequency,
        period,
        partner_iso3 as exporter_iso3,
        importer_iso3,
        import_basis,
        margin_of_row
    from int_import_bases
),

paired as (
    select
        frequency,
        period,
        exporter_iso3,
        importer_iso3,
        coalesce(imports.exporter_kind, 'country') as exporter_kind,
        coalesce(exports.importer_kind, 'country') as importer_kind,
        exports.export_value_usd,
        imports.import_value_usd,
        exports.export_net_weight_kg,
        imports.import_net_weight_kg,
        coalesce(exports.is_export_weight_estimated, false) as is_export_weight_estimated,
        coalesce(imports.is_import_weight_estimated, false) as is_import_weight_estimated,
        exports.export_monetary_value_usd,
        imports.import_monetary_value_usd,
        coalesce(exports.export_suppressed_usd, 0) as export_suppressed_usd,
        coalesce(imports.import_suppressed_usd, 0) as import_suppressed_usd
    from exports
    full join imports using (frequency, period, exporter_iso3, importer_iso3)
)

select
    paired.*,
    bases.import_basis,
    bases.margin_of_row
from paired
left join bases using (frequency, period, exporter_iso3, importer_iso3)
