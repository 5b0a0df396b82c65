-- What countries replied to a published gap, as the user of this run gave it, in one text.
-- One row per exporter and importer that has a reply.
with corrected as (
    select distinct
        correction_number,
        exporter_iso3,
        importer_iso3
    from int_corrected_pairs
),

replies as (select * from stg_corrections where correction_kind = 'country_reply'),

countries as (select * from stg_countries)

select
    corrected.exporter_iso3,
    corrected.importer_iso3,
    string_agg(
        format('{}, {}: {} ({})', countries.area_name, correction_date, reply, link),
        ' | '
        order by correction_date, correction_number
    ) as country_reply
from corrected
inner join replies using (correction_number)
inner join countries on replies.country_iso3 = countries.iso3
group by corrected.exporter_iso3, corrected.importer_iso3
