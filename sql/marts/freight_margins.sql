-- Freight and insurance on gold by importer: measured on flows that carry both a CIF and a FOB
-- value, and fitted by value, distance and importer. An importer's own flows count by own_weight,
-- all importers together for the rest. The fitted margin is that of the importer's typical flow,
-- whose value and distance stand beside it; a pair's own follows each period's value.
-- One row per importer; * is all importers together.
with margins as (select * from int_importer_margins)

select
    importer_iso3,
    margin_rows,
    measured_fob_value_usd,
    measured_margin,
    own_weight,
    import_value_usd as typical_value_usd,
    distance_km as typical_distance_km,
    margin_low,
    margin_mid,
    margin_high
from margins
order by importer_iso3
