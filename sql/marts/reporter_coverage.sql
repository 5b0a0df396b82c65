-- Whether each reporter reported its gold in each period, with rows and release dates.
-- One row per frequency, period, reporter and flow.
with states as (select * from int_reporter_states),

countries as (select * from stg_countries)

select
    states.frequency,
    states.period,
    states.reporter_iso3,
    countries.area_name as reporter_name,
    states.flow_code,
    states.reporter_state,
    states.has_partner_detail,
    states.partner_count,
    states.row_count,
    states.first_released_date,
    states.last_released_date
from states
inner join countries on states.reporter_iso3 = countries.iso3
order by states.frequency, states.period, states.reporter_iso3, states.flow_code
