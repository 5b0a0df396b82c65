-- What moved since the edition before this one, with the cause of each move: a revision, a new
-- report or a withdrawal of its own or of a flow that it hangs on, the years of the window, a
-- parameter, the method, or other pairs.
-- One row per exporter, importer and direction whose place, tier, probability (by half a per cent)
-- or amount (by a kilogram) changed; none without an edition before.
with changes as (select * from raw_changes)

select
    direction,
    exporter_iso3,
    exporter_name,
    importer_iso3,
    importer_name,
    change,
    rank_before,
    rank_after,
    tier_before,
    tier_after,
    probability_before,
    probability_after,
    at_least_before_fine_kg,
    at_least_after_fine_kg,
    at_least_change_fine_kg,
    missing_before_fine_kg,
    missing_after_fine_kg,
    missing_change_fine_kg,
    cause,
    cause_reporter_iso3,
    cause_period,
    value_before_usd,
    value_after_usd,
    released_before_date,
    released_after_date,
    other_causes,
    edition_before,
    sentence
from changes
order by
    direction asc,
    greatest(abs(at_least_change_fine_kg), abs(missing_change_fine_kg)) desc,
    exporter_iso3 asc,
    importer_iso3 asc
