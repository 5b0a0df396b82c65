-- Pairs with the state of each side. A side with a row reported, unless it withdrew it; a side
-- without one reported only if its World total and other partners are at hand, and is then taken
-- to have declared nothing.
-- One row per frequency, period, exporter and importer.
with pairs as (select * from int_pairs),

states as (select * from int_reporter_states),

stated as (
    select
        pairs.*,
        case
            when exporters.reporter_state = 'withdrawn' then 'withdrawn'
            when pairs.export_value_usd is not null then 'reported'
            when exporters.reporter_state = 'reported' and not exporters.has_partner_detail
                then 'unknown'
            else coalesce(exporters.reporter_state, 'unknown')
        end as exporter_state,
        case
            when importers.reporter_state = 'withdrawn' then 'withdrawn'
            when pairs.import_value_usd is not null then 'reported'
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
)

select
    *,
    exporter_state in ('reported', 'silent') and importer_state in ('reported', 'silent')
    and (export_value_usd is not null or import_value_usd is not null) as is_assessed
from stated
