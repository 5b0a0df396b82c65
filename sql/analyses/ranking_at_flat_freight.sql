-- How do the residuals change with the freight that is assumed? Margins here are measured; reports
-- elsewhere take a flat 0, 1, 6 or 10 % of the FOB value. Ordered by kg alone, without the evidence
-- that the ranking puts first.
-- One row per exporter, importer and flat margin.
with margins as (select unnest([0.0, 0.01, 0.06, 0.10]::double[]) as margin),

years as (select * from gap_years where is_counted),

residuals as (
    select
        years.exporter_iso3,
        years.importer_iso3,
        margins.margin,
        years.gold_price_usd_per_kg,
        years.gap_value_usd
        - if(years.import_basis = 'CIF', years.import_value_usd * margin / (1 + margin), 0)
        - years.quality_usd_mid
        - years.not_assessable_usd_mid
        - years.class_swap_usd_mid
        - years.timing_usd_mid
        - years.unallocated_usd_mid
        - years.reexport_usd_mid as residual_usd
    from years cross join margins
),

amounts as (
    select
        exporter_iso3,
        importer_iso3,
        margin,
        sum(greatest(residual_usd, 0)) as residual_usd,
        sum(greatest(residual_usd, 0) / gold_price_usd_per_kg) as residual_fine_kg
    from residuals
    group by exporter_iso3, importer_iso3, margin
)

select
    exporter_iso3,
    importer_iso3,
    margin,
    residual_usd,
    residual_fine_kg,
    row_number() over (
        partition by margin
        order by residual_fine_kg desc, exporter_iso3 asc, importer_iso3 asc
    ) as rank_at_margin
from amounts
where residual_fine_kg > 0
order by margin, rank_at_margin
