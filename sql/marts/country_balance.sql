-- What a country declares of its gold trade in all, what its partners declare of it, what its mines
-- produced, and how much of the difference its trade without a partner can explain.
-- One row per period and country.
with balances as (select * from int_balances),

parameters as (select * from stg_parameters),

prices as (select * from int_prices),

production as (select * from stg_gold_mine_production),

countries as (select * from stg_countries),

hubs as (select * from int_hubs),

unreported as (select * from int_unreported_production),

-- what a country exports by its own reports or its partners', and what of it has a known origin:
-- its mines, and its imports where their World total is at hand
origins as (
    select
        balances.frequency,
        balances.period,
        balances.iso3,
        greatest(
            coalesce(balances.export_world_value_usd, balances.export_named_value_usd, 0),
            coalesce(balances.mirrored_export_value_usd, 0)
        ) / prices.gold_price_usd_per_kg as export_fine_kg,
        coalesce(production.production_kg, 0) / if(balances.frequency = 'M', 12, 1) as mined_kg,
        mined_kg
        + coalesce(balances.import_world_value_usd, 0) / prices.gold_price_usd_per_kg
            as known_fine_kg,
        parameters.hub_fine_kg_least / if(balances.frequency = 'M', 12, 1) as hub_fine_kg_least
    from balances
    inner join prices
        on balances.frequency = prices.frequency and balances.period = prices.period
    left join production on balances.iso3 = production.iso3 and prices.year = production.year
    cross join parameters
)

select
    balances.frequency,
    balances.period,
    balances.iso3,
    countries.area_name as country_name,
    balances.export_world_value_usd,
    balances.export_world_net_weight_kg,
    balances.export_named_value_usd,
    balances.export_pool_usd,
    balances.export_pool_share,
    balances.mirrored_export_cif_value_usd,
    balances.mirrored_export_value_usd,
    balances.importers_reporting,
    balances.export_balance_usd,
    balances.export_gaps_usd,
    balances.export_support,
    case
        when balances.export_pool_usd is not null
            then greatest(balances.export_gaps_usd - balances.export_pool_usd, 0)
    end as export_beyond_pool_usd,
    balances.import_world_value_usd,
    balances.import_pool_usd,
    balances.import_pool_share,
    balances.mirrored_import_value_usd,
    balances.exporters_reporting,
    balances.import_balance_usd,
    balances.import_support,
    prices.gold_price_usd_per_kg,
    balances.export_world_value_usd / prices.gold_price_usd_per_kg as export_world_fine_kg,
    balances.mirrored_export_value_usd / prices.gold_price_usd_per_kg as mirrored_export_fine_kg,
    balances.import_world_value_usd / prices.gold_price_usd_per_kg as import_world_fine_kg,
    case when balances.frequency = 'A' then production.production_kg end as production_kg,
    unreported.unreported_production_kg,
    unreported.unreported_production_kg_low,
    unreported.unreported_production_kg_high,
    case
        when hubs.is_hub then 'hub'
        when
            mirrored_export_fine_kg > parameters.production_ratio * origins.known_fine_kg
            and mirrored_export_fine_kg >= origins.hub_fine_kg_least
            then 'conduit'
        when origins.known_fine_kg < parameters.origin_share * origins.export_fine_kg
            then 'conduit'
        when
            origins.mined_kg > 0
            and origins.mined_kg >= parameters.origin_share * origins.export_fine_kg
            then 'producer'
        else 'other'
    end as country_role,
    case
        when balances.export_pool_share >= parameters.no_partner_share
            then
                format(
                    'books {:.1f} % of its exports without a partner: of gaps of {:,.1f} M USD '
                    'these {:,.1f} M USD can explain all but {:,.1f} M USD; gold of other '
                    'countries refined there and its own way of recording may explain the rest',
                    100 * balances.export_pool_share,
                    balances.export_gaps_usd / 1e6,
                    balances.export_pool_usd / 1e6,
                    greatest(balances.export_gaps_usd - balances.export_pool_usd, 0) / 1e6
                )
    end as balance_reading,
    case
        when
            unreported.unreported_production_kg >= parameters.unreported_production_kg_least
            and unreported.unreported_production_kg
            >= parameters.unreported_production_share * unreported.production_kg
            then
                format(
                    'production in no reported export or import: mines {:,.1f} t, fuller report '
                    'of exports {:,.1f} t; gold that stays in the country or leaves in ores and '
                    'concentrates is not in these records',
                    unreported.production_kg / 1000,
                    unreported.reported_export_fine_kg / 1000
                )
                || if(unreported.is_net_importer, '; it imports more than it exports', '')
                || if(
                    unreported.has_all_importers,
                    '',
                    '; partners whose reports are not available may hold more'
                )
    end as production_reading
from balances
inner join parameters on balances.frequency = parameters.frequency
inner join prices
    on balances.frequency = prices.frequency and balances.period = prices.period
inner join origins
    on
        balances.frequency = origins.frequency
        and balances.period = origins.period
        and balances.iso3 = origins.iso3
inner join countries on balances.iso3 = countries.iso3
left join production on balances.iso3 = production.iso3 and prices.year = production.year
left join hubs
    on
        balances.frequency = hubs.frequency
        and balances.period = hubs.period
        and balances.iso3 = hubs.iso3
left join unreported
    on
        balances.frequency = unreported.frequency
        and balances.period = unreported.period
        and balances.iso3 = unreported.iso3
where countries.is_country
order by balances.period, balances.iso3
