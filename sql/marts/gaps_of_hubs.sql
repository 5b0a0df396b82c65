-- Gaps of hubs and refining countries as exporters: gold of other countries passes through them,
-- and importers credit it as theirs. Kept beside the ranking; at least is zero unless weights, the
-- exporter's row and the importer's column all bear it out.
-- One row per exporter and importer.
with keys as (select * from int_ranking_keys where is_hub_exporter),

replies as (select * from int_country_replies)

select
    rank as place_among_hubs,
    exporter_iso3,
    exporter_name,
    importer_iso3,
    importer_name,
    first_year,
    last_year,
    years_assessed,
    years_positive,
    export_value_usd,
    import_value_usd,
    gap_value_usd,
    reexport_usd,
    amount_usd_mid as residual_value_usd_mid,
    amount_fine_kg_mid as residual_fine_kg_mid,
    probability_material,
    at_least_fine_kg,
    missing_fine_kg,
    at_most_fine_kg,
    coalesce(row_fine_kg, 0) as row_fine_kg,
    coalesce(column_fine_kg, 0) as column_fine_kg,
    coalesce(is_borne_out and at_least_fine_kg > 0, false) as is_borne_out,
    country_reply
from keys
left join replies using (exporter_iso3, importer_iso3)
order by place_among_hubs
