-- Pairs with all that the waterfall needs: both reports, margin, pools, other classes, whether a
-- side is set aside, a hub or in the window, and whether the ranking counts the row.
-- One row per frequency, period, exporter and importer.
with measures as (select * from int_measures),

controls as (select * from int_controls),

classes as (select * from int_neighbour_classes),

set_aside as (select * from int_set_aside),

hubs as (select * from int_hubs),

span as (select * from int_window),

gathered as (
    select
        measures.*,
        coalesce(measures.import_value_usd, 0) - coalesce(measures.export_value_usd, 0)
            as gap_value_usd,
        exporters.pool_usd as exporter_pool_usd,
        exporters.pool_share as exporter_pool_share,
        importers.pool_usd as importer_pool_usd,
        importers.pool_share as importer_pool_share,
        exporters.declared_value_usd as exporter_declared_usd,
        importers.declared_value_usd as importer_declared_usd,
        exporter_imports.declared_value_usd as exporter_received_usd,
        importer_exports.declared_value_usd as importer_sold_usd,
        coalesce(classes.swap_of_positive_usd, 0) as swap_of_positive_usd,
        coalesce(classes.swap_of_negative_usd, 0) as swap_of_negative_usd,
        set_aside.set_aside_reason,
        set_aside.set_aside_source,
        set_aside.set_aside_reason is not null as is_set_aside,
        coalesce(measures.year between span.first_year and span.last_year, false)
            as is_in_window,
        measures.is_assessed and not is_set_aside and is_in_window as is_counted,
        coalesce(exporter_hub.is_hub, false) as is_exporter_hub,
        coalesce(importer_hub.is_hub, false) as is_importer_hub,
        -- what passes through a hub cannot be bounded without the other side of its books
        coalesce(
            if(
                coalesce(measures.import_fob_value_usd, 0) > coalesce(measures.export_value_usd, 0),
                exporter_hub.is_hub and not exporter_hub.has_imports_by_partner,
                importer_hub.is_hub and not importer_hub.has_exports_by_partner
            ),
            false
        ) as is_transit_unbounded
    from measures
    left join controls as exporters
        on
            measures.frequency = exporters.frequency
            and measures.period = exporters.period
            and measures.exporter_iso3 = exporters.reporter_iso3
            and exporters.flow_code = 'X'
    left join controls as importers
        on
            measures.frequency = importers.frequency
            and measures.period = importers.period
            and measures.importer_iso3 = importers.reporter_iso3
            and importers.flow_code = 'M'
    left join controls as exporter_imports
        on
            measures.frequency = exporter_imports.frequency
            and measures.period = exporter_imports.period
            and measures.exporter_iso3 = exporter_imports.reporter_iso3
            and exporter_imports.flow_code = 'M'
    left join controls as importer_exports
        on
            measures.frequency = importer_exports.frequency
            and measures.period = importer_exports.period
            and measures.importer_iso3 = importer_exports.reporter_iso3
            and importer_exports.flow_code = 'X'
    left join classes
        on
            measures.frequency = classes.frequency
            and measures.period = classes.period
            and measures.exporter_iso3 = classes.exporter_iso3
            and measures.importer_iso3 = classes.importer_iso3
    left join set_aside
        on
            measures.frequency = set_aside.frequency
            and measures.period = set_aside.period
            and measures.exporter_iso3 = set_aside.exporter_iso3
            and measures.importer_iso3 = set_aside.importer_iso3
    left join hubs as exporter_hub
        on
            measures.frequency = exporter_hub.frequency
            and measures.period = exporter_hub.period
            and measures.exporter_iso3 = exporter_hub.iso3
    left join hubs as importer_hub
        on
            measures.frequency = importer_hub.frequency
            and measures.period = importer_hub.period
            and measures.importer_iso3 = importer_hub.iso3
    left join span on true
)

select * from gathered
