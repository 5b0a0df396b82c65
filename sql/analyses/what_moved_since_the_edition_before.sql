-- What moved since the edition before, and whose reports moved it?
-- One row per cause and reporter, the largest sum of changes first.
select
    cause,
    cause_reporter_iso3,
    count(*) as pairs,
    count(*) filter (where change = 'new') as new_pairs,
    count(*) filter (where change = 'gone') as gone_pairs,
    count(*) filter (where tier_before <> tier_after) as pairs_of_another_tier,
    sum(at_least_change_fine_kg) as at_least_change_fine_kg,
    sum(missing_change_fine_kg) as missing_change_fine_kg,
    arg_max(sentence, abs(missing_change_fine_kg)) as largest_change
from changes
group by cause, cause_reporter_iso3
order by sum(abs(missing_change_fine_kg)) desc, cause asc, cause_reporter_iso3 asc
