-- Partners towards which a reporter's rows of other goods show that it was asked for gold: they
-- stand in a file that holds gold of others towards the same partner, or are so many that the file
-- asked for every good. Without a row of gold it then declares none. W00, the world, is every
-- partner.
-- One row per frequency, period, reporter, flow and partner.
with other_goods as (select * from stg_other_goods),

records as (select * from stg_records),

parameters as (select * from stg_parameters),

asked_for_gold as (
    select distinct
        source_id,
        frequency,
        period,
        flow_code,
        partner_iso3
    from records
),

shown as (
    select distinct
        other_goods.frequency,
        other_goods.period,
        other_goods.reporter_iso3,
        other_goods.flow_code,
        other_goods.partner_iso3
    from other_goods
    left join asked_for_gold using (source_id, frequency, period, flow_code, partner_iso3)
    cross join parameters
    where
        asked_for_gold.source_id is not null
        or other_goods.row_count >= parameters.other_goods_rows_least
)

select * from shown
