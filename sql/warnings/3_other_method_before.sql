-- The edition before was made by another method: what differs is not the records' doing alone.
-- One row at most.
select
    'first edition of this method: edition ' || edition_before || ' was made by mirror '
    || other_method_before || ' with another one, so that amounts and places differ for that '
    || 'reason as well; changes.csv names the cause of each' as warning
from raw_build
where other_method_before is not null
