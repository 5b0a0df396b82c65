-- Countries that trade other countries' gold, found from their own books: they declare exports far
-- above what their mines yield, and imports to match where their imports are at hand.
-- One row per frequency, period and country that declares exports.
with controls as (select * from int_controls),

prices as (select * from int_prices),

production as (select * from stg_gold_mine_production),

parameters as (select * from stg_parameters),

declared as (
    select
        exports.frequency,
        exports.period,
        exports.reporter_iso3 as iso3,
        exports.declared_value_usd / prices.gold_price_usd_per_kg as export_fine_kg,
        imports.declared_value_usd / prices.gold_price_usd_per_kg as import_fine_kg,
        coalesce(production.production_kg, 0) / if(exports.frequency = 'M', 12, 1)
            as production_kg,
        coalesce(imports.has_partner_detail, false) as has_imports_by_partner,
        exports.has_partner_detail as has_exports_by_partner
    from controls as exports
    inner join prices
        on exports.frequency = prices.frequency and exports.period = prices.period
    left join controls as imports
        on
            exports.frequency = imports.frequency
            and exports.period = imports.period
            and exports.reporter_iso3 = imports.reporter_iso3
            and imports.flow_code = 'M'
    left join production
        on exports.reporter_iso3 = production.iso3 and prices.year = production.year
    where exports.flow_code = 'X'
),

judged as (
    select
        declared.*,
        export_fine_kg >= parameters.hub_fine_kg_least / if(declared.frequency = 'M', 12, 1)
        and export_fine_kg > parameters.production_ratio * production_kg
        and coalesce(
            import_fine_kg >= 0.5 * (export_fine_kg - production_kg), true
        ) as is_hub
    from declared cross join parameters
)

select * from judged
