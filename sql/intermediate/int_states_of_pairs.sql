-- Pairs with the state of each side. A side with a row reported, unless it withdrew it; a side
-- without a row withdrew it if an earlier release had it, else declared nothing only where its gold
-- towards the other was asked for: all its partners are at hand, or a file that asked for gold
-- towards the other shows its other goods.
-- One row per frequency, period, exporter and importer.
with pairs as (select * from int_pairs),

states as (select * from int_reporter_states),

withdrawn as (select * from int_withdrawn_flows),

silences as (select * from int_silences),

joined as (
    select
        pairs.*,
        coalesce(exporters.reporter_state, 'unknown') as state_of_exporter,
        coalesce(exporters.has_partner_detail, false) as has_all_importers,
        silent_exporters.reporter_iso3 is not null as is_exporter_asked,
        coalesce(importers.reporter_state, 'unknown') as state_of_importer,
        coalesce(importers.has_partner_detail, false) as has_all_exporters,
        silent_importers.reporter_iso3 is not null as is_importer_asked,
        withdrawn_exports.reporter_iso3 is not null as is_export_withdrawn,
        withdrawn_imports.reporter_iso3 is not null as is_import_withdrawn
    from pairs
    left join states as exporters
        on
            pairs.frequency = exporters.frequency
            and pairs.period = exporters.period
            and pairs.exporter_iso3 = exporters.reporter_iso3
            and exporters.flow_code = 'X'
    left join states as importers
        on
            pairs.frequency = importers.frequency
            and pairs.period = importers.period
            and pairs.importer_iso3 = importers.reporter_iso3
            and importers.flow_code = 'M'
    left join withdrawn as withdrawn_exports
        on
            pairs.frequency = withdrawn_exports.frequency
            and pairs.period = withdrawn_exports.period
            and pairs.exporter_iso3 = withdrawn_exports.reporter_iso3
            and pairs.importer_iso3 = withdrawn_exports.partner_iso3
            and withdrawn_exports.flow_code = 'X'
    left join withdrawn as withdrawn_imports
        on
            pairs.frequency = withdrawn_imports.frequency
            and pairs.period = withdrawn_imports.period
            and pairs.importer_iso3 = withdrawn_imports.reporter_iso3
            and pairs.exporter_iso3 = withdrawn_imports.partner_iso3
            and withdrawn_imports.flow_code = 'M'
    left join silences as silent_exporters
        on
            pairs.frequency = silent_exporters.frequency
            and pairs.period = silent_exporters.period
            and pairs.exporter_iso3 = silent_exporters.reporter_iso3
            and pairs.importer_iso3 = silent_exporters.partner_iso3
            and silent_exporters.flow_code = 'X'
    left join silences as silent_importers
        on
            pairs.frequency = silent_importers.frequency
            and pairs.period = silent_importers.period
            and pairs.importer_iso3 = silent_importers.reporter_iso3
            and pairs.exporter_iso3 = silent_importers.partner_iso3
            and silent_importers.flow_code = 'M'
),

stated as (
    select
        * exclude (
            state_of_exporter, has_all_importers, is_exporter_asked,
            state_of_importer, has_all_exporters, is_importer_asked,
            is_export_withdrawn, is_import_withdrawn
        ),
        case
            when state_of_exporter = 'withdrawn' then 'withdrawn'
            when export_value_usd is not null then 'reported'
            when is_export_withdrawn then 'withdrawn'
            when state_of_exporter = 'reported' and not (has_all_importers or is_exporter_asked)
                then 'unknown'
            when state_of_exporter = 'unknown' and is_exporter_asked then 'silent'
            else state_of_exporter
        end as exporter_state,
        case
            when state_of_importer = 'withdrawn' then 'withdrawn'
            when import_value_usd is not null then 'reported'
            when is_import_withdrawn then 'withdrawn'
            when state_of_importer = 'reported' and not (has_all_exporters or is_importer_asked)
                then 'unknown'
            when state_of_importer = 'unknown' and is_importer_asked then 'silent'
            else state_of_importer
        end as importer_state
    from joined
)

select
    *,
    exporter_state in ('reported', 'silent') and importer_state in ('reported', 'silent')
    and (export_value_usd is not null or import_value_usd is not null) as is_assessed
from stated
