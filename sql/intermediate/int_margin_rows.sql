-- Import rows with their value, their measured margin, where they have one, and the distance to the
-- exporter.
-- One row per frequency, period, importer and exporter.
with bases as (select * from int_import_bases),

distances as (select * from stg_distances),

measured as (
    select
        bases.frequency,
        bases.period,
        if(bases.frequency = 'A', bases.period, bases.period // 100) as year,
        bases.importer_iso3,
        bases.partner_iso3 as exporter_iso3,
        bases.import_value_usd,
        bases.margin_of_row,
        distances.distance_km
    from bases
    left join distances
        on
            least(bases.importer_iso3, bases.partner_iso3) = distances.iso3_a
            and greatest(bases.importer_iso3, bases.partner_iso3) = distances.iso3_b
    where bases.partner_kind <> 'world'
)

select * from measured
