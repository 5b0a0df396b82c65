-- Which gaps explain each other by transit: gold that the exporter booked to one partner and that
-- an importer credits under another, as the linear program of its period matched them.
-- One row per period, gap that the importer sees and gap that only the exporter sees.
with transfers as (select * from int_transfers)

select
    period,
    exporter_iso3,
    importer_iso3,
    unseen_exporter_iso3,
    unseen_importer_iso3,
    sum(moved_usd) as moved_usd,
    bool_or(is_shown_by_second_partner) as is_shown_by_second_partner
from transfers
group by period, exporter_iso3, importer_iso3, unseen_exporter_iso3, unseen_importer_iso3
order by period, exporter_iso3, importer_iso3, unseen_exporter_iso3, unseen_importer_iso3
