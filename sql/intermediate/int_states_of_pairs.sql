-- Pairs with the state of each side. A side with a row reported, unless it withdrew it; a side
-- without one withdrew it if an earlier release had it, else reported only if its World total and
-- other partners are at hand, and is then taken to have declared nothing.
-- One row per frequency, period, exporter and importer.
with pairs as (select * from int_pairs),

states as (select * from int_reporter_states),

withdrawn as (select * from int_withdrawn_flows),

stated as (
    select
        pairs.*,
        case
            when exporters.reporter_state = 'withdrawn' then 'withdrawn'
            when pairs.export_value_usd is not null then 'reported'
            when withdrawn_exports.reporter_iso3 is not null then 'withdrawn'
            when exporters.reporter_state = 'reported' and not exporters.has_partner_detail
                then 'unknown'
            else coalesce(exporters.reporter_state, 'unknown')
        end as exporter_state,
        case
            when importers.reporter_state = 'withdrawn' then 'withdrawn'
            when pairs.import_value_usd is not null then 'reported'
            when withdrawn_imports.reporter_iso3 is not null then 'withdrawn'
            when importers.reporter_state = 'reported' and not importers.has_partner_detail
                then 'unknown'
            else coalesce(importers.reporter_state, 'unknown')
        end as importer_state
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
)

select
    *,
    exporter_state in ('reported', 'silent') and importer_state in ('reported', 'silent')
    and (export_value_usd is not null or import_value_usd is not null) as is_assessed
from stated
