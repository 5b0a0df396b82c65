-- The gap between both reports under flat freight margins instead of measured ones, so that figures
-- of studies that assume 0, 1, 6 or 10 % can be compared; before any other part of the waterfall.
-- One row per exporter and importer, summed over the years that the ranking counts.
with pair_years as (select * from int_pair_years where is_counted),

summed as (
    select
        exporter_iso3,
        importer_iso3,
        min(year) as first_year,
        max(year) as last_year,
        sum(coalesce(export_value_usd, 0) order by period) as export_usd,
        sum(if(import_basis = 'FOB', import_value_usd, 0) order by period) as import_fob_usd,
        sum(if(import_basis = 'FOB', 0, coalesce(import_value_usd, 0)) order by period)
            as import_cif_usd,
        sum(after_freight order by period) as gap_at_measured_margin_usd
    from pair_years
    group by exporter_iso3, importer_iso3
)

select
    exporter_iso3,
    importer_iso3,
    first_year,
    last_year,
    gap_at_measured_margin_usd,
    coalesce(import_fob_usd, 0) + import_cif_usd - export_usd as gap_at_0_percent_usd,
    coalesce(import_fob_usd, 0) + import_cif_usd / 1.01 - export_usd as gap_at_1_percent_usd,
    coalesce(import_fob_usd, 0) + import_cif_usd / 1.06 - export_usd as gap_at_6_percent_usd,
    coalesce(import_fob_usd, 0) + import_cif_usd / 1.1 - export_usd as gap_at_10_percent_usd
from summed
order by exporter_iso3, importer_iso3
