-- Breakdowns of a flow whose total is in no file: the money is left out, because a breakdown may be
-- only a part of it.
-- One row at most.
with breakdowns as (select * from stg_rows where fate = 'breakdown'),

totals as (select * from stg_records),

alone as (
    select distinct
        breakdowns.frequency,
        breakdowns.period,
        breakdowns.reporter_iso3,
        breakdowns.partner_iso3,
        breakdowns.flow_code
    from breakdowns
    anti join totals
        on
            breakdowns.frequency = totals.frequency
            and breakdowns.period = totals.period
            and breakdowns.reporter_code = totals.reporter_code
            and breakdowns.partner_code = totals.partner_code
            and breakdowns.flow_code = totals.flow_code
            and breakdowns.hs_code = totals.hs_code
)

select
    count(*)
    || ' flows stand in the files only by breakdown, without their total, and are left out: '
    || string_agg(
        reporter_iso3 || ' ' || flow_code || ' ' || partner_iso3 || ' ' || period, ', '
        order by reporter_iso3, flow_code, partner_iso3, period
    )[:200] as warning
from alone
having count(*) > 0
