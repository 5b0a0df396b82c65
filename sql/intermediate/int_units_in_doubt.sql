-- Flows in a report whose price per kg is off by the factor of a unit as a whole, and that have no
-- fineness of gold themselves. Where values agree with those of the other side it is the weights
-- that are off, else the values may be; null where there is no other side.
-- One row per frequency, period, source, reporter, partner and flow.
with off as (select * from int_off_units),

parameters as (select * from stg_parameters),

sources as (select * from raw_sources),

flows as (
    select
        records.frequency,
        records.period,
        if(sources.fetched_at is null, records.source_id, 0) as unit_source_id,
        records.reporter_iso3,
        records.partner_iso3,
        records.flow_code
    from stg_records as records inner join sources using (source_id)
    where records.product_role in ('heading', 'non_monetary', 'monetary')
    group by all
),

right_ones as (
    select distinct int_unit_values.* exclude (fineness)
    from int_unit_values cross join parameters
    where int_unit_values.fineness between parameters.fineness_low and parameters.fineness_high
),

doubtful as (
    select
        flows.*,
        max_by(off.ratio, off.fitting) as unit_ratio,
        max_by(off.times_off, off.fitting) as times_off,
        max_by(off.units_of_values, off.fitting) as units_of_values,
        max_by(off.units_of_weights, off.fitting) as units_of_weights
    from flows
    anti join right_ones
        using (frequency, period, unit_source_id, reporter_iso3, partner_iso3, flow_code)
    inner join off
        on
            flows.frequency = off.frequency
            and flows.unit_source_id = off.unit_source_id
            and flows.reporter_iso3 = coalesce(off.reporter_iso3, flows.reporter_iso3)
            and flows.flow_code = coalesce(off.flow_code, flows.flow_code)
            and flows.partner_iso3 = coalesce(off.partner_iso3, flows.partner_iso3)
    group by all
),

compared as (
    select
        doubtful.frequency,
        doubtful.unit_source_id,
        doubtful.reporter_iso3,
        doubtful.flow_code,
        doubtful.unit_ratio,
        ln(own.value_usd / other.value_usd) as ln_ratio_of_values
    from doubtful
    inner join int_gold_flows as own
        using (frequency, period, reporter_iso3, partner_iso3, flow_code)
    inner join int_gold_flows as other
        on
            doubtful.frequency = other.frequency
            and doubtful.period = other.period
            and doubtful.reporter_iso3 = other.partner_iso3
            and doubtful.partner_iso3 = other.reporter_iso3
            and other.flow_code = if(doubtful.flow_code = 'X', 'M', 'X')
    anti join doubtful as other_doubtful
        on
            other.frequency = other_doubtful.frequency
            and other.period = other_doubtful.period
            and other.reporter_iso3 = other_doubtful.reporter_iso3
            and other.partner_iso3 = other_doubtful.partner_iso3
            and other.flow_code = other_doubtful.flow_code
    where own.value_usd > 0 and other.value_usd > 0
),

judged as (
    select
        frequency,
        unit_source_id,
        reporter_iso3,
        flow_code,
        abs(median(ln_ratio_of_values))
        < abs(median(ln_ratio_of_values) - ln(any_value(unit_ratio))) as are_values_agreeing
    from compared
    group by all
)

select
    doubtful.*,
    judged.are_values_agreeing,
    not coalesce(judged.are_values_agreeing, false) as is_value_in_doubt
from doubtful
left join judged using (frequency, unit_source_id, reporter_iso3, flow_code)
