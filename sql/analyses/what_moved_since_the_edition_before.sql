-- What moved since the edition before, and whose reports moved it?
-- One row per cause and reporter, the largest sum of changes first.
select
    cause,
    cause_reporter_iso3,
    count(*) as pairs,
    count(*) filter (where change = 'new') as new_pairs,
    count(*) filter (where change = 'gone') as gone_pairs,
    sum(at_least_change_fine_kg) as at_least_change_fine_kg,
    arg_max(sentence, abs(at_least_change_fine_kg)) as largest_change
from changes
group by cause, cause_reporter_iso3
order by sum(abs(at_least_change_fine_kg)) desc, cause asc, cause_reporter_iso3 asc
