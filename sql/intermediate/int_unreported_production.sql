-- Gold from a country's mines that stands neither in its own exports nor in its partners' imports.
-- Only where its exports to all partners are available, or the imports of all reporters. The lower
-- end is 0 where some partners' reports are not available: they may hold the rest; the upper end
-- takes the gold that the country imports, or may import, as exported first.
-- One row per year and country whose mines produced gold.
with balances as (select * from int_balances where frequency = 'A'),

exports as (select * from int_controls where flow_code = 'X'),

prices as (select * from int_prices),

production as (select * from stg_gold_mine_production where production_kg > 0),

asked as (select * from stg_asked where flow_code = 'M'),

-- countries that report other goods and no gold exports: their exports are known to be none
silent as (
    select * from int_reporter_states where flow_code = 'X' and reporter_state = 'silent'
),

parameters as (select * from stg_parameters),

-- years in which every reporter that the service holds was asked for its imports
whole_years as (
    select
        availability.frequency,
        availability.period
    from stg_availability as availability
    left join asked using (frequency, period, reporter_iso3)
    group by availability.frequency, availability.period
    having count(*) = count(asked.reporter_iso3)
),

traded as (
    select
        balances.frequency,
        balances.period,
        balances.iso3,
        production.production_kg,
        prices.gold_price_usd_per_kg,
        prices.gold_price_usd_per_kg_low,
        prices.gold_price_usd_per_kg_high,
        -- the fuller of both reports; greatest passes over nulls
        greatest(exports.declared_value_usd, balances.mirrored_export_value_usd)
            as reported_export_usd,
        case
            when balances.import_world_fob_value_usd is not null or whole_years.period is not null
                then
                    coalesce(
                        greatest(
                            balances.import_world_fob_value_usd, balances.mirrored_import_value_usd
                        ),
                        0
                    )
        end as known_import_usd,
        whole_years.period is not null as has_all_importers,
        exports.world_value_usd is not null
        or coalesce(exports.has_partner_detail, false)
        or silent.reporter_iso3 is not null as has_all_exports
    from balances
    inner join prices using (frequency, period)
    inner join production on balances.iso3 = production.iso3 and prices.year = production.year
    left join exports
        on
            balances.frequency = exports.frequency
            and balances.period = exports.period
            and balances.iso3 = exports.reporter_iso3
    left join silent
        on
            balances.frequency = silent.frequency
            and balances.period = silent.period
            and balances.iso3 = silent.reporter_iso3
    left join whole_years
        on balances.frequency = whole_years.frequency and balances.period = whole_years.period
),

available as (
    select
        traded.*,
        -- what is exported of the country's own mines at the least
        greatest(reported_export_usd - known_import_usd, 0) as own_gold_export_usd,
        parameters.production_error_share
    from traded cross join parameters
    where has_all_exports or has_all_importers
)

select
    frequency,
    period,
    iso3,
    production_kg,
    coalesce(reported_export_usd, 0) / gold_price_usd_per_kg as reported_export_fine_kg,
    has_all_importers,
    coalesce(known_import_usd > reported_export_usd, false) as is_net_importer,
    greatest(production_kg - reported_export_fine_kg, 0) as unreported_production_kg,
    case
        when has_all_importers
            then
                greatest(
                    (1 - production_error_share) * production_kg
                    - coalesce(reported_export_usd, 0) / gold_price_usd_per_kg_low,
                    0
                )
        else 0
    end as unreported_production_kg_low,
    (1 + production_error_share) * production_kg
    - least(
        coalesce(own_gold_export_usd, 0) / gold_price_usd_per_kg_high,
        (1 + production_error_share) * production_kg
    ) as unreported_production_kg_high
from available
