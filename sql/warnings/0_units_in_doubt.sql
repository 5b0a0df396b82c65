-- Reports whose values or weights are off by the factor of a unit, and what became of their pairs.
-- One row per source, flow and unit.
with doubts as (
    select
        int_units_in_doubt.*,
        coalesce(stg_countries.area_name, reporter_iso3) as reporter_name
    from int_units_in_doubt
    inner join stg_parameters using (frequency)
    left join stg_countries on int_units_in_doubt.reporter_iso3 = stg_countries.iso3
),

sources as (select * from raw_sources),

counted as (
    select
        unit_source_id,
        flow_code,
        are_values_agreeing,
        any_value(times_off) as times_off,
        any_value(units_of_values) as units_of_values,
        any_value(units_of_weights) as units_of_weights,
        count(*) as flows,
        count(distinct reporter_iso3 || ' ' || partner_iso3) filter (where partner_iso3 <> 'W00')
            as pairs,
        string_agg(distinct reporter_name, ', ' order by reporter_name)[:200] as reporters,
        min(period) as first_period,
        max(period) as last_period
    from doubts
    group by unit_source_id, flow_code, are_values_agreeing, unit_ratio
)

select
    'unit in doubt: the ' || if(counted.flow_code = 'X', 'exports', 'imports') || ' of '
    || counted.reporters || ' in ' || coalesce(sources.label, 'the lake')
    || ' have values that are ' || counted.times_off || ' for the weights (' || counted.flows
    || ' flows, ' || counted.first_period || ' to ' || counted.last_period || '); '
    || case
        when counted.are_values_agreeing
            then 'the values agree with those of the other side, so only the weights are left out'
        else 'excluded from the ranking (unit_in_doubt): ' || counted.pairs || ' pairs'
    end
    || case
        when sources.label is not null
            then
                '; correct the file, or give these rows in a file of their own with --unit FILE='
                || coalesce(
                    if(counted.are_values_agreeing, counted.units_of_weights, null),
                    if(not counted.are_values_agreeing, counted.units_of_values, null),
                    concat_ws(' or ', counted.units_of_values, counted.units_of_weights)
                )
        else ''
    end as warning
from counted
left join sources on counted.unit_source_id = sources.source_id
order by warning
