-- An edition of the sample that comes with mirror.
-- One row at most.
select 'this edition is made from the sample that comes with mirror' as warning
from raw_build
where source_kind = 'sample'
