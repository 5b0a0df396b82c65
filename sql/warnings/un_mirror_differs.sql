-- Pairs for which the United Nations' own mirror shows other figures, without a known reason.
-- One row at most.
with compared as (select * from un_mirror_check)

select
    count(*) || ' pairs differ from the United Nations'' own mirror without a known reason; '
    || 'see un_mirror_check.csv' as warning
from compared
where comparison = 'unexplained'
having count(*) > 0
