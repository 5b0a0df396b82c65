-- Rows of gold as typed values, each with what became of it; zero weights are null, as are zero
-- CIF and FOB values, and every figure of a faulty row.
-- One row per row of a source file.
with records as (select * from raw_records),

sources as (select * from raw_sources),

superseded as (select * from raw_superseded),

areas as (select * from stg_areas),

flows as (select * from stg_flows),

faults as (select * from stg_faulty_rows),

typed as (
    select
        records.source_id,
        records.source_row,
        records.freq_code as frequency,
        try_cast(records.period as integer) as period,
        try_cast(records.reporter_code as integer) as reporter_code,
        try_cast(records.partner_code as integer) as partner_code,
        records.flow_code,
        records.cmd_code as hs_code,
        records.classification_code as hs_edition,
        coalesce(try_cast(records.is_original_classification as boolean), true)
            as is_original_edition,
        faults.source_id is not null as is_faulty,
        coalesce(faults.fault = 'conflict', false) as is_conflict,
        coalesce(faults.is_key_unreadable, false) as is_key_unreadable,
        coalesce(faults.is_in_live_reply, false) as is_in_live_reply,
        coalesce(records.type_code, 'C') = 'C' as is_goods,
        coalesce(records.customs_code, 'C00') = 'C00'
        and coalesce(try_cast(records.mot_code as integer), 0) = 0
        and coalesce(try_cast(records.mos_code as integer), 0) = 0
        and coalesce(try_cast(records.partner2_code as integer), 0) = 0 as is_total,
        coalesce(records.customs_code, 'C00') = 'C00'
        and coalesce(try_cast(records.mot_code as integer), 0) = 0
        and coalesce(try_cast(records.mos_code as integer), 0) = 0
        and coalesce(try_cast(records.partner2_code as integer), 0) <> 0 as is_second_partner,
        coalesce(try_cast(records.partner2_code as integer), 0) as partner2_code,
        if(is_faulty, null, try_cast(records.primary_value as double)) as value_usd,
        nullif(if(is_faulty, null, try_cast(records.net_wgt as double)), 0) as net_weight_kg,
        coalesce(try_cast(records.is_net_wgt_estimated as boolean), false) as is_weight_estimated,
        nullif(if(is_faulty, null, try_cast(records.cif_value as double)), 0) as cif_value_usd,
        nullif(if(is_faulty, null, try_cast(records.fob_value as double)), 0) as fob_value_usd,
        coalesce(cast(try_cast(records.last_released as timestamp) as date), sources.released)
            as released_date
    from records
    inner join sources on records.source_id = sources.source_id
    left join faults
        on records.source_id = faults.source_id and records.source_row = faults.source_row
),

judged as (
    select
        typed.*,
        reporters.iso3 as reporter_iso3,
        partners.iso3 as partner_iso3,
        partners.area_kind as partner_kind,
        case
            when superseded.source_id is not null and not typed.is_in_live_reply
                then 'superseded'
            when typed.is_key_unreadable then null
            when not typed.is_goods then 'services'
            when not typed.is_total then 'breakdown'
            when flows.flow_use = 'none' then 'flow_not_used'
            when reporters.area_kind <> 'country' then 'reporter_is_no_country'
            when partners.area_kind = 'group' then 'partner_is_a_group'
        end as reason
    from typed
    left join areas as reporters on typed.reporter_code = reporters.area_code
    left join areas as partners on typed.partner_code = partners.area_code
    left join flows on typed.flow_code = flows.flow_code
    left join superseded
        on typed.source_id = superseded.source_id and typed.source_row = superseded.source_row
),

-- of figures that contradict each other one without a date may be the newest
dated as (
    select
        *,
        if(
            is_conflict and released_date is null,
            max(released_date) over (
                partition by
                    frequency, period, reporter_code, partner_code, flow_code, hs_code,
                    is_original_edition, hs_edition
            ),
            released_date
        ) as possible_date
    from judged
),

ordered as (
    select
        *,
        row_number() over newest as place,
        rank() over (
            partition by
                frequency, period, reporter_code, partner_code, flow_code, hs_code, reason,
                is_key_unreadable
            order by
                is_original_edition desc, possible_date desc nulls last, hs_edition desc nulls last
        ) as release_place,
        first_value(value_usd) over newest as kept_value_usd,
        first_value(net_weight_kg) over newest as kept_net_weight_kg,
        first_value(hs_edition) over newest as kept_edition
    from dated
    window newest as (
        partition by
            frequency, period, reporter_code, partner_code, flow_code, hs_code, reason,
            is_key_unreadable
        order by
            is_original_edition desc,
            possible_date desc nulls last,
            -- "HS" states no edition
            nullif(hs_edition, 'HS') desc nulls last,
            is_faulty desc,
            cif_value_usd is null asc,
            fob_value_usd is null asc,
            source_id asc,
            source_row asc
    )
),

fated as (
    select
        * exclude (
            is_faulty,
            is_conflict,
            possible_date,
            is_key_unreadable,
            is_in_live_reply,
            reason,
            place,
            release_place,
            kept_value_usd,
            kept_net_weight_kg,
            kept_edition
        ),
        case
            when reason is not null then reason
            when is_faulty and (is_key_unreadable or release_place = 1) then 'quarantined'
            when place = 1 then 'used'
            when coalesce(hs_edition, '') <> coalesce(kept_edition, '') then 'other_hs_edition'
            when
                value_usd = kept_value_usd
                and coalesce(net_weight_kg, -1) = coalesce(kept_net_weight_kg, -1)
                then 'duplicate'
            else 'superseded'
        end as fate
    from ordered
)

select * from fated
