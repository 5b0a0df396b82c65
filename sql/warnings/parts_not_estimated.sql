-- Parts of the waterfall that stand at zero because nothing estimates them.
-- One row at most.
with pair_years as (select * from gap_years)

select
    'class swap, timing and re-export are not estimated in this edition and stand at zero: '
    || 'the residual of hubs and of late booking is too large' as warning
from pair_years
having sum(abs(class_swap_usd_mid)) + sum(abs(timing_usd_mid)) + sum(abs(reexport_usd_mid)) = 0
