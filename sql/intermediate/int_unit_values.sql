-- Price per kg over that of gold, of records with a value and a weight that is not estimated;
-- replies of the lake are one source, and a file whose units a person vouches for is none.
-- One row per frequency, period, source, reporter, partner, flow and HS code.
with records as (
    select * from stg_records
    where product_role in ('heading', 'non_monetary', 'monetary') and flow_code in ('M', 'X')
),

sources as (select * from raw_sources),

prices as (select * from int_prices)

select
    records.frequency,
    records.period,
    if(sources.fetched_at is null, records.source_id, 0) as unit_source_id,
    records.reporter_iso3,
    records.partner_iso3,
    records.flow_code,
    records.value_usd / records.net_weight_kg / prices.gold_price_usd_per_kg as fineness
from records
inner join sources using (source_id)
inner join prices using (frequency, period)
where
    records.value_usd > 0
    and records.net_weight_kg > 0
    and not records.is_weight_estimated
    and not coalesce(sources.is_unit_vouched_for, false)
