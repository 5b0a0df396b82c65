-- Countries that trade other countries' gold, found from their own reports: they declare exports
-- far above what their mines yield, in the period or in all periods together, and imports to match
-- where their imports are known: where their World total or all their partners are at hand.
-- One row per frequency, period and country that declares exports.
with controls as (select * from int_controls),

prices as (select * from int_prices),

production as (select * from stg_gold_mine_production),

parameters as (select * from stg_parameters),

imports as (
    select
        *,
        world_value_usd is not null or has_partner_detail as is_whole
    from controls
    where flow_code = 'M'
),

declared as (
    select
        exports.frequency,
        exports.period,
        exports.reporter_iso3 as iso3,
        exports.declared_value_usd / prices.gold_price_usd_per_kg as export_fine_kg,
        case
            when imports.is_whole
                then imports.declared_value_usd / prices.gold_price_usd_per_kg
        end as import_fine_kg,
        coalesce(production.production_kg, 0) / if(exports.frequency = 'M', 12, 1)
            as production_kg,
        coalesce(imports.has_partner_detail, false) as has_imports_by_partner,
        exports.has_partner_detail as has_exports_by_partner,
        parameters.hub_fine_kg_least / if(exports.frequency = 'M', 12, 1) as least_fine_kg
    from controls as exports
    inner join prices
        on exports.frequency = prices.frequency and exports.period = prices.period
    cross join parameters
    left join imports
        on
            exports.frequency = imports.frequency
            and exports.period = imports.period
            and exports.reporter_iso3 = imports.reporter_iso3
    left join production
        on exports.reporter_iso3 = production.iso3 and prices.year = production.year
    where exports.flow_code = 'X'
),

-- exports that mines do not hold, and of those the ones of periods with known imports
spans as (
    select
        *,
        export_fine_kg - production_kg as beyond_mines_fine_kg,
        sum(export_fine_kg) over periods as all_export_fine_kg,
        sum(production_kg) over periods as all_production_kg,
        sum(least_fine_kg) over periods as all_least_fine_kg,
        sum(import_fine_kg) over periods as all_import_fine_kg,
        sum(if(import_fine_kg is null, null, beyond_mines_fine_kg)) over periods
            as all_beyond_mines_fine_kg
    from declared
    window periods as (
        partition by frequency, iso3
        order by period
        rows between unbounded preceding and unbounded following
    )
),

judged as (
    select
        spans.*,
        coalesce(
            export_fine_kg >= least_fine_kg
            and export_fine_kg > production_ratio * production_kg
            and coalesce(import_fine_kg >= hub_import_share * beyond_mines_fine_kg, true),
            false
        ) as is_hub_alone,
        coalesce(
            all_export_fine_kg >= all_least_fine_kg
            and all_export_fine_kg > production_ratio * all_production_kg
            and coalesce(all_import_fine_kg >= hub_import_share * all_beyond_mines_fine_kg, true),
            false
        ) as is_hub_over_all_periods
    from spans cross join parameters
)

select
    frequency,
    period,
    iso3,
    export_fine_kg,
    import_fine_kg,
    production_kg,
    has_imports_by_partner,
    has_exports_by_partner,
    is_hub_alone or is_hub_over_all_periods as is_hub
from judged
