-- One pair over the years: both reports, the parts of the waterfall and what is left of the gap.
-- One row per period of that exporter and importer.
select
    period,
    exporter_state,
    importer_state,
    reading,
    export_value_usd,
    import_value_usd,
    import_basis,
    gap_value_usd,
    freight_usd_mid,
    quality_usd_mid,
    not_assessable_usd_mid,
    class_swap_usd_mid,
    timing_usd_mid,
    unallocated_usd_mid,
    reexport_usd_mid,
    residual_value_usd_low,
    residual_value_usd_mid,
    residual_value_usd_high,
    residual_fine_kg_low,
    residual_fine_kg_mid,
    residual_fine_kg_high,
    export_net_weight_kg,
    import_net_weight_kg,
    is_in_window,
    is_counted
from gap_years
where exporter_iso3 = upper(exporter) and importer_iso3 = upper(importer)
order by period
