-- Flows of gold with a partner that a reporter declared once, in a reply that a later one has
-- replaced. Where the newest reply has no row of the flow, the reporter has taken it back.
-- One row per frequency, period, reporter, partner and flow.
with rows_of_files as (select * from stg_rows where fate = 'superseded'),

products as (select * from stg_products where product_role in ('heading', 'non_monetary'))

select distinct
    rows_of_files.frequency,
    rows_of_files.period,
    rows_of_files.reporter_iso3,
    rows_of_files.partner_iso3,
    rows_of_files.flow_code
from rows_of_files
inner join products on rows_of_files.hs_code = products.hs_code
where
    rows_of_files.is_goods
    and rows_of_files.is_total
    and rows_of_files.flow_code in ('M', 'X')
    and rows_of_files.value_usd > 0
