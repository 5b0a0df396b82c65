-- How much gold does one side alone report, and what is known of the other side?
-- One row per reporting side and state of the other side.
select
    reported_by,
    other_side_state,
    count(*) as flows,
    count(distinct if(reported_by = 'importer', exporter_iso3, importer_iso3)) as other_countries,
    sum(value_usd) as value_usd,
    sum(fine_kg) as fine_kg
from one_sided_flows
group by reported_by, other_side_state
order by value_usd desc, reported_by asc, other_side_state asc
