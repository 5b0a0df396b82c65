-- Years that their months do not add up to, although all twelve months are there.
-- One row at most.
with compared as (select * from annual_against_monthly where months_reported = 12)

select
    count(*) filter (where not is_agreeing) || ' of ' || count(*)
    || ' yearly figures differ from the sum of their months by more than the tolerance; '
    || 'see annual_against_monthly.csv' as warning
from compared
having count(*) filter (where not is_agreeing) > 0
