-- The first n pairs of a ranking, evidence first and then kg; way is undeclared_export or
-- undeclared_import.
-- One row per pair.
select
    rank,
    tier,
    exporter_iso3,
    exporter_name,
    importer_iso3,
    importer_name,
    first_year,
    last_year,
    probability_material,
    at_least_fine_kg,
    missing_fine_kg,
    at_most_fine_kg,
    residual_value_usd_low,
    residual_value_usd_mid,
    residual_value_usd_high,
    rank_low,
    rank_high,
    above_noise_floor,
    grade,
    flags,
    main_other_explanation
from ranked_gaps
where direction = way and rank <= n
order by rank
