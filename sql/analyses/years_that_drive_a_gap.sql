-- Which years drive the gap of a pair? One large year is a shipment or an error; many are a habit.
-- Shares are of the sum of the positive years, so they add up to 1.
-- One row per year of the pair named in `question`.
with question as (
    select
        'KEN' as exporter_iso3,
        'ARE' as importer_iso3
),

years as (
    select
        gap_years.period,
        gap_years.export_value_usd,
        gap_years.import_value_usd,
        gap_years.gap_value_usd,
        gap_years.residual_value_usd_mid,
        gap_years.residual_fine_kg_mid,
        gap_years.is_jump,
        greatest(gap_years.residual_value_usd_mid, 0) as positive_usd
    from gap_years
    inner join question using (exporter_iso3, importer_iso3)
    where gap_years.is_counted
)

select
    period,
    export_value_usd,
    import_value_usd,
    gap_value_usd,
    residual_value_usd_mid,
    residual_fine_kg_mid,
    is_jump,
    positive_usd / nullif(sum(positive_usd) over (), 0) as share_of_the_gap
from years
order by period
