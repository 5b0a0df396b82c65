-- The noise floor of each ranking: a high quantile of what is missing among the pairs whose reports
-- usually lie closest together; pairs that are not in the ranking count with nothing missing.
-- One row per direction; no row where such pairs are too few.
with pair_years as (select * from int_pair_years where is_counted),

keys as (select * from int_ranking_keys),

parameters as (select * from stg_parameters),

pairs as (
    select
        exporter_iso3,
        importer_iso3,
        avg(pair_spread order by period) as pair_spread
    from pair_years cross join parameters
    where pair_spread_flows >= parameters.placebo_flows_least
    group by exporter_iso3, importer_iso3
),

placed as (
    select
        *,
        percent_rank() over (order by pair_spread) as place
    from pairs
),

reliable as (
    select placed.*
    from placed cross join parameters
    where placed.place <= parameters.reliable_quantile
),

directions as (
    select 'undeclared_export' as direction
    union all
    select 'undeclared_import' as direction
),

placebo as (
    select
        directions.direction,
        coalesce(keys.missing_fine_kg, 0) as missing_fine_kg
    from reliable
    cross join directions
    left join keys
        on
            directions.direction = keys.direction
            and reliable.exporter_iso3 = keys.exporter_iso3
            and reliable.importer_iso3 = keys.importer_iso3
),

gathered as (
    select
        direction,
        count(*) as placebo_pairs,
        list(missing_fine_kg order by missing_fine_kg) as missing_fine_kg_list
    from placebo
    group by direction
)

select
    gathered.direction,
    gathered.placebo_pairs,
    missing_fine_kg_list[cast(ceil(parameters.noise_floor_quantile * placebo_pairs) as integer)]
        as noise_floor_fine_kg
from gathered cross join parameters
where gathered.placebo_pairs >= parameters.placebo_pairs_least
