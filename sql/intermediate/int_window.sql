-- Years that the ranking sums over, counted back from the newest complete year in the records: the
-- newest one with enough reporters of that frequency, measured by the fullest year up to it.
-- One row; no row where the frequency has no records.
with controls as (select * from int_controls),

parameters as (select * from stg_parameters),

years as (
    select
        if(controls.frequency = 'A', controls.period, controls.period // 100) as year,
        count(distinct controls.reporter_iso3) as reporters
    from controls inner join parameters on controls.frequency = parameters.frequency
    group by year
),

measured as (
    select
        year,
        reporters,
        max(reporters) over (order by year) as fullest_so_far
    from years
),

newest as (
    select max(measured.year) as last_year
    from measured cross join parameters
    where measured.reporters >= parameters.complete_year_share * measured.fullest_so_far
)

select
    newest.last_year - parameters.window_years + 1 as first_year,
    newest.last_year
from newest cross join parameters
where newest.last_year is not null
