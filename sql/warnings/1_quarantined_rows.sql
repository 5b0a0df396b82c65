-- Rows that cannot be believed and are in no sum; before other warnings of the records.
-- One row per quarantined row.
with quarantined as (select * from quarantined_rows),

countries as (
    select
        iso3,
        any_value(area_name order by area_code) as area_name
    from stg_areas
    group by iso3
),

flows as (select * from stg_flows)

select
    'quarantined, in no sum: '
    || coalesce(reporters.area_name, 'unknown reporter')
    || ', ' || coalesce(lower(flows.flow_name), 'unknown flow')
    || ', partner ' || coalesce(partners.area_name, 'unknown')
    || ', ' || coalesce(cast(quarantined.period as text), 'unknown period')
    || ', value ' || coalesce(quarantined.written_value[:30], '(empty)')
    || ' (' || quarantined.source_file || ', row ' || quarantined.source_row || '): '
    || quarantined.problem
    || case
        when quarantined.fault = 'price' or quarantined.reporter_iso3 is null then ''
        when quarantined.partner_iso3 = 'W00' then '; that total is unknown'
        else '; that side of the flow is not assessed'
    end as warning
from quarantined
left join countries as reporters on quarantined.reporter_iso3 = reporters.iso3
left join countries as partners on quarantined.partner_iso3 = partners.iso3
left join flows on quarantined.flow_code = flows.flow_code
order by quarantined.source_file, quarantined.sha256, quarantined.source_row
