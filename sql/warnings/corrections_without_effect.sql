-- Exclusions of the user that exclude nothing, since another reason stands before them.
-- One row per correction.
select
    'an exclusion changes nothing, its pairs and periods are excluded for another reason already: '
    || correction_file || ', row ' || correction_row as warning
from corrections
where pair_periods_changed = 0
order by correction_file, correction_row
