-- Pairs with the state of each side. A side with a row reported, unless it withdrew it or a row of
-- it is quarantined, whose flow, partner or period may be any where it cannot be read; a side
-- without a row withdrew it if an earlier release had it, else declared nothing only where its gold
-- towards the other was asked for: all its partners are at hand, or a file that asked for gold
-- towards the other shows its other goods.
-- One row per frequency, period, exporter and importer.
with pairs as (select * from int_pairs),

states as (select * from int_reporter_states),

withdrawn as (select * from int_withdrawn_flows),

silences as (select * from int_silences),

quarantined as (select * from int_quarantined_flows),

marked as (
    select
        pairs.*,
        exists(
            select 1 from quarantined
            where
                quarantined.reporter_iso3 = pairs.exporter_iso3
                and coalesce(quarantined.partner_iso3, pairs.importer_iso3) = pairs.importer_iso3
                and coalesce(quarantined.frequency, pairs.frequency) = pairs.frequency
                and coalesce(quarantined.period, pairs.period) = pairs.period
                and coalesce(quarantined.flow_code, 'X') = 'X'
                and (quarantined.is_key_known or pairs.export_value_usd is null)
        ) as is_export_quarantined,
        exists(
            select 1 from quarantined
            where
                quarantined.reporter_iso3 = pairs.importer_iso3
                and coalesce(quarantined.partner_iso3, pairs.exporter_iso3) = pairs.exporter_iso3
                and coalesce(quarantined.frequency, pairs.frequency) = pairs.frequency
                and coalesce(quarantined.period, pairs.period) = pairs.period
                and coalesce(quarantined.flow_code, 'M') = 'M'
                and (quarantined.is_key_known or pairs.import_value_usd is null)
        ) as is_import_quarantined
    from pairs
),

joined as (
    select
        marked.*,
        coalesce(exporters.reporter_state, 'unknown') as state_of_exporter,
        coalesce(exporters.has_partner_detail, false) as has_all_importers,
        silent_exporters.reporter_iso3 is not null as is_exporter_asked,
        coalesce(importers.reporter_state, 'unknown') as state_of_importer,
        coalesce(importers.has_partner_detail, false) as has_all_exporters,
        silent_importers.reporter_iso3 is not null as is_importer_asked,
        withdrawn_exports.reporter_iso3 is not null as is_export_withdrawn,
        withdrawn_imports.reporter_iso3 is not null as is_import_withdrawn
    from marked
    left join states as exporters
        on
            marked.frequency = exporters.frequency
            and marked.period = exporters.period
            and marked.exporter_iso3 = exporters.reporter_iso3
            and exporters.flow_code = 'X'
    left join states as importers
        on
            marked.frequency = importers.frequency
            and marked.period = importers.period
            and marked.importer_iso3 = importers.reporter_iso3
            and importers.flow_code = 'M'
    left join withdrawn as withdrawn_exports
        on
            marked.frequency = withdrawn_exports.frequency
            and marked.period = withdrawn_exports.period
            and marked.exporter_iso3 = withdrawn_exports.reporter_iso3
            and marked.importer_iso3 = withdrawn_exports.partner_iso3
            and withdrawn_exports.flow_code = 'X'
    left join withdrawn as withdrawn_imports
        on
            marked.frequency = withdrawn_imports.frequency
            and marked.period = withdrawn_imports.period
            and marked.importer_iso3 = withdrawn_imports.reporter_iso3
            and marked.exporter_iso3 = withdrawn_imports.partner_iso3
            and withdrawn_imports.flow_code = 'M'
    left join silences as silent_exporters
        on
            marked.frequency = silent_exporters.frequency
            and marked.period = silent_exporters.period
            and marked.exporter_iso3 = silent_exporters.reporter_iso3
            and marked.importer_iso3 = silent_exporters.partner_iso3
            and silent_exporters.flow_code = 'X'
    left join silences as silent_importers
        on
            marked.frequency = silent_importers.frequency
            and marked.period = silent_importers.period
            and marked.importer_iso3 = silent_importers.reporter_iso3
            and marked.exporter_iso3 = silent_importers.partner_iso3
            and silent_importers.flow_code = 'M'
),

stated as (
    select
        * exclude (
            state_of_exporter, has_all_importers, is_exporter_asked,
            state_of_importer, has_all_exporters, is_importer_asked,
            is_export_withdrawn, is_import_withdrawn,
            is_export_quarantined, is_import_quarantined
        ),
        case
            when state_of_exporter = 'withdrawn' then 'withdrawn'
            when is_export_quarantined then 'quarantined'
            when export_value_usd is not null then 'reported'
            when is_export_withdrawn then 'withdrawn'
            when state_of_exporter = 'reported' and not (has_all_importers or is_exporter_asked)
                then 'unknown'
            when state_of_exporter = 'unknown' and is_exporter_asked then 'silent'
            else state_of_exporter
        end as exporter_state,
        case
            when state_of_importer = 'withdrawn' then 'withdrawn'
            when is_import_quarantined then 'quarantined'
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
