-- Pairs with the state of each side. A side with a row reported, unless it withdrew it or a row of
-- it is quarantined, whose flow, partner or period may be any where it cannot be read; a side
-- without one reported only if its World total and other partners are at hand, and is then taken
-- to have declared nothing.
-- One row per frequency, period, exporter and importer.
with pairs as (select * from int_pairs),

states as (select * from int_reporter_states),

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

stated as (
    select
        marked.* exclude (is_export_quarantined, is_import_quarantined),
        case
            when exporters.reporter_state = 'withdrawn' then 'withdrawn'
            when marked.is_export_quarantined then 'quarantined'
            when marked.export_value_usd is not null then 'reported'
            when exporters.reporter_state = 'reported' and not exporters.has_partner_detail
                then 'unknown'
            else coalesce(exporters.reporter_state, 'unknown')
        end as exporter_state,
        case
            when importers.reporter_state = 'withdrawn' then 'withdrawn'
            when marked.is_import_quarantined then 'quarantined'
            when marked.import_value_usd is not null then 'reported'
            when importers.reporter_state = 'reported' and not importers.has_partner_detail
                then 'unknown'
            else coalesce(importers.reporter_state, 'unknown')
        end as importer_state
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
)

select
    *,
    exporter_state in ('reported', 'silent') and importer_state in ('reported', 'silent')
    and (export_value_usd is not null or import_value_usd is not null) as is_assessed
from stated
