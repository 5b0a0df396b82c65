-- Each country's exports and imports as it declares them and as its partners do, added up.
-- Partners' imports are freed of freight. Support is the share of a country's one-sided pair gaps
-- that survives the addition; null where its own World total is not at hand.
-- One row per frequency, period and country.
with pairs as (select * from int_measures),

controls as (select * from int_controls),

margins as (select * from freight_margins),

as_exporter as (
    select
        frequency,
        period,
        exporter_iso3 as iso3,
        sum(import_value_usd order by importer_iso3) as mirrored_export_cif_value_usd,
        sum(import_fob_value_usd order by importer_iso3) as mirrored_export_value_usd,
        count(import_value_usd) as importers_reporting,
        sum(
            greatest(coalesce(import_fob_value_usd, 0) - coalesce(export_value_usd, 0), 0)
            order by importer_iso3
        ) as export_gaps_usd
    from pairs
    where exporter_kind = 'country' and importer_kind = 'country'
    group by frequency, period, exporter_iso3
),

as_importer as (
    select
        frequency,
        period,
        importer_iso3 as iso3,
        sum(export_value_usd order by exporter_iso3) as mirrored_import_value_usd,
        count(export_value_usd) as exporters_reporting,
        sum(
            greatest(coalesce(export_value_usd, 0) - coalesce(import_fob_value_usd, 0), 0)
            order by exporter_iso3
        ) as import_gaps_usd
    from pairs
    where exporter_kind = 'country' and importer_kind = 'country'
    group by frequency, period, importer_iso3
),

exports as (select * from controls where flow_code = 'X'),

imports as (select * from controls where flow_code = 'M'),

world_bases as (
    select
        bases.frequency,
        bases.period,
        bases.importer_iso3 as iso3,
        if(
            bases.import_basis = 'FOB',
            0,
            coalesce(bases.margin_of_row, margins.margin_mid, everyone.margin_mid)
        ) as world_margin
    from int_import_bases as bases
    left join margins on bases.importer_iso3 = margins.importer_iso3
    inner join margins as everyone on everyone.importer_iso3 = '*'
    where bases.partner_kind = 'world'
),

countries as (
    select
        frequency,
        period,
        iso3
    from as_exporter
    union
    select
        frequency,
        period,
        iso3
    from as_importer
    union
    select
        frequency,
        period,
        reporter_iso3 as iso3
    from controls
),

balanced as (
    select
        countries.frequency,
        countries.period,
        countries.iso3,
        exports.world_value_usd as export_world_value_usd,
        exports.world_net_weight_kg as export_world_net_weight_kg,
        exports.named_value_usd as export_named_value_usd,
        exports.pool_usd as export_pool_usd,
        exports.pool_share as export_pool_share,
        as_exporter.mirrored_export_cif_value_usd,
        as_exporter.mirrored_export_value_usd,
        coalesce(as_exporter.importers_reporting, 0) as importers_reporting,
        as_exporter.export_gaps_usd,
        imports.world_value_usd as import_world_value_usd,
        imports.world_value_usd / (1 + coalesce(world_bases.world_margin, 0))
            as import_world_fob_value_usd,
        imports.pool_usd as import_pool_usd,
        imports.pool_share as import_pool_share,
        as_importer.mirrored_import_value_usd,
        coalesce(as_importer.exporters_reporting, 0) as exporters_reporting,
        as_importer.import_gaps_usd
    from countries
    left join as_exporter using (frequency, period, iso3)
    left join as_importer using (frequency, period, iso3)
    left join world_bases using (frequency, period, iso3)
    left join exports
        on
            countries.frequency = exports.frequency
            and countries.period = exports.period
            and countries.iso3 = exports.reporter_iso3
    left join imports
        on
            countries.frequency = imports.frequency
            and countries.period = imports.period
            and countries.iso3 = imports.reporter_iso3
)

select
    *,
    mirrored_export_value_usd - export_world_value_usd as export_balance_usd,
    case
        when export_gaps_usd > 0 and export_world_value_usd is not null
            then
                least(
                    greatest(coalesce(mirrored_export_value_usd, 0) - export_world_value_usd, 0)
                    / export_gaps_usd,
                    1
                )
    end as export_support,
    mirrored_import_value_usd - import_world_fob_value_usd as import_balance_usd,
    case
        when import_gaps_usd > 0 and import_world_fob_value_usd is not null
            then
                least(
                    greatest(coalesce(mirrored_import_value_usd, 0) - import_world_fob_value_usd, 0)
                    / import_gaps_usd,
                    1
                )
    end as import_support
from balanced
