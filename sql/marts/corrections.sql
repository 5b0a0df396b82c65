-- Corrections that the maker of the edition gave, each with its reason, link and date, and what it
-- changed.
-- One row per correction.
with corrections as (select * from stg_corrections),

parameters as (select * from stg_parameters),

countries as (select * from stg_countries),

covered as (
    select
        correction_number,
        count(*) as pair_periods
    from int_corrected_pairs
    group by correction_number
),

excluded as (
    select
        set_aside.correction_number,
        count(*) as pair_periods_changed
    from int_set_aside as set_aside
    inner join parameters on set_aside.frequency = parameters.frequency
    group by set_aside.correction_number
),

named as (
    select
        corrections.correction_number,
        count(*) as record_count
    from corrections
    inner join stg_records as records
        on corrections.area_code in (records.reporter_code, records.partner_code)
    group by corrections.correction_number
)

select
    corrections.correction_file,
    corrections.correction_row,
    corrections.correction_kind,
    corrections.exporter_iso3,
    corrections.importer_iso3,
    corrections.country_iso3,
    corrections.flow_code,
    corrections.area_code,
    corrections.iso3,
    corrections.area_name,
    corrections.first_year,
    corrections.last_year,
    corrections.reason,
    corrections.reply,
    corrections.link,
    corrections.correction_date,
    coalesce(corrections.given_by, replying.area_name) as given_by,
    if(corrections.correction_kind = 'area', coalesce(named.record_count, 0), null)
        as record_count,
    if(corrections.correction_kind <> 'area', coalesce(covered.pair_periods, 0), null)
        as pair_periods,
    case
        when corrections.correction_kind in ('exclusion', 'series_break')
            then coalesce(excluded.pair_periods_changed, 0)
    end as pair_periods_changed
from corrections
left join covered using (correction_number)
left join excluded using (correction_number)
left join named using (correction_number)
left join countries as replying
    on
        corrections.country_iso3 = replying.iso3
        and corrections.correction_kind = 'country_reply'
order by corrections.correction_file, corrections.correction_row
