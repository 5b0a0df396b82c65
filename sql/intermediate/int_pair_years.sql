-- Pairs of the published frequency with names, window, reason for being set aside, and signs to
-- read them by.
-- One row per period, exporter and importer.
with waterfall as (select * from int_waterfall),

parameters as (select * from stg_parameters),

balances as (select * from int_balances),

production as (select * from stg_gold_mine_production),

controls as (select * from int_controls),

countries as (select * from stg_countries),

joined as (
    select
        waterfall.*,
        exporters.area_name as exporter_name,
        exporters.continent as exporter_continent,
        importers.area_name as importer_name,
        importers.continent as importer_continent,
        exporter_balance.export_support,
        importer_balance.import_support,
        exporter_balance.mirrored_export_value_usd,
        production.production_kg / if(waterfall.frequency = 'M', 12, 1) as exporter_production_kg,
        -- imports from some partners are not its imports
        if(
            exporter_imports.world_value_usd is not null or exporter_imports.has_partner_detail,
            exporter_imports.declared_value_usd,
            null
        ) / waterfall.gold_price_usd_per_kg as exporter_import_fine_kg,
        greatest(coalesce(reverse.import_value_usd, 0), coalesce(reverse.export_value_usd, 0))
            as opposite_value_usd,
        lag(waterfall.import_value_usd) over (
            partition by waterfall.exporter_iso3, waterfall.importer_iso3
            order by waterfall.period
        ) as import_value_usd_before,
        lag(waterfall.period) over (
            partition by waterfall.exporter_iso3, waterfall.importer_iso3
            order by waterfall.period
        ) as period_before
    from waterfall
    left join balances as exporter_balance
        on
            waterfall.frequency = exporter_balance.frequency
            and waterfall.period = exporter_balance.period
            and waterfall.exporter_iso3 = exporter_balance.iso3
    left join balances as importer_balance
        on
            waterfall.frequency = importer_balance.frequency
            and waterfall.period = importer_balance.period
            and waterfall.importer_iso3 = importer_balance.iso3
    left join controls as exporter_imports
        on
            waterfall.frequency = exporter_imports.frequency
            and waterfall.period = exporter_imports.period
            and waterfall.exporter_iso3 = exporter_imports.reporter_iso3
            and exporter_imports.flow_code = 'M'
    left join waterfall as reverse
        on
            waterfall.frequency = reverse.frequency
            and waterfall.period = reverse.period
            and waterfall.exporter_iso3 = reverse.importer_iso3
            and waterfall.importer_iso3 = reverse.exporter_iso3
            and waterfall.exporter_iso3 <> waterfall.importer_iso3
    left join production
        on waterfall.exporter_iso3 = production.iso3 and waterfall.year = production.year
    left join countries as exporters on waterfall.exporter_iso3 = exporters.iso3
    left join countries as importers on waterfall.importer_iso3 = importers.iso3
),

signed as (
    select
        joined.*,
        case
            when after_freight > 0 then export_support
            when after_freight < 0 then import_support
        end as support,
        import_fob_value_usd / export_value_usd as mirror_ratio,
        case
            when coalesce(import_fob_value_usd, 0) + coalesce(export_value_usd, 0) > 0
                then
                    2 * after_freight
                    / (coalesce(import_fob_value_usd, 0) + coalesce(export_value_usd, 0))
        end as relative_gap,
        case when import_fob_value_usd > 0 then coalesce(export_value_usd, 0) / import_fob_value_usd
        end as coverage,
        (coalesce(import_fob_value_usd, 0) + coalesce(export_value_usd, 0))
        / 2 / gold_price_usd_per_kg as mean_of_reports_fine_kg,
        case
            when gap_net_weight_kg is not null
                then
                    coalesce(
                        gap_net_weight_kg * gold_price_usd_per_kg / after_freight
                        between 1 / parameters.measures_agree_ratio
                        and parameters.measures_agree_ratio,
                        false
                    )
        end as is_weight_gap_agreeing,
        exporter_state = 'silent' as is_exporter_silent,
        coalesce(
            export_weight_quality = 'unit_error' or import_weight_quality = 'unit_error', false
        ) as has_unit_error,
        coalesce(
            export_weight_quality = 'estimated' or import_weight_quality = 'estimated', false
        ) as has_estimated_weight,
        coalesce(
            export_weight_quality = 'fineness_out_of_range'
            or import_weight_quality = 'fineness_out_of_range',
            false
        ) as has_fineness_out_of_range,
        coalesce(
            import_weight_quality = 'ok' and export_weight_quality = 'ok'
            and fineness_ratio > 1 / parameters.under_priced_ratio,
            false
        ) as is_under_priced,
        coalesce(
            export_weight_quality in ('ok', 'fineness_out_of_range')
            and import_weight_quality in ('ok', 'fineness_out_of_range')
            and fineness_ratio < parameters.under_priced_ratio,
            false
        ) as is_valued_low,
        coalesce(
            import_value_usd > parameters.jump_ratio * import_value_usd_before
            and period_before = if(
                period % 100 = 1 and joined.frequency = 'M', period - 89, period - 1
            ),
            false
        ) as is_jump,
        mirrored_export_value_usd / gold_price_usd_per_kg
        / nullif(coalesce(exporter_production_kg, 0) + coalesce(exporter_import_fine_kg, 0), 0)
            as production_multiple,
        coalesce(
            mirrored_export_value_usd / gold_price_usd_per_kg
            > parameters.production_ratio
            * (coalesce(exporter_production_kg, 0) + coalesce(exporter_import_fine_kg, 0)),
            false
        ) as is_above_production,
        opposite_value_usd > parameters.round_trip_share
        * greatest(coalesce(import_value_usd, 0), coalesce(export_value_usd, 0)) as is_round_trip
    from joined cross join parameters
),

marked as (
    select
        *,
        if(set_aside_reason is null, 0, residual_value_usd_mid) as residual_if_set_aside
    from signed
),

-- what is set aside has no residual: what is left of its gap cannot be assessed
settled as (
    select
        * replace (
            not_assessable_usd_low + residual_if_set_aside as not_assessable_usd_low,
            not_assessable_usd_mid + residual_if_set_aside as not_assessable_usd_mid,
            not_assessable_usd_high + residual_if_set_aside as not_assessable_usd_high,
            not_assessable_fine_kg + residual_if_set_aside / gold_price_usd_per_kg
                as not_assessable_fine_kg,
            if(is_set_aside, 0, residual_value_usd_low) as residual_value_usd_low,
            if(is_set_aside, 0, residual_value_usd_mid) as residual_value_usd_mid,
            if(is_set_aside, 0, residual_value_usd_high) as residual_value_usd_high,
            if(is_set_aside, 0, residual_fine_kg_low) as residual_fine_kg_low,
            if(is_set_aside, 0, residual_fine_kg_mid) as residual_fine_kg_mid,
            if(is_set_aside, 0, residual_fine_kg_high) as residual_fine_kg_high
        )
    from marked
)

select
    *,
    case
        when set_aside_reason is not null then 'set_aside'
        when not is_assessed then 'one_sided'
        when residual_value_usd_mid > 0 then 'undeclared_export'
        when residual_value_usd_mid < 0 then 'undeclared_import'
        else 'balanced'
    end as reading
from settled
