-- Whether a reporter reported its gold in a period. Suppressed: its subheadings keep some back.
-- Quarantined: all that is there is a row that cannot be believed.
-- Withdrawn: it was there once. Silent: it reports other goods and was asked for gold towards every
-- partner, by the service or in a file that has gold of others towards the world. Absent: the
-- service was asked which reporters it has, and this one is not among them. Unknown: nothing at
-- hand says so.
-- One row per frequency, period, reporter and flow that has gold or is a partner of gold.
with controls as (select * from int_controls),

flows as (select * from int_gold_flows),

availability as (select * from stg_availability),

countries as (select * from stg_countries where is_country),

parameters as (select * from stg_parameters),

sides as (
    select
        frequency,
        period,
        reporter_iso3,
        flow_code
    from controls
    union
    select
        frequency,
        period,
        partner_iso3 as reporter_iso3,
        if(flow_code = 'M', 'X', 'M') as flow_code
    from flows
    where flow_code in ('M', 'X') and partner_kind = 'country'
),

-- towards the world, which is every partner
silent as (select * from int_silences where partner_iso3 = 'W00'),

asked as (select * from stg_asked),

looked as (select * from stg_looked),

withdrawn as (select * from stg_withdrawn),

-- a row whose own flow, period or partner cannot be read says that its reporter is not silent
quarantined as (select * from int_quarantined_flows where is_gold),

-- gold that a reporter showed once and does not show any more, although it still reports
gone as (
    select distinct
        frequency,
        period,
        reporter_iso3,
        flow_code
    from stg_rows
    where fate = 'superseded'
),

judged as (
    select
        sides.frequency,
        sides.period,
        sides.reporter_iso3,
        sides.flow_code,
        case
            when withdrawn.reporter_iso3 is not null then 'withdrawn'
            when
                controls.world_suppressed_usd
                > parameters.suppressed_share * controls.world_value_usd
                then 'suppressed'
            when controls.reporter_iso3 is not null then 'reported'
            when
                exists (
                    select 1 from quarantined
                    where
                        quarantined.reporter_iso3 = sides.reporter_iso3
                        and coalesce(quarantined.frequency, sides.frequency) = sides.frequency
                        and coalesce(quarantined.period, sides.period) = sides.period
                        and coalesce(quarantined.flow_code, sides.flow_code) = sides.flow_code
                )
                then 'quarantined'
            when gone.reporter_iso3 is not null then 'withdrawn'
            when silent.reporter_iso3 is not null then 'silent'
            when asked.reporter_iso3 is not null and availability.reporter_iso3 is not null
                then 'silent'
            when looked.period is not null and availability.reporter_iso3 is null then 'absent'
            else 'unknown'
        end as reporter_state,
        coalesce(controls.has_partner_detail, false) as has_partner_detail,
        coalesce(controls.row_count, 0) as row_count,
        coalesce(controls.partner_count, 0) as partner_count,
        coalesce(availability.first_released_date, controls.first_released_date)
            as first_released_date,
        coalesce(availability.last_released_date, controls.last_released_date)
            as last_released_date
    from sides
    inner join countries on sides.reporter_iso3 = countries.iso3
    left join controls
        on
            sides.frequency = controls.frequency
            and sides.period = controls.period
            and sides.reporter_iso3 = controls.reporter_iso3
            and sides.flow_code = controls.flow_code
    left join silent
        on
            sides.frequency = silent.frequency
            and sides.period = silent.period
            and sides.reporter_iso3 = silent.reporter_iso3
            and sides.flow_code = silent.flow_code
    left join availability
        on
            sides.frequency = availability.frequency
            and sides.period = availability.period
            and sides.reporter_iso3 = availability.reporter_iso3
    left join asked
        on
            sides.frequency = asked.frequency
            and sides.period = asked.period
            and sides.reporter_iso3 = asked.reporter_iso3
            and sides.flow_code = asked.flow_code
    left join looked on sides.frequency = looked.frequency and sides.period = looked.period
    left join withdrawn
        on
            sides.frequency = withdrawn.frequency
            and sides.period = withdrawn.period
            and sides.reporter_iso3 = withdrawn.reporter_iso3
    left join gone
        on
            sides.frequency = gone.frequency
            and sides.period = gone.period
            and sides.reporter_iso3 = gone.reporter_iso3
            and sides.flow_code = gone.flow_code
    cross join parameters
)

select * from judged
