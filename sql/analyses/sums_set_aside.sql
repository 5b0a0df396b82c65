-- How much is excluded, and why? Of these pairs the ranking says nothing.
-- One row per reason.
select
    set_aside_reason,
    any_value(set_aside_source) as set_aside_source,
    count(*) as pairs,
    sum(export_value_usd) as export_value_usd,
    sum(import_value_usd) as import_value_usd,
    sum(gap_value_usd) as gap_value_usd,
    count(distinct exporter_iso3) as exporters,
    arg_max(exporter_iso3, abs(gap_value_usd)) as largest_exporter_iso3
from set_aside_pairs
group by set_aside_reason
order by abs(sum(gap_value_usd)) desc, set_aside_reason asc
