-- An edition from the lake that lacks what the service has published; first of all warnings.
-- One row at most.
select behind as warning
from raw_build
where behind is not null
