-- Records of gold that count: totals over customs procedures, transport and second partners.
-- One row per frequency, period, reporter, partner, flow and HS code.
with rows_of_files as (select * from stg_rows),

products as (select * from stg_products),

counting as (
    select
        rows_of_files.frequency,
        rows_of_files.period,
        rows_of_files.reporter_code,
        rows_of_files.reporter_iso3,
        rows_of_files.partner_code,
        rows_of_files.partner_iso3,
        rows_of_files.partner_kind,
        rows_of_files.flow_code,
        rows_of_files.hs_code,
        products.product_role,
        rows_of_files.hs_edition,
        rows_of_files.value_usd,
        rows_of_files.net_weight_kg,
        rows_of_files.is_weight_estimated,
        rows_of_files.cif_value_usd,
        rows_of_files.fob_value_usd,
        rows_of_files.released_date,
        rows_of_files.source_id,
        rows_of_files.source_row
    from rows_of_files
    inner join products on rows_of_files.hs_code = products.hs_code
    where rows_of_files.fate = 'used'
)

select * from counting
