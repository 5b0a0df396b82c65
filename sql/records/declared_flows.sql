-- Non-monetary gold as each reporter declares it, HS codes put together: what both sides of a gap
-- are made from. Trade with the world (W00) and with partners that are no country stands here too.
-- One row per frequency, period, reporter, partner and flow.
with flows as (select * from int_gold_flows)

select
    frequency,
    period,
    if(flow_code in ('M', 'RM', 'FM'), partner_iso3, reporter_iso3) as exporter_iso3,
    if(flow_code in ('M', 'RM', 'FM'), reporter_iso3, partner_iso3) as importer_iso3,
    reporter_iso3,
    partner_iso3,
    partner_kind,
    flow_code,
    value_usd as declared_value_usd,
    net_weight_kg as declared_net_weight_kg,
    is_weight_estimated,
    cif_value_usd,
    fob_value_usd,
    monetary_value_usd,
    suppressed_value_usd,
    row_count,
    released_date
from flows
order by frequency, period, reporter_iso3, partner_iso3, flow_code
