-- Flows of which a row is quarantined: what that reporter declares of them is not known. Where the
-- row's own key cannot be read, the part that cannot is null and may be any.
-- One row per frequency, period, reporter, partner, flow and whether the row is of gold itself.
with rows_of_files as (select * from stg_rows where fate = 'quarantined'),

faults as (select * from stg_faulty_rows where fault <> 'price'),

areas as (select * from stg_areas),

flows as (select * from stg_flows),

products as (select * from stg_products),

keyed as (
    select distinct
        if(faults.fault = 'period', null, rows_of_files.frequency) as frequency,
        if(faults.fault = 'period', null, rows_of_files.period) as period,
        rows_of_files.reporter_iso3,
        rows_of_files.partner_iso3,
        rows_of_files.partner_kind,
        flows.flow_code,
        coalesce(products.product_role <> 'neighbour_class', true) as is_gold
    from rows_of_files
    inner join faults using (source_id, source_row)
    inner join areas on rows_of_files.reporter_code = areas.area_code and areas.is_country
    left join flows on rows_of_files.flow_code = flows.flow_code
    left join products on rows_of_files.hs_code = products.hs_code
)

select
    *,
    frequency is not null and partner_iso3 is not null and flow_code is not null as is_key_known
from keyed
