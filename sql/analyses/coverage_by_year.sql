-- Who reported, and when? A year with few reporters has few gaps, and that is no good news.
-- One row per period and flow.
select
    frequency,
    period,
    flow_code,
    count(*) filter (where reporter_state = 'reported') as reported,
    count(*) filter (where reporter_state = 'silent') as silent,
    count(*) filter (where reporter_state = 'suppressed') as suppressed,
    count(*) filter (where reporter_state = 'withdrawn') as withdrawn,
    count(*) filter (where reporter_state = 'absent') as absent,
    count(*) filter (where reporter_state = 'unknown') as unknown,
    count(*) filter (where has_partner_detail) as with_partners_and_total,
    max(last_released_date) as last_released_date
from reporter_coverage
group by frequency, period, flow_code
order by frequency, period, flow_code
