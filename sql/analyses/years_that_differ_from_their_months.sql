-- Whose yearly figures differ from the sum of their months? Such a reporter revises one and not the
-- other; a gap of that size needs no smuggler.
-- One row per reporter and flow.
select
    reporter_iso3,
    flow_code,
    count(*) as years_and_partners,
    count(*) filter (where not is_agreeing) as differing,
    sum(abs(difference_usd)) as difference_usd,
    arg_max(year, abs(difference_usd)) as worst_year,
    arg_max(partner_iso3, abs(difference_usd)) as worst_partner_iso3
from annual_against_monthly
group by reporter_iso3, flow_code
having count(*) filter (where not is_agreeing) > 0
order by difference_usd desc, reporter_iso3 asc, flow_code asc
