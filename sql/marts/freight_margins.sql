-- Freight and insurance on gold by importer, fitted to rows that carry both a CIF and a FOB value:
-- an importer's own rows count by own_weight, all importers together for the rest. For a distance
-- of 5,000 km; a pair's own margin follows its distance.
-- One row per importer; * is all importers together.
with margins as (select * from int_importer_margins)

select
    importer_iso3,
    margin_rows,
    own_weight,
    margin_low,
    margin_mid,
    margin_high
from margins
order by importer_iso3
