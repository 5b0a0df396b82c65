-- Each importer's typical flow of gold, and what its measured flows pay for freight together. Means
-- of ln value and ln distance count each flow by its value.
-- One row per importer; * is all importers together.
with margin_rows as (select * from int_margin_rows),

-- years where an importer has them (A comes before M), so that months are not the same flows again
flows as (
    select
        importer_iso3,
        period,
        exporter_iso3,
        importer_iso3 as reporter_iso3,
        import_value_usd,
        distance_km
    from margin_rows
    where import_value_usd > 0
    qualify frequency = min(frequency) over (partition by importer_iso3)
),

measured_flows as (
    select
        importer_iso3,
        year,
        exporter_iso3,
        importer_iso3 as reporter_iso3,
        import_value_usd,
        import_fob_value_usd
    from int_margin_flows
),

everybodys_flows as (
    select * from flows
    union all by name
    select * replace ('*' as importer_iso3) from flows
),

everybodys_measured_flows as (
    select * from measured_flows
    union all by name
    select * replace ('*' as importer_iso3) from measured_flows
),

names as (
    select distinct importer_iso3 from margin_rows
    union all
    select '*' as importer_iso3
),

typical as (
    select
        importer_iso3,
        exp(
            sum(
                import_value_usd * ln(import_value_usd)
                order by period, reporter_iso3, exporter_iso3
            )
            / sum(import_value_usd order by period, reporter_iso3, exporter_iso3)
        ) as import_value_usd,
        exp(
            sum(import_value_usd * ln(distance_km) order by period, reporter_iso3, exporter_iso3)
            / sum(import_value_usd order by period, reporter_iso3, exporter_iso3)
            filter (where distance_km is not null)
        ) as distance_km
    from everybodys_flows
    group by importer_iso3
),

measured as (
    select
        importer_iso3,
        sum(import_fob_value_usd order by year, reporter_iso3, exporter_iso3)
            as measured_fob_value_usd,
        sum(import_value_usd order by year, reporter_iso3, exporter_iso3)
        / measured_fob_value_usd - 1 as measured_margin
    from everybodys_measured_flows
    group by importer_iso3
)

select
    importer_iso3,
    typical.import_value_usd,
    typical.distance_km,
    measured.measured_fob_value_usd,
    measured.measured_margin
from names
left join typical using (importer_iso3)
left join measured using (importer_iso3)
