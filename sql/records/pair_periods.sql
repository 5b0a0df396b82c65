-- What mirror explain reads: the reports, gap and waterfall of every pair, also of a pair with a
-- partner that is no country, which gap_years leaves out.
-- One row per period, exporter and importer.
with pair_years as (select * from int_pair_years)

select
    frequency,
    period,
    year,
    exporter_iso3,
    exporter_name,
    importer_iso3,
    importer_name,
    exporter_state,
    importer_state,
    is_assessed,
    reading,
    set_aside_reason,
    export_value_usd,
    import_value_usd,
    import_basis,
    gap_value_usd,
    export_net_weight_kg,
    import_net_weight_kg,
    export_weight_quality,
    import_weight_quality,
    gold_price_usd_per_kg,
    gap_fine_kg,
    has_value_error,
    columns('^(freight|quality|not_assessable|class_swap|timing|unallocated|reexport)_usd_(low|mid|high)$'), -- noqa: LT05
    columns('^(freight|quality|not_assessable|class_swap|timing|unallocated|reexport)_fine_kg$'),
    columns('^residual_(value_usd|fine_kg)_(low|mid|high)$'),
    swap_of_positive_usd,
    swap_of_negative_usd,
    exporter_pool_usd,
    importer_pool_usd,
    is_transit_unbounded,
    pair_spread
from pair_years
order by period, exporter_iso3, importer_iso3
