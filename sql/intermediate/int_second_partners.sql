-- Gold that an importer credits to its origin and shows, by second partner, to have come through a
-- third country; freed of freight like the import from that origin.
-- One row per frequency, period, exporter, hub and importer.
with rows_of_files as (select * from stg_rows),

areas as (select * from stg_areas),

measures as (select * from int_measures),

broken_down as (
    select
        rows_of_files.frequency,
        rows_of_files.period,
        rows_of_files.partner_iso3 as exporter_iso3,
        hubs.iso3 as hub_iso3,
        rows_of_files.reporter_iso3 as importer_iso3,
        max(rows_of_files.value_usd) as value_usd
    from rows_of_files
    inner join areas as hubs on rows_of_files.partner2_code = hubs.area_code
    where
        rows_of_files.fate = 'breakdown'
        and rows_of_files.is_second_partner
        and rows_of_files.flow_code = 'M'
        and rows_of_files.hs_code = '7108'
        and rows_of_files.partner_kind = 'country'
        and hubs.is_country
        and hubs.iso3 <> rows_of_files.partner_iso3
        and hubs.iso3 <> rows_of_files.reporter_iso3
    group by
        rows_of_files.frequency,
        rows_of_files.period,
        rows_of_files.partner_iso3,
        hubs.iso3,
        rows_of_files.reporter_iso3
)

select
    broken_down.frequency,
    broken_down.period,
    broken_down.exporter_iso3,
    broken_down.hub_iso3,
    broken_down.importer_iso3,
    broken_down.value_usd / (1 + measures.margin_mid) as value_usd
from broken_down
inner join measures
    on
        broken_down.frequency = measures.frequency
        and broken_down.period = measures.period
        and broken_down.exporter_iso3 = measures.exporter_iso3
        and broken_down.importer_iso3 = measures.importer_iso3
