-- Margins measured on the flow of a year: on its annual record where that carries both values, else
-- on its months together, so that a flow has one voice.
-- One row per importer, exporter and year.
with margin_rows as (select * from int_margin_rows where margin_of_row is not null),

-- A comes before M
one_frequency as (
    select *
    from margin_rows
    qualify frequency = min(frequency) over (partition by importer_iso3, exporter_iso3, year)
),

summed as (
    select
        importer_iso3,
        exporter_iso3,
        year,
        sum(import_value_usd order by period) as import_value_usd,
        sum(import_value_usd / (1 + margin_of_row) order by period) as import_fob_value_usd,
        any_value(distance_km) as distance_km
    from one_frequency
    group by importer_iso3, exporter_iso3, year
)

select
    *,
    import_value_usd / import_fob_value_usd - 1 as margin
from summed
