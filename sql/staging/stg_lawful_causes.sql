-- How likely each lawful cause of a gap is at full strength, by kind of artificial world.
-- One row per direction, cause and kind of world.
select
    direction,
    cause,
    kind_of_world,
    cast(chance as double) as chance
from raw_lawful_causes
