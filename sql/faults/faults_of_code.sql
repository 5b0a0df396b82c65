-- Reporter, partner and flow must be codes that Comtrade's lists have; goods must be named.
-- One row per offending record and code.
with records as (select * from raw_records),

areas as (select area_code from stg_areas),

flows as (select flow_code from raw_flows),

offending as (
    select
        source_id,
        source_row,
        'unknown reporter code ' || coalesce(reporter_code, '(empty)') as problem,
        case
            when reporter_code is null then 'give the row its reporter, or leave it out'
            when try_cast(reporter_code as integer) = 0
                then 'the world reports nothing, leave such rows out'
            when regexp_full_match(reporter_code, '\d+')
                then 'correct it, or add the area to areas.csv in the folder of --corrections'
            else 'correct it, or write ISO codes or names as UN Comtrade does'
        end as advice
    from records
    where
        coalesce(try_cast(reporter_code as integer), -1) not in (select area_code from areas)
        or not regexp_full_match(reporter_code, '\d+')
        or try_cast(reporter_code as integer) = 0
    union all by name
    select
        source_id,
        source_row,
        'unknown partner code ' || coalesce(partner_code, '(empty)') as problem,
        case
            when partner_code is null then 'give the row its partner, or leave it out'
            when regexp_full_match(partner_code, '\d+')
                then 'correct it, or add the area to areas.csv in the folder of --corrections'
            else 'correct it, or write ISO codes or names as UN Comtrade does'
        end as advice
    from records
    where
        coalesce(try_cast(partner_code as integer), -1) not in (select area_code from areas)
        or not regexp_full_match(partner_code, '\d+')
    union all by name
    select
        source_id,
        source_row,
        'unknown flow code ' || coalesce(flow_code, '(empty)') as problem,
        'use the codes of data/reference/flows.csv, such as M and X' as advice
    from records
    where flow_code is null or flow_code not in (select flow_code from flows)
    union all by name
    select
        source_id,
        source_row,
        coalesce(cmd_code || ' is no HS code', 'no HS code') as problem,
        'download the file again' || if(
            cmd_code is null, '', ', or write codes with digits only, such as 710812'
        ) as advice
    from records
    where cmd_code is null or not regexp_full_match(cmd_code, '[A-Za-z0-9]+')
)

select * from offending
