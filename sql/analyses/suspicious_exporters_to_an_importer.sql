-- Which exporters to one importer are the most suspicious, and what else could explain each?
-- Read main_other_explanation beside every amount; tier and probability say how sure it is. Tier 4,
-- of which the records cannot tell, is left out; hubs as exporters stand in gaps_of_hubs.
-- One row per exporter to the importer named in `question`, in the order of the ranking.
with question as (select 'ARE' as importer_iso3)

select
    ranked_gaps.rank,
    ranked_gaps.tier,
    ranked_gaps.exporter_iso3,
    ranked_gaps.exporter_name,
    ranked_gaps.first_year,
    ranked_gaps.last_year,
    ranked_gaps.export_value_usd,
    ranked_gaps.import_value_usd,
    ranked_gaps.probability_material,
    ranked_gaps.at_least_fine_kg,
    ranked_gaps.missing_fine_kg,
    ranked_gaps.at_most_fine_kg,
    ranked_gaps.rank_low,
    ranked_gaps.rank_high,
    ranked_gaps.grade,
    ranked_gaps.flags,
    ranked_gaps.main_other_explanation
from ranked_gaps
inner join question using (importer_iso3)
where ranked_gaps.direction = 'undeclared_export' and ranked_gaps.tier <= 3
order by ranked_gaps.rank
