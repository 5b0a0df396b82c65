-- Pairs kept out of the ranking with the reason, over the years of the window; and the pool of
-- trade without a partner that their reporter keeps beside them.
-- One row per exporter, importer and reason.
with pair_years as (select * from int_pair_years where reading = 'set_aside' and is_in_window),

replies as (select * from int_country_replies)

select
    exporter_iso3,
    any_value(exporter_name) as exporter_name,
    importer_iso3,
    any_value(importer_name) as importer_name,
    set_aside_reason,
    any_value(set_aside_source) as set_aside_source,
    min(year) as first_year,
    max(year) as last_year,
    count(distinct year) as years_set_aside,
    sum(export_value_usd order by period) as export_value_usd,
    sum(import_value_usd order by period) as import_value_usd,
    sum(gap_value_usd order by period) as gap_value_usd,
    case
        when set_aside_reason = 'exporter_without_partner_split'
            then sum(exporter_pool_usd order by period)
        when set_aside_reason = 'importer_without_partner_split'
            then sum(importer_pool_usd order by period)
    end as pool_usd,
    any_value(country_reply) as country_reply
from pair_years
left join replies using (exporter_iso3, importer_iso3)
group by exporter_iso3, importer_iso3, set_aside_reason
order by exporter_iso3, importer_iso3, set_aside_reason
