-- The ranking key of each pair and direction: the probability that the years of the window together
-- leave a material residual, times one plus how many times the material amount is there at least.
-- One row per exporter, importer and direction.
with directions as (select * from int_directions),

draws as (select * from int_pair_draws),

parameters as (select * from stg_parameters),

keyed as (
    select
        directions.*,
        coalesce(draws.material_fine_kg, parameters.material_fine_kg) as material_fine_kg,
        coalesce(draws.probability_net, 0) as probability_material,
        draws.draw_rank_low,
        draws.draw_rank_high
    from directions
    left join draws
        on
            directions.direction = draws.direction
            and directions.exporter_iso3 = draws.exporter_iso3
            and directions.importer_iso3 = draws.importer_iso3
    cross join parameters
)

select
    *,
    probability_material * (1 + amount_fine_kg_low / material_fine_kg) as ranking_key
from keyed
